"""E-mails and phones that are the same in every row, beside others that are each row's own: the shop's, the
club's, whoever keeps the sheet (`Receiver e-mail`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mappings.detect import Look
from mappings.guesses import NOTHING, Guess, as_attribute

_WAYS: Final = ("emails", "phones")
_ROWS: Final = 6  # with fewer filled cells the same may stand in all of them by chance
_OWN: Final = 0.5  # distinct values of the filled cells: where each row has its own


def without_everybodys(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where no column of the same in all rows is taken for the contact's."""
    varied = {guess.field for guess in guesses if _varies(looks.get(guess.column, NOTHING))}

    def one(guess: Guess) -> Guess:
        seen = looks.get(guess.column, NOTHING)
        same = seen.distinct == 1 and seen.filled >= _ROWS
        if guess.field not in _WAYS or not same or guess.field not in varied:
            return guess
        return as_attribute(guess.column, seen, f"{guess.evidence}, but it is the same in all rows")

    return [one(guess) for guess in guesses]


def _varies(seen: Look) -> bool:
    return seen.filled >= _ROWS and seen.distinct >= _OWN * seen.filled
