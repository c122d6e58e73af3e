"""The algebra of matching: what holds for any contacts, in any order, under any numbering and judgements."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.matching import CLUSTER_SCHEMA, EDGE_SCHEMA, REVIEW_SCHEMA, Matching
from matching import LocalMatcher
from tests.fakes.people import contact, crowd, judged, table

WORDS = st.sampled_from(
    ["Ann", "anne", "Lee", "Li", "Müller", "Mueller", "O'Neill", "李", "محمد", "😀", "", "x" * 400]
)
MAILS = st.sampled_from(["ann@example.com", "lee@example.com", "info@example.com", "no at sign", None])
DATES = st.sampled_from(["1980-02-03", "1980-03-02", "1980", "1980-13-99", "nonsense", None])
ROWS = st.lists(
    st.tuples(WORDS, WORDS, MAILS, DATES, st.sampled_from(["person", "organization"])), max_size=24
)
CALM = settings(max_examples=25, deadline=None)


def contacts_of(rows: list[tuple[str, str, str | None, str | None, str]]) -> pa.Table:
    return table(
        [
            contact(i + 1, given=g, family=f, full=f"{g} {f}", email=m, birth_date=d, kind=k)
            for i, (g, f, m, d, k) in enumerate(rows)
        ]
    )


def partition(matching: Matching, names: dict[int, object]) -> set[frozenset[object]]:
    groups: dict[int, set[object]] = {}
    for record, cluster in zip(*(column.to_pylist() for column in matching.clusters.columns), strict=True):
        groups.setdefault(cluster, set()).add(names[record])
    return {frozenset(group) for group in groups.values()}


def by_key(contacts: pa.Table, matching: Matching) -> set[frozenset[object]]:
    return partition(
        matching, dict(zip(contacts["record_id"].to_pylist(), contacts["key"].to_pylist(), strict=True))
    )


@CALM
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random) -> None:  # type: ignore[no-untyped-def]
    contacts = contacts_of(rows)
    order = list(range(contacts.num_rows))
    random.shuffle(order)
    plain, shuffled = (
        LocalMatcher().match(contacts),
        LocalMatcher().match(contacts.take(pa.array(order, pa.int64()))),
    )
    assert plain.clusters.equals(shuffled.clusters)
    assert plain.edges.equals(shuffled.edges)
    assert plain.review.equals(shuffled.review)
    assert plain.model == shuffled.model


@CALM
@given(ROWS, st.randoms(use_true_random=False))
def test_the_numbers_of_records_do_not_matter(rows, random) -> None:  # type: ignore[no-untyped-def]
    contacts = contacts_of(rows)
    numbers = random.sample(range(1, 10_000), contacts.num_rows)
    renumbered = contacts.set_column(0, "record_id", pa.array(numbers, pa.int64()))
    before, after = LocalMatcher().match(contacts), LocalMatcher().match(renumbered)
    assert by_key(contacts, before) == by_key(renumbered, after)
    assert before.model == after.model


@CALM
@given(ROWS)
def test_every_record_is_in_one_cluster_and_every_edge_is_sound(rows) -> None:  # type: ignore[no-untyped-def]
    contacts = contacts_of(rows)
    found = LocalMatcher().match(contacts)
    assert found.clusters.schema.equals(CLUSTER_SCHEMA)
    assert found.edges.schema.equals(EDGE_SCHEMA)
    assert found.review.schema.equals(REVIEW_SCHEMA)
    assert sorted(found.clusters["record_id"].to_pylist()) == sorted(contacts["record_id"].to_pylist())
    smallest: dict[int, int] = {}
    for record, cluster in zip(*(column.to_pylist() for column in found.clusters.columns), strict=True):
        smallest[cluster] = min(smallest.get(cluster, record), record)
    assert all(cluster == record for cluster, record in smallest.items())
    pairs = list(zip(found.edges["record_a"].to_pylist(), found.edges["record_b"].to_pylist(), strict=True))
    assert all(a < b for a, b in pairs)
    assert len(set(pairs)) == len(pairs)
    assert all(0.0 <= p <= 1.0 for p in found.edges["probability"].to_pylist())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_evidence_adds_up_to_the_weight(seed: int) -> None:
    contacts, _ = crowd(60, seed)
    found = LocalMatcher().match(contacts)
    assert found.edges.num_rows
    scorer = LocalMatcher(found.model)
    for row in found.edges.to_pylist():
        told: dict[str, Any] = dict(scorer.explain(contacts, row["record_a"], row["record_b"]))
        stored = json.loads(row["evidence"]) if row["evidence"] else told
        for evidence in (told, stored):
            total = evidence["prior"] + sum(field["weight"] for field in evidence["fields"])
            assert total == pytest.approx(row["weight"], abs=0.02)
        assert told["probability"] == pytest.approx(row["probability"])
        assert stored["total"] == pytest.approx(row["weight"], abs=0.006)


def test_pairs_for_review_come_with_their_evidence() -> None:
    found = LocalMatcher().match(crowd(400, 2)[0])
    waiting = {(row["record_a"], row["record_b"]) for row in found.review.to_pylist()}
    assert waiting
    told = {(row["record_a"], row["record_b"]) for row in found.edges.to_pylist() if row["evidence"]}
    assert told == waiting


@CALM
@given(st.integers(0, 5), st.data())
def test_judgements_always_win(seed, data) -> None:  # type: ignore[no-untyped-def]
    contacts, truth = crowd(12, seed)
    ids = st.sampled_from(sorted(truth))
    same = data.draw(st.lists(st.tuples(ids, ids), max_size=4))
    different = data.draw(st.lists(st.tuples(ids, ids), max_size=4))
    rows = [(a, b, "same") for a, b in same if a != b] + [(a, b, "different") for a, b in different if a != b]
    found = LocalMatcher().match(contacts, judged(*rows))
    cluster = dict(zip(*(column.to_pylist() for column in found.clusters.columns), strict=True))
    held = closure(list(truth), [(a, b) for a, b, verdict in rows if verdict == "same"])
    for a, b, verdict in rows:
        if verdict == "same":
            assert cluster[a] == cluster[b]
        elif held[a] != held[b]:
            assert cluster[a] != cluster[b]


def closure(nodes: list[int], pairs: list[tuple[int, int]]) -> dict[int, int]:
    label = {node: node for node in nodes}
    for a, b in pairs:
        old, new = label[a], label[b]
        label = {node: new if mark == old else mark for node, mark in label.items()}
    return label


@CALM
@given(st.integers(0, 10))
def test_a_model_scores_what_it_scored_before(seed: int) -> None:
    contacts, _ = crowd(20, seed)
    model = LocalMatcher().match(contacts).model
    first, second = LocalMatcher(model).match(contacts), LocalMatcher(model).match(contacts)
    assert first.model == model == second.model
    assert first.edges.equals(second.edges)


def test_most_of_a_crowd_finds_its_own() -> None:
    contacts, truth = crowd(300, 4)
    found = LocalMatcher().match(contacts)
    cluster = np.array(found.clusters["cluster"].to_pylist())
    person = np.array([truth[i] for i in found.clusters["record_id"].to_pylist()])
    together = cluster[:, None] == cluster[None, :]
    own = person[:, None] == person[None, :]
    off = ~np.eye(len(cluster), dtype=bool)
    precision = (together & own & off).sum() / (together & off).sum()
    recall = (together & own & off).sum() / (own & off).sum()
    assert precision > 0.97
    assert recall > 0.93
