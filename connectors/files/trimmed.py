"""Rows whose empty fields at the end were left out, as some programs write them.

A row that was torn in two by a line break is short as well, but its two pieces make up one row; and a program
that writes an empty field at the end of one row writes it at the end of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

_A_HABIT: Final = 2  # rows
_A_SHARE: Final = 0.1  # of the short rows


def is_trimmed(fields: Sequence[str], width: int) -> bool:
    """Whether this may be such a row: something is missing, and what is there ends with a value."""
    return 1 < len(fields) < width and bool(fields[-1].strip())


def are_trimmed(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether the rows of a table are written so: no row ends with an empty field, and several are short that
    cannot be halves of a torn row, not just one beside many that can.
    """
    short = [is_trimmed(fields, width) for fields in rows]
    if not any(short) or any(len(row) >= width and not row[-1].strip() for row in rows):
        return False
    whole = sum(short) - _torn(rows, short, width)
    return whole >= _A_HABIT and whole >= _A_SHARE * sum(short)


def _torn(rows: Sequence[Sequence[str]], short: Sequence[bool], width: int) -> int:
    """How many short rows may be halves: the field in which a row is torn is in both of them."""
    halves = 0
    taken = False
    for (before, first), (after, second) in pairwise(zip(rows, short, strict=True)):
        taken = not taken and first and second and len(before) + len(after) == width + 1
        halves += 2 * taken
    return halves
