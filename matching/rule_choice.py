"""Which of the spare rules are worth their comparisons, told by a sample of what they would find.

Every rule finds pairs that others found before; the broad ones, made for records that say little, find
hardly anything else where most records say much. Looking at the pairs of some of a rule's blocks tells what
the rest would bring.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from matching.blocking import Candidates, Rule, pairs_of, share_of, unpacked
from matching.encoding import Bools, Longs
from matching.hashing import mix
from matching.keys import KeyRing, Keys
from matching.parallel import side_by_side

_PARTS: Final = 16  # one block of so many is looked at, of very many records fewer
_SAMPLED: Final = 1 << 16  # records in the blocks that are looked at
_PART_SALT: Final = 31
_MOST_PAIRS: Final = 5_000
_PAIRS_BY_NEW: Final = 4  # so many pairs are looked up for each that may be new
_NO_PAIRS: Final = (np.zeros(0, np.int64), np.zeros(0, np.int64))
_WORTH: Final = 1 / 300  # matches by comparison below which a rule costs more than it brings

Item = TypeVar("Item", bound=np.generic)

# Rows a and b → for each pair the probability that they are one.
Likely = Callable[[Longs, Longs], npt.NDArray[np.float64]]


@dataclass(frozen=True)
class Appraisal:
    """A spare rule, how many pairs of a sample only it found, and the share of them that are matches."""

    rule: Rule
    pairs: int
    matches: float

    @property
    def worth_it(self) -> bool:
        return self.matches >= _WORTH


def appraised(
    ring: KeyRing, rules: tuple[Rule, ...], found: Candidates, records: int, budget: float, likely: Likely
) -> list[Appraisal]:
    """The spare ones among `rules`, each judged by what neither `found` nor those accepted before have."""
    parts = max(_PARTS, 1 << max(0, (records // _SAMPLED).bit_length()))
    share = share_of(records, budget, len(rules), spare=True) / parts
    spare = [rule for rule in rules if rule.spare]
    ring.prepare({key for rule in spare for key in (*rule.keys, *rule.refiners)})

    def unknown(rule: Rule) -> tuple[Longs, Longs]:
        first = ring.key(rule.keys[0])
        sampled = np.flatnonzero(mix(first.hashes, _PART_SALT) & np.uint64(parts - 1) == 0)
        keys = ring.joined(Keys(first.rows[sampled], first.hashes[sampled]), rule.keys)
        pairs = _some(pairs_of(ring, rule, share, keys)[0], _PAIRS_BY_NEW * _MOST_PAIRS)
        low, high = unpacked(np.sort(pairs))
        new = _some(np.flatnonzero(~found.holds(low, high)), _MOST_PAIRS)
        return low[new], high[new]

    told = list(side_by_side(unknown, spare, records=records))
    low, high = (np.concatenate(side) for side in zip(*told, strict=True)) if told else _NO_PAIRS
    ends = np.cumsum([len(pairs[0]) for pairs in told])
    return _judged(ring, spare, np.split(likely(low, high), ends[:-1]), told)


def _judged(
    ring: KeyRing, spare: list[Rule], likely: list[npt.NDArray[np.float64]], pairs: list[tuple[Longs, Longs]]
) -> list[Appraisal]:
    """Each rule by those of its pairs that no rule accepted before it has."""
    accepted: list[Rule] = []
    told = []
    for rule, chances, (low, high) in zip(spare, likely, pairs, strict=True):
        new = np.ones(len(low), bool)
        for other in accepted:
            new &= ~_meet(ring, other, low, high)
        matches = float(chances[new].mean()) if new.any() else 0.0
        told.append(Appraisal(rule, int(new.sum()), matches))
        if told[-1].worth_it:
            accepted.append(rule)
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
