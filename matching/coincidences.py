"""Where strangers agree in two fields more often than if these were independent, and how much that counts.

Given names go with family names of their language, and with the places where it is spoken: in a file of
several languages two who share a given name share a town, too, far more often than any two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.comparators.places import COUNTRY, PLACE
from matching.encoding import Bools, Floats
from matching.level_bits import chances_of
from matching.model import Coincidence, Field, KindModel

NAMESAKES: Final = ("given", "family")
_CLEARLY: Final = 8.0
_SAME_PLACE: Final = {"place": PLACE.index("same town"), "country": COUNTRY.index("equal")}
# Names that are merely alike come together among those that are one as well, where both parts of a name are
# in another script or by a sloppy hand: of the bits so much counts.
_ALIKE: Final = 0.5


def positions(model: KindModel, coincidence: Coincidence) -> list[int]:
    """Where in a model's fields those of a coincidence stand."""
    return [next(i for i, f in enumerate(model.fields) if f.name == name) for name in coincidence.fields]


def has_equal_values(f: Field) -> Bools:
    """By level + 1 (0: not told) whether it is the level of equal values."""
    least = _SAME_PLACE.get(f.name, len(f.levels) - 1)
    return np.arange(-1, len(f.levels)) >= least


def counting(
    fields: Sequence[Field], same: Sequence[Floats], places: Sequence[npt.NDArray[np.integer]]
) -> Floats:
    """By pattern which part of a coincidence's bits counts. By field of it: how often those who are one show
    each level, and each pattern's level + 1.
    """
    agree, equal = np.ones(len(places[0]), bool), np.ones(len(places[0]), bool)
    for f, shares, at in zip(fields, same, places, strict=True):
        agree &= _agrees(f, shares)[at]
        equal &= _has_one_value(f)[at]
    placed = any(f.name in _SAME_PLACE for f in fields)
    return np.where(agree, np.where(equal | placed, 1.0, _ALIKE), 0.0)


def _agrees(f: Field, same: Floats) -> Bools:
    """By level + 1 whether two agree: in places where these are equal, in names where that is a sign of one
    person much rather than of strangers.
    """
    if f.name in _SAME_PLACE:
        return has_equal_values(f)
    return np.concatenate(([False], same >= _CLEARLY * chances_of(f)))


def _has_one_value(f: Field) -> Bools:
    """By level + 1 whether two have a value in common, if in another field."""
    return np.array([False, *(level.telling for level in f.levels)], bool)
