"""What a field learns in a round of training: the shipped shares of its levels, and what classes claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.comparators.organisations import ORGANISATION
from matching.encoding import Longs
from matching.level_bits import shown
from matching.model import KindModel, no_streets

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

LEAST: Final = 1e-6  # no level is rarer
_PRIOR_PAIRS: Final = 30.0  # the shipped levels of a class count as so many pairs
# How common the lower levels of an organisation's name may become among those that are one. Two whose names
# share a word share a country and a trade too, and in a small file half of them would be taken for one:
# training may find that rarer than shipped, never more common. Where hardly more than names is told, a longer
# name that holds a shorter one is that of a subsidiary or of another trade far more often than the same, and
# names that share less are no better a sign.
_NAME: Final = "name"
_LITTLE: Final = slice(0, ORGANISATION.index("many words"))
_LITTLE_ALONE: Final = slice(0, ORGANISATION.index("nearly equal"))
_MOST_ALONE: Final = 0.0125
# How often two names or birth dates of one person are different. Strangers of one language share a name and a
# town far more often than if these were independent, and such pairs would be claimed as persons who changed
# the rest. So that is learnt where something agrees that strangers do not share, or people judged.
_PERSONAL: Final = ("given", "family", "birth_date")
_POINTING: Final = ("email", "phone", "street", "identifiers")


@dataclass(frozen=True)
class Lesson:
    """Of one field. `prior`: the shipped shares, one row a class; `cells`: where in such a table, with one
    level more for what is not told, each class's claim to each pattern counts; `followers`: classes that are
    like another in the field, and which; `most`: by class how common its levels may become at most.
    `sure`: patterns to learn from how often classes that mean the same (`persons`) differ in the field.
    """

    prior: Floats
    cells: Longs
    learns: Bools
    followers: tuple[tuple[int, int], ...]
    most: tuple[tuple[int, Floats], ...]
    sure: Bools
    persons: tuple[int, ...]

    @staticmethod
    def of(model: KindModel, position: int, places: Longs, judged: int = 0) -> Lesson:
        """`places` are the levels + 1 (0: not told) of all patterns, a column a field; the last of them are
        pairs that people judged.
        """
        f, classes = model.fields[position], model.classes
        numbers = {c.name: number for number, c in enumerate(classes)}
        prior = np.array([shown(f, name) for name in numbers])
        learns = np.array([c.may_learn(f.name) for c in classes], bool)
        bounded = [numbers[c.name] for c in classes if c.same and f.name == _NAME]
        return Lesson(
            prior,
            (places[:, position, None] * len(classes) + np.arange(len(classes))).ravel(),
            learns,
            tuple((numbers[c.name], numbers[c.like]) for c in classes if c.like and not c.may_learn(f.name)),
            tuple((number, _most(prior[number], alone=no_streets(classes))) for number in bounded),
            _pointed(model, places, judged),
            tuple(numbers[c.name] for c in classes if c.same and f.name in _PERSONAL),
        )

    def learned(self, claims: Floats) -> Floats:
        """The shares of the levels, one row a class, after each class (column) claimed so much of each
        pattern (row).
        """
        rows = np.where(self.learns[:, None], _shares(self._seen(claims), self.prior), self.prior)
        for number, most in self.most:
            rows[number] = _bounded(rows[number], self.prior[number], most)
        if self.persons:
            surely = _shares(self._seen(claims * self.sure[:, None]), self.prior)
            for number in self.persons:
                rows[number] = _no_more_different(rows[number], float(surely[number, 0]))
        for follower, leader in self.followers:
            rows[follower] = rows[leader]
        return rows

    def _seen(self, claims: Floats) -> Floats:
        """What each class (row) claims of each level."""
        classes, levels = self.prior.shape
        counts = np.bincount(self.cells, weights=claims.ravel(), minlength=classes * (levels + 1))
        seen: Floats = np.array(counts.reshape(levels + 1, classes)[1:].T, float, order="C")
        for follower, leader in self.followers:
            seen[leader] += seen[follower]
        return seen


def _pointed(model: KindModel, places: Longs, judged: int) -> Bools:
    """The patterns in which something agrees that points at one person, and those that people judged."""
    found = np.zeros(len(places), bool)
    for position, f in enumerate(model.fields):
        if f.name.partition(".")[0] in _POINTING:
            found |= places[:, position] == len(f.levels)
    found[len(places) - judged :] = True
    return found


def _no_more_different(shares: Floats, most: float) -> Floats:
    """The shares, the first of them no more than `most`; the others keep their proportions."""
    if shares[0] <= most:
        return shares
    return np.concatenate(([most], shares[1:] * ((1.0 - most) / (1.0 - shares[0]))))


def _most(prior: Floats, *, alone: bool) -> Floats:
    """The most of each level of a name that training may come to; above 1 where it is free."""
    most = np.full(len(prior), 2.0)
    if alone:
        most[_LITTLE_ALONE] = np.minimum(prior[_LITTLE_ALONE], _MOST_ALONE)
    else:
        most[_LITTLE] = prior[_LITTLE]
    return most


def _bounded(shares: Floats, prior: Floats, most: Floats) -> Floats:
    """The shares, none above its most; what is left over goes to the free levels, by the prior."""
    bounded, free = np.minimum(shares, most), np.where(most > 1, prior, 0.0)
    return np.asarray(bounded + (1.0 - bounded.sum()) * free / free.sum(), float)


def _shares(seen: Floats, prior: Floats) -> Floats:
    shares = (seen + _PRIOR_PAIRS * prior) / (seen.sum(axis=1, keepdims=True) + _PRIOR_PAIRS)
    return np.asarray(np.maximum(shares, LEAST), float)
