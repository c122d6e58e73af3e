"""Probabilities say how often such pairs are one: with few records, with none alike and with many."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import match_quality
from matching import LocalMatcher
from matching.calibration import PLAIN, Calibration, fitted
from matching.engines.local import Settings
from matching.features import extract
from matching.frequencies import Frequencies
from matching.model import from_json
from tests.fakes.people import contact, crowd, table

GOAL = 0.03


def once_each(people: int) -> pa.Table:
    """One record for each of so many people."""
    everybody, truth = crowd(people)
    codes = np.array([truth[number] for number in everybody["record_id"].to_pylist()])
    _, first = np.unique(codes, return_index=True)
    return everybody.take(pa.array(np.sort(first)))


@pytest.mark.parametrize("people", [10, 100, 400])
def test_people_who_come_once_each_stay_apart_and_no_pair_is_said_to_be_likely(people: int) -> None:
    alone = once_each(people)
    found = LocalMatcher().match(alone)
    said = LocalMatcher().scored(alone)["probability"].to_numpy()
    assert len(set(found.clusters["cluster"].to_pylist())) == alone.num_rows
    assert said.sum() <= GOAL * max(len(said), 1)


def test_without_any_pair_the_model_is_still_whole() -> None:
    strangers = table([contact(1, given="Ann", family="Lee"), contact(2, given="Boris", family="Kowalski")])
    found = LocalMatcher().match(strangers)
    assert LocalMatcher().scored(strangers).num_rows == 0
    assert LocalMatcher(found.model).match(strangers).clusters.equals(found.clusters)


@pytest.mark.parametrize("people", [300, 1_500])
def test_of_pairs_said_to_be_likely_as_many_are_one_as_was_said(people: int) -> None:
    contacts, entity = match_quality.invented(people)
    error, _ = match_quality.reliability(LocalMatcher().scored(contacts), contacts["record_id"], entity)
    assert error < GOAL


def test_prior_and_contributions_add_up_to_the_weight_that_the_probability_is_of() -> None:
    people, _ = crowd(150)
    made = LocalMatcher().match(people)
    edge = made.edges.slice(0, 1).to_pylist()[0]
    told = LocalMatcher(made.model).explain(people, edge["record_a"], edge["record_b"])
    shown = json.loads(json.dumps(told))
    parts = shown["prior"] + sum(part["weight"] for part in shown["fields"])
    assert parts == pytest.approx(shown["weight"], abs=0.02)
    known = from_json(made.model).kinds["person"].calibration
    assert shown["probability"] == pytest.approx(known.probability(np.array([shown["weight"]]))[0])
    assert shown["probability"] == pytest.approx(edge["probability"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=25), st.integers(1, 4))
def test_how_common_a_value_is_does_not_depend_on_how_often_its_owners_come(
    days: list[int], times: int
) -> None:
    def shares(copies: int) -> dict[str, float]:
        rows: list[dict[str, object]] = []
        who: list[int] = []
        for owner, day in enumerate(days):
            for copy in range(copies):
                # The copies differ, or they would be counted once anyway.
                rows.append(
                    contact(len(rows) + 1, given=f"{chr(97 + copy)}nna", birth_date=f"1980-02-0{day + 1}")
                )
                who.append(owner)
        features = extract(table(rows))
        owners = np.array([who[number - 1] for number in features.record_ids.tolist()])
        births = features.births.date
        found = Frequencies(features, np.arange(features.n), who=owners).of_values(births, "birth")
        return dict(zip(births.vocabulary.values.to_pylist(), found.tolist(), strict=True))

    assert shares(times) == pytest.approx(shares(1))


WEIGHTS: st.SearchStrategy[list[float]] = st.lists(st.floats(-12, 20), min_size=1, max_size=80)


@settings(max_examples=100, deadline=None)
@given(WEIGHTS, st.integers(0, 2**80 - 1), st.floats(0.3, 1.0), st.floats(1.0, 2.0))
def test_probabilities_rise_with_the_weight_and_even_odds_stay_even(
    weights: list[float], joined: int, worth: float, more: float
) -> None:
    weight = np.array(weights)
    together = np.array([joined >> i & 1 == 1 for i in range(len(weights))])
    found = fitted(Calibration(worth, more=more), weight, together)
    asked = np.linspace(-40, 40, 801)
    said = found.probability(asked)
    assert (np.diff(found.bits(asked)) > 0).all()
    assert found.probability(np.zeros(1))[0] == 0.5
    assert ((said > 0.5) == (asked > 0)).all()
    for threshold in (0.001, 0.2, 0.5, 0.8, 0.999):
        from_here = found.weight(threshold)
        assert found.probability(np.array([from_here]))[0] == pytest.approx(threshold, rel=1e-4)


def test_a_pair_that_others_put_together_makes_its_like_more_probable() -> None:
    weight = np.repeat([-4.5, -1.5], 200)
    apart = fitted(PLAIN, weight, np.zeros(400, bool))
    half = fitted(PLAIN, weight, np.arange(400) % 2 == 0)
    doubtful = np.array([-4.5])
    assert apart.probability(doubtful)[0] == pytest.approx(PLAIN.probability(doubtful)[0], rel=1e-3)
    assert half.probability(doubtful)[0] > 0.4


def test_the_calibration_stays_with_the_model() -> None:
    people, _ = crowd(300)
    made = LocalMatcher().match(people)
    again = LocalMatcher(made.model)
    kept = pa.array(range(0, people.num_rows, 2))
    few, every = (again.scored(table_of) for table_of in (people.take(kept), people))
    said = [
        {(row["record_a"], row["record_b"]): row["probability"] for row in one.to_pylist()}
        for one in (few, every)
    ]
    both = said[0].keys() & said[1].keys()
    assert len(both) > 50
    assert {pair: said[0][pair] for pair in both} == {pair: said[1][pair] for pair in both}
    assert from_json(made.model).kinds["person"].calibration.below
    assert again.match(people).clusters.equals(made.clusters)


@pytest.mark.parametrize("threshold", [0.05, 0.9])
def test_with_any_threshold_the_model_comes_to_the_clusters_it_was_made_with(
    threshold: float,
) -> None:
    people, _ = crowd(300)
    made = LocalMatcher(settings=Settings(threshold=threshold)).match(people)
    again = LocalMatcher(made.model).match(people)
    assert again.clusters.equals(made.clusters)
    assert again.edges.equals(made.edges)
