"""Values of pairs of records fetched, and values compared that need little."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.kernels.jit import BOOLS, FLOATS, INTS, LONGS, OUT_FLOATS, REAL, SINGLES, SMALLS, jit

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Smalls = npt.NDArray[np.int8]
Singles = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]


def met(first: Ints, several: Bools, a: Longs, b: Longs) -> tuple[Ints, Ints, Ints]:
    """Which pairs have a value on both sides, and the values. Pairs of a record with `several` values are
    left out (no marks: no record has).
    """
    return _met(first, several, np.ascontiguousarray(a), np.ascontiguousarray(b))


def times_share(product: Floats, levels: Smalls, shares: Singles, chances: Floats, rarest: float) -> None:
    """As `matching.scoring._shares_together`, of one field."""
    _times_share(product, np.ascontiguousarray(levels), np.ascontiguousarray(shares), chances, rarest)


@jit((OUT_FLOATS, SMALLS, SINGLES, FLOATS, REAL))
def _times_share(product: Floats, levels: Smalls, shares: Singles, chances: Floats, rarest: float) -> None:
    for i in range(len(product)):
        usual = chances[levels[i] + 1]
        if np.isnan(usual):
            continue
        share = np.float64(shares[i])
        if np.isnan(share):
            share = usual
        product[i] *= max(share, rarest)


@jit((INTS, BOOLS, LONGS, LONGS))
def _met(first: Ints, several: Bools, a: Longs, b: Longs) -> tuple[Ints, Ints, Ints]:
    places, one, other = np.empty(len(a), np.int32), np.empty(len(a), np.int32), np.empty(len(a), np.int32)
    n, marked = 0, len(several) > 0
    for i in range(len(a)):
        x, y = first[a[i]], first[b[i]]
        if x < 0 or y < 0 or (marked and (several[a[i]] or several[b[i]])):
            continue
        places[n], one[n], other[n] = i, x, y
        n += 1
    return places[:n], one[:n], other[:n]
