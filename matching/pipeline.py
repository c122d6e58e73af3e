"""The whole way: contacts and judgements in, clusters with their evidence out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hub.domain.matching import (
    CLUSTER_SCHEMA,
    EDGE_SCHEMA,
    JUDGEMENT_SCHEMA,
    REVIEW_SCHEMA,
    Matching,
    Verdict,
)
from hub.errors import ConfigurationError
from matching.compare_records import kind_of
from matching.components import components
from matching.encoding import Longs
from matching.engines.local import KindMatched, KindMatcher, Settings, Watch
from matching.explain import evidence
from matching.features import Features, extract
from matching.model import Common, Model, from_json
from matching.parallel import side_by_side
from matching.review import for_review
from matching.scoring import probability

_THRESHOLD: Final = 0.5
_BATCH: Final = 1 << 16  # edges whose evidence is written at a time

Rows = tuple[Longs, Longs]


class LocalMatcher:
    """Fulfils `hub.ports.Matcher` in this process.

    `model` is the JSON text of a model to use as it is; without one, one is made from the data.
    """

    def __init__(self, model: str | None = None, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._model = from_json(model) if model else None

    def match(self, contacts: pa.Table, judgements: pa.Table | None = None) -> Matching:
        """Every record in exactly one cluster. Raises `ConfigurationError` for a record id that comes
        twice.
        """
        watch = Watch()
        with watch.timing("features"):
            features = self._features(contacts)
        _check_unique(features.record_ids)
        judged = _Judged(features, JUDGEMENT_SCHEMA.empty_table() if judgements is None else judgements)
        matched = {
            kind_of(organisations=side): self._kind(features, organisations=side, judged=judged, watch=watch)
            for side in (False, True)
            if (features.organisations == side).any()
        }
        labels = self._labels(features, matched, judged)
        with watch.timing("evidence"):
            edges, review = self._edges(features, matched, labels, judged)
        model = self._made(matched, features)
        return Matching(
            edges=edges,
            clusters=_clusters(features, labels),
            review=review,
            model=model.to_json(),
            report=_report(features, matched, edges, review, watch),
        )

    def scored(self, contacts: pa.Table) -> pa.Table:
        """Every pair that was compared and is not hopeless: `record_a`, `record_b`, `probability`, `weight`.

        For measuring: calibration, thresholds. `match` keeps only the pairs that matter.
        """
        features = self._features(contacts)
        judged = _Judged(features, JUDGEMENT_SCHEMA.empty_table())
        tables = [EDGE_SCHEMA.empty_table().drop_columns(["evidence"])]
        for side in (False, True):
            if (features.organisations == side).any():
                pairs = self._kind(features, organisations=side, judged=judged, watch=Watch()).pairs
                a, b = _ids(features, pairs.a, pairs.b)
                columns = [a, b, probability(pairs.weight), pairs.weight]
                tables.append(pa.table(columns, schema=tables[0].schema))
        return pa.concat_tables(tables).sort_by([("record_a", "ascending"), ("record_b", "ascending")])

    def explain(self, contacts: pa.Table, record_a: int, record_b: int) -> Mapping[str, object]:
        """The evidence for one pair with `probability`, `weight` and `threshold`.

        Without a model how common values are is counted on `contacts`, so give all of them. Raises
        `ConfigurationError` for a record that is not among them.
        """
        features = self._features(contacts)
        rows = {int(number): row for row, number in enumerate(features.record_ids)}
        for number in (record_a, record_b):
            if number not in rows:
                raise ConfigurationError("unknown-record", f"there is no record {number} among the contacts")
        a, b = sorted((rows[record_a], rows[record_b]))
        both_organisations = bool(features.organisations[a] and features.organisations[b])
        matcher = self._matcher(features, organisations=both_organisations, watch=Watch())
        agreements, scores = matcher.scores(np.array([a]), np.array([b]))
        found: dict[str, object] = json.loads(evidence(matcher.model, agreements)[0].as_py())
        weight = float(scores.weight[0])
        chance = float(probability(scores.weight)[0])
        return {**found, "probability": chance, "weight": weight, "threshold": self._threshold}

    @property
    def _threshold(self) -> float:
        told = self._settings.threshold
        return told if told is not None else self._model.threshold if self._model else _THRESHOLD

    def _matcher(self, features: Features, *, organisations: bool, watch: Watch) -> KindMatcher:
        known = self._model.kinds.get(kind_of(organisations=organisations)) if self._model else None
        return KindMatcher(
            features, organisations=organisations, model=known, settings=self._settings, watch=watch
        )

    def _kind(self, features: Features, *, organisations: bool, judged: _Judged, watch: Watch) -> KindMatched:
        matcher = self._matcher(features, organisations=organisations, watch=watch)
        mine = features.organisations == organisations
        return matcher.match(
            self._threshold, judged.within(judged.same, mine), judged.within(judged.different, mine)
        )

    def _labels(self, features: Features, matched: Mapping[str, KindMatched], judged: _Judged) -> Longs:
        """One kind's clusters beside the other's; only people's judgements join across kinds."""
        labels = np.arange(features.n)
        for kind, found in matched.items():
            mine = features.organisations == (kind == kind_of(organisations=True))
            labels[mine] = found.clusters.labels[mine]
        across = judged.across(features.organisations)
        if len(across[0]) == 0:
            return labels
        return judged.parted(components(features.n, *_both((np.arange(features.n), labels), across)), labels)

    def _edges(
        self, features: Features, matched: Mapping[str, KindMatched], labels: Longs, judged: _Judged
    ) -> tuple[pa.Table, pa.Table]:
        edges: list[pa.Table] = []
        review: list[pa.Table] = []
        for found in matched.values():
            pairs = found.pairs
            likely = probability(pairs.weight)
            decided = judged.spoken_on(pairs.a, pairs.b)
            waiting = for_review(pairs.a, pairs.b, likely, labels, self._threshold, decided)
            kept = labels[pairs.a] == labels[pairs.b]
            kept[waiting.pairs] = True
            edges.append(_edge_table(features, found, np.flatnonzero(kept)))
            a, b = _ids(features, pairs.a[waiting.pairs], pairs.b[waiting.pairs])
            columns = [a, b, likely[waiting.pairs], pa.array(waiting.reasons, pa.string())]
            review.append(pa.table(columns, schema=REVIEW_SCHEMA))
        joined = pa.concat_tables([EDGE_SCHEMA.empty_table(), *edges])
        if len(edges) > 1:
            joined = joined.sort_by([("record_a", "ascending"), ("record_b", "ascending")])
        return joined, pa.concat_tables([REVIEW_SCHEMA.empty_table(), *review])

    def _features(self, contacts: pa.Table) -> Features:
        words = self._model.words if self._model else None
        return extract(contacts, (words.values, words.rest) if words else None)

    def _made(self, matched: Mapping[str, KindMatched], features: Features) -> Model:
        if self._model is not None:
            return replace(self._model, threshold=self._threshold)
        listed, rest = features.organisation.common
        words = Common(rest, listed)
        kinds = {kind: found.model for kind, found in matched.items()}
        return Model(kinds, self._threshold, words=words, trained=True)


