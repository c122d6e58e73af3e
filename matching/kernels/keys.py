"""Keys of records put together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.kernels.jit import BOOLS, HASH, HASHES, INTS, LONGS, jit
from matching.kernels.texts import mixed

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]


def mixed_all(values: Hashes, salt: int) -> Hashes:
    """As `matching.hashing.mix`."""
    return _mixed_all(np.ascontiguousarray(values), np.uint64(salt & ((1 << 64) - 1)))


def seen(rows: Longs, codes: Ints, by_value: Hashes) -> tuple[Longs, Hashes]:
    """Rows and what is known by value, but for those where that is 0."""
    return _seen(rows, codes, np.ascontiguousarray(by_value))


def present(hashes: Hashes) -> tuple[Longs, Hashes]:
    """The rows that have a hash, and the hashes."""
    return _present(hashes)


def first_by_row(rows: Longs, hashes: Hashes, mask: Bools) -> tuple[Hashes, bool]:
    """Of each marked record the first of its hashes, 0 for none; and whether one has several. Rows ascend."""
    return _first(rows, hashes, mask)


def joined(rows: Longs, hashes: Hashes, more: Hashes, salt: int) -> tuple[Longs, Hashes]:
    """Hashes mixed with a further one of their record, but for those without."""
    return _joined(rows, hashes, more, np.uint64(salt))


@jit((HASHES,))
def _present(hashes: Hashes) -> tuple[Longs, Hashes]:
    rows, some, n = np.empty(len(hashes), np.int64), np.empty(len(hashes), np.uint64), 0
    for i in range(len(hashes)):
        rows[n], some[n] = i, hashes[i]
        n += hashes[i] != 0
    return rows[:n], some[:n]


@jit((HASHES, HASH))
def _mixed_all(values: Hashes, salt: np.uint64) -> Hashes:
    out = np.empty(len(values), np.uint64)
    for i in range(len(values)):
        out[i] = mixed(values[i], salt)
    return out


@jit((LONGS, INTS, HASHES))
def _seen(rows: Longs, codes: Ints, by_value: Hashes) -> tuple[Longs, Hashes]:
    out, hashes, n = np.empty(len(rows), np.int64), np.empty(len(rows), np.uint64), 0
    for i in range(len(rows)):
        out[n], hashes[n] = rows[i], by_value[codes[i]]
        n += hashes[n] != 0
    return out[:n], hashes[:n]


@jit((LONGS, HASHES, BOOLS))
def _first(rows: Longs, hashes: Hashes, mask: Bools) -> tuple[Hashes, bool]:
    out, several, before = np.zeros(len(mask), np.uint64), False, -1
    for i in range(len(rows)):
        row = rows[i]
        if mask[row]:
            if row == before:
                several = True
            else:
                out[row] = hashes[i]
            before = row
    return out, several


@jit((LONGS, HASHES, HASHES, HASH))
def _joined(rows: Longs, hashes: Hashes, more: Hashes, salt: np.uint64) -> tuple[Longs, Hashes]:
    out, joint, n = np.empty(len(rows), np.int64), np.empty(len(rows), np.uint64), 0
    for i in range(len(rows)):
        other = more[rows[i]]
        if other != 0:
            out[n], joint[n] = rows[i], mixed(hashes[i] ^ mixed(other, salt), np.uint64(0))
            n += 1
    return out[:n], joint[:n]
