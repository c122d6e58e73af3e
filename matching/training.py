"""Training without labels.

What agrees by chance is counted: exact agreement from the frequencies of the values, fuzzy levels on pairs
taken at random. How often each class of pairs shows each level is found by expectation–maximisation over
candidate pairs, where chance is held fixed: the number of chance pairs that *should* show a pattern is known
from the number of all pairs, so classes can only claim what is left over, and training cannot run away. The
shipped weights count as so many pairs seen before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.comparators.organisations import ORGANISATION
from matching.comparison import Agreements
from matching.encoding import Longs
from matching.model import Field, KindModel, PairClass, no_streets
from matching.scoring import (
    chance_bits,
    class_bits,
    coincidence_bits,
    equal,
    patterns,
)

Floats = npt.NDArray[np.float64]

_PRIOR_PAIRS: Final = 30.0  # the shipped levels of a class count as so many pairs
_PRIOR_RATE_PAIRS: Final = 20.0
_PRIOR_CHANCE: Final = 200.0  # shipped chance levels count as so many random pairs
_PRIOR_COINCIDENCES: Final = 2.0  # namesakes: what languages meet in a file is hardly known beforehand
_MOST_COINCIDENT: Final = 50.0
_LABEL_PAIRS: Final = 10.0  # a pair that a person judged counts as so many that nobody did
_ROUNDS: Final = 30
_CLOSE: Final = 1e-4
_LEAST: Final = 1e-6
# How common the lower levels of an organisation's name may become among those that are one. Two whose names
# share a word share a country and a trade too, and in a small file half of them would be taken for one:
# training may find that rarer than shipped, never more common. Where hardly more than names is told, a longer
# name that holds a shorter one is that of a subsidiary or of another trade far more often than the same.
_NAME: Final = "name"
_LITTLE: Final = slice(0, ORGANISATION.index("many words"))
_LITTLE_ALONE: Final = slice(0, ORGANISATION.index("one holds the other"))
_WITHIN: Final = ORGANISATION.index("one holds the other")
_MOST_WITHIN: Final = 0.0125


@dataclass(frozen=True)
class Sample:
    """Candidate pairs to learn from, and for how many candidates each of them stands.

    `joint_pairs`: for fields together, how many of all pairs are equal in both, and would be were they
    independent.
    """

    agreements: Agreements
    stands_for: float
    joint_pairs: Mapping[tuple[str, ...], tuple[float, float]]


@dataclass(frozen=True)
class Labels:
    """Pairs on which people have spoken: their agreements, and which were judged the same."""

    agreements: Agreements
    same: npt.NDArray[np.bool_]


def random_pairs(records: int, most: int) -> tuple[Longs, Longs]:
    """Pairs of row numbers, evenly spread. Rows are in the order of a hash, so neighbours are random
    pairs.
    """
    shifts = max(1, min(most // max(records, 1), (records - 1) // 2))
    rows = np.arange(min(records, most), dtype=np.int64)
    a = np.tile(rows, shifts)
    b = np.concatenate([(rows + step) % max(records, 1) for step in range(1, shifts + 1)])
    return a[a != b], b[a != b]


def with_chance(model: KindModel, agreements: Agreements) -> KindModel:
    """The model with chance levels as counted on random pairs, also for classes that are like chance in a
    field.
    """
    return replace(
        model,
        fields=tuple(
            _counted(f, model.classes, agreements[f.name].levels) if f.name in agreements else f
            for f in model.fields
        ),
    )


def _counted(f: Field, classes: tuple[PairClass, ...], levels: npt.NDArray[np.int8]) -> Field:
    seen = np.bincount(levels[levels >= 0], minlength=len(f.levels)).astype(float)
    prior = np.array([level.chance for level in f.levels])
    shares = (seen + _PRIOR_CHANCE * prior) / (seen.sum() + _PRIOR_CHANCE)
    rows = {
        c.name: _at_least(np.array([level.classes[c.name] for level in f.levels]), prior, shares)
        for c in classes
        if not c.same
    }
    return replace(f, levels=tuple(
        replace(level, chance=float(share), classes={**level.classes, **{c: float(row[i]) for c, row
        in rows.items()}})
        for i, (level, share) in enumerate(zip(f.levels, shares, strict=True))
    ))  # fmt: skip


def _at_least(row: Floats, prior: Floats, shares: Floats) -> Floats:
    """Two who are not one agree at least as often as strangers; a class that is like chance stays so."""
    if (row == prior).all():
        return shares
    raised = np.maximum(row[1:], shares[1:])
    raised *= min(1.0, (1.0 - _LEAST) / raised.sum())
    return np.concatenate(([1.0 - raised.sum()], raised))


def trained(model: KindModel, sample: Sample, labels: Labels | None = None) -> KindModel:
    """The model after expectation–maximisation on the sample; its chance levels stay. A labelled pair counts
    as several others, and only for classes that mean what people said; how often classes occur it does not
    tell, since nobody judges pairs at random.
    """
    shipped, before = model, None
    pattern, levels = patterns(model, sample.agreements)
    if len(pattern) == 0:
        return model
    spoken = _Spoken.of(model, labels) if labels is not None and len(labels.same) else None
    chance = chance_bits(model, sample.agreements, pattern, levels)
    independent = chance - coincidence_bits(model, levels)[pattern]
    for _ in range(_ROUNDS):
        claims = _claims(model, pattern, levels, chance) * sample.stands_for
        model = _maximised(shipped, claims, levels, spoken.claims(model) if spoken else None)
        model, together = _with_coincidences(model, shipped, sample, claims, levels)
        chance = independent + together[pattern]
        now = np.array([c.rate for c in model.classes])
        if before is not None and np.abs(now - before).max() <= _CLOSE * now.max():
            break
        before = now
    return model


def _claims(model: KindModel, pattern: Longs, levels: npt.NDArray[np.int8], chance: Floats) -> Floats:
    """How much of each pattern (row) each class (column) explains, in pairs of the sample."""
    bits = class_bits(model, levels)
    top = bits.max(axis=1)
    likely = np.exp2(bits - top[:, None])
    total = likely.sum(axis=1)
    free = np.exp2(np.clip(chance - top[pattern], -1000, 1000))
    weight = np.bincount(pattern, weights=1.0 / (total[pattern] + free), minlength=len(levels))
    return np.asarray(likely * weight[:, None], float)


def _with_coincidences(
    model: KindModel, shipped: KindModel, sample: Sample, claims: Floats, levels: npt.NDArray[np.int8]
) -> tuple[KindModel, Floats]:
    """The model with how much more often than expected strangers agree; and the bits that adds to each
    pattern.

    Strangers are those of all pairs equal in the fields that no class claims.
    """
    found = []
    for known in shipped.coincidences:
        seen, expected = sample.joint_pairs.get(known.fields, (0.0, 0.0))
        strangers = max(seen - float(claims[equal(model, known, levels)].sum()), 0.0)
        factor = (strangers + _PRIOR_COINCIDENCES * known.factor) / (expected + _PRIOR_COINCIDENCES)
        found.append(replace(known, factor=min(max(factor, 1.0), _MOST_COINCIDENT)))
    model = replace(model, coincidences=tuple(found))
    return model, coincidence_bits(model, levels)


@dataclass(frozen=True)
class _Spoken:
    """Labelled pairs by pattern."""

    pattern: Longs
    levels: npt.NDArray[np.int8]
    chance: Floats
    same: npt.NDArray[np.bool_]

    @staticmethod
    def of(model: KindModel, labels: Labels) -> _Spoken:
        pattern, levels = patterns(model, labels.agreements)
        return _Spoken(pattern, levels, chance_bits(model, labels.agreements, pattern, levels), labels.same)

    def claims(self, model: KindModel) -> tuple[npt.NDArray[np.int8], Floats]:
        """By pair its levels, and how much of it each class explains, of those that people left open."""
        bits = class_bits(model, self.levels)[self.pattern]
        means_same = np.array([c.same for c in model.classes])
        open_to = np.where(self.same[:, None], means_same, ~means_same)
        likely = np.exp2(bits - bits.max(axis=1, keepdims=True)) * open_to
        free = np.where(self.same, 0.0, np.exp2(np.clip(self.chance - bits.max(axis=1), -1000, 1000)))
        total = np.maximum(likely.sum(axis=1) + free, 1e-300)
        return self.levels[self.pattern], _LABEL_PAIRS * likely / total[:, None]


def _maximised(
    shipped: KindModel,
    claims: Floats,
    levels: npt.NDArray[np.int8],
    spoken: tuple[npt.NDArray[np.int8], Floats] | None = None,
) -> KindModel:
    records = max(shipped.records, 2)
    steady = min(_PRIOR_RATE_PAIRS, 0.2 * records)
    classes = tuple(
        replace(c, rate=float((claims[:, i].sum() + steady * c.rate) / (records + steady)))
        for i, c in enumerate(shipped.classes)
    )
    if spoken is not None:
        levels, claims = np.concatenate((levels, spoken[0])), np.concatenate((claims, spoken[1]))
    fields = tuple(
        _learned(shipped.classes, f, claims, levels[:, position]) for position, f in enumerate(shipped.fields)
    )
    return replace(shipped, classes=classes, fields=fields)


def _learned(classes: tuple[PairClass, ...], f: Field, claims: Floats, levels: npt.NDArray[np.int8]) -> Field:
    """The field with what each class shows of it: the shipped shares and what the class claims."""
    told = np.flatnonzero(levels >= 0)
    seen = {c.name: _weighed(levels[told], claims[told, i], len(f.levels)) for i, c in enumerate(classes)}
    followers = {c.name: c.like for c in classes if c.like and not c.may_learn(f.name)}
    for follower, leader in followers.items():
        seen[leader] = seen[leader] + seen[follower]
    rows: dict[str, Floats] = {}
    for c in classes:
        prior = np.array([level.classes[c.name] for level in f.levels])
        rows[c.name] = _shares(seen[c.name], prior) if c.may_learn(f.name) else prior
        if c.same and f.name == _NAME:
            rows[c.name] = _bounded(rows[c.name], prior, _most(prior, alone=no_streets(classes)))
    rows |= {follower: rows[leader] for follower, leader in followers.items()}
    return replace(
        f,
        levels=tuple(
            replace(level, classes={name: float(row[i]) for name, row in rows.items()})
            for i, level in enumerate(f.levels)
        ),
    )


def _most(prior: Floats, *, alone: bool) -> Floats:
    """The most of each level of a name that training may come to; above 1 where it is free."""
    most, little = np.full(len(prior), 2.0), _LITTLE_ALONE if alone else _LITTLE
    most[little] = prior[little]
    if alone:
        most[_WITHIN] = _MOST_WITHIN
    return most


def _bounded(shares: Floats, prior: Floats, most: Floats) -> Floats:
    """The shares, none above its most; what is left over goes to the free levels, by the prior."""
    bounded, free = np.minimum(shares, most), np.where(most > 1, prior, 0.0)
    return np.asarray(bounded + (1.0 - bounded.sum()) * free / free.sum(), float)


def _weighed(levels: npt.NDArray[np.int8], weights: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(levels, weights=weights, minlength=count), float)


def _shares(seen: Floats, prior: Floats) -> Floats:
    shares = (seen + _PRIOR_PAIRS * prior) / (seen.sum() + _PRIOR_PAIRS)
    return np.asarray(np.maximum(shares, _LEAST), float)
