"""A column as codes over its distinct values, so that work is done once a distinct value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mappings.expressions import Expression

Codes = npt.NDArray[np.int64]
_FEW = 32  # rows: a loop is quicker than arithmetic on columns


@dataclass(frozen=True)
class Encoded:
    """`codes[row]` is a place among the values, or -1 for null. The values are `told` as Python objects, none
    of them None, or as a column of texts.
    """

    codes: Codes
    told: Sequence[Any] | pa.Array | Tuples

    def __len__(self) -> int:
        """How many values there are."""
        return len(self.told)

    @cached_property
    def values(self) -> Sequence[Any]:
        return self.told if isinstance(self.told, list) else _listed(self.told)

    @cached_property
    def texts(self) -> pa.Array:
        """The values (of tuples their first) as a column of texts; null for what is no text."""
        if isinstance(self.told, pa.Array):
            return self.told
        if isinstance(self.told, Tuples):
            return self.part(0)
        return pa.array([value if isinstance(value, str) else None for value in self.values], pa.string())

    def part(self, place: int) -> pa.Array:
        """One of the parts of values that are tuples, as a column of texts."""
        if isinstance(self.told, Tuples):
            one = self.told.parts[place]
            return one.take(one.texts, pa.string())
        return Encoded(self.codes, [value[place] for value in self.values]).texts

    def take(self, mapped: Sequence[Any] | pa.Array, kind: pa.DataType) -> pa.Array:
        """One mapped value a row, null where the row has none."""
        if len(self.codes) <= _FEW and not isinstance(mapped, pa.Array):
            return pa.array([mapped[code] if code >= 0 else None for code in self.codes.tolist()], kind)
        array = mapped if isinstance(mapped, pa.Array) else pa.array(mapped, kind)
        return array.take(pa.array(self.codes, mask=self.codes < 0))

    def only(self, wanted: npt.NDArray[np.bool_]) -> Encoded:
        """The column with those of its values alone; rows with others have none."""
        places = np.flatnonzero(wanted)
        to = np.full(len(wanted) + 1, -1, np.int64)
        to[places] = np.arange(len(places))
        return Encoded(to[self.codes], _picked(self.told, places))


@dataclass(frozen=True, slots=True)
class Tuples:
    """Values of several columns side by side, as many of each."""

    parts: Sequence[Encoded]

    def __len__(self) -> int:
        return len(self.parts[0].codes)


def empty(rows: int) -> Encoded:
    return Encoded(np.full(rows, -1, np.int64), [])


def encoded(column: pa.ChunkedArray | pa.Array) -> Encoded:
    """A text column by its distinct values."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found = whole.dictionary_encode()
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    codes = pc.fill_null(found.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return Encoded(codes, found.dictionary)


def combined(columns: Sequence[Encoded], rows: int) -> Encoded:
    """Several columns as one of tuples; a part that is null is None in the tuple, all null is no value."""
    if rows <= _FEW:
        return _few_combined(columns, rows)
    key = np.zeros(rows, np.int64)
    for column in columns:
        key = key * (len(column) + 1) + column.codes + 1
    distinct, first, codes = np.unique(key, return_index=True, return_inverse=True)
    codes = codes.astype(np.int64)
    if distinct.size and distinct[0] == 0:
        first, codes = first[1:], codes - 1
    return Encoded(codes, Tuples([Encoded(column.codes[first], column.told) for column in columns]))


def only_where(column: Encoded, other: Encoded) -> Encoded:
    """A column with values only in rows where another has one."""
    return Encoded(np.where(other.codes < 0, -1, column.codes), column.told)


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


def _listed(told: Sequence[Any] | pa.Array | Tuples) -> list[Any]:
    if isinstance(told, Tuples):
        columns = [[*part.values, None] for part in told.parts]  # -1 is the last
        rows = zip(*(part.codes.tolist() for part in told.parts), strict=True)
        return [tuple(values[code] for values, code in zip(columns, row, strict=True)) for row in rows]
    return told.to_pylist() if isinstance(told, pa.Array) else list(told)


def _picked(told: Sequence[Any] | pa.Array | Tuples, places: Codes) -> Sequence[Any] | pa.Array | Tuples:
    if isinstance(told, Tuples):
        return Tuples([Encoded(part.codes[places], part.told) for part in told.parts])
    if isinstance(told, pa.Array):
        return told.take(pa.array(places))
    return [told[place] for place in places.tolist()]


class Records:
    """A page's payloads, to be asked for expressions: columns where the payload has columns, else rows."""

    def __init__(
        self, payload: pa.ChunkedArray, parse: Callable[[Any], Mapping[str, Any]], *, by_column: bool = True
    ) -> None:
        """`parse` gives the record that a payload stands for, where records are looked at one by one."""
        self.rows = len(payload)
        self._columns: dict[str, pa.ChunkedArray] = {}
        self._encoded: dict[str, Encoded] = {}
        self._records: list[Mapping[str, Any]] | None = None
        if by_column and pa.types.is_struct(payload.type):
            whole = payload.combine_chunks() if isinstance(payload, pa.ChunkedArray) else payload
            self._columns = {field.name: pc.struct_field(whole, field.name) for field in payload.type}
        else:
            self._records = [_without_blanks(parse(one)) for one in payload.to_pylist()]

    def evaluate(self, expression: Expression) -> Encoded:
        """The expression's value for each row; empty texts and nulls are no value."""
        if self._records is not None:
            return _by_value(_values(expression, self._records))
        if expression.column is not None:
            return self._column(expression.column)
        names = sorted(expression.reads)
        parts = combined([self._column(name) for name in names], self.rows)
        found = _by_value([expression.value(dict(zip(names, one, strict=True))) for one in parts.values])
        # a row whose fields are all null may still have a value (a literal)
        nothing = expression.value(dict.fromkeys(names))
        if nothing in (None, "", []):
            return Encoded(np.append(found.codes, -1)[parts.codes], found.told)
        codes = np.append(found.codes, len(found))
        return Encoded(codes[parts.codes], [*found.values, nothing])

    def _column(self, name: str) -> Encoded:
        if name not in self._encoded:
            column = self._columns.get(name)
            self._encoded[name] = (
                empty(self.rows) if column is None else _without_empty(encoded(_as_text(column)))
            )
        return self._encoded[name]


def _values(expression: Expression, records: Sequence[Mapping[str, Any]]) -> list[Any]:
    name = expression.column
    if name is not None:
        return [record.get(name) for record in records]
    return [expression.value(record) for record in records]


def _without_blanks(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Blank texts are no values, as in columns."""
    blank = [
        name for name, value in record.items() if isinstance(value, str) and (not value or value.isspace())
    ]
    return {**record, **dict.fromkeys(blank)} if blank else record


def _as_text(column: pa.Array) -> pa.Array:
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _without_empty(column: Encoded) -> Encoded:
    """Without the values that are blanks only. A test holds Arrow's blanks to Python's."""
    return _filled(column, pc.utf8_trim_whitespace(column.texts))


def _filled(column: Encoded, said: pa.Array) -> Encoded:
    """The rows for whose value something is said."""
    filled = pc.not_equal(said, "").to_numpy(zero_copy_only=False)
    if filled.all():
        return column
    return Encoded(np.where(np.append(filled, False)[column.codes], column.codes, -1), column.told)


def _by_value(values: Sequence[Any]) -> Encoded:
    """Distinct values of any JSON kind; lists and objects are told apart by their text."""
    if len(values) > _FEW and (texts := _all_texts(values)) is not None:
        column = encoded(texts)
        return _filled(column, column.texts)
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


def _all_texts(values: Sequence[Any]) -> pa.Array | None:
    """The values as a column, if none is anything but a text."""
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid, UnicodeError):
        return None
