"""What the values of name columns say, alone and beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mappings.detect import Look
from mappings.guesses import NOTHING, Guess

PEOPLE: Final = 0.3  # with a given name that the list knows: most names are in no list
WHOLE: Final = 0.8  # of several words: whole names
ALIKE: Final = 0.6  # of the most: as good a column
_HALF: Final = 0.5


def are_people(guess: Guess, looks: Mapping[str, Look]) -> bool:
    """Whether a column holds whole names of people: Spanish families have two words as well."""
    return share_of(guess, looks, "full name") >= WHOLE and share_of(guess, looks, "person") >= PEOPLE


def holds_given(whole: Guess, guesses: Sequence[Guess], looks: Mapping[str, Look]) -> bool:
    """Whether the names of a column have the given names of another in them."""
    share = _held_share(whole, guesses, looks, "name.given")
    return share is not None and share >= _HALF


def lacks_family(whole: Guess, guesses: Sequence[Guess], looks: Mapping[str, Look]) -> bool:
    """Whether the names of a column have none of the family names of another in them (`Luz Marina`)."""
    share = _held_share(whole, guesses, looks, "name.family")
    return share == 0 and share_of(whole, looks, "person") < ALIKE


def _held_share(
    whole: Guess, guesses: Sequence[Guess], looks: Mapping[str, Look], field: str
) -> float | None:
    """Of the names of the field's column, the share that stands in a value of the whole names."""
    said = [f" {value.lower()} " for value in looks.get(whole.column, NOTHING).counts]
    for guess in guesses:
        names = [value.lower() for value in looks.get(guess.column, NOTHING).counts]
        if guess.field == field and names:
            return sum(any(f" {name} " in one for one in said) for name in names) / len(names)
    return None


def share_of(guess: Guess, looks: Mapping[str, Look], kind: str) -> float:
    return looks.get(guess.column, NOTHING).share(kind)


def most_of(guesses: Sequence[Guess], looks: Mapping[str, Look], kind: str) -> tuple[Guess | None, float]:
    """The guess whose column holds most of a kind, and how much."""
    best = max(guesses, key=lambda guess: share_of(guess, looks, kind), default=None)
    return best, 0.0 if best is None else share_of(best, looks, kind)
