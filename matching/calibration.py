"""From weights to probabilities that hold: how often pairs of such a weight are one.

Weights add up evidence as if it were independent, and know of a pair only what the two records tell. Two
things are known besides. Which pairs ended in one cluster: a pair that says little for itself, and whose
records agree with a third, is one all the same. So below zero the probability is that of being one by the
pair's own word or by that of others, as often as pairs of its weight were put together when the model was
made. Above zero the clusters say nothing that the pair did not tell them. And where evidence is known to come
together, every bit is taken to say less: how much less is learnt from how many strangers have much in common.

The map is part of the model and a function of the weight alone, so a pair has the same probability whatever
other records there are. It rises, and zero stays zero: clusters are what they were.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_EDGES: Final = np.array([-12.0, -10.0, -8.0, -6.0, -5.0, -4.0, -3.0, -2.0, -1.0, 0.0])
_PRIOR_PAIRS: Final = 20.0  # in each step the weights' own word counts as so many pairs
_ENOUGH: Final = 300_000  # pairs
_SLOPE: Final = 1e-3  # the least, so that the map can be read backwards
_SURE: Final = 1e-9  # thresholds of nought and one stop short of nonsense
_APART: Final = 0.1  # bits between two weights, so that rounding leaves them in order


@dataclass(frozen=True)
class Calibration:
    """`worth`: how many bits each bit is worth; `more`: how many times that above zero. `below`: weights
    below zero and what they are worth instead, both ascending; between them in a straight line, beyond the
    first each bit as much as any.
    """

    worth: float = 1.0
    below: tuple[tuple[float, float], ...] = ()
    more: float = 1.0

    def own(self, weight: Floats) -> Floats:
        """log2 of the odds that pairs of these weights are one by their own word, whatever others say."""
        return np.asarray(weight * np.where(weight > 0, self.worth * self.more, self.worth), float)

    def bits(self, weight: Floats) -> Floats:
        """log2 of the odds that pairs of these weights are one."""
        plain = self.own(weight)
        if not self.below:
            return plain
        at, bits = self._knots
        inside = np.interp(weight, at, bits) + np.minimum(weight - at[0], 0.0) * self.worth
        return np.where(weight > 0, plain, inside)

    def probability(self, weight: Floats) -> Floats:
        return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(self.bits(weight), -1000, 1000))), float)

    def weight(self, probability: float) -> float:
        """From which weight on pairs are at least that probable: the inverse of `probability`."""
        sure = float(np.clip(probability, _SURE, 1 - _SURE))
        bits = float(np.log2(sure / (1 - sure)))
        if bits >= 0:
            return bits / (self.worth * self.more)
        if not self.below:
            return bits / self.worth
        at, known = self._knots
        return float(np.interp(bits, known, at)) + min(bits - float(known[0]), 0.0) / self.worth

    @property
    def _knots(self) -> tuple[Floats, Floats]:
        return np.array([*(x for x, _ in self.below), 0.0]), np.array([*(y for _, y in self.below), 0.0])


PLAIN: Final = Calibration()  # a weight is what it says


def fitted(shipped: Calibration, weight: Floats, together: npt.NDArray[np.bool_]) -> Calibration:
    """The calibration for scored pairs, of which these ended in one cluster; of very many a part."""
    every = max(1, -(-len(weight) // _ENOUGH))
    weight, together = weight[::every], together[::every]
    step = np.digitize(weight, _EDGES) - 1
    mine = (step >= 0) & (step < len(_EDGES) - 1)
    step, weight, joined = step[mine], weight[mine], together[mine].astype(float)
    pairs = np.bincount(step, minlength=len(_EDGES) - 1).astype(float)
    some = pairs > 0
    said, held, at = (
        np.bincount(step, weights=told, minlength=len(pairs))[some] / pairs[some]
        for told in (1.0 / (1.0 + np.exp2(-weight * shipped.worth)), joined, weight)
    )
    pairs = pairs[some]
    share = 1.0 - (1.0 - held) * (1.0 - said)
    share = _rising((pairs * share + _PRIOR_PAIRS * said) / (pairs + _PRIOR_PAIRS), pairs + _PRIOR_PAIRS)
    share = np.clip(share, _SURE, 0.5)
    return replace(shipped, below=_strictly(at, np.log2(share / (1.0 - share))))


def _rising(share: Floats, pairs: Floats) -> Floats:
    """The nearest shares that never fall: neighbours in the wrong order have their mean."""
    blocks: list[tuple[float, float, int]] = []
    for one in zip(share.tolist(), pairs.tolist(), [1] * len(share), strict=True):
        blocks.append(one)
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (x, m, i), (y, n, j) = blocks[-2:]
            blocks[-2:] = [((x * m + y * n) / (m + n), m + n, i + j)]
    return np.repeat([x for x, _, _ in blocks], [i for _, _, i in blocks]).astype(float)


def _strictly(at: Floats, bits: Floats) -> tuple[tuple[float, float], ...]:
    """Rising at every step, and so far below zero that it rises to there too; as a model's text has them."""
    found: list[tuple[float, float]] = []
    for x, y in zip(at.tolist(), bits.tolist(), strict=True):
        least = found[-1][1] + _SLOPE * (x - found[-1][0]) if found else y - 1.0
        if x < -_APART and (not found or x - found[-1][0] > _APART):
            found.append((_rounded(x), _rounded(max(min(y, _SLOPE * x), least))))
    return tuple(found)


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
