"""What a person adds to a list stands beside what the sources tell, whatever they tell later."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli.labels.hub_lines import read_lines
from cli.labels.naming import Naming
from cli.values import Values
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.check import check
from hub.jobs.decide import merge, split, undo
from hub.jobs.lookup import Wanted, look_up
from hub.jobs.override import override
from hub.jobs.portable import exported, import_told
from hub.jobs.profile import profile
from hub.jobs.resolve import ResolveRequest
from hub.ports import Clock
from hub.store.engine import Store
from hub.store.opening import open_store
from tests.conftest import SteppingClock
from tests.fakes.decided_world import anna, snapshot
from tests.fakes.small_world import SameMail
from tests.unit.hub.jobs.test_decide import company
from tests.unit.hub.jobs.test_resolve import run, take

REQUEST = ResolveRequest(SameMail(), "h", SurvivorshipRules())
READ = Values("FR")
STREET, TOWN = "9 quai Bas", "Lyon"
ALL_KINDS = {
    "emails+": ["b@y.org", "c@y.org"],
    "phones+": ["06 39 98 00 12"],
    "urls+": ["x.org/b"],
    "tags+": ["vip"],
    "identifiers.vat+": ["40303265045"],
    "addresses+.street": [STREET],
    "addresses+.locality": [TOWN],
}


def add(store: Store, clock: Clock, key: str, told: dict[str, list[str]], **more: Any) -> int:
    made = override(store, clock, anna("by phone"), key, READ.told(told), **more)
    run(store, clock)
    return made.decision.number


def held(store: Store, key: str, field: str = "emails") -> list[str]:
    return [one["value"] for one in profile(store, key).record.contact.get(field) or ()]


def by(store: Store, key: str, field: str) -> dict[str, str | None]:
    return {told.value: told.by for told in profile(store, key).values if told.field == field}


def found(store: Store, mail: str) -> list[str]:
    return [hit.record.identity_id for hit in look_up(store, Wanted(email=mail))]


def test_what_is_added_comes_behind_what_the_sources_tell_and_says_who_told_it(
    store: Store, clock: Clock
) -> None:
    at = company(store, clock)
    before = snapshot(store)
    number = add(store, clock, "crm:1", ALL_KINDS)
    assert held(store, "crm:1") == ["a@x.org", "b@y.org", "c@y.org"]
    contact = profile(store, "crm:1").record.contact
    assert [one["primary"] for one in contact["emails"]] == [True, False, False]
    assert [one["primary"] for one in contact["addresses"]] == [True]
    assert [one["street"] for one in contact["addresses"]] == [STREET]
    assert (held(store, "crm:1", "phones"), contact["tags"]) == (["+33639980012"], ["vip"])
    assert by(store, "crm:1", "emails") == {
        "a@x.org": None,
        "b@y.org": "anna on 2026-01-01: by phone",
        "c@y.org": "anna on 2026-01-01: by phone",
    }
    assert by(store, "crm:1", "identifiers") == {"vat FR40303265045": "anna on 2026-01-01: by phone"}
    assert by(store, "crm:1", "addresses") == {f"{STREET}, {TOWN}": "anna on 2026-01-01: by phone"}
    assert found(store, "c@y.org") == [at["crm:1"]]
    assert check(store, clock, REQUEST).equal
    undo(store, clock, anna(), number)
    run(store, clock)
    assert snapshot(store) == before
    assert not found(store, "c@y.org")


def test_the_sources_go_on_telling_beside_it(store: Store, clock: Clock) -> None:
    take(store, clock, ("1", "a@x.org"))
    run(store, clock)
    add(store, clock, "crm:1", {"emails+": ["b@y.org"]})
    for told, shown in (
        ("new@x.org", ["new@x.org", "b@y.org"]),
        ("B@y.org", ["B@y.org"]),  # now it is the source's
        ("a@x.org", ["a@x.org", "b@y.org"]),
    ):
        take(store, clock, ("1", told))
        run(store, clock)
        assert held(store, "crm:1") == shown
        assert check(store, clock, REQUEST).equal
    assert run(store, clock, full=True).tally.golden_changed == 0


def test_it_goes_along_into_a_merge_and_comes_out_of_it(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    add(store, clock, "crm:1", {"emails+": ["b@y.org"]})
    add(store, clock, "crm:3", {"emails+": ["c@y.org", "a@x.org"]})
    before = snapshot(store)
    both = merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])
    run(store, clock)
    together = held(store, "crm:3")
    assert (sorted(together[:2]), together[2:]) == (["a@x.org", "b@x.org"], ["b@y.org", "c@y.org"])
    assert check(store, clock, REQUEST).equal
    undo(store, clock, anna(), both.decision.number)
    run(store, clock)
    assert snapshot(store) == before
    split(store, clock, anna(), "crm:1", ["crm:2"])
    run(store, clock)
    whose = {key: held(store, key)[1:] for key in ("crm:1", "crm:2")}
    assert sorted(whose.values()) == [[], ["b@y.org"]]


def test_it_ends_on_its_day(store: Store, clock: SteppingClock) -> None:
    company(store, clock)
    add(store, clock, "crm:1", {"emails+": ["b@y.org"]}, until=datetime(2026, 3, 1, tzinfo=UTC))
    assert held(store, "crm:1") == ["a@x.org", "b@y.org"]
    clock.moment = datetime(2026, 3, 1, tzinfo=UTC)
    run(store, clock)
    assert held(store, "crm:1") == ["a@x.org"]


def test_of_the_whole_list_and_what_is_added_the_later_word_counts(store: Store, clock: Clock) -> None:
    company(store, clock)
    add(store, clock, "crm:1", {"emails+": ["b@y.org"]})
    add(store, clock, "crm:1", {"emails": ["c@y.org"]})
    assert held(store, "crm:1") == ["c@y.org"]
    add(store, clock, "crm:1", {"emails+": ["d@y.org"]})
    assert held(store, "crm:1") == ["c@y.org", "d@y.org"]
    add(store, clock, "crm:1", {"emails": [""], "emails+": ["e@y.org"]})
    assert held(store, "crm:1") == ["e@y.org"]


def test_an_added_address_is_corrected_and_taken_out_like_any_other(store: Store, clock: Clock) -> None:
    company(store, clock)
    add(store, clock, "crm:1", {"addresses+.street": [STREET], "addresses+.locality": [TOWN]})
    add(store, clock, "crm:1", {"addresses+.street": ["1 rue Haute"], "addresses+.locality": [TOWN]})
    add(store, clock, "crm:1", {"addresses.2.street": ["1 rue Basse"]})
    shown = [one["street"] for one in profile(store, "crm:1").record.contact["addresses"]]
    assert shown == [STREET, "1 rue Basse"]
    add(store, clock, "crm:1", {"addresses.2": [""]})
    assert [one["street"] for one in profile(store, "crm:1").record.contact["addresses"]] == [STREET]


@pytest.mark.parametrize(
    "told",
    [
        ALL_KINDS,
        {"emails": ["z@x.org"], "emails+": ["b@y.org"]},
        {"emails-": ["A@x.org"]},
        {"emails": ["z@x.org", "a@x.org"], "emails-": ["A@x.org"]},
    ],
)
def test_it_is_taken_along_to_another_hub_once(
    store: Store, clock: Clock, tmp_path: Path, told: dict[str, list[str]]
) -> None:
    company(store, clock)
    add(store, clock, "crm:1", told)
    path = tmp_path / "j.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in exported(store, clock)), encoding="utf-8")
    lines = read_lines(path, Naming(["crm"]), READ)
    again = import_told(store, clock, anna(), *lines)
    assert (again.decision, again.overrides) == (None, 0)
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    company(other, clock)
    import_told(other, clock, anna(), *lines)
    run(other, clock)
    contact = profile(store, "crm:1").record.contact
    assert profile(other, "crm:1").record.contact == contact
    assert exported(other, clock) == exported(store, clock)
    other.close()
