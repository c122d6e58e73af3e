"""Connected components of a graph given as pairs of node numbers."""

from __future__ import annotations

import numpy as np

from matching.encoding import Longs
from matching.kernels import compiled


def components(n: int, a: Longs, b: Longs) -> Longs:
    """For each of `n` nodes the smallest node it is connected to.

    Hooks the larger root onto the smaller along all edges at once, then halves the paths, until nothing moves
    (Shiloach and Vishkin 1982).
    """
    if compiled(len(a)):
        from matching.kernels.clusters import components as fast  # noqa: PLC0415 - loads Numba

        return fast(n, a, b)
    label = np.arange(n)
    while len(a):
        low, high = np.minimum(label[a], label[b]), np.maximum(label[a], label[b])
        open_ = low != high
        a, b, low, high = a[open_], b[open_], low[open_], high[open_]
        if len(a) == 0:
            break
        np.minimum.at(label, high, low)
        while True:
            shorter = label[label]
            if (shorter == label).all():
                break
            label = shorter
    return label
