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

from matching.class_tables import ClassTables
from matching.coincidences import NAMESAKES, counting, has_equal_values, positions
from matching.comparison import Agreements
from matching.encoding import Longs
from matching.lessons import LEAST, Lesson
from matching.model import Coincidence, Field, KindModel, PairClass
from matching.scoring import chance_bits, coincidence_bits, patterns

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_PRIOR_RATE_PAIRS: Final = 20.0
_PRIOR_CHANCE: Final = 200.0  # shipped chance levels count as so many random pairs
_PRIOR_COINCIDENCES: Final = 2.0  # namesakes: what languages meet in a file is hardly known beforehand
_MOST_COINCIDENT: Final = 50.0
_LABEL_PAIRS: Final = 10.0  # a pair that a person judged counts as so many that nobody did
_ROUNDS: Final = 30
_CLOSE: Final = 1e-4


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
    same: Bools


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
    raised *= min(1.0, (1.0 - LEAST) / raised.sum())
    return np.concatenate(([1.0 - raised.sum()], raised))


def trained(model: KindModel, sample: Sample, labels: Labels | None = None) -> KindModel:
    """The model after expectation–maximisation on the sample; its chance levels stay. A labelled pair counts
    as several others, and only for classes that mean what people said; how often classes occur it does not
    tell, since nobody judges pairs at random.
    """
    pattern, levels = patterns(model, sample.agreements)
    if len(pattern) == 0:
        return model
    places = levels.astype(np.int64) + 1
    spoken = _Spoken.of(model, labels) if labels is not None and len(labels.same) else None
    counted = np.concatenate((places, spoken.places)) if spoken else places
    judged = len(counted) - len(places)
    lessons = [Lesson.of(model, position, counted, judged) for position in range(len(model.fields))]
    together = [Together.of(model, c, sample.joint_pairs, places) for c in model.coincidences]
    chance = chance_bits(model, sample.agreements, pattern, levels)
    independent = chance - coincidence_bits(model, levels)[pattern]
    shipped = tables = ClassTables.of(model)
    before: Floats | None = None
    for _ in range(_ROUNDS):
        claims = _claims(tables, pattern, places, chance) * sample.stands_for
        tables = _maximised(shipped, lessons, claims, spoken.claims(tables) if spoken else None)
        factors = [one.factor(claims) for one in together]
        bits = np.zeros(len(levels))
        for one, factor in zip(together, factors, strict=True):
            bits += one.counting(tables) * np.log2(factor)
        chance = independent + bits[pattern]
        if before is not None and np.abs(tables.rates - before).max() <= _CLOSE * tables.rates.max():
            break
        before = tables.rates
    found = zip(model.coincidences, factors, strict=True)
    return replace(
        tables.onto(model), coincidences=tuple(replace(known, factor=factor) for known, factor in found)
    )


def _claims(tables: ClassTables, pattern: Longs, places: Longs, chance: Floats) -> Floats:
    """How much of each pattern (row) each class (column) explains, in pairs of the sample."""
    bits = tables.bits(places)
    top = bits.max(axis=1)
    likely = np.exp2(bits - top[:, None])
    total = likely.sum(axis=1)
    free = np.exp2(np.clip(chance - top[pattern], -1000, 1000))
    weight = np.bincount(pattern, weights=1.0 / (total[pattern] + free), minlength=len(places))
    return np.asarray(likely * weight[:, None], float)


def _maximised(
    shipped: ClassTables, lessons: list[Lesson], claims: Floats, spoken: Floats | None = None
) -> ClassTables:
    records = max(shipped.records, 2)
    steady = min(_PRIOR_RATE_PAIRS, 0.2 * records)
    claimed = np.array([claims[:, i].sum() for i in range(claims.shape[1])])
    rates = (claimed + steady * shipped.rates) / (records + steady)
    if spoken is not None:
        claims = np.concatenate((claims, spoken))
    return ClassTables(shipped.records, rates, tuple(lesson.learned(claims) for lesson in lessons))


@dataclass(frozen=True)
class Together:
    """Fields that strangers agree on more often than if they were independent: how much more often.

    Strangers are those of all pairs equal in the fields that no class claims; of those equal in a given name
    and a place only such are counted whose family names differ, as hardly any of them is one.
    """

    known: Coincidence
    seen: float
    expected: float
    equal: Bools
    places: tuple[Longs, ...]  # by field of the coincidence
    positions: tuple[int, ...]
    fields: tuple[Field, ...]
    same: int

    @staticmethod
    def of(
        model: KindModel,
        known: Coincidence,
        joint_pairs: Mapping[tuple[str, ...], tuple[float, float]],
        places: Longs,
    ) -> Together:
        at = positions(model, known)
        equal = np.ones(len(places), bool)
        for position in at:
            equal &= has_equal_values(model.fields[position])[places[:, position]]
        if known.fields != NAMESAKES:
            family = next(i for i, f in enumerate(model.fields) if f.name == "family")
            equal &= (places[:, family] > 0) & ~has_equal_values(model.fields[family])[places[:, family]]
        return Together(
            known,
            *joint_pairs.get(known.fields, (0.0, 0.0)),
            equal,
            tuple(places[:, position] for position in at),
            tuple(at),
            tuple(model.fields[position] for position in at),
            next(i for i, c in enumerate(model.classes) if c.name == "same"),
        )

    def factor(self, claims: Floats) -> float:
        strangers = max(self.seen - float(claims[self.equal].sum()), 0.0)
        expected = self.expected + _PRIOR_COINCIDENCES
        factor = (strangers + _PRIOR_COINCIDENCES * self.known.factor) / expected
        return min(max(factor, 1.0), _MOST_COINCIDENT)

    def counting(self, tables: ClassTables) -> Floats:
        """By pattern which part of the factor's bits counts."""
        same = [tables.fields[position][self.same] for position in self.positions]
        return counting(self.fields, same, self.places)


@dataclass(frozen=True)
class _Spoken:
    """Labelled pairs by pattern, and by pair the levels + 1."""

    pattern: Longs
    patterns: Longs
    chance: Floats
    same: Bools
    means_same: Bools

    @staticmethod
    def of(model: KindModel, labels: Labels) -> _Spoken:
        pattern, levels = patterns(model, labels.agreements)
        chance = chance_bits(model, labels.agreements, pattern, levels)
        means_same = np.array([c.same for c in model.classes])
        return _Spoken(pattern, levels.astype(np.int64) + 1, chance, labels.same, means_same)

    @property
    def places(self) -> Longs:
        return self.patterns[self.pattern]

    def claims(self, tables: ClassTables) -> Floats:
        """By pair how much of it each class explains, of those that people left open."""
        bits = tables.bits(self.patterns)[self.pattern]
        open_to = np.where(self.same[:, None], self.means_same, ~self.means_same)
        likely = np.exp2(bits - bits.max(axis=1, keepdims=True)) * open_to
        free = np.where(self.same, 0.0, np.exp2(np.clip(self.chance - bits.max(axis=1), -1000, 1000)))
        total = np.maximum(likely.sum(axis=1) + free, 1e-300)
        return np.asarray(_LABEL_PAIRS * likely / total[:, None], float)
