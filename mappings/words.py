"""The word lists of `words.json`, written for this project: what things are called in six languages.

A list of lines holds words apart by blanks, or phrases apart by `|`; an object maps a meaning to such a
list, or a word to its meaning.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _all() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((files("mappings") / "words.json").read_text(encoding="utf-8"))
    return found


@cache
def word_set(name: str) -> frozenset[str]:
    return frozenset(" ".join(_all()[name]).split())


@cache
def phrases(name: str) -> frozenset[str]:
    return frozenset("|".join(_all()[name]).split("|"))


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Any of the list's phrases, which may be expressions, between the borders of words."""
    return re.compile(rf"\b(?:{'|'.join(_all()[name])})\b")


@cache
def anywhere(name: str) -> re.Pattern[str]:
    """Any of the list's phrases, wherever they stand."""
    return re.compile("|".join(_all()[name]))


@cache
def word_sets(name: str) -> Mapping[str, frozenset[str]]:
    """A meaning → its words; a word may have several meanings."""
    return {meaning: frozenset(" ".join(lines).split()) for meaning, lines in _all()[name].items()}


@cache
def table(name: str) -> Mapping[str, str]:
    """A word → what it means."""
    found: dict[str, str] = {}
    for left, right in _all()[name].items():
        if isinstance(right, str):
            found[left] = right
        else:
            found |= dict.fromkeys(" ".join(right).split(), left)
    return found


@cache
def phrase_table(name: str) -> Mapping[str, str]:
    """A phrase → what it means."""
    return {phrase: meaning for meaning, said in _all()[name].items() for phrase in said.split("|")}
