"""What every reader gives: consecutive data rows as columns of text, and the rows that cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.files.options import Description
from hub.domain.records import REJECT_SCHEMA

NOT_A_ROW: Final = "not-a-row"
NOTE: Final = "a note below the table"
TITLE: Final = "a title between the rows"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used. `number` is its place among the data rows, `raw` the text as it stands."""

    number: int
    position: str
    code: str
    reason: str
    raw: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Some consecutive data rows.

    `columns` are columns of text; `numbers` (int64) say which data row of the file each is, from 1, rows in
    `bad` included, blank ones not. `payload` is the JSON text of each row where the format has nested
    values; None where the columns say everything.
    """

    columns: pa.Table
    numbers: pa.ChunkedArray
    bad: tuple[BadRow, ...] = field(default=())
    payload: pa.ChunkedArray | None = None

    @property
    def count(self) -> int:
        return len(self.numbers) + len(self.bad)

    @property
    def last_number(self) -> int:
        """The number of the last row, be it a bad one; 0 when there is none."""
        last: int = self.numbers[-1].as_py() if len(self.numbers) else 0
        return max([last, *(bad.number for bad in self.bad)])

    def json_texts(self) -> list[str]:
        """The payload as text, of a format that has one."""
        return [] if self.payload is None else self.payload.to_pylist()

    def after(self, number: int) -> Rows:
        """The rows that come after that data row."""
        return self.where(pc.greater(self.numbers, number), tuple(b for b in self.bad if b.number > number))

    def where(self, mask: pa.ChunkedArray | pa.Array, bad: tuple[BadRow, ...]) -> Rows:
        """The rows that `mask` keeps, with other bad rows."""
        payload = None if self.payload is None else self.payload.filter(mask)
        return Rows(self.columns.filter(mask), self.numbers.filter(mask), bad, payload)


class TableReader(Protocol):
    """An opened file of one of the formats."""

    @property
    def description(self) -> Description: ...

    def rows(self) -> Iterator[Rows]:
        """All data rows in the order of the file, in portions of the reader's choice."""


def numbered(columns: pa.Table, first: int, bad: tuple[BadRow, ...] = ()) -> Rows:
    """Rows numbered on from `first`, none of them bad."""
    return Rows(columns, pa.chunked_array([pa.array(np.arange(first, first + columns.num_rows))]), bad)


def joined(portions: list[Rows]) -> Rows:
    """Several portions as one, in their order."""
    if len(portions) == 1:
        return portions[0]
    payloads = [portion.payload for portion in portions if portion.payload is not None]
    return Rows(
        pa.concat_tables([portion.columns for portion in portions], promote_options="default"),
        _concatenated([portion.numbers for portion in portions], pa.int64()),
        tuple(bad for portion in portions for bad in portion.bad),
        _concatenated(payloads, pa.string()) if payloads else None,
    )


def in_pages(portions: Iterable[Rows], size: int) -> Iterator[Rows]:
    """The same rows in portions of `size` rows; only the last may be smaller."""
    waiting: list[Rows] = []
    count = 0
    for portion in portions:
        waiting.append(portion)
        count += portion.count
        while count >= size:
            page, rest = _split(joined(waiting), size)
            yield page
            waiting, count = [rest], rest.count
    if count:
        yield joined(waiting)


def rejects_table(bad: Iterable[BadRow]) -> pa.Table:
    """Bad rows as `REJECT_SCHEMA`. The raw text is a JSON string, not an object: it cannot be replayed."""
    rows = [
        {
            "key": row.key,
            "position": row.position,
            "code": row.code,
            "reason": row.reason,
            "payload": json.dumps(row.raw, ensure_ascii=False),
        }
        for row in bad
    ]
    return pa.Table.from_pylist(rows, schema=REJECT_SCHEMA)


def _split(rows: Rows, size: int) -> tuple[Rows, Rows]:
    """The first `size` rows, bad ones counted, and the others."""
    if rows.count == size:
        return rows, rows.after(rows.last_number)
    numbers = sorted([*rows.numbers.to_pylist(), *(bad.number for bad in rows.bad)]) if rows.bad else None
    border = rows.numbers[size - 1].as_py() if numbers is None else numbers[size - 1]
    first = tuple(bad for bad in rows.bad if bad.number <= border)
    return rows.where(pc.less_equal(rows.numbers, border), first), rows.after(border)


def _concatenated(arrays: list[pa.ChunkedArray], kind: pa.DataType) -> pa.ChunkedArray:
    return pa.chunked_array([chunk for array in arrays for chunk in array.chunks], kind)
