"""Lists of items a row, put together from several rules without a loop over rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from mappings.encoded import Codes, Encoded


@dataclass(frozen=True, slots=True)
class Slot:
    """What one rule contributes: each row's place in `items`, a list of items a distinct value."""

    codes: Codes
    items: Sequence[Sequence[Any]]


def slot(column: Encoded, item_of: Callable[[Any], Sequence[Any]]) -> Slot:
    """A slot from a column: `item_of` is asked once a distinct value."""
    return Slot(column.codes, [item_of(value) for value in column.values])


def lists(slots: Sequence[Slot], rows: int, kind: pa.DataType, *, primary: bool = False) -> pa.ListArray:
    """One list a row: the items of the first slot, then the second's, and so on.

    With `primary`, the first item of each row is marked as such. An empty list is null.
    """
    counts = np.zeros((len(slots), rows), np.int64)
    for place, one in enumerate(slots):
        counts[place] = np.array([*(len(items) for items in one.items), 0], np.int64)[one.codes]
    totals = counts.sum(axis=0) if slots else np.zeros(rows, np.int64)
    offsets = np.concatenate([[0], np.cumsum(totals)])
    order = np.empty(int(offsets[-1]), np.int64)
    flat: list[Any] = []
    starts = offsets[:-1].copy()
    for place, one in enumerate(slots):
        lengths = np.array([len(items) for items in one.items], np.int64)
        firsts = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if lengths.size else np.zeros(0, np.int64)
        count = counts[place]
        which = np.repeat(np.arange(rows), count)
        within = np.arange(which.size) - np.repeat(np.cumsum(count) - count, count)
        if which.size:
            order[starts[which] + within] = len(flat) + firsts[one.codes[which]] + within
        starts += count
        flat.extend(item for items in one.items for item in items)
    values = pa.array(flat, kind).take(pa.array(order))
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
