from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import ConfigurationError
from matching.evaluation import compare, evaluate

LABELS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=40)


@given(LABELS)
def test_it_counts_what_a_loop_over_all_pairs_counts(labels: list[tuple[int, int]]) -> None:
    found = compare(np.array([c for c, _ in labels], np.int64), np.array([e for _, e in labels], np.int64))
    pairs = [(x, y) for i, x in enumerate(labels) for y in labels[i + 1 :]]
    ours = sum(x[0] == y[0] for x, y in pairs)
    theirs = sum(x[1] == y[1] for x, y in pairs)
    both = sum(x == y for x, y in pairs)
    assert found.pairwise.precision == float(Fraction(both, ours) if ours else 1)
    assert found.pairwise.recall == float(Fraction(both, theirs) if theirs else 1)
    assert found.b3.precision == pytest.approx(b_cubed(labels, 0), abs=1e-15)
    assert found.b3.recall == pytest.approx(b_cubed(labels, 1), abs=1e-15)


def b_cubed(labels: list[tuple[int, int]], side: int) -> float:
    if not labels:
        return 1.0
    total = Fraction(0)
    for record in labels:
        mates = [other for other in labels if other[side] == record[side]]
        total += Fraction(sum(other == record for other in mates), len(mates))
    return float(total / len(labels))


def test_counts_stay_exact_where_floats_would_not() -> None:
    clusters = np.zeros(300_000_0, np.int64)
    entities = clusters.copy()
    entities[0] = 1
    found = compare(clusters, entities)
    n = len(clusters)
    assert found.pairwise.precision == float(Fraction((n - 1) * (n - 2), n * (n - 1)))
    assert found.pairwise.recall == 1.0


def members(*rows: tuple[str, str, str]) -> pa.Table:
    columns = list(zip(*rows, strict=True))
    return pa.table(dict(zip(("source", "key", "cluster"), columns, strict=True)))


def truth(*rows: tuple[str, str]) -> pa.Table:
    return pa.table(dict(zip(("key", "entity"), zip(*rows, strict=True), strict=True)))


def test_a_truth_without_sources_names_records_by_key() -> None:
    found = evaluate(members(("a", "1", "x"), ("a", "2", "x")), truth(("1", "p"), ("2", "p")))
    assert found.pairwise.f1 == 1.0
    assert (found.records, found.clusters, found.truth_clusters) == (2, 1, 1)


def test_a_record_that_one_side_does_not_know_stands_alone_there() -> None:
    found = evaluate(
        members(("a", "1", "x"), ("a", "2", "x"), ("a", "9", "x")), truth(("1", "p"), ("2", "p"), ("3", "p"))
    )
    assert (found.only_in_members, found.only_in_truth, found.records) == (1, 1, 4)
    assert found.pairwise.precision == float(Fraction(1, 3))
    assert found.pairwise.recall == float(Fraction(1, 3))


def test_the_json_has_the_fixed_shape() -> None:
    shape = evaluate(members(("a", "1", "x")), truth(("1", "p"))).as_dict()
    assert set(shape) >= {"pairwise", "b3", "records", "clusters", "truth_clusters"}
    assert shape["pairwise"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        pytest.param(
            members(("a", "1", "x"), ("b", "1", "x")), truth(("1", "p")), "duplicate-record", id="key twice"
        ),
        pytest.param(members(("a", "1", "x")), pa.table({"key": ["1"]}), "missing-column", id="no entity"),
    ],
)
def test_tables_that_cannot_be_compared_are_refused(left: pa.Table, right: pa.Table, code: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        evaluate(left, right)
    assert refused.value.code == code
