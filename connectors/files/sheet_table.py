"""The table on one sheet of a spreadsheet: its header, its rows, and what around them is no data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import pyarrow as pa
from python_calamine import CalamineSheet

from connectors.files.cell_text import cell_text
from connectors.files.header import column_names
from connectors.files.heading import FEWEST_NOTED, LOOKED_AT, Heading, find_heading, notes_begin
from connectors.files.options import noted_heading
from connectors.files.rows import NOT_A_ROW, NOTE, TITLE, BadRow, Rows, numbered
from hub.errors import ConfigurationError, Place

_PORTION: Final = 10_000
_Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """`names` are the columns that are read, `positions` where they stand on the sheet, `header` the rows
    that say them, `notes` sentences on what was passed over. Merged cells below the header have their value
    in every row that they span.
    """

    name: str
    names: tuple[str, ...]
    positions: tuple[int, ...]
    header: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    _rows: list[list[object]]
    _first_row: int

    @staticmethod
    def of(worksheet: CalamineSheet, header_row: int | None, file: str) -> SheetTable:
        """`header_row` as in `ReadOptions`. `ConfigurationError` for a sheet without rows, or without that
        row.
        """
        cells: list[list[object]] = [list(row) for row in worksheet.iter_rows()]
        heading = _heading(cells, header_row)
        if worksheet.start is None or heading is None or heading.at >= len(cells):
            sentence = (
                f"the sheet {worksheet.name} is empty"
                if worksheet.start is None
                else f"it has no row {header_row}"
            )
            hint = "export it again, or name another `sheet` or `header_row`"
            raise ConfigurationError("empty-file", sentence, hint=hint, place=Place(file))
        data = _filled_down(cells, heading.end, worksheet)
        kept = [
            at
            for at, name in enumerate(heading.names)
            if heading.rows == 0 or name.strip() or any(_is_filled(row, at) for row in data)
        ]
        names = column_names(heading.names)
        note = noted_heading(_above(cells, heading), heading.rows) if header_row is None else None
        return SheetTable(
            worksheet.name,
            tuple(names[at] for at in kept),
            tuple(kept),
            _said_by(heading, cells, kept),
            (note,) if note else (),
            data,
            heading.end + 1,
        )

    def rows(self, number: int) -> Iterator[Rows]:
        """The data rows, numbered on from `number`; notes below and titles between them are
        bad rows.
        """
        end = notes_begin(
            [[cell_text(cell) for cell in row] for row in self._rows[-LOOKED_AT:]], len(self.names)
        )
        end += max(len(self._rows) - LOOKED_AT, 0)
        titles = self._titles(end)
        data = iter(self._texts(row for at, row in enumerate(self._rows[:end]) if at not in titles))
        while portion := list(islice(data, _PORTION)):
            columns = [pa.array(column, pa.string()) for column in zip(*portion, strict=True)]
            yield numbered(pa.Table.from_arrays(columns, names=list(self.names)), number)
            number += len(portion)
        told = [(TITLE, *one) for one in self._notes(titles)]
        told += [(NOTE, *one) for one in self._notes(range(end, len(self._rows)))]
        bad = [
            BadRow(number + at, f"row {row}", NOT_A_ROW, sentence, text)
            for at, (sentence, row, text) in enumerate(told)
        ]
        if bad:
            yield Rows(self._empty, pa.chunked_array([pa.array([], pa.int64())]), tuple(bad))

    def _texts(self, rows: Iterable[list[object]]) -> Iterator[tuple[str, ...]]:
        """The rows that have a value and do not say the header once more."""
        for row in rows:
            texts = tuple(cell_text(row[at]) for at in self.positions)
            if any(texts) and not self._is_header(texts):
                yield texts

    def _is_header(self, texts: Sequence[str]) -> bool:
        return tuple(text.strip() for text in texts) in self.header

    def _titles(self, end: int) -> list[int]:
        """The rows of one cell above a header that comes again: what the rows below it are."""
        found: list[int] = []
        above: int | None = None
        for at, row in enumerate(self._rows[:end] if len(self.names) >= FEWEST_NOTED else ()):
            filled = sum(1 for cell in row if cell != "")
            if above is not None and self._is_header([cell_text(row[place]) for place in self.positions]):
                found.append(above)
            if filled:
                above = at if filled == 1 else None
        return found

    def _notes(self, places: Iterable[int]) -> list[tuple[int, str]]:
        told = [(self._first_row + at, self._rows[at]) for at in places]
        texts = [(number, " ".join(cell_text(cell) for cell in row if cell != "")) for number, row in told]
        return [(number, text) for number, text in texts if text]

    @property
    def _empty(self) -> pa.Table:
        return pa.table({name: pa.array([], pa.string()) for name in self.names})


def is_table(worksheet: CalamineSheet) -> bool:
    """Whether a sheet holds a table of several columns, not only text as a cover does."""
    rows = [[cell_text(cell) for cell in row] for row in islice(worksheet.iter_rows(), LOOKED_AT)]
    heading = find_heading(rows)
    if heading is None:
        return False
    below = [sum(1 for cell in row if cell) for row in rows[heading.end :]]
    named = heading.rows == 0 or sum(1 for name in heading.names if name.strip()) > 1
    return named and max(below, default=0) > 1


def _heading(cells: list[list[object]], row: int | None) -> Heading | None:
    if row is None:
        return find_heading([[cell_text(cell) for cell in one] for one in cells[:LOOKED_AT]])
    width = max((len(one) for one in cells), default=0)
    if row == 0:
        first = next((at for at, one in enumerate(cells) if any(cell != "" for cell in one)), 0)
        return Heading(first, ("",) * width, 0)
    header = [cell_text(cell) for cell in cells[row - 1]] if row <= len(cells) else []
    return Heading(row - 1, tuple(header))


def _filled_down(cells: list[list[object]], start: int, worksheet: CalamineSheet) -> list[list[object]]:
    """The rows from `start` on, the value of cells merged over several rows in each of them."""
    shift = (
        worksheet.start[1] if worksheet.start else 0
    )  # rows are given from the sheet's first filled column
    for (top, left), (bottom, _) in worksheet.merged_cell_ranges or ():
        at = left - shift
        for row in range(top + 1, min(bottom + 1, len(cells))) if top >= start else ():
            if 0 <= at < len(cells[row]):
                cells[row][at] = cells[top][at]
    return cells[start:]


def _said_by(heading: Heading, cells: list[list[object]], kept: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """The header as it may come again among the rows: its names, and its last row."""
    last = [cell_text(cell).strip() for cell in cells[heading.end - 1]] if heading.rows > 1 else []
    names = tuple(heading.names[at].strip() for at in kept)
    return (names, tuple(last[at] if at < len(last) else "" for at in kept)) if last else (names,)


def _above(cells: list[list[object]], heading: Heading) -> int:
    return sum(1 for row in cells[: heading.at] if any(cell != "" for cell in row))


def _is_filled(row: _Row, at: int) -> bool:
    return at < len(row) and row[at] != ""
