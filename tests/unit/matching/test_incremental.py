"""Matching a change where blocks cannot be divided, so that who stands next to whom decides."""

from __future__ import annotations

import json
from random import Random

import pyarrow.compute as pc
import pytest

from matching import LocalMatcher
from tests.fakes.people import contact, table
from tests.fakes.stored_matching import StoredMatching, partition


def draw(number: int, random: Random) -> dict[str, object]:
    given = random.choice(["Ann", "Anna", "Lee", "Marc", "Marie", "Jean"])
    family = random.choice(["Martin", "Martn", "Durand", "Petit"])
    return contact(
        number,
        given=given,
        family=family,
        email=random.choice([None, f"{given}@example.com".lower(), "info@example.com"]),
        birth_date=random.choice(["1980-02-03", "1980-03-02", "1991-01-01", None]),
        postal=random.choice(["75001", "69002", None]),
    )


def walking_model() -> str:
    """One rule, blocks of one record, nothing to divide them by."""
    people = table([draw(number, Random(number)) for number in range(1, 60)])
    model = json.loads(LocalMatcher().match(people).model)
    model["kinds"]["person"]["rules"] = [{"keys": ["postal_code"], "refiners": [], "cap": 1}]
    return json.dumps(model)


@pytest.mark.parametrize("seed", [7, 16, 24, 28])
def test_who_comes_between_two_records_or_leaves_changes_what_is_compared(seed: int) -> None:
    random, model = Random(seed), walking_model()
    live: dict[int, dict[str, object]] = {}
    stored = StoredMatching(model)
    for _ in range(6):
        come = {n: draw(n, random) for n in random.sample(range(1, 80), random.choice([1, 2, 10, 30]))}
        gone = [number for number in live if number not in come and random.random() < 0.05]
        live = {number: row for number, row in (live | come).items() if number not in gone}
        stored.change(table(list(come.values())), gone)
        batch = LocalMatcher(model).match(table([live[number] for number in sorted(live)]))
        assert stored.partition() == partition(batch.clusters)
        taken = [t.filter(pc.greater_equal(t["probability"], 0.5)) for t in (stored.edges, batch.edges)]
        assert sorted(taken[0]["weight"].to_pylist()) == sorted(taken[1]["weight"].to_pylist())
