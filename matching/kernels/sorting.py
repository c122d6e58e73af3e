"""Whole numbers sorted by their upper bits into parts that the processor's cache holds, and each part by the
bits that follow. Several times faster than comparing from end to end.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from matching.kernels.jit import HASHES, LONG, inlined, jit

Hashes = npt.NDArray[np.uint64]
Longs = npt.NDArray[np.int64]

_SHORT: Final = 32  # numbers that are sorted by inserting one after the other
_EACH: Final = 8  # numbers that a part has in the end, where they are spread evenly
_FIRST_BITS: Final = 9  # parts of many numbers, few enough to write into all of them by turns
_MANY: Final = 1 << 19


def ascending(values: Hashes) -> Hashes:
    """The same numbers in ascending order."""
    if len(values) < 2:
        return values.copy()
    bits = max(1, int(values.max()).bit_length())
    first = min(bits, _FIRST_BITS) if len(values) > _MANY else 0
    return _ascending(values, bits, first)


@inlined
def _spread(source: Hashes, start: int, end: int, shift: int, parts: int, out: Hashes, ends: Longs) -> None:
    """Copies a stretch of `source` ordered by the bits above `shift`; `ends` tells where each part ends."""
    by, mask = np.uint64(shift), np.uint64(parts - 1)
    ends[: parts + 1] = 0
    for i in range(start, end):
        ends[np.int64((source[i] >> by) & mask) + 1] += 1
    ends[0] = start
    for part in range(parts):
        ends[part + 1] += ends[part]
    for i in range(start, end):
        at = np.int64((source[i] >> by) & mask)
        out[ends[at]] = source[i]
        ends[at] += 1


@inlined
def _sort(values: Hashes, start: int, end: int) -> None:
    if end - start > _SHORT:
        values[start:end].sort()
        return
    for i in range(start + 1, end):
        value, j = values[i], i - 1
        while j >= start and values[j] > value:
            values[j + 1] = values[j]
            j -= 1
        values[j + 1] = value


@inlined
def _finish(source: Hashes, start: int, end: int, bits: int, out: Hashes, ends: Longs) -> None:
    """Writes a stretch of `source`, equal above `bits`, in ascending order."""
    more = 0
    while more < bits and (end - start) >> more > _EACH and 1 << (more + 1) < len(ends):
        more += 1
    if more == 0:
        out[start:end] = source[start:end]
        _sort(out, start, end)
        return
    _spread(source, start, end, bits - more, 1 << more, out, ends)
    begin = start
    for part in range(1 << more):
        _sort(out, begin, ends[part])
        begin = ends[part]


@jit((HASHES, LONG, LONG))
def _ascending(values: Hashes, bits: int, first: int) -> Hashes:
    n = len(values)
    out, ends = np.empty(n, np.uint64), np.empty(2 * n // _EACH + 2, np.int64)
    if first == 0:
        _finish(values, 0, n, bits, out, ends)
        return out
    spread, bounds = np.empty(n, np.uint64), np.empty((1 << first) + 1, np.int64)
    _spread(values, 0, n, bits - first, 1 << first, spread, bounds)
    begin = 0
    for part in range(1 << first):
        _finish(spread, begin, bounds[part], bits - first, out, ends)
        begin = bounds[part]
    return out