class _Judged:
    """People's judgements as rows. Judgements on records that are not given are left out."""

    def __init__(self, features: Features, judgements: pa.Table) -> None:
        order = np.argsort(features.record_ids)
        ids = features.record_ids[order]
        sides = [np.asarray(judgements[name].to_numpy(), np.int64) for name in ("record_a", "record_b")]
        verdicts = np.asarray(judgements["verdict"].to_pylist(), dtype=object)
        places = [np.minimum(np.searchsorted(ids, side), max(len(ids) - 1, 0)) for side in sides]
        known = np.ones(len(verdicts), bool) if len(ids) else np.zeros(len(verdicts), bool)
        for place, side in zip(places, sides, strict=True):
            known &= ids[place] == side if len(ids) else False
        a, b = (order[place[known]] if len(ids) else np.zeros(0, np.int64) for place in places)
        self._low, self._high = np.minimum(a, b), np.maximum(a, b)
        self._n = features.n
        verdicts = verdicts[known]
        self.same = self._of(verdicts == Verdict.SAME.value)
        self.different = self._of(verdicts == Verdict.DIFFERENT.value)

    def _of(self, mask: npt.NDArray[np.bool_]) -> Rows:
        rows = np.asarray(mask, bool) & (self._low != self._high)
        return self._low[rows], self._high[rows]

    def within(self, pairs: Rows, mine: npt.NDArray[np.bool_]) -> Rows:
        both = mine[pairs[0]] & mine[pairs[1]]
        return pairs[0][both], pairs[1][both]

    def across(self, organisations: npt.NDArray[np.bool_]) -> Rows:
        """Pairs of a person and an organisation that were judged the same."""
        mixed = organisations[self.same[0]] != organisations[self.same[1]]
        return self.same[0][mixed], self.same[1][mixed]

    def parted(self, joined: Longs, labels: Longs) -> Longs:
        """`joined`, but as before where it would bring together what was judged different and the
        same nowhere.
        """
        torn = joined[self.different[0]] == joined[self.different[1]]
        apart = labels[self.different[0]] != labels[self.different[1]]
        bad = np.isin(joined, joined[self.different[0][torn & apart]])
        return np.where(bad, labels, joined)

    def spoken_on(self, a: Longs, b: Longs) -> npt.NDArray[np.bool_]:
        return np.isin(np.minimum(a, b) * self._n + np.maximum(a, b), self._low * self._n + self._high)


