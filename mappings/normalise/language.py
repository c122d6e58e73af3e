"""Languages as ISO 639-1 in small letters, from codes, locales and names in six languages."""

from __future__ import annotations

import re
from typing import Final

from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text, folded
from mappings.words import table, word_set

_CODES: Final = word_set("language_codes")

_WORDS: Final = table("language")


def normalise_language(text: str) -> str | Refusal | None:
    """`fr_FR`, `Français` and `FRA` are fr; a single letter is an ERP's (D, E, F)."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if is_placeholder(cleaned):
        return Refusal("placeholder")
    word = folded(cleaned)
    code = re.split(r"[-_@.]", word, maxsplit=1)[0]
    if word in _WORDS:
        return _WORDS[word]
    first = re.split(r"[\s(]", word, maxsplit=1)[0]
    found = code if code in _CODES else _WORDS.get(code) or (_WORDS.get(first) if len(first) > 3 else None)
    return found or Refusal("unknown-language")
