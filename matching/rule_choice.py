"""Which of the spare rules are used, told by samples of what is found and of what they would find.

The spare rules are broad: made for records that say little. Where records say much, most pairs are found by
several of the other rules; how many by one only and by two tells how many by none. When these are few, no
spare rule is used: it would cost as much as all others together, and the pairs that only it finds are those
that are most often wrong. Otherwise every one that brings something is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from matching.blocking import Candidates, Rule, pairs_of, unpacked
from matching.encoding import Bools, Longs
from matching.estimate import SURE, blocking_recall
from matching.hashing import mix
from matching.keys import KeyRing, Keys
from matching.parallel import side_by_side

_PARTS: Final = 16  # one block of so many is looked at, of very many records fewer
_SAMPLED: Final = 1 << 16  # records in the blocks that are looked at
_PART_SALT: Final = 31
_MOST_PAIRS: Final = 5_000
_PAIRS_BY_NEW: Final = 4  # so many pairs are looked up for each that may be new
_ENOUGH: Final = 0.9  # share of the matches, at least, that is found without spare rules
_SOME: Final = 0.001  # matches by record below which nothing is looked for further
_LOOKED_AT: Final = 100_000  # found pairs by which that share is told
_WORTH: Final = 1 / 500  # what a spare rule must add to the matches found without it

Item = TypeVar("Item", bound=np.generic)

# Rows a and b → for each pair the probability that they are one.
Likely = Callable[[Longs, Longs], npt.NDArray[np.float64]]


@dataclass(frozen=True)
class Appraisal:
    """A spare rule, how many pairs of a sample only it found, the share of them that are matches, and what
    all matches that only it finds `add` to those found otherwise, as a share.
    """

    rule: Rule
    pairs: int
    matches: float
    adds: float

    @property
    def worth_it(self) -> bool:
        return self.adds >= _WORTH


@dataclass(frozen=True)
class _Sampled:
    """Pairs of a rule that the rules before did not find; each stands for so many such pairs."""

    a: Longs
    b: Longs
    stands_for: float


@dataclass(frozen=True)
class Known:
    """What the candidates found tell: how many matches are among them, and whether hardly any is missing."""

    matches: float
    enough: bool


def known(found: Candidates, records: int, likely: Likely) -> Known:
    """As a sample of the candidates tells it."""
    places = _some(np.arange(len(found)), _LOOKED_AT)
    chances = likely(found.a[places], found.b[places])
    matches = float(chances.sum()) * len(found) / max(1, len(places))
    few = matches < _SOME * records
    return Known(matches, few or blocking_recall(found.rules_of(places[chances >= SURE])).low >= _ENOUGH)


def appraised(
    ring: KeyRing, spare: Sequence[Rule], found: Candidates, share: float, matches: float, likely: Likely
) -> list[Appraisal]:
    """Each of the spare rules, judged by what neither `found`, with so many `matches`, nor those accepted
    before have. `share`: how many pairs one of them may find.
    """
    parts = max(_PARTS, 1 << max(0, (ring.records // _SAMPLED).bit_length()))
    ring.prepare({key for rule in spare for key in (*rule.keys, *rule.refiners)})

    def unknown(rule: Rule) -> _Sampled:
        first = ring.key(rule.keys[0])
        sampled = np.flatnonzero(mix(first.hashes, _PART_SALT) & np.uint64(parts - 1) == 0)
        keys = ring.joined(Keys(first.rows[sampled], first.hashes[sampled]), rule.keys)
        pairs = pairs_of(ring, rule, share / parts, keys)[0]
        low, high = unpacked(np.sort(_some(pairs, _PAIRS_BY_NEW * _MOST_PAIRS)))
        new = np.flatnonzero(~found.holds(low, high))
        some = _some(new, _MOST_PAIRS)
        told = parts * len(pairs) / max(1, len(low)) * len(new) / max(1, len(some))
        return _Sampled(low[some], high[some], told)

    told = list(side_by_side(unknown, spare, records=ring.records))
    ends = np.cumsum([len(sample.a) for sample in told])
    sides = zip(*((sample.a, sample.b) for sample in told), strict=True)
    by_rule = np.split(likely(*(np.concatenate(side) for side in sides)), ends[:-1]) if told else []
    return _judged(ring, spare, by_rule, told, matches)


def _judged(
    ring: KeyRing,
    spare: Sequence[Rule],
    likely: list[npt.NDArray[np.float64]],
    samples: list[_Sampled],
    matches: float,
) -> list[Appraisal]:
    """Each rule by those of its pairs that no rule accepted before it has; `matches` are found already."""
    accepted: list[Rule] = []
    told = []
    for rule, chances, sample in zip(spare, likely, samples, strict=True):
        new = np.ones(len(sample.a), bool)
        for other in accepted:
            new &= ~_meet(ring, other, sample.a, sample.b)
        brought = float(chances[new].sum())
        share = brought / max(1, int(new.sum()))
        told.append(Appraisal(rule, int(new.sum()), share, brought * sample.stands_for / max(matches, 1.0)))
        if told[-1].worth_it:
            accepted.append(rule)
            matches += brought * sample.stands_for
    return told


def _some(items: npt.NDArray[Item], most: int) -> npt.NDArray[Item]:
    """Items from beginning to end, at most so many."""
    return items[:: max(1, -(-len(items) // most))]


def _meet(ring: KeyRing, rule: Rule, a: Longs, b: Longs) -> Bools:
    """Whether pairs agree in every key of a rule (by their first values)."""
    met = np.ones(len(a), bool)
    for key in rule.keys:
        hashes = ring.by_row(key)
        met &= (hashes[a] == hashes[b]) & (hashes[a] != 0)
    return met
