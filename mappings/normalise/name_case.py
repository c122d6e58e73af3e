"""Capitals and small letters of names: what is all in one gets its usual form."""

from __future__ import annotations

import re
from typing import Final

from mappings.normalise.text import clean_text, folded
from mappings.words import word_set

# Small words of family names; they stay small and belong to the name behind them.
PARTICLES: Final = word_set("name_particles")
# Words that join two names.
_SMALL: Final = PARTICLES | {"et", "und", "and", "ou", "oder"}
_UPPER_INNER: Final = re.compile(r"^(mc|mac(?=[^aeiou]{2})|o['’]|d['’]|l['’])(.+)$", re.IGNORECASE)
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.){2,}")
_WORD: Final = re.compile(r"[^\s-]+")


def cased(text: str) -> str:
    """Names all in capitals or all small get their usual form; mixed case is somebody's choice and stays."""
    if not text or not (text.isupper() or text.islower()):
        return text
    if len(text) == 1:
        return text.upper() if len(text.upper()) == 1 else text  # the capital of ß is two letters
    words = text.split(" ")
    # A lone letter at the end is an initial; "BERG, JAN VAN DER" has particles there.
    small = [place > 0 and (len(word) > 1 or place < len(words) - 1) for place, word in enumerate(words)]
    usual = " ".join(_cased_word(word, small=may) for word, may in zip(words, small, strict=True))
    return usual if clean_text(usual) == usual else text  # other capitals may look like a broken encoding


def _cased_word(word: str, *, small: bool) -> str:
    if small and folded(word) in _SMALL:
        return word.lower()
    return _WORD.sub(lambda part: _capital(part[0]), word.lower()) if word else word


def _capital(part: str) -> str:
    if _INITIALS.fullmatch(part):
        return part.upper()
    inner = _UPPER_INNER.match(part)
    if inner:
        return inner[1].capitalize() + inner[2][:1].upper() + inner[2][1:]
    first = part[0].upper()
    return (first if len(first) == 1 else part[0]) + part[1:]
