"""Which of the spare rules are worth their comparisons, told by a sample of what they would find.

Every rule finds pairs that others found before; the broad ones, made for records that say little, find
hardly anything else where most records say much. Looking at the pairs of some of a rule's blocks tells what
the rest would bring.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.blocking import Candidates, Rule, pairs_of, share_of, unpacked
from matching.encoding import Bools, Longs
from matching.hashing import mix
from matching.keys import KeyRing, Keys

_PARTS: Final = np.uint64(16)  # one block of so many is looked at
_PART_SALT: Final = 31
_MOST_PAIRS: Final = 5_000
_WORTH: Final = 1 / 300  # matches by comparison below which a rule costs more than it brings

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
    share = share_of(records, budget, len(rules), spare=True) / float(_PARTS)
    spare = [rule for rule in rules if rule.spare]
    ring.prepare({key for rule in spare for key in (*rule.keys, *rule.refiners)})
    accepted: list[Rule] = []
    told = []
    for rule in spare:
        first = ring.key(rule.keys[0])
        part = mix(first.hashes, _PART_SALT) % _PARTS == 0
        keys = ring.joined(Keys(first.rows[part], first.hashes[part]), rule.keys)
        low, high = unpacked(pairs_of(ring, rule, share, keys)[0])
        new = ~found.holds(low, high)
        for other in accepted:
            new &= ~_meet(ring, other, low, high)
        places = np.flatnonzero(new)
        some = places[:: max(1, -(-len(places) // _MOST_PAIRS))]
        matches = float(likely(low[some], high[some]).mean()) if len(some) else 0.0
        told.append(Appraisal(rule, len(some), matches))
        if told[-1].worth_it:
            accepted.append(rule)
    return told


def _meet(ring: KeyRing, rule: Rule, a: Longs, b: Longs) -> Bools:
    """Whether pairs agree in every key of a rule (by their first values)."""
    met = np.ones(len(a), bool)
    for key in rule.keys:
        hashes = ring.by_row(key)
        met &= (hashes[a] == hashes[b]) & (hashes[a] != 0)
    return met
