from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.blocking import Rule, candidates
from matching.features import extract
from matching.keys import MAKERS, KeyRing
from matching.rules import rules_for
from tests.fakes.people import contact, crowd, table

NAMES = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), max_size=30)


def ring(contacts: pa.Table) -> KeyRing:
    features = extract(contacts)
    return KeyRing(features, np.ones(features.n, bool))


@settings(deadline=None)
@given(NAMES)
def test_a_rule_finds_exactly_the_pairs_with_its_keys_equal(names: list[tuple[str, str]]) -> None:
    contacts = table([contact(i, given=g * 3, family=f * 3) for i, (g, f) in enumerate(names)])
    features = extract(contacts)
    found = candidates(ring(contacts), (Rule(("given", "family")),), len(names), 1000)
    told = [names[i] for i in features.record_ids]
    expected = {(i, j) for i in range(len(told)) for j in range(i + 1, len(told)) if told[i] == told[j]}
    pairs = list(zip(found.a.tolist(), found.b.tolist(), strict=True))
    # A block of more than the small size may be walked instead; 30 records of 16 names stay well below.
    assert set(pairs) == expected
    assert pairs == sorted(pairs)


def test_a_block_too_large_costs_no_more_than_a_walk() -> None:
    contacts = table([contact(i, given="Ann", family="Lee", town="Leeds") for i in range(5000)])
    found = candidates(ring(contacts), (Rule(("given", "family"), ("locality",)),), 5000, 50)
    assert 4999 <= len(found) <= 5 * 5000
    assert found.report[0].largest_block == 5000
    assert found.report[0].refined == 5000


def test_a_block_too_large_is_refined_by_the_next_key() -> None:
    rows = [contact(i, family="Lee", town=f"town {i // 2}") for i in range(2000)]
    found = candidates(ring(table(rows)), (Rule(("family",), ("locality",)),), 2000, 1)
    assert len(found) == 1000


def test_each_pair_knows_by_which_rules_it_was_found() -> None:
    rows = [contact(1, given="Ann", family="Lee", email="a@example.com")]
    rows += [
        contact(2, given="Ann", family="Lee", email="a@example.com"),
        contact(3, given="Ann", family="Lee"),
    ]
    found = candidates(ring(table(rows)), (Rule(("email",)), Rule(("names",))), 3, 50)
    assert sorted(found.rules.tolist()) == [0b10, 0b10, 0b11]
    assert [(r.pairs, r.new) for r in found.report] == [(1, 1), (3, 2)]


# What is a rare word depends on the other records.
RARE = {"rarest_word", "next_word", "rarest_words"}


@pytest.mark.parametrize("name", sorted(set(MAKERS) - RARE))
def test_a_key_does_not_depend_on_the_other_records(name: str) -> None:
    rows = crowd(20)[0].to_pylist()
    small, large = extract(table(rows[:5])), extract(table(rows))
    by_id = [
        {int(f.record_ids[row]): int(key) for row, key in zip(found.rows, found.hashes, strict=True)}
        for f, found in ((f, MAKERS[name](f)) for f in (small, large))
    ]
    assert by_id[0].items() <= by_id[1].items()


def test_an_identifier_that_is_shared_makes_a_rule_of_its_own() -> None:
    rows = [contact(i, identifiers=[{"type": "vat", "value": f"GB{i // 2:09d}"}]) for i in range(40)]
    features = extract(table(rows))
    assert rules_for(features, organisations=False)[0].keys == ("identifiers.vat",)
