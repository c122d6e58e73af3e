"""E-mails and phones of a few for many rows, or one for all, beside others that are each row's own: the
shop's, the club's, whoever keeps the sheet (`Receiver e-mail`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mappings.detect import Look
from mappings.guesses import NOTHING, Guess, as_attribute

_WAYS: Final = ("emails", "phones")
_ROWS: Final = 6  # rows a value: fewer may be of a household, or by chance
_OWN: Final = 0.5  # distinct values of the filled cells: where each row has its own


def without_everybodys(guesses: Sequence[Guess], looks: Mapping[str, Look]) -> list[Guess]:
    """The guesses, where no column of a few for many rows is taken for the contact's."""
    varied = {guess.field for guess in guesses if _varies(looks.get(guess.column, NOTHING))}

    def one(guess: Guess) -> Guess:
        seen = looks.get(guess.column, NOTHING)
        same = 0 < seen.distinct * _ROWS <= seen.filled
        if guess.field not in _WAYS or not same or guess.field not in varied:
            return guess
        return as_attribute(guess.column, seen, f"{guess.evidence}, but there are a few for many rows")

    return [one(guess) for guess in guesses]


def _varies(seen: Look) -> bool:
    return seen.filled >= _ROWS and seen.distinct >= _OWN * seen.filled
