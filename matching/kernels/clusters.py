"""Connected components, and a round of clusters growing together."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.kernels.jit import FLOATS, HASHES, LONG, LONGS, inlined, jit
from matching.kernels.texts import mixed

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]

_SIDE: Final = 8  # by as many: the square of pairs looked at between two large clusters
_LAST: Final = np.uint64((1 << 64) - 1)


class Round(NamedTuple):
    """Which pairs of clusters choose each other (`low`, `high`, by cluster numbers), what their scored pairs
    say in sum, whether these are enough to tell; the pairs of rows that are to be scored first and which of
    the pairs of clusters they are between; and the scored pairs that are still of use.
    """

    low: Longs
    high: Longs
    total: Floats
    certain: Bools
    fresh_a: Longs
    fresh_b: Longs
    owner: Longs
    a: Longs
    b: Longs
    says: Floats


def components(n: int, a: Longs, b: Longs) -> Longs:
    """As `matching.components.components`."""
    return _components(n, np.ascontiguousarray(a), np.ascontiguousarray(b))


def grown(labels: Longs, reach: Longs, names: Hashes, pairs: tuple[Longs, Longs, Floats], look: int) -> Round:
    """One round, up to the scoring of pairs that were not; see `matching.clustering`."""
    return Round(*_round(labels, reach, names, *pairs, look))


@jit((LONG, LONGS, LONGS))
def _components(n: int, a: Longs, b: Longs) -> Longs:
    root = np.arange(n)
    for i in range(len(a)):
        x, y = a[i], b[i]
        while root[x] != x:
            root[x] = root[root[x]]
            x = root[x]
        while root[y] != y:
            root[y] = root[root[y]]
            y = root[y]
        if x < y:
            root[y] = x
        else:
            root[x] = y
    for i in range(n):  # a root is smaller than what hangs on it
        root[i] = root[root[i]]
    return root


@inlined
def _by(keys: Longs, places: Longs, clusters: int) -> Longs:
    """The places in ascending order of their keys, equal ones as they were."""
    starts = np.zeros(clusters + 1, np.int64)
    for i in range(len(keys)):
        starts[keys[i] + 1] += 1
    for i in range(clusters):
        starts[i + 1] += starts[i]
    out = np.empty(len(places), np.int64)
    for i in range(len(places)):
        key = keys[places[i]]
        out[starts[key]] = places[i]
        starts[key] += 1
    return out


@inlined
def _mutual(low: Longs, high: Longs, total: Floats, sizes: Longs, names: Hashes) -> Bools:
    """As `matching.clustering._mutual`, of the pairs of clusters for which more speaks than against."""
    n, m = len(sizes), len(low)
    best, choice = np.full(n, -np.inf), np.full(n, _LAST)
    liking, draw = np.empty(m), np.empty(m, np.uint64)
    for i in range(m):
        if total[i] > 0:
            x, y = low[i], high[i]
            liking[i] = total[i] / (sizes[x] * sizes[y])
            draw[i] = mixed(names[x] ^ mixed(names[y], np.uint64(1)), np.uint64(0))
            best[x], best[y] = max(best[x], liking[i]), max(best[y], liking[i])
    for i in range(m):
        if total[i] > 0:
            if liking[i] == best[low[i]]:
                choice[low[i]] = min(choice[low[i]], draw[i])
            if liking[i] == best[high[i]]:
                choice[high[i]] = min(choice[high[i]], draw[i])
    chosen = np.zeros(m, np.bool_)
    for i in range(m):
        chosen[i] = total[i] > 0 and choice[low[i]] == draw[i] and choice[high[i]] == draw[i]
    return chosen


@inlined
def _members(labels: Longs, sizes: Longs, asked: Bools) -> tuple[Longs, Longs]:
    """The rows of the clusters asked for, and where those of each end."""
    ends = np.zeros(len(labels), np.int64)
    total = 0
    for i in range(len(labels)):
        ends[i] = total
        if asked[i]:
            total += sizes[i]
    rows = np.empty(total, np.int64)
    for row in range(len(labels)):
        label = labels[row]
        if asked[label]:
            rows[ends[label]] = row
            ends[label] += 1
    return rows, ends


@jit((LONGS, LONGS, HASHES, LONGS, LONGS, FLOATS, LONG))
def _round(
    labels: Longs, reach: Longs, names: Hashes, a: Longs, b: Longs, says: Floats, look: int
) -> tuple[Longs, Longs, Floats, Bools, Longs, Longs, Longs, Longs, Longs, Floats]:
    n, m = len(labels), 0
    low, high, place = np.empty(len(a), np.int64), np.empty(len(a), np.int64), np.empty(len(a), np.int64)
    for i in range(len(a)):
        x, y = labels[a[i]], labels[b[i]]
        if x != y:
            low[m], high[m], place[m] = min(x, y), max(x, y), i
            m += 1
    order = _by(low[:m], _by(high[:m], np.arange(m), n), n)
    sizes = np.zeros(n, np.int64)
    for row in range(n):
        sizes[labels[row]] += 1

    # Pairs of clusters: where their scored pairs begin in the order, and what those say in sum.
    starts = np.empty(m + 1, np.int64)
    total, firsts_low, firsts_high = np.empty(m), np.empty(m, np.int64), np.empty(m, np.int64)
    count = 0
    for i in range(m):
        at = order[i]
        if i == 0 or low[at] != firsts_low[count - 1] or high[at] != firsts_high[count - 1]:
            starts[count], total[count] = i, 0.0
            firsts_low[count], firsts_high[count] = low[at], high[at]
            count += 1
        total[count - 1] += says[place[at]]
    starts[count] = m
    chosen = np.flatnonzero(_mutual(firsts_low[:count], firsts_high[:count], total[:count], sizes, names))
    out_low, out_high, out_total = firsts_low[chosen], firsts_high[chosen], total[chosen]

    parts = 0
    for row in range(n):
        parts = max(parts, reach[row] + 1)
    growing = np.zeros(parts, np.bool_)  # by component
    for i in range(len(chosen)):
        growing[reach[out_low[i]]] = True
    kept = 0
    out_a, out_b, out_says = np.empty(m, np.int64), np.empty(m, np.int64), np.empty(m)
    for i in range(m):
        if growing[reach[a[place[i]]]]:
            out_a[kept], out_b[kept], out_says[kept] = a[place[i]], b[place[i]], says[place[i]]
            kept += 1

    # Of those of which too little is known: pairs of their records that were not scored.
    certain, asked = np.ones(len(chosen), np.bool_), np.zeros(n, np.bool_)
    most = 0
    for i in range(len(chosen)):
        crossed = sizes[out_low[i]] * sizes[out_high[i]]
        known = starts[chosen[i] + 1] - starts[chosen[i]]
        certain[i] = known >= min(crossed, look)
        if not certain[i]:
            asked[out_low[i]] = asked[out_high[i]] = True
            most += min(crossed, look)
    rows, ends = _members(labels, sizes, asked)
    fresh_a, fresh_b, owner = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    fresh = 0
    for i in range(len(chosen)):
        if certain[i]:
            continue
        x, y = out_low[i], out_high[i]
        size_a, size_b = sizes[x], sizes[y]
        if size_a * size_b > look:
            size_a = min(size_a, max(_SIDE, look // size_b))
            size_b = min(size_b, max(_SIDE, look // size_a))
        for k in range(size_a * size_b):
            one, other = rows[ends[x] - sizes[x] + k // size_b], rows[ends[y] - sizes[y] + k % size_b]
            seen = False
            for j in range(starts[chosen[i]], starts[chosen[i] + 1]):
                at = place[order[j]]
                if (a[at] == one and b[at] == other) or (a[at] == other and b[at] == one):
                    seen = True
                    break
            if not seen:
                fresh_a[fresh], fresh_b[fresh], owner[fresh] = one, other, i
                fresh += 1
    return (
        out_low, out_high, out_total, certain, fresh_a[:fresh], fresh_b[:fresh], owner[:fresh],
        out_a[:kept], out_b[:kept], out_says[:kept],
    )  # fmt: skip
