"""Values numbered anew."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.kernels.jit import HASHES, INTS, LONG, LONGS, jit
from matching.kernels.texts import mixed

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]


def by_appearance(codes: Ints, places: Longs, values: int) -> tuple[Ints, Ints]:
    """Codes at the places, renumbered by their first appearance there, and the old code of each new one."""
    return _appearing(codes, places, values)


def numbered_few(values: Hashes, most: int) -> tuple[Longs, Longs, Hashes] | None:
    """Equal values get equal numbers by first appearance; where each comes first, and the values. None where
    more than `most` differ.
    """
    numbers, first, found = _numbered(values, most)
    return (numbers, first, found) if len(first) <= most else None


@jit((INTS, LONGS, LONG))
def _appearing(codes: Ints, places: Longs, values: int) -> tuple[Ints, Ints]:
    onto = np.full(values, -1, np.int32)
    order = np.empty(values, np.int32)
    out = np.empty(len(places), np.int32)
    seen = 0
    for i in range(len(places)):
        code = codes[places[i]]
        if code < 0:
            out[i] = -1
            continue
        if onto[code] < 0:
            onto[code] = seen
            order[seen] = code
            seen += 1
        out[i] = onto[code]
    return out, order[:seen]


@jit((HASHES, LONG))
def _numbered(values: Hashes, most: int) -> tuple[Longs, Longs, Hashes]:
    size = 4
    while size < 2 * most + 2:
        size *= 2
    slots = np.full(size, -1, np.int32)
    found, first = np.empty(most + 1, np.uint64), np.empty(most + 1, np.int64)
    out = np.empty(len(values), np.int64)
    seen = 0
    for i in range(len(values)):
        value = values[i]
        slot = np.int64(mixed(value, np.uint64(0)) & np.uint64(size - 1))
        while slots[slot] >= 0 and found[slots[slot]] != value:
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            found[seen], first[seen], slots[slot] = value, i, seen
            seen += 1
            if seen > most:
                break
        out[i] = slots[slot]
    return out, first[:seen], found[:seen]
