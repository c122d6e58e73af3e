from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from matching.blocking import Candidates, Rule, candidates, share_of
from matching.encoding import Longs
from matching.features import extract
from matching.keys import KeyRing
from matching.rule_choice import Appraisal, Likely, appraised, known
from tests.fakes.people import contact, table

BY_MAIL = Rule(("email",))
BY_NAME = Rule(("family",), spare=True)
BY_NAME_AND_TOWN = Rule(("family", "locality"), spare=True)


def people(mails: int) -> pa.Table:
    """Pairs of records with one family name each, every `mails`-th pair with an e-mail in common."""
    rows = []
    for pair in range(400):
        for copy in range(2):
            mail = f"{pair}@example.com" if pair % mails == 0 else f"{pair}.{copy}@example.com"
            rows.append(contact(2 * pair + copy, family=f"Name{pair:04d}x", town="Hull", email=mail))
    return table(rows)


def likely(found: Candidates, chance: float, found_chance: float = 1.0) -> Likely:
    """`chance` that a pair of a spare rule is a match, `found_chance` that one found by the others is."""

    def told(a: Longs, b: Longs) -> np.ndarray:
        return np.where(found.holds(a, b), found_chance, chance)

    return told


def found_by(contacts: pa.Table, *rules: Rule) -> tuple[Candidates, KeyRing]:
    features = extract(contacts)
    ring = KeyRing(features, np.ones(features.n, bool))
    return candidates(ring, rules, features.n, 50), ring


def judged(
    contacts: pa.Table, rules: tuple[Rule, ...], *chances: float
) -> tuple[list[Appraisal], Candidates]:
    found, ring = found_by(contacts, *(rule for rule in rules if not rule.spare))
    spare, records = [rule for rule in rules if rule.spare], contacts.num_rows
    share = share_of(records, 50, len(rules), spare=True)
    told = likely(found, *chances)
    return appraised(ring, spare, found, share, known(found, records, told).matches, told), found


def test_matches_that_several_rules_find_are_enough() -> None:
    found, _ = found_by(people(mails=1), BY_MAIL, Rule(("family",)), Rule(("family", "locality")))
    assert known(found, 800, likely(found, 0.9)).enough


def test_matches_that_one_rule_finds_and_no_other_are_not_enough() -> None:
    found, _ = found_by(people(mails=2), BY_MAIL, Rule(("family",), cap=2))
    assert not known(found, 800, likely(found, 0.9)).enough
    found, _ = found_by(people(mails=1), BY_MAIL)
    assert not known(found, 800, likely(found, 0.9)).enough


def test_where_no_match_is_sure_nothing_is_known_to_be_enough() -> None:
    found, _ = found_by(people(mails=1), BY_MAIL, Rule(("family",)), Rule(("family", "locality")))
    assert not known(found, 800, likely(found, 0.9, 0.5)).enough


def test_where_there_are_no_matches_none_are_missing() -> None:
    found, _ = found_by(people(mails=1), BY_MAIL)
    assert known(found, 800, likely(found, 0.9, 0.001)).enough


def test_a_rule_that_finds_only_what_is_found_already_is_left_out() -> None:
    (told,), _ = judged(people(mails=1), (BY_MAIL, BY_NAME), 0.9)
    assert (told.rule, told.pairs, told.worth_it) == (BY_NAME, 0, False)


# An e-mail finds a quarter of the pairs: what the name adds is three times as many, each a match by chance.
@pytest.mark.parametrize(("chance", "worth_it"), [(0.5, True), (0.01, True), (0.0002, False), (0.0, False)])
def test_a_rule_is_worth_it_when_it_adds_to_what_is_found(chance: float, worth_it: bool) -> None:
    (told,), _ = judged(people(mails=4), (BY_MAIL, BY_NAME), chance)
    assert 5 < told.pairs < 100  # one block of sixteen is looked at, three of four pairs are new
    assert told.adds == pytest.approx(3 * chance, rel=0.5)
    assert told.worth_it == worth_it


def test_what_a_rule_adds_is_measured_by_the_matches_there_are() -> None:
    (told,), _ = judged(people(mails=4), (BY_MAIL, BY_NAME), 0.0002, 0.01)
    assert told.worth_it


def test_a_rule_is_judged_by_what_those_before_it_did_not_find() -> None:
    told, _ = judged(people(mails=4), (BY_MAIL, BY_NAME, BY_NAME_AND_TOWN), 0.5)
    assert [appraisal.worth_it for appraisal in told] == [True, False]
    told, _ = judged(people(mails=4), (BY_MAIL, BY_NAME_AND_TOWN, BY_NAME), 0.5)
    assert [appraisal.worth_it for appraisal in told] == [True, False]


def test_candidates_know_which_pairs_they_hold() -> None:
    _, found = judged(people(mails=1), (BY_MAIL, BY_NAME), 0.9)
    assert found.holds(found.a, found.b).all()
    assert not found.holds(found.a, found.b + 1)[found.b + 1 < 800].any()
