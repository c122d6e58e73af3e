"""A destination without a merge: what only the record of the one merged away holds goes over before it is
archived.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hub.domain.plan import Action
from hub.domain.runs import PushTally
from hub.jobs.planning import PushRequest
from hub.jobs.push import plan_push, push
from hub.ports import Clock
from hub.store import ledger
from hub.store.engine import Store
from hub.sync.moving import Loser, moves
from tests.fakes.push_world import hold, identity_with, people, request
from tests.fakes.small_world import CAN_READ, Showing


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """One database is enough here: what differs between them is tested with plans and pushes."""
    return f"sqlite:///{tmp_path / 'hub.db'}"


def asking(destination: Showing) -> PushRequest:
    return replace(request(destination), restrictive={"optout": True}, allow_many=True, mapping_hash="m")


def one_of_two(store: Store, clock: Clock) -> tuple[Showing, str, str]:
    """Two were pushed, people there added to both, and then they turn out to be one: survivor and loser."""
    destination = Showing(CAN_READ)
    hold(store, clock, *people(2))
    push(store, clock, asking(destination))
    survivor, loser = (identity_with(store, f"a{n}@x.org") for n in range(2))
    destination.held[f"r-{survivor}"] |= {"stage": "lead", "lists": ["a", "b"], "optout": False}
    destination.held[f"r-{loser}"] |= {
        "stage": "customer",
        "note": "calls on Mondays",
        "lists": ["b", "c"],
        "optout": True,
        "hub_id": loser,
    }
    hold(store, clock, ("0", "Ada0", "a0@x.org"), ("1", "Ada0", "a0@x.org"))
    return destination, survivor, loser


def test_what_the_survivor_lacks_is_moved_and_the_run_log_tells_what_is_not(
    store: Store, clock: Clock
) -> None:
    destination, survivor, loser = one_of_two(store, clock)
    plan = plan_push(store, asking(destination))
    update, archive = plan.changes
    assert (update.action, update.identity_id) == (Action.UPDATE, survivor)
    assert [(f.field, f.old, f.new, f.owner) for f in update.fields] == [
        ("lists", ["a", "b"], ["a", "b", "c"], "destination"),
        ("note", None, "calls on Mondays", "destination"),
        ("optout", False, True, "destination"),
    ]
    result = push(store, clock, asking(destination))
    assert result.tally == PushTally(updated=1, archived=1)
    assert destination.held == {
        f"r-{survivor}": {
            "mail": "a0@x.org",
            "name": "Ada0",
            "stage": "lead",
            "note": "calls on Mondays",
            "lists": ["a", "b", "c"],
            "optout": True,
        }
    }
    told = (
        f"merged into {survivor}; moved: `lists`, `note`, `optout`; not moved, since the survivor has its"
        " own: `stage`"
    )
    assert archive.reason == told
    with store.reading() as connection:
        log = {
            row["identity_id"]: row["sentence"] for row in ledger.delivered_in(connection, result.run_id or 0)
        }
    assert log[loser] == told
    assert plan_push(store, asking(destination)).empty


def test_nothing_is_archived_before_what_it_held_has_arrived(store: Store, clock: Clock) -> None:
    destination, survivor, loser = one_of_two(store, clock)
    destination.refuses[survivor] = "busy"
    assert push(store, clock, asking(destination)).tally == PushTally(parked=2)
    assert f"r-{loser}" in destination.held
    destination.refuses.clear()
    assert push(store, clock, asking(destination)).tally == PushTally(updated=1, archived=1)
    assert destination.held[f"r-{survivor}"]["note"] == "calls on Mondays"
    assert plan_push(store, asking(destination)).empty


def test_a_survivor_that_is_not_written_keeps_the_loser_where_it_is(store: Store, clock: Clock) -> None:
    destination, survivor, loser = one_of_two(store, clock)
    with store.writing() as connection:
        ledger.drop(connection, "news", [survivor])
    destination.refuses[survivor] = "busy"
    push(store, clock, asking(destination))
    with store.writing() as connection:
        assert ledger.drop(connection, "news", [survivor]) == 1
    plan = plan_push(store, asking(destination))
    assert plan.empty
    reasons = dict(zip(*plan.withheld.select(["identity_id", "reason"]).to_pydict().values(), strict=True))
    assert reasons[loser].endswith("`lists`, `note`, `optout` would be lost")
    assert f"r-{loser}" in destination.held


def test_of_several_losers_each_gives_what_is_lacking_still() -> None:
    seen = {
        "rs": {"a": "1"},
        "r1": {"a": "2", "b": "x", "c": ""},
        "r2": {"b": "y", "c": "z", "hub": "w"},
    }
    losers = [Loser(name, remote, "s", frozenset({"hub"})) for name, remote in (("l2", "r2"), ("l1", "r1"))]
    found = moves(losers, {"s": "rs"}, seen, {})
    assert found.gained == {"s": {"b": (None, "x"), "c": (None, "z")}}
    assert found.told == {"l1": (["b"], ["a"]), "l2": (["c"], ["b"])}


@pytest.mark.parametrize(
    ("ours", "theirs", "left"),
    [
        ("yes", "no", "no"),
        ("no", "yes", "no"),
        ("yes", "yes", "yes"),
        ("yes", None, "yes"),
        (None, "no", "no"),
    ],
)
def test_of_two_consents_the_more_restrictive_stays(
    ours: str | None, theirs: str | None, left: str | None
) -> None:
    seen = {"rs": {"mails": ours}, "r1": {"mails": theirs}}
    found = moves([Loser("l", "r1", "s", frozenset())], {"s": "rs"}, seen, {"mails": "no"})
    assert found.gained.get("s", {"mails": (None, ours)})["mails"][1] == left


def test_of_one_that_shows_nothing_nothing_is_moved_and_that_is_said() -> None:
    found = moves([Loser("l", "r1", "s", frozenset())], {"s": "rs"}, {"rs": {}, "r1": None}, {})
    assert (found.gained, found.told) == ({}, {"l": None})
