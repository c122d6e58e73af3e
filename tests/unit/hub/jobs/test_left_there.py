"""A record that somebody deleted at the destination: it is told once, never sent for ever, never a twin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hub.domain.plan import Action
from hub.domain.runs import PushTally
from hub.jobs.push import plan_push, push
from hub.ports import Clock
from hub.store import ledger
from hub.store.engine import Store
from hub.store.ledger import LedgerState
from tests.fakes.push_world import hold, identity_with, people, request, send
from tests.fakes.small_world import MemoryDestination


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """One database is enough here: what differs between them is tested with plans and pushes."""
    return f"sqlite:///{tmp_path / 'hub.db'}"


_AWAY = ("0", "Zoé", "a0@x.org")


def deleted(store: Store, clock: Clock) -> tuple[MemoryDestination, str]:
    """Two people pushed, the first deleted there, and changed here since; and that one's identity."""
    destination = MemoryDestination(misses=True)
    hold(store, clock, *people(2))
    send(store, clock, destination)
    gone = identity_with(store, "a0@x.org")
    del destination.held[f"r-{gone}"]
    hold(store, clock, _AWAY, *people(2)[1:])
    return destination, gone


def test_what_somebody_deleted_there_is_told_once_and_then_left_alone(store: Store, clock: Clock) -> None:
    destination, gone = deleted(store, clock)
    assert send(store, clock, destination).tally == PushTally(unchanged=1, parked=1)
    calls = len(destination.calls)
    assert send(store, clock, destination).tally == PushTally(unchanged=1, blocked=1)
    hold(store, clock, ("0", "Eve", "a0@x.org"), *people(2)[1:])  # also when it changes again
    plan = plan_push(store, request(destination))
    assert plan.empty
    assert plan.withheld["reason"].to_pylist() == ["somebody deleted it at the destination"]
    with store.reading() as connection:
        (left,) = ledger.parked(connection)
    assert (left.identity_id, left.code, left.state) == (gone, "remote-gone", LedgerState.GONE)
    assert len(destination.calls) == calls


def test_what_somebody_deleted_there_is_made_again_where_that_is_asked_for(
    store: Store, clock: Clock
) -> None:
    destination, gone = deleted(store, clock)
    asking = replace(request(destination), recreate=True)
    assert push(store, clock, asking).tally.parked == 1
    assert [c.action for c in plan_push(store, asking).changes] == [Action.CREATE]
    assert push(store, clock, asking).tally == PushTally(created=1, unchanged=1)
    assert destination.held[f"r-{gone}"] == {"mail": "a0@x.org", "name": "Zoé"}
    assert plan_push(store, asking).empty


def test_a_person_has_what_was_deleted_there_made_again(store: Store, clock: Clock) -> None:
    destination, gone = deleted(store, clock)
    send(store, clock, destination)
    with store.writing() as connection:
        assert ledger.take_up(connection, "news", [gone]) == 1
    assert send(store, clock, destination).tally == PushTally(created=1, unchanged=1)
    assert len(destination.held) == 2


def test_one_merged_into_what_was_deleted_there_is_kept_and_says_why(store: Store, clock: Clock) -> None:
    destination, gone = deleted(store, clock)
    send(store, clock, destination)
    hold(store, clock, ("0", "Zoé", "a0@x.org"), ("1", "Ada1", "a0@x.org"))
    plan = plan_push(store, request(destination))
    assert plan.empty
    assert sorted(plan.withheld["reason"].to_pylist()) == [
        f"merged into {gone}, whose record somebody deleted at the destination",
        "somebody deleted it at the destination",
    ]