def _both(first: Rows, second: Rows) -> Rows:
    return np.concatenate((first[0], second[0])), np.concatenate((first[1], second[1]))


def _ids(features: Features, a: Longs, b: Longs) -> Rows:
    first, second = features.record_ids[a], features.record_ids[b]
    return np.minimum(first, second), np.maximum(first, second)


def _edge_table(features: Features, found: KindMatched, kept: Longs) -> pa.Table:
    """These pairs with their evidence, by record ids."""
    a, b = _ids(features, found.pairs.a[kept], found.pairs.b[kept])
    order = np.lexsort((b, a))
    a, b, kept = a[order], b[order], kept[order]
    weight = found.pairs.weight[kept]

    def texts(start: int) -> pa.Array:
        rows = kept[start : start + _BATCH]
        return evidence(found.model, {name: x.taken(rows) for name, x in found.pairs.agreements.items()})

    written = pa.chunked_array(list(side_by_side(texts, range(0, len(kept), _BATCH))), pa.string())
    return pa.table([a, b, probability(weight), weight, written], schema=EDGE_SCHEMA)


def _check_unique(record_ids: Longs) -> None:
    if len(np.unique(record_ids)) != len(record_ids):
        raise ConfigurationError(
            "duplicate-record", "a record id comes more than once", hint="give every record once"
        )


def _clusters(features: Features, labels: Longs) -> pa.Table:
    """Every record with the smallest record id of its cluster, by record id."""
    smallest = np.full(features.n, np.iinfo(np.int64).max)
    np.minimum.at(smallest, labels, features.record_ids)
    order = np.argsort(features.record_ids)
    return pa.table([features.record_ids[order], smallest[labels][order]], schema=CLUSTER_SCHEMA)


def _report(
    features: Features, matched: Mapping[str, KindMatched], edges: pa.Table, review: pa.Table, watch: Watch
) -> dict[str, object]:
    return {
        "records": features.n,
        "edges": edges.num_rows,
        "review": review.num_rows,
        "seconds": {step: round(seconds, 3) for step, seconds in watch.seconds.items()},
        "kinds": {kind: _kind_report(found) for kind, found in matched.items()},
    }


def _kind_report(found: KindMatched) -> dict[str, object]:
    seen = np.cumsum([rule.new for rule in found.candidates.report])
    return {
        "records": found.model.records,
        "candidates": len(found.candidates),
        "contradictions": found.clusters.contradictions,
        "rules": [
            {"rule": r.rule, "pairs": r.pairs, "new": r.new, "cumulative": int(total),
             "largest_block": r.largest_block, "refined_records": r.refined}
            for r, total in zip(found.candidates.report, seen, strict=True)
        ],
    }  # fmt: skip
