"""Lists of items a row, put together from several rules without a loop over rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from mappings.encoded import Codes

FEW: Final = 32  # rows


@dataclass(frozen=True, slots=True)
class Slot:
    """What one rule contributes: each row's place in `items` (-1 for none), a list of items a distinct value;
    an Arrow array has one item a distinct value.
    """

    codes: Codes
    items: Sequence[Sequence[Any]] | pa.Array

    def lengths(self) -> Codes:
        """How many items each distinct value has."""
        if isinstance(self.items, pa.Array):
            return np.ones(len(self.items), np.int64)
        return np.array([len(items) for items in self.items], np.int64)

    def flat(self, kind: pa.DataType) -> pa.Array:
        """The items of all distinct values, one after the other."""
        if isinstance(self.items, pa.Array):
            return self.items
        return pa.array([item for items in self.items for item in items], kind)


def lists(slots: Sequence[Slot], rows: int, kind: pa.DataType, *, primary: bool = False) -> pa.ListArray:
    """One list a row: the items of the first slot, then the second's, and so on.

    With `primary`, the first item of each row is marked as such. An empty list is null.
    """
    if rows <= FEW:
        return _few_lists(slots, rows, kind, primary=primary)
    return many_lists(slots, rows, kind, primary=primary)


def _few_lists(slots: Sequence[Slot], rows: int, kind: pa.DataType, *, primary: bool) -> pa.ListArray:
    """Row by row: for a page of one submission a loop is quicker than arithmetic on columns."""
    used = [one for one in slots if any(code >= 0 for code in one.codes.tolist())]
    if not used:
        return pa.nulls(rows, pa.list_(kind))
    items = [one.items.to_pylist() if isinstance(one.items, pa.Array) else one.items for one in used]
    single = [isinstance(one.items, pa.Array) for one in used]
    found: list[list[Any] | None] = []
    for row in range(rows):
        row_items: list[Any] = []
        for place, one in enumerate(used):
            code = int(one.codes[row])
            if code >= 0:
                row_items += [items[place][code]] if single[place] else items[place][code]
        if primary:
            row_items = [{**item, "primary": i == 0} for i, item in enumerate(row_items)]
        found.append(row_items or None)
    return pa.array(found, pa.list_(kind))


def many_lists(slots: Sequence[Slot], rows: int, kind: pa.DataType, *, primary: bool = False) -> pa.ListArray:
    """What `lists` gives, for any number of rows."""
    lengths = [one.lengths() for one in slots]
    counts = np.zeros((len(slots), rows), np.int64)
    for place, one in enumerate(slots):
        counts[place] = np.append(lengths[place], 0)[one.codes]
    totals = counts.sum(axis=0) if slots else np.zeros(rows, np.int64)
    offsets = np.concatenate([[0], np.cumsum(totals)])
    order = np.empty(int(offsets[-1]), np.int64)
    starts, before = offsets[:-1].copy(), 0
    for place, one in enumerate(slots):
        firsts = before + np.cumsum(lengths[place]) - lengths[place]
        count = counts[place]
        which = np.repeat(np.arange(rows), count)
        within = np.arange(which.size) - np.repeat(np.cumsum(count) - count, count)
        if which.size:
            order[starts[which] + within] = firsts[one.codes[which]] + within
        starts += count
        before += int(lengths[place].sum())
    parts = [one.flat(kind) for one in slots]
    values = (pa.concat_arrays(parts) if parts else pa.array([], kind)).take(pa.array(order))
    if primary:
        values = _marked(values, offsets, kind)
    # a null among the offsets makes that row's list null
    missing = np.append(totals == 0, False)
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32), mask=missing), values)


def _marked(values: pa.StructArray, offsets: Codes, kind: pa.StructType) -> pa.StructArray:
    first = np.zeros(len(values), bool)
    starts = offsets[:-1][offsets[:-1] < offsets[1:]]
    first[starts] = True
    parts = [values.field(field.name) if field.name != "primary" else pa.array(first) for field in kind]
    return pa.StructArray.from_arrays(parts, fields=list(kind))
