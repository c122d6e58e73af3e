"""The whole way: contacts and judgements in, clusters with their evidence out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import Kind
from hub.domain.matching import EDGE_SCHEMA, EXPLAINED_SCHEMA, JUDGEMENT_SCHEMA, Matching, MatchingChange
from hub.errors import ConfigurationError
from hub.kept_memory import kept_memory
from hub.later import Later
from hub.ports import Surroundings
from matching.compare_records import kind_of
from matching.encoding import Longs
from matching.engines.local import KindMatched, KindMatcher, Settings, Watch
from matching.explain import evidence
from matching.features import Features, extract
from matching.incremental import Update, blocks_of
from matching.judged import Judged
from matching.kernels import warm
from matching.model import OTHER_VERSION, Common, Model, from_json
from matching.outcome import clusters_of, ids_of, labels_of, told_of
from matching.parallel import together
from matching.seen import kind_model

_THRESHOLD: Final = 0.5
_CANDIDATE_SCHEMA: Final = pa.schema(
    [("kind", pa.string()), ("record_a", pa.int64()), ("record_b", pa.int64()), ("rules", pa.uint64())]
)
_OUTGROWN: Final = 2  # a model is made anew when there are so many times the records


class LocalMatcher:
    """Fulfils `hub.ports.Matcher` in this process.

    `model` is the JSON text of a model to use as it is; without one, one is made from the data.
    """

    def __init__(self, model: str | None = None, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._model = from_json(model) if model else None

    def match(
        self,
        contacts: pa.Table,
        judgements: pa.Table | None = None,
        *,
        model: str | None = None,
        index: bool = False,
    ) -> Matching:
        """Every record in exactly one cluster. Raises `ConfigurationError` for a record id that comes
        twice.
        """
        if model is not None:
            return LocalMatcher(model, self._settings).match(contacts, judgements, index=index)
        with kept_memory(contacts.num_rows):
            return self._match(contacts, judgements, index=index)

    def _match(self, contacts: pa.Table, judgements: pa.Table | None, *, index: bool) -> Matching:
        warm(contacts.num_rows)
        watch = Watch()
        with watch.timing("features"):
            features = self._features(contacts)
        _check_unique(features)
        judged = Judged(features, JUDGEMENT_SCHEMA.empty_table() if judgements is None else judgements)
        matched = {
            kind_of(organisations=side): self._kind(features, organisations=side, judged=judged, watch=watch)
            for side in (False, True)
            if (features.organisations == side).any()
        }
        labels = labels_of(features, matched, judged)
        made = self._made(matched, features)
        with watch.timing("written"):
            clusters, blocks = together(
                lambda: clusters_of(features, labels),
                lambda: blocks_of(features, made) if index else None,
                records=features.n,
            )
        told = Later(lambda: told_of(features, matched, labels, judged, self._threshold, watch))
        return Matching(clusters, Later(made.to_json), told, blocks)

    def train(self, contacts: pa.Table, judgements: pa.Table, *, from_judgements: bool = False) -> str:
        """The text of a model made for these contacts; people's judgements are labels if asked for."""
        settings = replace(self._settings, learn=from_judgements)
        return LocalMatcher(settings=settings).match(contacts, judgements).model

    def update(
        self, changed: pa.Array, gone: pa.Array, surroundings: Surroundings, *, model: str
    ) -> MatchingChange:
        """The partition after a change, equal to that of `match` with this model."""
        known = from_json(model)
        if self._settings.threshold is not None:
            known = replace(known, threshold=self._settings.threshold)
        return Update(known, self._settings, surroundings).of(changed, gone)

    def fits(self, model: str, records: int, contacts: pa.Table) -> bool:
        """A model fits until there are twice the records it was made for, a kind that it does not know, or
        another version of this program.
        """
        try:
            known = from_json(model)
        except ConfigurationError as error:
            if error.code == OTHER_VERSION:
                return False
            raise
        made_for = sum(kind.records for kind in known.kinds.values())
        kinds = set(pc.unique(pc.fill_null(contacts["kind"], Kind.PERSON.value)).to_pylist())
        organisations = Kind.ORGANIZATION.value in kinds
        needed = {kind_of(organisations=True)} if organisations else set()
        needed |= {kind_of(organisations=False)} if kinds - {Kind.ORGANIZATION.value} else set()
        return records < _OUTGROWN * made_for and needed <= set(known.kinds)

    def scored(self, contacts: pa.Table) -> pa.Table:
        """Every pair that was compared and is not hopeless: `record_a`, `record_b`, `probability`, `weight`.

        For measuring: calibration, thresholds. `match` keeps only the pairs that matter.
        """
        features = self._features(contacts)
        judged = Judged(features, JUDGEMENT_SCHEMA.empty_table())
        tables = [EDGE_SCHEMA.empty_table().drop_columns(["evidence"])]
        for side in (False, True):
            if (features.organisations == side).any():
                found = self._kind(features, organisations=side, judged=judged, watch=Watch())
                a, b = ids_of(features, found.pairs.a, found.pairs.b)
                weight = found.pairs.weight
                columns = [a, b, found.model.calibration.probability(weight), weight]
                tables.append(pa.table(columns, schema=tables[0].schema))
        return pa.concat_tables(tables).sort_by([("record_a", "ascending"), ("record_b", "ascending")])

    def candidates(self, contacts: pa.Table) -> tuple[pa.Table, dict[str, list[str]]]:
        """Every pair that is compared: `kind`, `record_a`, `record_b`, and `rules`, a bit for each rule that
        found it; and by kind the names of the rules.
        """
        features = self._features(contacts)
        tables, names = [_CANDIDATE_SCHEMA.empty_table()], {}
        for side in (False, True):
            if (features.organisations == side).any():
                found = self._matcher(features, organisations=side, watch=Watch()).block()
                a, b = ids_of(features, found.a, found.b)
                kind = kind_of(organisations=side)
                columns = [pa.repeat(kind, len(a)), a, b, found.rules]
                tables.append(pa.table(columns, schema=_CANDIDATE_SCHEMA))
                names[kind] = [rule.rule for rule in found.report]
        return pa.concat_tables(tables), names

    def explain(
        self, contacts: pa.Table, record_a: int, record_b: int, *, model: str | None = None
    ) -> Mapping[str, object]:
        """The evidence for one pair with `probability`, `weight` and `threshold`.

        Without a model how common values are is counted on `contacts`, so give all of them. Raises
        `ConfigurationError` for a record that is not among them.
        """
        pair = pa.table({"record_a": [record_a], "record_b": [record_b]})
        (edge,) = self.explain_pairs(contacts, pair, model=model).to_pylist()
        found: dict[str, object] = json.loads(edge["evidence"])
        numbers = {"probability": edge["probability"], "weight": edge["weight"]}
        return {**found, **numbers, "threshold": self.threshold(model)}

    def explain_pairs(self, contacts: pa.Table, pairs: pa.Table, *, model: str | None = None) -> pa.Table:
        """These pairs (`record_a`, `record_b`) in their order, as `EXPLAINED_SCHEMA`; otherwise as
        `explain`.
        """
        if model is not None:
            return LocalMatcher(model, self._settings).explain_pairs(contacts, pairs)
        features = self._features(contacts)
        a, b = (_rows_of(features, pairs[name]) for name in ("record_a", "record_b"))
        a, b = np.minimum(a, b), np.maximum(a, b)
        organisations = features.organisations[a] & features.organisations[b]
        parts, places = [EXPLAINED_SCHEMA.empty_table()], [np.zeros(0, np.int64)]
        for side in (False, True):
            mine = np.flatnonzero(organisations == side)
            if len(mine):
                parts.append(self._explained(features, a[mine], b[mine], organisations=side))
                places.append(mine)
        return pa.concat_tables(parts).take(pa.array(np.argsort(np.concatenate(places))))

    def threshold(self, model: str | None = None) -> float:
        """The probability from which a pair is taken for the same."""
        return self._threshold if model is None else LocalMatcher(model, self._settings).threshold()

    def _explained(self, features: Features, a: Longs, b: Longs, *, organisations: bool) -> pa.Table:
        matcher = self._matcher(features, organisations=organisations, watch=Watch())
        agreements, scores = matcher.scores(a, b)
        told = evidence(matcher.model, agreements)
        needed = np.full(len(a), matcher.model.calibration.weight(self._threshold))
        columns = [*ids_of(features, a, b), scores.probability, scores.weight, told, needed]
        return pa.table(columns, schema=EXPLAINED_SCHEMA)

    @property
    def _threshold(self) -> float:
        told = self._settings.threshold
        return told if told is not None else self._model.threshold if self._model else _THRESHOLD

    def _matcher(self, features: Features, *, organisations: bool, watch: Watch) -> KindMatcher:
        known = kind_model(self._model, organisations=organisations) if self._model else None
        return KindMatcher(
            features, organisations=organisations, model=known, settings=self._settings, watch=watch
        )

    def _kind(self, features: Features, *, organisations: bool, judged: Judged, watch: Watch) -> KindMatched:
        matcher = self._matcher(features, organisations=organisations, watch=watch)
        mine = features.organisations == organisations
        return matcher.match(
            self._threshold, judged.within(judged.same, mine), judged.within(judged.different, mine)
        )

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


def _rows_of(features: Features, record_ids: pa.ChunkedArray) -> Longs:
    """Where these records are. `ConfigurationError` for one that is not there."""
    wanted, order = record_ids.to_numpy(), features.by_id
    places = np.searchsorted(features.record_ids, wanted, sorter=order)
    rows: Longs = order[np.minimum(places, len(order) - 1)] if len(order) else places
    missing = np.flatnonzero(features.record_ids[rows] != wanted) if len(order) else np.arange(len(wanted))
    if len(missing):
        number = wanted[missing[0]]
        raise ConfigurationError("unknown-record", f"there is no record {number} among the contacts")
    return rows


def _check_unique(features: Features) -> None:
    ordered = features.record_ids[features.by_id]
    if (ordered[1:] == ordered[:-1]).any():
        raise ConfigurationError(
            "duplicate-record", "a record id comes more than once", hint="give every record once"
        )
