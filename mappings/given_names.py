"""Given names that are common where the six languages are spoken: enough to tell a column of people."""

from __future__ import annotations

import re
from typing import Final

from mappings.normalise.text import folded
from mappings.words import word_set

_GIVEN: Final = word_set("given_names")


def has_given_name(text: str) -> bool:
    """Whether a word of a name is a given name of the list."""
    return any(word in _GIVEN for word in re.split(r"[\s,.-]+", folded(text)))


def given_place(text: str) -> str | None:
    """Whether only the first or only the last word of a name is a given name of the list."""
    words = folded(text).split()
    if len(words) < 2 or "," in text:
        return None
    first, last = has_given_name(words[0]), has_given_name(words[-1])
    return None if first == last else "first" if first else "last"
