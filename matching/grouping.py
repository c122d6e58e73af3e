"""Whole numbers sorted and numbered in the ways that take least time: NumPy sorts plain numbers several times
faster than places of numbers.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.encoding import Bools, Longs
from matching.hashing import Hashes, mix
from matching.kernels import compiled


def ascending(values: Hashes) -> Hashes:
    """The same numbers in ascending order."""
    if compiled(len(values)):
        from matching.kernels import sorting  # noqa: PLC0415 - loads Numba

        return sorting.ascending(values)
    return np.sort(values)


def order_of(values: Longs) -> Longs:
    """The places of whole numbers in ascending order, equal ones by place."""
    bits = max(1, (len(values) - 1).bit_length()) if len(values) else 1
    if len(values) == 0 or int(values.min()) < 0 or int(values.max()) >> (63 - bits):
        return np.argsort(values, kind="stable")
    packed = ascending(
        (values.astype(np.uint64) << np.uint64(bits)) | np.arange(len(values), dtype=np.uint64)
    )
    return (packed & np.uint64((1 << bits) - 1)).astype(np.int64)


def by_hash(hashes: Hashes) -> Longs:
    """The places of hashes in ascending order, equal ones by place.

    The upper bits of a hash are sorted with its place in the lower ones; the few that meet in those bits
    without being equal are put right after.
    """
    n = len(hashes)
    bits = np.uint64(max(1, (n - 1).bit_length()) if n else 1)
    low = (np.uint64(1) << bits) - np.uint64(1)
    packed = ascending((hashes & ~low) | np.arange(n, dtype=np.uint64))
    order = (packed & low).astype(np.int64)
    upper, whole = packed >> bits, hashes[order]
    together = upper[1:] == upper[:-1]
    clashing = together & (whole[1:] != whole[:-1])
    if clashing.any():
        group = np.concatenate(([0], np.cumsum(~together)))
        mixed = np.flatnonzero(np.isin(group, group[1:][clashing]))
        order[mixed] = order[mixed][np.lexsort((order[mixed], whole[mixed]))]
    return order


def by_pair(a: Longs, b: Longs) -> Longs:
    """The places of pairs of whole numbers (none below 0) in ascending order of `a`, then of `b`."""
    by_b = order_of(b)
    return by_b[order_of(a[by_b])]


def first_of_each(ordered: npt.NDArray[np.generic]) -> Bools:
    """Where a run of equal values begins."""
    return np.concatenate((np.ones(min(len(ordered), 1), bool), ordered[1:] != ordered[:-1]))


def distinct(values: npt.NDArray[np.integer]) -> npt.NDArray[np.integer]:
    """The distinct values (none below 0), ascending."""
    ordered = ascending(values.astype(np.uint64))
    return ordered[first_of_each(ordered)].astype(values.dtype)


def group_sizes(values: npt.NDArray[np.integer]) -> Longs:
    """How often each of the distinct values (none below 0) is there, by value."""
    starts = np.flatnonzero(first_of_each(ascending(values.astype(np.uint64))))
    return np.diff(np.append(starts, len(values)))


def numbered(values: npt.NDArray[np.integer]) -> tuple[Longs, Longs]:
    """Equal values (none below 0) get equal numbers from 0; and where the value of each number comes first.

    The order of the numbers depends on the values alone.
    """
    n = len(values)
    if n == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    bits = np.uint64(max(1, (n - 1).bit_length()))
    keys = values.astype(np.uint64)
    if int(keys.max()) >> (64 - int(bits)):  # no room for the place: mixing is one to one, so nothing meets
        order = by_hash(mix(keys))
        start = first_of_each(keys[order])
    else:
        packed = ascending((keys << bits) | np.arange(n, dtype=np.uint64))
        order = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
        start = first_of_each(packed >> bits)
    numbers = np.empty(n, np.int64)
    numbers[order] = np.cumsum(start) - 1
    return numbers, order[start]
