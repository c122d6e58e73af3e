"""Values of pairs of records fetched, and values compared that need little."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.kernels.jit import BOOLS, INTS, LONGS, jit

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def met(first: Ints, several: Bools, a: Longs, b: Longs) -> tuple[Ints, Ints, Ints]:
    """Which pairs have a value on both sides, and the values. Pairs of a record with `several` values are
    left out (no marks: no record has).
    """
    return _met(first, several, np.ascontiguousarray(a), np.ascontiguousarray(b))


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
