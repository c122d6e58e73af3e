"""Comparing pairs of records: for every comparison a level of agreement, and how common what they share is.

A comparison's levels are numbered from 0 (different) upwards to exact agreement; -1 says that one side
tells nothing. `shares` holds, where a level is one of agreement on a value, the share of other records that
have that value too; NaN elsewhere. Where a field has several values the best pair of them counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.encoding import Ints, Longs, Values, ranges
from matching.kernels import compiled

Levels = npt.NDArray[np.int8]
Shares = npt.NDArray[np.float32]
Compared = tuple[Levels, Shares]

MOST: Final = 16  # values of one record that are compared with those of another
_AT_ONCE: Final = 1 << 22  # comparisons of values held in memory at a time


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

    Best is the highest level, and on one level the rarest value. Of records with very many values the first
    `MOST` are compared with one another, and besides each value that both have.
    """
    if compiled(len(a)):
        return _over_values_compiled(values, a, b, compare)
    levels, shares = unknown(len(a))
    one, other = values.first[a], values.first[b]
    both = (one >= 0) & (other >= 0)
    several = np.zeros(0, np.int64)
    if values.starts is not None:
        counts = np.minimum(np.diff(values.starts), MOST)
        crossed = counts[a] * counts[b]
        several = np.flatnonzero(crossed > 1)
        both[several] = False
    single = np.flatnonzero(both)
    levels[single], shares[single] = compare(one[single], other[single])
    if len(several):
        for part in _slices(crossed[several]):
            _best(values, a, b, several[part], compare, (levels, shares))
    return Agreement(levels, shares)


def _over_values_compiled(
    values: Values, a: Longs, b: Longs, compare: Callable[[Ints, Ints], Compared]
) -> Agreement:
    from matching.kernels.pairs import met  # noqa: PLC0415 - loads Numba

    levels, shares = unknown(len(a))
    places, one, other = met(values.first, values.with_several, a, b)
    levels[places], shares[places] = compare(one, other)
    if values.starts is not None:
        several = np.flatnonzero(values.with_several[a] | values.with_several[b])
        counts = np.minimum(np.diff(values.starts), MOST)
        crossed = counts[a[several]] * counts[b[several]]
        several, crossed = several[crossed > 1], crossed[crossed > 1]
        for part in _slices(crossed):
            _best(values, a, b, several[part], compare, (levels, shares))
    return Agreement(levels, shares)


def _best(
    values: Values,
    a: Longs,
    b: Longs,
    pairs: Longs,
    compare: Callable[[Ints, Ints], Compared],
    into: Compared,
) -> None:
    """Fills the levels and shares of `pairs` in."""
    owner, code_a, code_b = _crossed(values, a, b, pairs)
    found, common = compare(code_a, code_b)
    rank = found.astype(np.float64) - np.nan_to_num(common, nan=0.0).astype(np.float64) * 0.5
    firsts = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))
    best = np.repeat(np.maximum.reduceat(rank, firsts), np.diff(np.append(firsts, len(owner))))
    chosen = np.flatnonzero(rank == best)
    into[0][owner[chosen]] = found[chosen]
    into[1][owner[chosen]] = common[chosen]


def _crossed(values: Values, a: Longs, b: Longs, pairs: Longs) -> tuple[Longs, Ints, Ints]:
    """The values to compare for these pairs, and which pair they belong to, ascending."""
    starts, flat = _lists(values)
    lengths = np.diff(starts)
    counts = np.minimum(lengths, MOST)
    of_b = counts[b[pairs]]
    crossed = counts[a[pairs]] * of_b
    owner = np.repeat(pairs, crossed)
    within, by_b = ranges(np.zeros(len(pairs), np.int64), crossed), np.repeat(of_b, crossed)
    code_a = flat[starts[a[owner]] + within // by_b]
    code_b = flat[starts[b[owner]] + within % by_b]
    long = pairs[np.maximum(lengths[a[pairs]], lengths[b[pairs]]) > MOST]
    if len(long) == 0:
        return owner, code_a, code_b
    fewer = np.where(lengths[a[long]] <= lengths[b[long]], a[long], b[long])
    more = a[long] + b[long] - fewer
    held = np.repeat(long, lengths[fewer])
    codes = flat[ranges(starts[fewer], lengths[fewer])]
    shared = values.held_by(np.repeat(more, lengths[fewer]), codes)
    owner, both = np.concatenate((owner, held[shared])), codes[shared]
    order = np.argsort(owner, kind="stable")
    return owner[order], np.concatenate((code_a, both))[order], np.concatenate((code_b, both))[order]


def _lists(values: Values) -> tuple[Longs, Ints]:
    if values.starts is None or values.flat is None:
        raise ValueError("a feature with one value a record has no lists")
    return values.starts, values.flat


def _slices(sizes: Longs) -> Iterator[slice]:
    """Consecutive parts, of one item or of about `_AT_ONCE` in size."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        before = int(ends[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(ends, before + _AT_ONCE, "right")))
        yield slice(start, end)
        start = end
