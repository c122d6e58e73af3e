"""What somebody allowed, from yes and no in six languages and what systems write."""

from __future__ import annotations

from typing import Final

from hub.domain.contact import ConsentStatus
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text, folded
from mappings.words import table

# Compared without accents and case, blanks and underscores as hyphens.

_WORDS: Final = {word.replace("_", "-"): status for word, status in table("consent").items()}


def normalise_consent(text: str) -> str | Refusal | None:
    """A `ConsentStatus` word."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    word = "-".join(folded(cleaned).replace("_", " ").replace("'", " ").replace("’", " ").split()).strip(
        ".!-☑✓✔"
    )
    if not word and set(cleaned) <= set("☑✓✔"):
        return ConsentStatus.GRANTED.value
    # "Oui, je souhaite recevoir…": an answer in a sentence begins with the word that counts
    status = _WORDS.get(word) or _WORDS.get(word.partition(",")[0])
    return status or Refusal("unknown-consent")
