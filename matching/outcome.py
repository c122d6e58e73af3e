"""What a matching hands back: clusters, edges with their evidence, pairs for review, a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.matching import CLUSTER_SCHEMA, EDGE_SCHEMA, REVIEW_SCHEMA, Told
from matching.compare_records import kind_of
from matching.components import components
from matching.encoding import Longs
from matching.engines.local import KindMatched, ScoredPairs, Watch
from matching.estimate import SURE, QualityEstimate, blocking_recall, estimate, pairs_within
from matching.explain import evidence
from matching.features import Features
from matching.grouping import by_pair
from matching.judged import Judged, Rows
from matching.parallel import together
from matching.review import for_review, unsure_from

_ROUNDING: Final = 1e-6  # bits by which the weight of a probability may be off
_SAMPLE: Final = 50_000  # sure pairs by which the recall of blocking is estimated


def labels_of(features: Features, matched: Mapping[str, KindMatched], judged: Judged) -> Longs:
    """One kind's clusters beside the other's; only people's judgements join across kinds."""
    labels = np.arange(features.n)
    for kind, found in matched.items():
        mine = features.organisations == (kind == kind_of(organisations=True))
        labels[mine] = found.clusters.labels[mine]
    across = judged.across(features.organisations)
    if len(across[0]) == 0:
        return labels
    return judged.parted(components(features.n, *_both((np.arange(features.n), labels), across)), labels)


def told_of(
    features: Features,
    matched: Mapping[str, KindMatched],
    labels: Longs,
    judged: Judged,
    threshold: float,
    watch: Watch,
) -> Told:
    """Edges, pairs for review and the report."""
    with watch.timing("evidence"):
        (edges, review, left_out), kinds = together(
            lambda: _edges_of(features, matched, labels, judged, threshold),
            lambda: _kinds_report(matched),
            records=features.n,
        )
    report = {
        "records": features.n,
        "edges": edges.num_rows,
        "review": review.num_rows,
        "seconds": {step: round(seconds, 3) for step, seconds in watch.seconds.items()},
        "kinds": kinds,
    }
    return Told(edges, review, left_out, report)


def _edges_of(
    features: Features,
    matched: Mapping[str, KindMatched],
    labels: Longs,
    judged: Judged,
    threshold: float,
) -> tuple[pa.Table, pa.Table, int]:
    """The pairs worth keeping: those in one cluster, those that were taken for the same and still parted, and
    those for review, these with their evidence, which takes longer to write than to work out again; and the
    pairs for review, with how many more there were.
    """
    edges: list[pa.Table] = []
    review: list[pa.Table] = []
    left_out = 0
    for found in matched.values():
        pairs = _worth_keeping(found, labels, threshold)
        likely = found.model.calibration.probability(pairs.weight)
        decided = judged.spoken_on(pairs.a, pairs.b, labels)
        waiting = for_review(pairs.a, pairs.b, likely, labels, threshold, decided)
        kept = (labels[pairs.a] == labels[pairs.b]) | (likely >= threshold)
        kept[waiting.pairs] = True
        edges.append(_edge_table(features, replace(found, pairs=pairs), np.flatnonzero(kept), waiting.pairs))
        a, b = ids_of(features, pairs.a[waiting.pairs], pairs.b[waiting.pairs])
        reasons = pa.array(waiting.reasons, pa.string())
        columns = [a, b, likely[waiting.pairs], reasons, waiting.importance]
        review.append(pa.table(columns, schema=REVIEW_SCHEMA))
        left_out += waiting.left_out
    joined = pa.concat_tables([EDGE_SCHEMA.empty_table(), *edges])
    if len(edges) > 1:
        joined = joined.sort_by([("record_a", "ascending"), ("record_b", "ascending")])
    return joined, pa.concat_tables([REVIEW_SCHEMA.empty_table(), *review]), left_out


