"""Reading the leaves of nested contacts as numbered values, records in canonical order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import ConfigurationError
from matching.encoding import Bools, Ints, Longs, dictionary, ranges
from matching.folding import LONGEST
from matching.grouping import by_hash
from matching.hashing import Hashes, record_hashes
from matching.kernels import compiled

_FEW: Final = 500  # records


@dataclass(frozen=True)
class Leaf:
    """A text leaf: `codes[i]` is a value of record `rows[i]` (ascending), `values` the distinct ones.

    `items[i]` tells which element of a list it came from, so that leaves of one list can be put side by side.
    """

    rows: Longs
    codes: Ints
    values: pa.Array
    items: Longs

    def taken(self, kept: Bools) -> Leaf:
        return Leaf(self.rows[kept], self.codes[kept], self.values, self.items[kept])


class Leaves:
    """The contacts to match, seen in the order of their hashed source and key, whatever order they came
    in.
    """

    def __init__(self, contacts: pa.Table) -> None:
        self._contacts = contacts
        self.n: int = contacts.num_rows
        self.record_ids: Longs = np.asarray(contacts["record_id"].to_numpy(), np.int64)
        self.order, self.names = self._canonical_order()

    def _canonical_order(self) -> tuple[Longs, Hashes]:
        """The order, and the hashes of sources and keys in it."""
        hashed = record_hashes(self._contacts["source"], self._contacts["key"])
        order = by_hash(hashed)
        if self.n and (np.diff(hashed[order]) == 0).any():  # one key twice: the record id must tell
            order = np.lexsort((self.record_ids, hashed))
        return order, hashed[order]

    def plain(self, *path: str) -> Leaf:
        """A text field, or a member of a struct field."""
        column = self._contacts[path[0]]
        if column.null_count == self.n:
            return _NOTHING
        if self.n <= _FEW:
            return _few_plain(_members(_few_values(column), path[1:], self.order))
        for part in path[1:]:
            column = pc.struct_field(column, part)
        codes, values = _numbered(column)
        codes, values = _by_appearance(codes, self.order, values)
        rows = np.flatnonzero(codes >= 0)
        return Leaf(rows, codes[rows], values, np.zeros(len(rows), np.int64))

    def listed(self, name: str, *members: str) -> Iterator[Leaf]:
        """Members of the structs in a list field, one leaf each."""
        if self._contacts[name].null_count == self.n:
            yield from (_NOTHING for _ in members)
            return
        if self.n <= _FEW:
            items = _few_values(self._contacts[name])
            yield from _few_listed(items, self.order, members)
            return
        column = self._contacts[name].combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks)
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy().astype(np.int64)
        if (lengths < 0).any():
            raise _invalid()
        starts = np.cumsum(lengths) - lengths
        taken = ranges(starts[self.order], lengths[self.order])
        rows = np.repeat(np.arange(self.n), lengths[self.order])
        structs = column.flatten()
        for member in members:
            codes, values = _numbered(pc.struct_field(structs, member))
            codes, values = _by_appearance(codes, taken, values)
            some = np.flatnonzero(codes >= 0)
            yield Leaf(rows[some], codes[some], values, taken[some])


_NOTHING: Final = Leaf(
    np.zeros(0, np.int64), np.zeros(0, np.int32), pa.array([], pa.string()), np.zeros(0, np.int64)
)


def _few_values(column: pa.ChunkedArray) -> list[Any]:
    """Raises `ConfigurationError` for texts that are not UTF-8."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        raise _invalid() from None
    return list(column.to_pylist())


def _members(values: list[Any], path: Sequence[str], order: Longs) -> list[str | None]:
    found = [values[row] for row in order.tolist()]
    for part in path:
        found = [None if value is None else value[part] for value in found]
    return found


def _few_plain(texts: list[str | None]) -> Leaf:
    rows = [row for row, text in enumerate(texts) if text is not None]
    return _few(rows, [text for text in texts if text is not None], [0] * len(rows))


def _few_listed(lists: list[Any], order: Longs, members: Sequence[str]) -> Iterator[Leaf]:
    starts = np.cumsum([0, *(len(items or ()) for items in lists)]).tolist()
    placed = [
        (row, starts[origin] + place, item)
        for row, origin in enumerate(order.tolist())
        for place, item in enumerate(lists[origin] or ())
        if item is not None
    ]
    for member in members:
        said = [(row, place, item[member]) for row, place, item in placed if item[member] is not None]
        yield _few(
            [row for row, _, _ in said], [text for _, _, text in said], [place for _, place, _ in said]
        )


def _few(rows: list[int], texts: list[str], items: list[int]) -> Leaf:
    """A leaf of a few texts, without Arrow's work for many."""
    number: dict[str, int] = {}
    codes = [number.setdefault(text[:LONGEST], len(number)) for text in texts]
    values = pa.array(list(number), pa.string())
    return Leaf(np.array(rows, np.int64), np.array(codes, np.int32), values, np.array(items, np.int64))


def _numbered(texts: pa.Array | pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    """Codes of a text column and its distinct values, cut at `LONGEST`, one text as it would be among others.

    Raises `ConfigurationError` for texts that are not UTF-8: Arrow reads on where one is not, and half a
    character must not become somebody's name.
    """
    try:
        texts.validate()
        if (pc.max(pc.binary_length(texts)).as_py() or 0) > LONGEST:
            texts.validate(full=True)
            texts = pc.utf8_slice_codeunits(texts, 0, LONGEST)
        codes, values = dictionary(texts)
        values.validate(full=True)
    except pa.ArrowInvalid:
        raise _invalid() from None
    return codes, values


def _invalid() -> ConfigurationError:
    return ConfigurationError(
        "invalid-table",
        "the contacts are not a valid Arrow table: a text that is not UTF-8, or a list out of bounds",
        hint="read files with their right encoding, and replace what cannot be decoded",
    )


def _by_appearance(codes: Ints, places: Longs, values: pa.Array) -> tuple[Ints, pa.Array]:
    """The codes at these places, their values renumbered by their first appearance there; values that do not
    appear are dropped.
    """
    if compiled(len(places)):
        from matching.kernels.numbering import by_appearance  # noqa: PLC0415 - loads Numba

        found, old = by_appearance(codes, places, len(values))
        return found, values.take(pa.array(old))
    codes = codes[places]
    present = np.flatnonzero(codes >= 0)
    first = np.full(len(values), -1, np.int64)
    first[codes[present[::-1]]] = present[::-1]
    appearing = np.flatnonzero(first >= 0)
    at = np.full(len(codes), -1, np.int64)  # at each place the value that appears there first
    at[first[appearing]] = appearing
    order = at[at >= 0]
    onto = np.full(len(values) + 1, -1, np.int32)
    onto[order] = np.arange(len(order), dtype=np.int32)
    return onto[codes], values.take(pa.array(order))
