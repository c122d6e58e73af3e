"""Scoring as a function of a batch of levels, and training on batches with planted rates."""

from __future__ import annotations

import json

import numpy as np
import pytest

from matching.comparison import Agreement
from matching.defaults import shipped
from matching.explain import evidence
from matching.model import KindModel
from matching.scoring import score
from matching.training import Sample, random_pairs, trained

FIELDS = ("given", "family", "birth_date", "phone")


def model(records: int = 20_000) -> KindModel:
    return shipped("person").for_records(records)


def batch(rows: list[dict[str, int]], share: float = 1e-4) -> dict[str, Agreement]:
    known = {field.name: field for field in model().fields}
    found = {}
    for name in FIELDS:
        levels = np.array([row.get(name, -1) for row in rows], np.int8)
        telling = np.array([level.telling for level in known[name].levels])
        shares = np.where((levels >= 0) & telling[levels], share, np.nan).astype(np.float32)
        found[name] = Agreement(levels, shares)
    return found


def test_a_batch_scores_as_its_pairs_do_one_by_one() -> None:
    rows = [
        {"given": 6, "family": 4},
        {"given": 0, "birth_date": 6},
        {},
        {"given": 6, "family": 4, "phone": 0},
    ]
    whole = score(model(), batch(rows)).weight
    assert whole.tolist() == [score(model(), batch([row])).weight[0] for row in rows]


def test_nothing_told_leaves_the_prior() -> None:
    kind = model()
    same = sum(kind.prior(c.name) for c in kind.classes if c.same)
    assert score(kind, batch([{}])).probability[0] == pytest.approx(same, rel=0.01)


def test_a_rarer_value_weighs_more() -> None:
    row = [{"given": 6, "family": 4}]
    rare, common = (score(model(), batch(row, share)).weight[0] for share in (1e-5, 1e-2))
    assert rare > common + 5


def test_what_a_household_shares_does_not_make_one_person() -> None:
    household = {"given": 0, "family": 4, "phone": 3}
    assert score(model(), batch([household], 1e-6)).probability[0] < 0.1
    assert score(model(), batch([{**household, "given": 6}], 1e-6)).probability[0] > 0.9


def test_evidence_names_what_was_told_and_nothing_else() -> None:
    found = json.loads(evidence(model(), batch([{"given": 6, "phone": 0}]))[0].as_py())
    assert [f["field"] for f in found["fields"]] == ["given", "phone", "circumstances"]
    assert found["fields"][0]["level"] == "equal"
    assert found["fields"][0]["detail"] == "1 in 10,000"


def test_training_finds_the_planted_rates() -> None:
    draw = np.random.default_rng(5)
    records, matches, strangers = 20_000, 12_000, 60_000
    same = {"given": 0.9, "family": 0.9, "birth_date": 0.95, "phone": 0.6}
    tops = {name: top(name) for name in same}
    rows = [{n: tops[n] if draw.random() < p else 0 for n, p in same.items()} for _ in range(matches)]
    rows += [
        {n: tops[n] if draw.random() < 0.002 else 0 for n in same} | {"family": tops["family"]}
        for _ in range(strangers)
    ]
    found = trained(model(records), Sample(batch(rows, 0.002), 1.0, {}))
    assert sum(c.rate for c in found.classes if c.same) == pytest.approx(matches / records, rel=0.1)
    levels = {f.name: f.levels[-1].classes["same"] for f in found.fields}
    for name, planted in same.items():
        assert levels[name] == pytest.approx(planted, abs=0.06)


def top(name: str) -> int:
    return len(next(f for f in model().fields if f.name == name).levels) - 1


def test_training_without_any_pair_keeps_what_ships() -> None:
    assert trained(model(), Sample(batch([]), 1.0, {})) == model()


@pytest.mark.parametrize(
    ("records", "most"), [(0, 10), (1, 10), (2, 10), (3, 100), (1000, 5000), (5000, 1000)]
)
def test_random_pairs_are_pairs_of_different_records(records: int, most: int) -> None:
    a, b = random_pairs(records, most)
    assert (a != b).all()
    assert len(a) <= max(most, 1)
    assert len(set(zip(a.tolist(), b.tolist(), strict=True))) == len(a)
    assert records < 3 or len(a) > 0
