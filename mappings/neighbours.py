"""Columns that are something because of what stands beside them: a number beside a street."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mappings.detect import Look
from mappings.guesses import NOTHING, Guess, changed
from mappings.header_words import header_words
from mappings.words import word_set

_NUMBER: Final = word_set("header_number")
_MOST: Final = 0.8
_NUMBERED: Final = 0.3  # of the streets with a number of their own: as many have no column for it


def house_numbers(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where a column that is called a number and holds house numbers is of the street beside it,
    if that has none.
    """
    decided = list(guesses)
    for place, guess in enumerate(decided):
        if guess.field != "addresses.street" or looks.get(guess.column, NOTHING).share("digits") > _NUMBERED:
            continue
        for beside in (place + 1, place - 1):
            if 0 <= beside < len(decided) and _is_number(decided[beside], looks):
                told = "house numbers beside a street"
                kind = guess.type
                decided[beside] = changed(decided[beside], "addresses.street", 0.75, told, kind)
                break
    return decided


def _is_number(guess: Guess, looks: Mapping[str, Look]) -> bool:
    if not guess.field.startswith("attributes."):
        return False
    words = set(header_words(guess.column).split())
    return bool(words) and words <= _NUMBER and looks.get(guess.column, NOTHING).share("house") >= _MOST
