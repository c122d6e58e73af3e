"""How good a partition is, estimated without labels, and how unsure that is.

Precision and recall over pairs follow from the probabilities of the pairs: a pair that was put together is
wrong with the probability that it is not the same, a pair that was kept apart is missed with the probability
that it is. Pairs that say little for themselves and were put together by others are as right as two of the
pairs that speak for their clusters. What blocking never compared is estimated from how often sure pairs were
found by one rule only and by two (Chao's lower bound for capture-recapture with unequal chances: A. Chao,
Biometrics 43, 1987).

The interval is what follows when every weight were four bits too high or too low, widened by two standard
deviations of chance. The width was chosen so that on nine in ten of many sets the truth lay within. It does
not cover a model that is wrong in kind, nor pairs that no rule could find.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.encoding import Bools, Longs
from matching.grouping import group_sizes

Floats = npt.NDArray[np.float64]

_BITS: Final = 4.0  # by which all weights may be wrong together: a factor of sixteen in the odds
_DEVIATIONS: Final = 2.0
SURE: Final = 0.95  # probability of a pair that counts as found


@dataclass(frozen=True)
class Between:
    """An estimate with the least and the most that it may be."""

    value: float
    low: float
    high: float

    @staticmethod
    def of(*values: float) -> Between:
        """The first value, and the range of all; as shares."""
        inside = [min(max(value, 0.0), 1.0) for value in values]
        return Between(inside[0], min(inside), max(inside))

    def as_dict(self) -> dict[str, float]:
        return {name: round(getattr(self, name), 4) for name in ("value", "low", "high")}


@dataclass(frozen=True)
class QualityEstimate:
    """Of pairs; `blocking_recall` is the share of the true pairs that were compared at all."""

    precision: Between
    recall: Between
    blocking_recall: Between

    def as_dict(self) -> Mapping[str, Mapping[str, float]]:
        return {name: getattr(self, name).as_dict() for name in ("precision", "recall", "blocking_recall")}


def estimate(weight: Floats, together: Bools, pairs_together: int, blocking: Between) -> QualityEstimate:
    """From the pairs that were scored: what they say for themselves, in bits, and whether they ended in one
    cluster.

    `pairs_together` are all pairs within clusters; those of them that were never compared are taken to be as
    right as the others.
    """
    inside, outside = weight[together], weight[~together]
    whole = max(pairs_together, len(inside))
    right = {shift: _right(inside, shift) for shift in _SHIFTS}
    noise = _DEVIATIONS * float(np.sqrt(_variance(inside))) / max(len(inside), 1)
    precision = Between.of(
        right[0.0], *(right[s] + n for s, n in ((-_BITS, -noise), (_BITS, noise)) if len(inside))
    )
    missed = {shift: float(_likely(outside + shift).sum()) for shift in _SHIFTS}
    spread = _DEVIATIONS * float(np.sqrt(_variance(outside)))
    recall = Between.of(
        _share(right[0.0] * whole, missed[0.0]) * blocking.value,
        _share(right[_BITS] * whole, missed[_BITS] + spread) * blocking.low,
        _share(right[-_BITS] * whole, max(missed[-_BITS] - spread, 0.0)) * blocking.high,
    )
    return QualityEstimate(precision, recall, blocking)


_SHIFTS: Final = (0.0, -_BITS, _BITS)


def blocking_recall(rules: npt.NDArray[np.uint64]) -> Between:
    """The share of the true pairs that any rule finds. `rules` has a bit for each rule that found a pair, one
    number a sure pair. An upper bound, as rules that find the same pairs hide what all of them miss.
    """
    found = len(rules)
    if found == 0:
        return Between(1.0, 0.0, 1.0)
    times = np.bitwise_count(rules)
    once, twice = int((times == 1).sum()), int((times == 2).sum())
    unseen = (
        once * (once - 1) / (2 * (twice + 1))
    )  # the form without bias, also where nothing was found twice
    ratio = once / max(twice, 1)
    deviation = float(np.sqrt(max(twice, 1) * (ratio**4 / 4 + ratio**3 + ratio**2 / 2))) if once else 0.0
    most = unseen + _DEVIATIONS * deviation
    return Between.of(found / (found + unseen), found / (found + most), 1.0)


def pairs_within(labels: Longs) -> int:
    """How many pairs of records are in one cluster."""
    sizes = group_sizes(labels)
    return int((sizes * (sizes - 1) // 2).sum())


def _right(inside: Floats, shift: float) -> float:
    """The share of pairs in one cluster that are right, with that many bits more than said."""
    likely = _likely(inside + shift)
    speaking = likely[inside > 0]
    others = float(speaking.mean()) ** 2 if len(speaking) else 0.0
    return float(np.maximum(likely, others).mean()) if len(inside) else 1.0


def _likely(weight: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(weight, -1000, 1000))))


def _variance(weight: Floats) -> float:
    """Of how many of these pairs are one; where none is in doubt, one may be all the same."""
    likely = _likely(weight)
    return float((likely * (1 - likely)).sum()) + 1.0


def _share(part: float, rest: float) -> float:
    return part / (part + rest) if part + rest > 0 else 1.0
