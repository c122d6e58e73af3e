"""One kind of contact, matched in this process: block, train, compare, score, cluster."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.blocking import Candidates, Rule, candidates, share_of
from matching.calibration import PLAIN, fitted
from matching.classes import told_apart, weighed
from matching.clustering import Clusters, affinity, cluster
from matching.coincidences import NAMESAKES
from matching.compare_records import Comparator, comparators, compare, compared_others, kind_of
from matching.comparison import Agreements
from matching.defaults import shipped
from matching.encoding import Longs
from matching.features import Features
from matching.frequencies import Frequencies
from matching.keys import KeyRing
from matching.model import KindModel, no_streets
from matching.parallel import side_by_side, together
from matching.rule_choice import Appraisal, appraised, known
from matching.rules import rules_for
from matching.scoring import Scores, score
from matching.training import Labels, Sample, random_pairs, trained, with_chance

_BATCH: Final = 1 << 19  # pairs compared at a time
_RANDOM: Final = 100_000
_SAMPLE: Final = 200_000
_FEW: Final = 5  # records of one among random pairs that do no harm
# Probabilities from which records are counted as one. Were people so counted who may well be namesakes, their
# names would look rare, and that would make them one; organisations of one name mostly are.
_PERHAPS: Final = {False: 0.5, True: 0.2}
_RECOUNTED: Final = 50_000  # records up to which values are counted a second time
_MANY: Final = 20_000  # records from which blocking rules must be worth their comparisons
_EVEN: Final = 0.5  # where a calibration is made; it means the same with any
_FLOOR: Final = -12.0  # bits below which a pair is forgotten; clustering scores it again should it matter


@dataclass(frozen=True)
class Settings:
    """`threshold`: the probability from which two records are taken for one. `budget`: pairs compared for
    each record. `learn`: people's judgements are used as labels when a model is made.
    """

    threshold: float | None = None
    budget: float = 50.0
    learn: bool = False


@dataclass(frozen=True)
class ScoredPairs:
    """Pairs worth keeping, with their scores. `places` are theirs among the candidates."""

    a: Longs
    b: Longs
    weight: npt.NDArray[np.float64]
    against: npt.NDArray[np.float64]
    places: Longs

    def taken(self, rows: Longs) -> ScoredPairs:
        return ScoredPairs(
            self.a[rows], self.b[rows], self.weight[rows], self.against[rows], self.places[rows]
        )  # fmt: skip


@dataclass
class Watch:
    """Seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timing(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - start


@dataclass(frozen=True)
class KindMatched:
    """One kind's outcome. `agreements` compares pairs of rows again: few are asked for their evidence."""

    model: KindModel
    pairs: ScoredPairs
    clusters: Clusters
    candidates: Candidates
    agreements: Callable[[Longs, Longs], Agreements]
    left_out: tuple[Appraisal, ...] = ()


class KindMatcher:
    """Everything about one kind of contact in one set of features."""

    def __init__(
        self,
        features: Features,
        *,
        organisations: bool,
        model: KindModel | None,
        settings: Settings,
        watch: Watch,
    ) -> None:
        self._features = features
        self._mask = features.organisations == organisations
        self._rows = np.flatnonzero(self._mask)
        self._organisations = organisations
        self._settings = settings
        self._watch = watch
        others = [o.name for o in compared_others(features)] if model is None else []
        self._given_model = model
        self._left_out: tuple[Appraisal, ...] = ()
        self.model = model or told_apart(
            shipped(kind_of(organisations=organisations), others), features, self._rows
        ).for_records(len(self._rows))
        self._frequencies = Frequencies(
            features, self._rows, model.common if model else None, beside=2 if self._only_named else 1
        )
        self._comparators: tuple[Comparator, ...] = comparators(
            features, self._frequencies, organisations=organisations, known=model
        )

    @property
    def records(self) -> int:
        return len(self._rows)

    def match(
        self, threshold: float, same: tuple[Longs, Longs], different: tuple[Longs, Longs]
    ) -> KindMatched:
        """`same` and `different` are rows judged by people, of this kind."""
        return self.settle(self._found(same, different), threshold, same, different)

    def _found(self, same: tuple[Longs, Longs], different: tuple[Longs, Longs]) -> Candidates:
        """The candidates; the model is made where none is given. The keys are gone before pairs are scored:
        they take as much memory as all candidates.
        """
        ring, rules = KeyRing(self._features, self._mask), self._rules()
        if self._given_model is None and self.records > _MANY:
            rules = tuple(rule for rule in rules if not rule.spare)
        with self._watch.timing("block"):
            found = self._block(ring, rules)
        return found if self._given_model else self._learnt(ring, rules, found, same, different)

    def _learnt(
        self,
        ring: KeyRing,
        rules: tuple[Rule, ...],
        found: Candidates,
        same: tuple[Longs, Longs],
        different: tuple[Longs, Longs],
    ) -> Candidates:
        """Makes the model, and gives the candidates that it asks for. Of more than those found at first it
        is made anew: the pairs that narrow blocks leave out are not like the others.
        """
        untrained = self.model
        labels = self._labels(same, different) if self._settings.learn else None
        with self._watch.timing("train"):
            self.model = self._learn(found, labels, same, different).written()
        with self._watch.timing("block"):
            more = self._more(ring, rules, found)
        if more is not None:
            with self._watch.timing("train"):
                self.model = untrained
                self.model = self._learn(more, labels, same, different).written()
        found = found if more is None else more
        self.model = replace(self.model, rules=found.used)
        return found

    def _more(self, ring: KeyRing, used: tuple[Rule, ...], found: Candidates) -> Candidates | None:
        """Where those found are not enough, the candidates of larger blocks and of the spare rules that bring
        something.
        """

        def likely(a: Longs, b: Longs) -> npt.NDArray[np.float64]:
            return PLAIN.probability(self.scores(a, b)[1].weight)

        rules, budget = self._rules(), self._settings.budget
        spare = tuple(rule for rule in rules if rule not in used)
        told = known(found, self.records, likely)
        if told.enough:
            self._left_out = tuple(Appraisal(rule, 0, 0.0, 0.0) for rule in spare)
            return None
        share = share_of(self.records, budget, len(rules), spare=True)
        appraisals = appraised(ring, spare, found, share, told.matches, likely)
        self._left_out = tuple(appraisal for appraisal in appraisals if not appraisal.worth_it)
        more = tuple(appraisal.rule for appraisal in appraisals if appraisal.worth_it)
        return candidates(ring, (*used, *more), self.records, budget, wide=True)

    def settle(
        self,
        found: Candidates,
        threshold: float,
        same: tuple[Longs, Longs],
        different: tuple[Longs, Longs],
    ) -> KindMatched:
        """The clusters that the model makes of these candidates."""
        with self._watch.timing("score"):
            pairs = self._score(found)
        with self._watch.timing("cluster"):
            made = self._given_model is None
            clusters = self._clustered(pairs, _EVEN if made else threshold, same, different)
            if made:
                together = clusters.labels[pairs.a] == clusters.labels[pairs.b]
                calibration = fitted(self.model.calibration, pairs.weight, together)
                common = dict(self._frequencies.seen)
                self.model = weighed(replace(self.model, calibration=calibration, common=common))
            if made and threshold != _EVEN:
                clusters = self._clustered(pairs, threshold, same, different)
        again = partial(compare, self._comparators)
        return KindMatched(self.model, pairs, clusters, found, again, self._left_out)

    def _clustered(
        self, pairs: ScoredPairs, threshold: float, same: tuple[Longs, Longs], different: tuple[Longs, Longs]
    ) -> Clusters:
        says = affinity(pairs.weight, pairs.against, self.model.calibration.weight(threshold))
        names = self._features.record_hashes

        def look(a: Longs, b: Longs) -> npt.NDArray[np.float64]:
            return self.affinities(a, b, threshold)

        return cluster(self._features.n, (pairs.a, pairs.b, says), same, different, look, names)

    def affinities(self, a: Longs, b: Longs, threshold: float) -> npt.NDArray[np.float64]:
        """What pairs of rows say for (above 0) or against being one."""
        scores = self.scores(a, b)[1]
        return affinity(scores.weight, scores.against, self.model.calibration.weight(threshold))

    def scores(self, a: Longs, b: Longs) -> tuple[Agreements, Scores]:
        agreements = compare(self._comparators, a, b)
        return agreements, score(self.model, agreements)

    def block(self) -> Candidates:
        """The pairs to compare by all rules."""
        return self._block(KeyRing(self._features, self._mask), self._rules())

    def _block(self, ring: KeyRing, rules: tuple[Rule, ...]) -> Candidates:
        return candidates(ring, rules, self.records, self._settings.budget)

    def _rules(self) -> tuple[Rule, ...]:
        return self.model.rules or rules_for(self._features, organisations=self._organisations)

    def _labels(self, same: tuple[Longs, Longs], different: tuple[Longs, Longs]) -> Labels:
        a, b = (np.concatenate((same[i], different[i])) for i in (0, 1))
        alike = np.concatenate((np.ones(len(same[0]), bool), np.zeros(len(different[0]), bool)))
        return Labels(compare(self._comparators, a, b), alike)

    def _learn(
        self,
        found: Candidates,
        labels: Labels | None,
        same: tuple[Longs, Longs],
        different: tuple[Longs, Longs],
    ) -> KindModel:
        """Trained twice: what the first model takes for one (organisations: or cannot tell apart) is counted
        once for the second. Where records are many, strangers decide how common a value is, and once is
        enough. So it is for organisations with streets: sites of one chain that were taken for one would make
        what they share look rare.
        """
        untrained, first = self.model, self._train(found, labels)
        if not self._recounted:
            return first
        self.model = replace(first, calibration=PLAIN)
        pairs = self._score(found)
        if len(pairs.a) == 0:
            return first
        who = self._clustered(pairs, _PERHAPS[self._organisations], same, different).labels
        self._frequencies = Frequencies(self._features, self._rows, who=who)
        self._comparators = comparators(self._features, self._frequencies, organisations=self._organisations)
        self.model = untrained
        return self._train(found, labels)

    @property
    def _recounted(self) -> bool:
        """Whether values are counted a second time, by what the first model takes for one."""
        held = (c for c in self.model.classes if not c.same and not c.may_learn("street"))
        sites = self._organisations and any(c.may_learn("place") for c in held)
        return self.records <= _RECOUNTED and not sites

    @property
    def _only_named(self) -> bool:
        """Of organisations nothing is told but names: that two have one is then no sign that it is common."""
        return self._organisations and no_streets(self.model.classes)

    def _joint_pairs(self) -> dict[tuple[str, ...], tuple[float, float]]:
        """Of the model's coincidences the pairs that are equal in both fields."""
        names, places = self._features.names, self._features.places
        town = places.locality if places.locality.filled >= places.postal.filled else places.postal
        second = {"family": names.family, "place": town, "country": places.country}
        count = self._frequencies.joint_pairs
        return {
            c.fields: count(names.given, second[c.fields[1]], None if c.fields == NAMESAKES else names.family)
            for c in self.model.coincidences
        }

    def _train(self, found: Candidates, labels: Labels | None) -> KindModel:
        if self.records < 2:
            return self.model
        step = max(1, -(-len(found) // _SAMPLE))
        agreements, joint = together(
            lambda: compare(self._comparators, found.a[::step], found.b[::step], threads=True),
            self._joint_pairs,
            records=self.records,
        )
        sample = Sample(agreements, float(step), joint)
        a, b = random_pairs(self.records, _RANDOM)
        strangers = compare(self._comparators, self._rows[a], self._rows[b], threads=True)
        model = trained(with_chance(self.model, strangers), sample, labels)
        if len(a) * sum(model.prior(c.name) for c in model.classes if c.same) < _FEW:
            return model
        # In a small file random pairs are not all strangers: those that turned out the same are left out.
        apart = np.flatnonzero(score(model, strangers).weight < 0)
        strangers = {name: agreement.taken(apart) for name, agreement in strangers.items()}
        return trained(with_chance(self.model, strangers), sample, labels)

    def _score(self, found: Candidates) -> ScoredPairs:
        starts = range(0, max(len(found), 1), _BATCH)

        def kept_of(start: int) -> ScoredPairs:
            a, b = found.a[start : start + _BATCH], found.b[start : start + _BATCH]
            scores = self.scores(a, b)[1]
            places = np.arange(start, start + len(a))
            batch = ScoredPairs(a, b, scores.weight, scores.against, places)
            return batch.taken(np.flatnonzero(scores.weight >= _FLOOR))

        return _joined(list(side_by_side(kept_of, starts, records=len(found))))


def _joined(parts: list[ScoredPairs]) -> ScoredPairs:
    return ScoredPairs(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(ScoredPairs)))
