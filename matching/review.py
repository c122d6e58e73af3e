"""Pairs that a person should look at, the most consequential first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.encoding import Bools, Longs

Floats = npt.NDArray[np.float64]

_UNSURE_FROM: Final = 0.2  # probability from which a pair that was not taken may be one after all
# Pairs for review by records, at most: what a model that went astray leaves open must not fill the store.
# Ordinary data leave open one pair in twenty records, hard ones one in twelve: all of those are kept.
_MOST: Final = 0.1
_LEAST_ROOM: Final = 1_000

NEAR: Final = "close to the threshold"
CUT: Final = "looks the same, but the records around them disagree"


@dataclass(frozen=True)
class Review:
    """Numbers of pairs in order of importance, and why each is there; `left_out`: how many more there were
    than may wait.
    """

    pairs: Longs
    reasons: tuple[str, ...]
    importance: Floats
    left_out: int = 0


def unsure_from(threshold: float) -> float:
    """The probability from which a pair that was not taken for the same may be it after all."""
    return min(_UNSURE_FROM, threshold / 2)


def for_review(
    a: Longs, b: Longs, probability: Floats, labels: Longs, threshold: float, decided: Bools
) -> Review:
    """Unsure pairs and cut bridges between different clusters, one for each two clusters.

    Importance is how unsure the pair is times the records that a decision would bring together. `decided`
    marks pairs between clusters of which a person has judged a pair.
    """
    x, y = labels[a], labels[b]
    waiting = np.flatnonzero((x != y) & (probability >= unsure_from(threshold)) & ~decided)
    if len(waiting) == 0:
        return Review(waiting, (), np.zeros(0))
    sizes = np.bincount(labels)
    p = probability[waiting]
    importance = (1.0 - np.abs(2 * p - 1) + (p >= threshold)) * sizes[x[waiting]] * sizes[y[waiting]]
    low, high = np.minimum(x, y)[waiting], np.maximum(x, y)[waiting]
    order = np.lexsort((b[waiting], a[waiting], -p, high, low))
    first = np.concatenate(([True], (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)))
    best = order[first]
    ranked = best[np.lexsort((b[waiting[best]], a[waiting[best]], -importance[best]))]
    left_out = max(len(ranked) - max(_LEAST_ROOM, int(_MOST * len(labels))), 0)
    ranked = ranked[: len(ranked) - left_out]
    reasons = tuple(CUT if p[i] >= threshold else NEAR for i in ranked.tolist())
    return Review(waiting[ranked], reasons, importance[ranked], left_out)
