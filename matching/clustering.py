"""From scored pairs to clusters: better than connected components.

Clusters grow from single records. In every round each cluster looks for the neighbour it agrees with best;
two that choose each other become one when what speaks for it outweighs what speaks against it, over *all*
pairs between them: pairs that blocking did not find are scored before the decision. So a chain or a weak
bridge does not hold, and nothing depends on the order of records. People's judgements stand above all:
records judged the same start in one cluster, and two clusters with records judged different never meet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.components import components
from matching.encoding import Bools, Longs, ranges
from matching.grouping import numbered
from matching.hashing import Hashes, mix
from matching.kernels import compiled
from matching.parallel import side_by_side

Floats = npt.NDArray[np.float64]
# Rows a and b → for each pair its affinity: bits for being one, below 0 against.
Affinity = Callable[[Longs, Longs], Floats]

_MOST_BITS: Final = 12.0  # no single pair speaks louder
_MOST_AGAINST: Final = 5.0
_AGAINST: Final = (
    0.4  # errors and changes part records of one person more often than they make strangers alike
)
_GRAIN: Final = 16384.0
_NEVER: Final = -1e12
_MOST_ROUNDS: Final = 500
_MANY: Final = 100_000  # pairs from which components grow side by side
_MOSTLY_DONE: Final = 2  # rows by pair from which few components still change
_LOOK: Final = 64  # pairs between two clusters that are looked at before they become one


@dataclass(frozen=True)
class Clusters:
    """`labels[i]` is the smallest row in record i's cluster. `contradictions`: pairs judged different that
    other judgements hold together; sameness won.
    """

    labels: Longs
    rounds: int
    contradictions: int


def affinity(weight: Floats, against: Floats, threshold: float) -> Floats:
    """What a pair says when clusters meet: how far its weight is above the threshold, or below it as far as
    something speaks against the pair. That nothing is known of it says nothing.
    """
    above = weight - threshold
    below = np.minimum(np.maximum(above, against), 0.0)
    below *= _AGAINST
    says = np.where(above >= 0, above, below)
    np.clip(says, -_MOST_AGAINST, _MOST_BITS, out=says)
    # On a grain that is a power of two sums are exact, in whatever order they are taken.
    says *= _GRAIN
    np.rint(says, out=says)
    says /= _GRAIN
    return says


def cluster(
    n: int,
    pairs: tuple[Longs, Longs, Floats],
    same: tuple[Longs, Longs],
    different: tuple[Longs, Longs],
    look: Affinity,
    names: Hashes | None = None,
) -> Clusters:
    """The partition of `n` records. `pairs`: rows a, b and affinities; `look` scores pairs that are not
    among them. `names` are hashes of the records by which equals are told apart: with them a component has
    the same clusters whatever other records there are.
    """
    labels = components(n, *same)
    torn = labels[different[0]] != labels[different[1]]
    contradictions = int((~torn).sum())
    a = np.concatenate((pairs[0], different[0][torn]))
    b = np.concatenate((pairs[1], different[1][torn]))
    says = np.concatenate((pairs[2], np.full(int(torn.sum()), _NEVER)))
    positive = says > 0
    reach = components(n, np.concatenate((a[positive], same[0])), np.concatenate((b[positive], same[1])))
    within = reach[a] == reach[b]
    a, b, says = a[within], b[within], says[within]
    names = np.arange(n, dtype=np.uint64) if names is None else names
    joined = np.arange(n)

    def grow(part: Bools | slice) -> int:
        pairs = (a[part], b[part], says[part])
        return _grown(joined, labels, reach, pairs, look, names)

    # Components know nothing of one another: those with even and with odd numbers may grow side by side.
    odd = (reach[a] & 1).astype(bool)
    parts = [~odd, odd] if len(a) >= _MANY else [slice(None)]
    rounds = max(side_by_side(grow, parts, records=len(a)))
    return Clusters(joined[labels], rounds, contradictions)


def _grown(
    joined: Longs,
    labels: Longs,
    reach: Longs,
    pairs: tuple[Longs, Longs, Floats],
    look: Affinity,
    names: Hashes,
) -> int:
    """Lets the records of these pairs grow together, by rows in `joined`, and tells in how many rounds."""
    a, b, says = pairs
    # Only records that could join others take part, numbered anew in the same order.
    taking_part = np.zeros(len(labels), bool)
    taking_part[a] = taking_part[b] = True
    taking_part[labels[taking_part]] = True
    rows = np.flatnonzero(taking_part)
    number = np.cumsum(taking_part) - 1
    graph = _Graph(rows, number[labels[rows]], reach[rows], (number[a], number[b], says), look, names[rows])
    rounds = 0
    while rounds < _MOST_ROUNDS and graph.grow():
        rounds += 1
        graph.leave(joined)
    joined[graph.rows] = graph.rows[graph.labels]
    return rounds


class _Graph:
    """Clusters (numbered by their smallest row) and the pairs between them that were scored. `rows` are the
    records by row here, `reach` the component of each row: where no two clusters want to become one nothing
    changes any more, and its pairs are forgotten.
    """

    def __init__(
        self,
        rows: Longs,
        labels: Longs,
        reach: Longs,
        pairs: tuple[Longs, Longs, Floats],
        look: Affinity,
        names: Hashes,
    ) -> None:
        self.rows = rows
        self.labels = labels
        self._reach = reach
        self._names = names
        self._look = look
        self._a, self._b, self._says = pairs

    def grow(self) -> bool:
        """One round. False when no two clusters want to become one."""
        if compiled(len(self.labels)):
            return self._grow_compiled()
        a, b = self.labels[self._a], self.labels[self._b]
        between = a != b
        self._a, self._b, self._says = self._a[between], self._b[between], self._says[between]
        low, high = np.minimum(a, b)[between], np.maximum(a, b)[between]
        if len(low) == 0:
            return False
        inverse, first = numbered(low * len(self.labels) + high)
        low, high = low[first], high[first]
        total = np.bincount(inverse, weights=self._says)
        count = np.bincount(inverse)
        sizes = np.bincount(self.labels, minlength=len(self.labels))
        crossed = sizes[low] * sizes[high]
        wanted = np.flatnonzero(total > 0)
        draw = mix(self._names[low[wanted]] ^ mix(self._names[high[wanted]], 1))
        liking = total[wanted] / crossed[wanted]
        chosen = wanted[_mutual(low[wanted], high[wanted], liking, draw, len(self.labels))]
        self._forget_all_but(low[chosen])
        unseen = count[chosen] < np.minimum(crossed[chosen], _LOOK)
        certain, doubtful = chosen[~unseen], chosen[unseen]
        if len(doubtful):
            self._look_closer(low[doubtful], high[doubtful])
        self._join(low[certain], high[certain])
        return bool(len(chosen))

    def leave(self, joined: Longs) -> None:
        """Once most components no longer change, leaves them behind: their clusters are written to `joined`,
        by record.
        """
        if len(self._a) * _MOSTLY_DONE > len(self.rows):
            return
        growing = np.zeros(int(self._reach.max(initial=0)) + 1, bool)
        growing[self._reach[self._a]] = True
        joined[self.rows] = self.rows[self.labels]
        kept = growing[self._reach]
        number = np.cumsum(kept) - 1
        self.labels = number[self.labels[kept]]
        self._a, self._b = number[self._a], number[self._b]
        self.rows, self._reach, self._names = self.rows[kept], self._reach[kept], self._names[kept]

    def _grow_compiled(self) -> bool:
        """The same in one pass over the pairs."""
        from matching.kernels.clusters import grown  # noqa: PLC0415 - loads Numba

        pairs = (self._a, self._b, self._says)
        found = grown(self.labels, self._reach, self._names, pairs, _LOOK)
        self._a, self._b, self._says = found.a, found.b, found.says
        says = np.zeros(0)
        if len(found.fresh_a):
            says = self._look(self.rows[found.fresh_a], self.rows[found.fresh_b])
        np.add.at(found.total, found.owner, says)
        join = found.certain | (found.total > 0)
        self._append(found.fresh_a, found.fresh_b, says)
        self._refuse(found.low[~join], found.high[~join])
        self._join(found.low[join], found.high[join])
        return bool(len(found.low))

    def _append(self, a: Longs, b: Longs, says: Floats) -> None:
        self._a = np.concatenate((self._a, a))
        self._b = np.concatenate((self._b, b))
        self._says = np.concatenate((self._says, says))

    def _refuse(self, low: Longs, high: Longs) -> None:
        """A refused pair of clusters stays refused until one of the two changes."""
        self._append(low, high, np.full(len(low), -0.01))

    def _forget_all_but(self, rows: Longs) -> None:
        """Keeps the pairs of components in which these rows are."""
        growing = np.zeros(int(self._reach.max(initial=0)) + 1, bool)
        growing[self._reach[rows]] = True
        kept = growing[self._reach[self._a]]
        self._a, self._b, self._says = self._a[kept], self._b[kept], self._says[kept]

    def _join(self, low: Longs, high: Longs) -> None:
        onto = np.arange(len(self.labels))
        onto[high] = low
        self.labels = onto[self.labels]

    def _look_closer(self, low: Longs, high: Longs) -> None:
        """Scores the pairs between these clusters that were not, then joins those that still want to."""
        n = len(self.labels)
        asked = np.zeros(n, bool)
        asked[low] = asked[high] = True
        members = np.flatnonzero(asked[self.labels])
        members = members[np.argsort(self.labels[members], kind="stable")]
        a, b, _owner = _crossed(members, self.labels[members], low, high)
        mine = np.flatnonzero(asked[self.labels[self._a]] & asked[self.labels[self._b]])
        known = np.minimum(self._a[mine], self._b[mine]) * n + np.maximum(self._a[mine], self._b[mine])
        fresh = ~np.isin(np.minimum(a, b) * n + np.maximum(a, b), known)
        says = self._look(self.rows[a[fresh]], self.rows[b[fresh]])
        self._append(a[fresh], b[fresh], says)
        self._settle(low, high)

    def _settle(self, low: Longs, high: Longs) -> None:
        n = len(self.labels)
        wanted = low * n + high
        order = np.argsort(wanted)
        x, y = self.labels[self._a], self.labels[self._b]
        place = np.searchsorted(wanted[order], np.minimum(x, y) * n + np.maximum(x, y))
        place = np.minimum(place, len(low) - 1)
        hit = wanted[order][place] == np.minimum(x, y) * n + np.maximum(x, y)
        total = np.zeros(len(low))
        np.add.at(total, order[place[hit]], self._says[hit])
        join = total > 0
        self._join(low[join], high[join])
        self._refuse(low[~join], high[~join])


def _mutual(low: Longs, high: Longs, liking: Floats, draw: Hashes, clusters: int) -> Longs:
    """Which pairs of clusters choose each other; of pairs liked equally the one with the lowest `draw`.

    Were ties broken by number, a long chain of equals would join one pair a round.
    """
    best = np.full(clusters, -np.inf)
    np.maximum.at(best, low, liking)
    np.maximum.at(best, high, liking)
    choice = np.full(clusters, np.iinfo(np.uint64).max)
    for side in (low, high):
        top = liking == best[side]
        np.minimum.at(choice, side[top], draw[top])
    return np.flatnonzero((choice[low] == draw) & (choice[high] == draw))


def _crossed(members: Longs, labels: Longs, low: Longs, high: Longs) -> tuple[Longs, Longs, Longs]:
    """Pairs of records between each two clusters, all of them or a square of the first ones.

    `members` are sorted by their `labels`.
    """
    start_a, start_b = np.searchsorted(labels, low), np.searchsorted(labels, high)
    size_a = np.searchsorted(labels, low, "right") - start_a
    size_b = np.searchsorted(labels, high, "right") - start_b
    side = int(np.sqrt(_LOOK))
    few = size_a * size_b <= _LOOK
    size_a = np.where(few, size_a, np.minimum(size_a, np.maximum(side, _LOOK // size_b)))
    size_b = np.where(few, size_b, np.minimum(size_b, np.maximum(side, _LOOK // size_a)))
    crossed = size_a * size_b
    owner = np.repeat(np.arange(len(low)), crossed)
    within = ranges(np.zeros(len(low), np.int64), crossed)
    a = members[start_a[owner] + within // size_b[owner]]
    b = members[start_b[owner] + within % size_b[owner]]
    return a, b, owner
