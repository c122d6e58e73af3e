"""Comparing pairs of records: for every comparison a level of agreement, and how common what they share is.

A comparison's levels are numbered from 0 (different) upwards to exact agreement; -1 says that one side
tells nothing. `shares` holds, where a level is one of agreement on a value, the share of other records that
have that value too; NaN elsewhere. Where a field has several values the best pair of them counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.encoding import Ints, Longs, Values, ranges

Levels = npt.NDArray[np.int8]
Shares = npt.NDArray[np.float32]
Compared = tuple[Levels, Shares]


@dataclass(frozen=True)
class Agreement:
    """One comparison of a batch of pairs."""

    levels: Levels
    shares: Shares

    def taken(self, rows: Longs) -> Agreement:
        return Agreement(self.levels[rows], self.shares[rows])


Agreements = Mapping[str, Agreement]


def unknown(n: int) -> Compared:
    """Levels and shares of pairs of which nothing is known yet."""
    return np.full(n, -1, np.int8), np.full(n, np.nan, np.float32)


def over_values(values: Values, a: Longs, b: Longs, compare: Callable[[Ints, Ints], Compared]) -> Agreement:
    """Compares every value of one record with every value of the other and keeps the best.

    Best is the highest level, and on one level the rarest value.
    """
    levels, shares = unknown(len(a))
    if values.starts is None or values.flat is None:
        both = np.flatnonzero((values.first[a] >= 0) & (values.first[b] >= 0))
        levels[both], shares[both] = compare(values.first[a[both]], values.first[b[both]])
        return Agreement(levels, shares)
    counts = np.diff(values.starts)
    crossed = counts[a] * counts[b]
    both = np.flatnonzero(crossed)
    if len(both) == 0:
        return Agreement(levels, shares)
    owner = np.repeat(both, crossed[both])
    within = ranges(np.zeros(len(both), np.int64), crossed[both])
    of_b = counts[b[owner]]
    code_a = values.flat[values.starts[a[owner]] + within // of_b]
    code_b = values.flat[values.starts[b[owner]] + within % of_b]
    found, common = compare(code_a, code_b)
    rank = found.astype(np.float64) - np.nan_to_num(common, nan=0.0).astype(np.float64) * 0.5
    firsts = np.cumsum(crossed[both]) - crossed[both]
    best = np.maximum.reduceat(rank, firsts)
    chosen = np.flatnonzero(rank == np.repeat(best, crossed[both]))
    levels[owner[chosen]] = found[chosen]
    shares[owner[chosen]] = common[chosen]
    return Agreement(levels, shares)