def _worth_keeping(found: KindMatched, labels: Longs, threshold: float) -> ScoredPairs:
    """The pairs in one cluster, and those that may be one or wait for a person, and few others."""
    pairs = found.pairs
    least = found.model.calibration.weight(min(unsure_from(threshold), threshold)) - _ROUNDING
    return pairs.taken(np.flatnonzero((pairs.weight >= least) | (labels[pairs.a] == labels[pairs.b])))


def _both(first: Rows, second: Rows) -> Rows:
    return np.concatenate((first[0], second[0])), np.concatenate((first[1], second[1]))


def ids_of(features: Features, a: Longs, b: Longs) -> Rows:
    first, second = features.record_ids[a], features.record_ids[b]
    return np.minimum(first, second), np.maximum(first, second)


def _edge_table(features: Features, found: KindMatched, kept: Longs, told: Longs) -> pa.Table:
    """These pairs by record ids; those among `told` with their evidence."""
    a, b = ids_of(features, found.pairs.a[kept], found.pairs.b[kept])
    order = by_pair(a, b)
    a, b, kept = a[order], b[order], kept[order]
    weight = found.pairs.weight[kept]

    written = evidence(found.model, found.agreements(found.pairs.a[told], found.pairs.b[told]))
    places = np.full(len(found.pairs.a), -1)
    places[told] = np.arange(len(told))
    has = places[kept] >= 0
    # To take nulls too would make room for a text in each of them.
    texts = pc.replace_with_mask(
        pa.nulls(len(kept), pa.string()), pa.array(has), written.take(pa.array(places[kept][has]))
    )
    return pa.table([a, b, found.model.calibration.probability(weight), weight, texts], schema=EDGE_SCHEMA)


def clusters_of(features: Features, labels: Longs) -> pa.Table:
    """Every record with the smallest record id of its cluster, by record id."""
    order = features.by_id
    ids, of = features.record_ids[order], labels[order]
    smallest = np.zeros(features.n, np.int64)
    smallest[of[::-1]] = ids[::-1]  # of several records of one cluster the last one stays
    return pa.table([ids, smallest[of]], schema=CLUSTER_SCHEMA)


def _kinds_report(matched: Mapping[str, KindMatched]) -> dict[str, object]:
    return {kind: _kind_report(found) for kind, found in matched.items()}


def estimate_of(found: KindMatched) -> QualityEstimate:
    """How good one kind's clusters are, as far as that can be told without labels."""
    labels, pairs = found.clusters.labels, found.pairs
    calibration = found.model.calibration
    near = np.flatnonzero(pairs.weight >= calibration.weight(SURE) - _ROUNDING)
    sure = near[calibration.probability(pairs.weight[near]) >= SURE]
    some = sure[:: max(1, len(sure) // _SAMPLE)]
    blocking = blocking_recall(found.candidates.rules_of(pairs.places[some]))
    together = labels[pairs.a] == labels[pairs.b]
    own = calibration.own(pairs.weight)
    return estimate(own, together, pairs_within(labels), blocking)


def _kind_report(found: KindMatched) -> dict[str, object]:
    if not found.candidates.report:  # a part of the records tells nothing about the rules
        return {"records": found.model.records, "candidates": len(found.candidates)}
    seen = np.cumsum([rule.new for rule in found.candidates.report])
    return {
        "records": found.model.records,
        "candidates": len(found.candidates),
        "contradictions": found.clusters.contradictions,
        "estimate": estimate_of(found).as_dict(),
        "rules": [
            {"rule": r.rule, "pairs": r.pairs, "new": r.new, "cumulative": int(total),
             "largest_block": r.largest_block, "refined_records": r.refined}
            for r, total in zip(found.candidates.report, seen, strict=True)
        ],
        "rules_left_out": [
            {"rule": left.rule.name, "pairs_looked_at": left.pairs, "matches": round(left.matches, 6)}
            for left in found.left_out
        ],
    }  # fmt: skip
