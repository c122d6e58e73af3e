"""Where a table made by people begins and ends: titles above its header, a header in two rows, notes below.

Only rows that cannot be data are passed over: sparse ones above a full row of labels, and sparse ones apart
from the table at its end. Who knows better names the header's row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LOOKED_AT: Final = 60  # rows at the beginning of a table
_MOST_ABOVE: Final = 30
_LABELS: Final = 0.7  # of a header's cells that are words
_TYPED_COLUMN: Final = 0.9
_TWO: Final = 2
FEWEST_NOTED: Final = 3  # columns of a table whose notes can be told from rows
# Numbers, dates, instants, amounts, e-mails and addresses on the web: what no column is called.
_VALUE: Final = re.compile(
    r"[\s\d.,:;/()+\-%€$£]*\d[\s\d.,:/()+\-%€$£]*|\d{4}-\d{2}-\d{2}[T ].*|\S+@\S+\.\S+|(?:https?://|www\.)\S+"
)
_CLOSING: Final = re.compile(
    r"(?:(?:sub|sous|grand)[ -]?)?(?:total|gesamt|summe|somme|suma|totale|totaal|source|quelle|fuente|fonte"
    r"|bron|notes?|nota|anmerkung|remarque|légende|legende|nb|ps|\*)\b|^\*",
    re.IGNORECASE,
)

# E-mail addresses and phone numbers: no column is called so, though some are called after a year or a date.
_OF_SOMEBODY: Final = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}|[+(]?(?:\d[\s()./-]{0,2}){9,14}", re.IGNORECASE)
# What stands where a value is missing; no column is called so.
_NOTHING: Final = frozenset(
    {"n/a", "na", "none", "null", "nan", "unknown", "inconnu", "inconnue", "unbekannt", "nc"}
)

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Heading:
    """The header is the row `at` (from 0, blank ones counted) and takes `rows` rows; `names` as they stand,
    of two rows joined as `Group: name`. With no `rows` there is no header: the names are empty, and `at` is
    the first row of data.
    """

    at: int
    names: tuple[str, ...]
    rows: int = 1

    @property
    def end(self) -> int:
        """The first row after it."""
        return self.at + self.rows


def find_heading(rows: Sequence[Cells]) -> Heading | None:
    """The header among the first rows of a table; None when all are blank."""
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    first = next((at for at, count in enumerate(filled) if count), None)
    if first is None:
        return None
    widest = max(filled)
    at = _below_titles(rows, filled, first, widest)
    if at == first and _is_data(rows, at):
        return Heading(at, ("",) * len(rows[at]), 0)
    below = next((place for place in range(at + 1, len(rows)) if filled[place]), None)
    if below == at + 1 and _goes_on(rows, at):
        return Heading(at, _joined(rows[at], rows[below]), 2)
    return Heading(at, tuple(rows[at]))


def notes_begin(rows: Sequence[Cells], width: int) -> int:
    """From which row on there are only notes: at most a third of the columns filled (half in a row of sums),
    and a blank row above them or a word such as `Total` in front. The number of rows when there are none.
    """
    end = len(rows)
    if width < FEWEST_NOTED:
        return end
    at = end
    while at and (_count(rows[at - 1]) <= max(1, width // 3) or _sums_up(rows[at - 1], width)):
        at -= 1
    for place in range(at, end) if at else ():  # notes are below a table
        apart = _count(rows[place]) == 0
        if apart or _CLOSING.match(next((c.strip() for c in rows[place] if c.strip()), "")):
            return place
    return end


def _sums_up(row: Cells, width: int) -> bool:
    """Whether a row is less than half full, and has only numbers behind a word such as `Total`."""
    said = [cell.strip() for cell in row if cell.strip()]
    closing = bool(said) and _CLOSING.match(said[0]) is not None
    return closing and len(said) <= width // 2 and all(_VALUE.fullmatch(cell) for cell in said[1:])


def _below_titles(rows: Sequence[Cells], filled: list[int], first: int, widest: int) -> int:
    for at in range(first, min(first + _MOST_ABOVE, len(rows))):
        if not filled[at]:
            continue
        labels = _are_labels(rows[at])
        if filled[at] > max(1, widest / 3) and labels:
            return at
        if filled[at] > (widest / 3 if labels else widest / 2):
            break  # too full for a title: whatever it is, nothing above it may be lost
    return first


def _are_labels(row: Cells) -> bool:
    said = [cell.strip() for cell in row if cell.strip()]
    words = sum(1 for cell in said if not _VALUE.fullmatch(cell))
    return words >= _LABELS * len(said)


def _is_data(rows: Sequence[Cells], at: int) -> bool:
    """Whether a first row is no header: an e-mail address or a long number where the rows below have such."""
    return any(
        _OF_SOMEBODY.fullmatch(cell.strip())
        and sum(1 for row in rows[at + 1 :] if _OF_SOMEBODY.fullmatch(_cell(row, place))) * 2
        > sum(1 for row in rows[at + 1 :] if _count(row))
        for place, cell in enumerate(rows[at])
    )


def _goes_on(rows: Sequence[Cells], at: int) -> bool:
    """Whether the row below the header belongs to it: all words, where the columns below hold values."""
    header, second = rows[at], rows[at + 1]
    said = [cell.strip() for cell in second if cell.strip()]
    gaps = sum(1 for place, cell in enumerate(second) if cell.strip() and not _cell(header, place))
    # under two groups (`Members`, `Board`) a name may come twice
    names = [name for name in _joined(header, second) if name] if gaps > 1 else said
    if len(set(said)) < _TWO or len(set(names)) < len(names) or not all(map(_is_label, said)):
        return False
    repeated = [_cell(second, place) for place in range(len(second))]  # above each page of a printed list
    data = [row for row in rows[at + 2 :] if _count(row) and [one.strip() for one in row] != repeated]
    if any(_cell(row, place) == text.strip() != "" for row in data for place, text in enumerate(second)):
        return False
    valued = [place for place, cell in enumerate(second) if cell.strip() and _holds_values(data, place)]
    grouped = gaps >= 2 and any(
        _cell(header, place) and not _cell(second, place) for place in range(len(header))
    )
    return len(valued) >= 2 or (bool(valued) and gaps > 0) or (grouped and bool(data))


def _is_label(cell: str) -> bool:
    if cell.lower() in _NOTHING:
        return False
    return not _VALUE.fullmatch(cell) and any(character.isalpha() for character in cell)


def _holds_values(data: Sequence[Cells], place: int) -> bool:
    said = [text for row in data if (text := _cell(row, place))]
    return len(said) >= 2 and sum(1 for t in said if _VALUE.fullmatch(t)) >= _TYPED_COLUMN * len(said)


def _joined(groups: Cells, names: Cells) -> tuple[str, ...]:
    """A group stands over its own column and, as merged cells do, over the ones to its right."""
    found: list[str] = []
    group = ""
    for place in range(max(len(groups), len(names))):
        own, name = _cell(groups, place), _cell(names, place)
        if own:
            group = own if name else ""
        numbered = name and (own or group).isdigit()  # columns that are counted over their names
        parts = [name] if numbered else [own or group, name] if name else [own]
        found.append(": ".join(dict.fromkeys(part for part in parts if part)))
    return tuple(found)


def _cell(row: Cells, place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _count(row: Cells) -> int:
    return sum(1 for cell in row if cell.strip())
