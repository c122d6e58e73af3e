"""Gender as `male`, `female` or `other`, from words and letters of six languages."""

from __future__ import annotations

from typing import Final

from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text, folded
from mappings.words import table, word_set

_WORDS: Final = table("gender")
_UNSAID: Final = word_set("gender_unsaid")


def normalise_gender(text: str) -> str | Refusal | None:
    """ISO 5218's digits are understood too (1, 2; 0 says nothing, 9 is other)."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    word = "".join(character for character in folded(cleaned) if character.isalnum())
    if word in _UNSAID or is_placeholder(cleaned):
        return Refusal("placeholder")
    return _WORDS.get(word) or Refusal("unknown-gender")
