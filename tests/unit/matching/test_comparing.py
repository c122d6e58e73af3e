"""Two clusterings side by side, curves over thresholds, and estimates without labels."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import LocalMatcher, compare_clusterings, curve, rule_recall
from matching.curves import RULE_SCHEMA
from matching.estimate import Between, blocking_recall, estimate, pairs_within
from matching.evaluation import evaluate
from tests.fakes.people import crowd

LABELS = st.lists(st.integers(0, 4), max_size=14)


def clusters(labels: list[int] | list[str]) -> pa.Table:
    return pa.table(
        {"key": [str(n) for n in range(len(labels))], "cluster": [f"c{label}" for label in labels]}
    )


@settings(max_examples=60, deadline=None)
@given(LABELS, st.data())
def test_seen_from_the_other_side_merges_are_splits(labels: list[int], data: st.DataObject) -> None:
    others = data.draw(st.lists(st.integers(0, 4), min_size=len(labels), max_size=len(labels)))
    there = compare_clusterings(clusters(labels), clusters(others))
    back = compare_clusterings(clusters(others), clusters(labels))
    assert there.merges.equals(back.splits)
    assert (there.pairs_gained, there.pairs_lost) == (back.pairs_lost, back.pairs_gained)
    assert there.unchanged == back.unchanged
    same = compare_clusterings(clusters(labels), clusters(labels))
    assert (same.merges.num_rows, same.splits.num_rows, same.unchanged) == (0, 0, same.before)


def test_what_merges_and_what_splits_is_named_the_largest_first() -> None:
    found = compare_clusterings(clusters([1, 1, 2, 3, 3, 3]), clusters([7, 7, 7, 8, 8, 9]))
    assert found.merges.to_pylist() == [{"cluster": "c7", "others": ["c1", "c2"], "records": 3}]
    assert found.splits.to_pylist() == [{"cluster": "c3", "others": ["c8", "c9"], "records": 3}]
    assert (found.pairs_gained, found.pairs_lost, found.unchanged) == (2, 2, 0)


def test_records_that_one_side_does_not_know_are_counted() -> None:
    assert compare_clusterings(clusters([1, 1]), clusters([1, 1, 2])).unknown == 1


def scored(*rows: tuple[int, int, float]) -> pa.Table:
    a, b, likely = zip(*rows, strict=True)
    return pa.table({"record_a": list(a), "record_b": list(b), "probability": list(likely)})


TRUTH = pa.table({"record_id": [1, 2, 3, 4, 5], "entity": ["x", "x", "x", "y", None]})


def test_a_curve_counts_true_pairs_that_were_never_compared_as_missed() -> None:
    pairs = scored((1, 2, 0.9), (3, 4, 0.6), (1, 5, 0.2))
    rows = curve(pairs, TRUTH, thresholds=[0.1, 0.5, 0.8, 0.95]).to_pylist()
    assert [row["pairs"] for row in rows] == [3, 2, 1, 0]
    assert [row["precision"] for row in rows] == pytest.approx([1 / 3, 1 / 2, 1, 1])
    assert [row["recall"] for row in rows] == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0])


def test_each_rule_is_told_what_it_finds_and_what_it_alone_finds() -> None:
    candidates = pa.table(
        {"record_a": [1, 1, 3], "record_b": [2, 3, 4], "rules": pa.array([0b11, 0b10, 0b01], pa.uint64())}
    )
    found = rule_recall(candidates, ["mail", "name"], TRUTH)
    assert found.schema == RULE_SCHEMA
    assert found["true_pairs"].to_pylist() == [1, 2]
    assert found["only"].to_pylist() == [0, 1]
    assert found["cumulative_recall"].to_pylist() == pytest.approx([1 / 3, 2 / 3])


def test_pairs_that_only_one_rule_finds_tell_of_those_that_none_does() -> None:
    twice = np.full(100, 0b11, np.uint64)
    once = np.array([0b01] * 60 + [0b11] * 40, np.uint64)
    assert blocking_recall(twice).value == 1.0
    found = blocking_recall(once)
    assert found.value == pytest.approx(100 / (100 + 60 * 59 / (2 * 41)))
    assert found.low < found.value < found.high
    assert blocking_recall(np.zeros(0, np.uint64)) == Between(1.0, 0.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-30, 30), st.booleans()), max_size=40))
def test_an_estimate_lies_within_its_range_and_is_a_share(pairs: list[tuple[float, bool]]) -> None:
    weight = np.array([w for w, _ in pairs], float)
    together = np.array([t for _, t in pairs], bool)
    found = estimate(weight, together, int(together.sum()), Between(0.9, 0.8, 1.0))
    for measure in (found.precision, found.recall):
        assert 0 <= measure.low <= measure.value <= measure.high <= 1


def test_pairs_that_others_put_together_are_as_right_as_those_that_did() -> None:
    none_unseen = Between(1.0, 1.0, 1.0)
    together = np.ones(3, bool)
    found = estimate(np.array([8.0, 8.0, -8.0]), together, 3, none_unseen)
    alone = estimate(np.array([-8.0, -8.0, -8.0]), together, 3, none_unseen)
    assert found.precision.value > 0.99
    assert alone.precision.value < 0.01


def test_of_few_pairs_nothing_is_certain() -> None:
    found = estimate(np.array([30.0, 30.0]), np.ones(2, bool), 2, Between(1.0, 1.0, 1.0))
    assert found.precision.low < 0.5
    assert found.precision.high == 1.0


def _keyed(clusters: pa.Table) -> pa.Table:
    return clusters.set_column(0, "key", clusters["record_id"].cast(pa.string()))


def _truth(truth: dict[int, int]) -> pa.Table:
    return pa.table({"key": [str(key) for key in truth], "entity": [str(one) for one in truth.values()]})


@pytest.mark.parametrize(("people", "seed"), [(120, 1), (120, 2), (400, 3), (400, 4), (400, 1)])
def test_a_matching_estimates_itself_and_the_truth_is_in_the_range(people: int, seed: int) -> None:
    contacts, truth = crowd(people, seed)
    found = LocalMatcher().match(contacts)
    kinds: dict[str, dict[str, dict[str, dict[str, float]]]] = found.report["kinds"]  # type: ignore[assignment]
    told = kinds["person"]["estimate"]
    labels = np.array([truth[n] for n in found.clusters["record_id"].to_pylist()])
    assert pairs_within(labels) > 0
    right = evaluate(_keyed(found.clusters), _truth(truth)).pairwise
    assert told["precision"]["low"] <= right.precision <= told["precision"]["high"]
    assert told["recall"]["low"] <= right.recall <= told["recall"]["high"]
    assert told["precision"]["value"] > 0.9
    assert told["recall"]["low"] <= told["recall"]["value"] <= told["recall"]["high"]
    pairs, names = LocalMatcher().candidates(contacts)
    table = rule_recall(
        pairs,
        names["person"],
        pa.table({"record_id": list(truth), "entity": [str(entity) for entity in truth.values()]}),
    )
    assert table["cumulative_recall"].to_pylist()[-1] > 0.95
    assert sum(table["pairs"].to_pylist()) >= pairs.num_rows
