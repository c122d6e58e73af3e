"""What a person takes out of a list stays out, whoever tells it, until a person takes that back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hub.errors import ConfigurationError
from hub.golden.explain import Told
from hub.golden.survivorship import FieldRule, SurvivorshipRules
from hub.jobs.check import check
from hub.jobs.decide import merge, split, undo
from hub.jobs.override import override
from hub.jobs.profile import profile
from hub.jobs.resolve import ResolveRequest, resolve
from hub.ports import Clock
from hub.store.engine import Store
from tests.conftest import SteppingClock
from tests.fakes.decided_world import anna, snapshot
from tests.fakes.small_world import SameMail
from tests.unit.hub.jobs.test_added_values import ALL_KINDS, READ, REQUEST, add, found, held
from tests.unit.hub.jobs.test_decide import company
from tests.unit.hub.jobs.test_resolve import run, take

LESS = {f"{path[:-1]}-": texts for path, texts in ALL_KINDS.items() if "addresses" not in path}
OUT = {"emails-": ["A@x.org"]}


def rows(store: Store, key: str, field: str = "emails") -> list[Told]:
    return [told for told in profile(store, key).values if told.field == field]


def test_what_is_taken_out_is_gone_and_says_who_took_it_out(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    before = snapshot(store)
    number = add(store, clock, "crm:1", OUT)
    assert held(store, "crm:1") == []
    assert not found(store, "a@x.org")
    (row,) = rows(store, "crm:1")
    assert (row.value, row.rule, row.by) == ("", "override", "anna on 2026-01-01: by phone")
    assert [(value, [str(one) for one in who]) for value, who in row.lost] == [
        ("a@x.org", ["crm:1", "crm:2"])
    ]
    assert check(store, clock, REQUEST).equal
    undo(store, clock, anna(), number)
    run(store, clock)
    assert snapshot(store) == before
    assert found(store, "a@x.org") == [at["crm:1"]]


def test_every_kind_of_list_can_lose_a_value(store: Store, clock: Clock) -> None:
    company(store, clock)
    before = snapshot(store)["golden"]
    add(store, clock, "crm:1", {path: texts for path, texts in ALL_KINDS.items() if "addresses" not in path})
    add(store, clock, "crm:1", LESS)
    contacts = [(row[0], row[1]) for row in snapshot(store)["golden"]]
    assert contacts == [(row[0], row[1]) for row in before]


def test_it_stays_out_while_the_source_tells_another_and_then_tells_it_again(
    store: Store, clock: Clock
) -> None:
    take(store, clock, ("1", "a@x.org"))
    run(store, clock)
    add(store, clock, "crm:1", OUT)
    for mail, shown in (("b@x.org", ["b@x.org"]), ("a@x.org", [])):
        take(store, clock, ("1", mail))
        run(store, clock)
        assert held(store, "crm:1") == shown
        assert [told.rule for told in rows(store, "crm:1")] == ["only" if shown else "override"]
        assert check(store, clock, REQUEST).equal
    assert run(store, clock, full=True).tally.golden_changed == 0


def test_it_goes_along_into_a_merge_and_comes_out_of_it(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    add(store, clock, "crm:1", OUT)
    add(store, clock, "crm:3", {"emails+": ["a@x.org", "c@y.org"]})
    before = snapshot(store)
    both = merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])
    run(store, clock)
    assert sorted(held(store, "crm:3")) == ["a@x.org", "b@x.org", "c@y.org"]  # the later word of both
    assert check(store, clock, REQUEST).equal
    undo(store, clock, anna(), both.decision.number)
    run(store, clock)
    assert snapshot(store) == before
    split(store, clock, anna(), "crm:1", ["crm:2"])
    run(store, clock)
    assert sorted(held(store, key) for key in ("crm:1", "crm:2")) == [[], ["a@x.org"]]


def test_it_ends_on_its_day(store: Store, clock: SteppingClock) -> None:
    company(store, clock)
    add(store, clock, "crm:1", OUT, until=datetime(2026, 3, 1, tzinfo=UTC))
    assert held(store, "crm:1") == []
    clock.moment = datetime(2026, 3, 1, tzinfo=UTC)
    run(store, clock)
    assert held(store, "crm:1") == ["a@x.org"]


def test_of_what_is_added_set_and_taken_out_the_later_word_counts(store: Store, clock: Clock) -> None:
    take(store, clock, ("1", "a@x.org"))
    run(store, clock)
    for told, shown in (
        ({"emails+": ["b@y.org"]}, ["a@x.org", "b@y.org"]),
        (OUT, ["b@y.org"]),
        ({"emails-": ["b@y.org"]}, []),
        ({"emails+": ["a@x.org"]}, ["a@x.org"]),
        ({"emails": ["c@y.org", "d@y.org"]}, ["c@y.org", "d@y.org"]),
        ({"emails-": ["c@y.org"]}, ["d@y.org"]),
        ({"emails": ["c@y.org"]}, ["c@y.org"]),
    ):
        add(store, clock, "crm:1", told)
        assert held(store, "crm:1") == shown
        assert [told.value for told in rows(store, "crm:1") if told.value] == shown
        assert check(store, clock, REQUEST).equal


def test_what_is_told_by_a_source_and_added_again_is_the_sources_in_its_place(
    store: Store, clock: Clock
) -> None:
    company(store, clock)
    before = [told.value for told in rows(store, "crm:1")]
    add(store, clock, "crm:1", OUT)
    add(store, clock, "crm:1", {"emails+": ["a@x.org", "b@y.org"]})
    assert held(store, "crm:1") == [*before, "b@y.org"]
    assert [told.by for told in rows(store, "crm:1")] == [None, "anna on 2026-01-01: by phone"]


def test_who_takes_out_what_is_not_there_has_mistyped_it_and_nothing_is_stored(
    store: Store, clock: Clock
) -> None:
    company(store, clock)
    before = snapshot(store)
    with pytest.raises(ConfigurationError, match=r"emails: .* has no such value"):
        add(store, clock, "crm:1", {"emails-": ["aa@x.org"]})
    with pytest.raises(ConfigurationError, match=r"phones: .* has no such value"):
        add(store, clock, "crm:1", {"phones-": ["06 39 98 00 12"]})
    assert snapshot(store) == before


def test_what_a_limit_keeps_out_comes_up_for_what_is_taken_out(store: Store, clock: Clock) -> None:
    two = ResolveRequest(SameMail(), "h", SurvivorshipRules(fields={"emails": FieldRule(limit=2)}))
    company(store, clock)
    merge(store, clock, anna(), ["crm:1", "crm:3", "crm:5"])
    resolve(store, clock, two)
    mails = held(store, "crm:1")
    (kept_out,) = {"a@x.org", "b@x.org", "c@x.org"} - {*mails}
    override(store, clock, anna("by phone"), "crm:1", READ.told({"emails-": [mails[0]]}))
    resolve(store, clock, two)
    assert held(store, "crm:1") == [mails[1], kept_out]
    assert [(told.value, told.rule, bool(told.origins)) for told in rows(store, "crm:1") if told.value] == [
        (mails[1], "union", True),
        (kept_out, "union", True),
    ]
    assert check(store, clock, two).equal
    override(store, clock, anna(), "crm:1", READ.told({"emails-": [kept_out], "emails+": ["d@y.org"]}))
    resolve(store, clock, two)
    assert held(store, "crm:1") == [mails[1], "d@y.org"]
    assert resolve(store, clock, replace(two, full=True)).tally.golden_changed == 0
