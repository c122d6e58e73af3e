"""Many pairs are explained at once, exactly as the matching scored them."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from hub.domain.matching import JUDGEMENT_SCHEMA
from hub.errors import ConfigurationError
from matching import LocalMatcher, Settings
from tests.fakes.people import contact, table

NOBODY = JUDGEMENT_SCHEMA.empty_table()
PEOPLE = table(
    [
        contact(n, given=given, family=family, email=mail, town=town, kind=kind, organization=organization)
        for n, (given, family, mail, town, kind, organization) in enumerate(
            [
                ("Ilse", "Wolff", "ilse@a.example", "Hull", "person", None),
                ("Ilse", "Wolf", "ilse@a.example", "Hull", "person", None),
                ("Karl", "Moreau", "karl@b.example", "Lyon", "person", None),
                ("K.", "Moreau", "karl@b.example", "Lyon", "person", None),
                (None, None, "info@c.example", "Lyon", "organization", "Exemple SARL"),
                (None, None, "info@c.example", "Lyon", "organization", "Exemple"),
            ],
            start=1,
        )
    ]
)


def test_pairs_are_explained_in_their_order_with_what_the_matching_found() -> None:
    matcher = LocalMatcher()
    found = matcher.match(PEOPLE, NOBODY)
    edges = {(e["record_a"], e["record_b"]): e["weight"] for e in found.edges.to_pylist()}
    assert {(1, 2), (3, 4), (5, 6)} <= set(edges)
    asked = [(5, 6), (4, 3), (1, 2), (3, 4)]
    pairs = pa.table({"record_a": [a for a, _ in asked], "record_b": [b for _, b in asked]})
    told = matcher.explain_pairs(PEOPLE, pairs, model=found.model).to_pylist()
    assert [(one["record_a"], one["record_b"]) for one in told] == [(5, 6), (3, 4), (1, 2), (3, 4)]
    for one in told:
        evidence = json.loads(one["evidence"])
        assert one["weight"] == pytest.approx(edges[one["record_a"], one["record_b"]])
        assert evidence["total"] == pytest.approx(one["weight"], abs=0.01)
        assert evidence["prior"] + sum(f["weight"] for f in evidence["fields"]) == pytest.approx(
            evidence["total"], abs=0.02
        )


def test_with_a_model_the_pairs_own_records_are_enough() -> None:
    matcher = LocalMatcher()
    model = matcher.match(PEOPLE, NOBODY).model
    pairs = pa.table({"record_a": [3], "record_b": [4]})
    few = PEOPLE.filter(pa.array([False, False, True, True, False, False]))
    assert matcher.explain_pairs(few, pairs, model=model) == matcher.explain_pairs(PEOPLE, pairs, model=model)


def test_no_pairs_and_a_record_that_is_not_there() -> None:
    matcher = LocalMatcher()
    none = pa.table({"record_a": pa.array([], pa.int64()), "record_b": pa.array([], pa.int64())})
    assert matcher.explain_pairs(PEOPLE, none).num_rows == 0
    with pytest.raises(ConfigurationError, match="no record 99"):
        matcher.explain_pairs(PEOPLE, pa.table({"record_a": [1], "record_b": [99]}))


def test_the_threshold_is_the_models_unless_it_is_told() -> None:
    model = LocalMatcher(settings=Settings(threshold=0.8)).match(PEOPLE, NOBODY).model
    assert LocalMatcher().threshold(model) == 0.8
    assert LocalMatcher(settings=Settings(threshold=0.9)).threshold(model) == 0.9
