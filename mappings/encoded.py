"""A column as codes over its distinct values, so that work is done once a distinct value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mappings.expressions import Expression

Codes = npt.NDArray[np.int64]
_FEW = 32  # rows: a loop is quicker than arithmetic on columns


@dataclass(frozen=True, slots=True)
class Encoded:
    """`codes[row]` is a place in `values`, or -1 for null. `values` are Python objects, none of them None."""

    codes: Codes
    values: Sequence[Any]

    def take(self, mapped: Sequence[Any], kind: pa.DataType) -> pa.Array:
        """One mapped value a row, null where the row has none."""
        if len(self.codes) <= _FEW:
            return pa.array([mapped[code] if code >= 0 else None for code in self.codes.tolist()], kind)
        array = pa.array(mapped, kind)
        return array.take(pa.array(self.codes, mask=self.codes < 0))


def empty(rows: int) -> Encoded:
    return Encoded(np.full(rows, -1, np.int64), [])


def encoded(column: pa.ChunkedArray | pa.Array) -> Encoded:
    """A text column by its distinct values."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found = whole.dictionary_encode()
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    codes = pc.fill_null(found.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return Encoded(codes, found.dictionary.to_pylist())


def combined(columns: Sequence[Encoded], rows: int) -> Encoded:
    """Several columns as one of tuples; a part that is null is None in the tuple, all null is no value."""
    if rows <= _FEW:
        return _few_combined(columns, rows)
    key = np.zeros(rows, np.int64)
    for column in columns:
        key = key * (len(column.values) + 1) + column.codes + 1
    distinct, first, codes = np.unique(key, return_index=True, return_inverse=True)
    tuples = [
        tuple(column.values[column.codes[row]] if column.codes[row] >= 0 else None for column in columns)
        for row in first.tolist()
    ]
    if distinct.size and distinct[0] == 0:
        return Encoded(codes.astype(np.int64) - 1, tuples[1:])
    return Encoded(codes.astype(np.int64), tuples)


def _few_combined(columns: Sequence[Encoded], rows: int) -> Encoded:
    places: dict[tuple[int, ...], int] = {}
    tuples: list[tuple[Any, ...]] = []
    codes = np.full(rows, -1, np.int64)
    for row in range(rows):
        key = tuple(int(column.codes[row]) for column in columns)
        if max(key, default=-1) < 0:
            continue
        if key not in places:
            places[key] = len(tuples)
            tuples.append(
                tuple(c.values[code] if code >= 0 else None for c, code in zip(columns, key, strict=True))
            )
        codes[row] = places[key]
    return Encoded(codes, tuples)


class Records:
    """A page's payloads, to be asked for expressions: columns where the payload has columns, else rows."""

    def __init__(self, payload: pa.ChunkedArray, parse: Callable[[str], Mapping[str, Any]]) -> None:
        self.rows = len(payload)
        self._columns: dict[str, pa.ChunkedArray] = {}
        self._encoded: dict[str, Encoded] = {}
        self._records: list[Mapping[str, Any]] | None = None
        if pa.types.is_struct(payload.type):
            whole = payload.combine_chunks() if isinstance(payload, pa.ChunkedArray) else payload
            self._columns = {field.name: pc.struct_field(whole, field.name) for field in payload.type}
        else:
            self._records = [_without_blanks(parse(text)) for text in payload.to_pylist()]

    def evaluate(self, expression: Expression) -> Encoded:
        """The expression's value for each row; empty texts and nulls are no value."""
        if self._records is not None:
            return _by_value([expression.value(record) for record in self._records])
        if expression.column is not None:
            return self._column(expression.column)
        names = sorted(expression.reads)
        parts = combined([self._column(name) for name in names], self.rows)
        found = _by_value([expression.value(dict(zip(names, one, strict=True))) for one in parts.values])
        # a row whose fields are all null may still have a value (a literal)
        nothing = expression.value(dict.fromkeys(names))
        values, codes = list(found.values), found.codes
        if nothing not in (None, "", []):
            codes = np.append(codes, len(values))
            values.append(nothing)
        else:
            codes = np.append(codes, -1)
        return Encoded(codes[parts.codes], values)

    def _column(self, name: str) -> Encoded:
        if name not in self._encoded:
            column = self._columns.get(name)
            self._encoded[name] = (
                empty(self.rows) if column is None else _without_empty(encoded(_as_text(column)))
            )
        return self._encoded[name]


def _without_blanks(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Blank texts are no values, as in columns."""
    return {
        name: None if isinstance(value, str) and not value.strip() else value
        for name, value in record.items()
    }


def _as_text(column: pa.Array) -> pa.Array:
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _without_empty(column: Encoded) -> Encoded:
    filled = np.array([bool(value.strip()) for value in column.values] + [False], dtype=bool)
    return Encoded(np.where(filled[column.codes], column.codes, -1), column.values)


def _by_value(values: Sequence[Any]) -> Encoded:
    """Distinct values of any JSON kind; lists and objects are told apart by their text."""
    places: dict[Any, int] = {}
    distinct: list[Any] = []
    codes = np.full(len(values), -1, np.int64)
    for row, value in enumerate(values):
        if value in (None, "", [], {}):
            continue
        key = value if isinstance(value, str) else (type(value).__name__, repr(value))
        place = places.setdefault(key, len(distinct))
        if place == len(distinct):
            distinct.append(value)
        codes[row] = place
    return Encoded(codes, distinct)
