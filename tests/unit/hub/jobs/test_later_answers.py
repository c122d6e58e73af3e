"""Destinations that answer later: tickets that are collected, lost, that failed, in part, across crashes."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.domain.runs import PushTally
from hub.jobs.push import plan_push
from hub.ports import Clock
from hub.store import ledger
from hub.store.engine import Store
from hub.store.ledger import LedgerState
from tests.fakes.bulk_destination import BulkDestination, Died
from tests.fakes.push_world import hold, identity_with, people, request, send


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """One database is enough here: what differs between them is tested with plans and pushes."""
    return f"sqlite:///{tmp_path / 'hub.db'}"


def quiet(store: Store, destination: BulkDestination) -> bool:
    """Everything is there, and nothing is to do."""
    return plan_push(store, request(destination)).empty


def names(destination: BulkDestination) -> list[str]:
    return sorted(str(one["name"]) for one in destination.held.values())


def test_what_is_pending_is_collected_by_a_later_run_and_not_sent_again(store: Store, clock: Clock) -> None:
    destination = BulkDestination()
    hold(store, clock, *people(6))
    assert send(store, clock, destination).tally == PushTally(pending=6)
    assert send(store, clock, destination).tally == PushTally(unchanged=6)
    destination.work()
    assert send(store, clock, destination).tally == PushTally(created=6, unchanged=6)
    assert (len(destination.jobs), len(destination.held), quiet(store, destination)) == (2, 6, True)


def test_what_a_job_refuses_is_parked_with_its_code_and_sent_again(store: Store, clock: Clock) -> None:
    destination = BulkDestination()
    hold(store, clock, *people(3))
    bad = identity_with(store, "a2@x.org")
    destination.refuses[bad] = "too-long"
    send(store, clock, destination)
    destination.work()
    assert send(store, clock, destination).tally == PushTally(created=2, parked=1, pending=1, unchanged=2)
    assert [one.identity_id for one in destination.jobs["job-2"]] == [bad]
    destination.refuses.clear()
    destination.work()
    assert send(store, clock, destination).tally == PushTally(created=1, unchanged=3)
    assert quiet(store, destination)


@pytest.mark.parametrize("trouble", ["lost", "failed", "silent"])
@pytest.mark.parametrize("worked", [True, False])
def test_a_ticket_that_comes_to_nothing_is_sent_again_without_a_twin(
    store: Store, clock: Clock, trouble: str, worked: bool
) -> None:
    destination = BulkDestination()
    hold(store, clock, *people(3))
    send(store, clock, destination)
    if worked:
        destination.work()
    troubled = {"lost": destination.loses, "failed": destination.fails_jobs, "silent": destination.silent}
    troubled[trouble].add("job-1")
    assert send(store, clock, destination).tally == PushTally(parked=3, pending=3)
    destination.work()
    told = send(store, clock, destination).tally
    assert (told.created + told.updated, told.parked, len(destination.held)) == (3, 0, 3)
    assert quiet(store, destination)


@pytest.mark.parametrize("dies", ["after write", "after collect"])
def test_a_run_that_dies_around_a_ticket_loses_nothing(store: Store, clock: Clock, dies: str) -> None:
    destination = BulkDestination()
    hold(store, clock, *people(3))
    if dies == "after collect":
        send(store, clock, destination)
        destination.work()
    destination.dies = dies
    with pytest.raises(Died):
        send(store, clock, destination)
    destination.work()
    send(store, clock, destination)
    destination.work()
    send(store, clock, destination)
    assert names(destination) == ["Ada0", "Ada1", "Ada2"]
    assert len(destination.jobs) == (2 if dies == "after write" else 1)
    assert quiet(store, destination)


def test_what_changes_while_an_answer_is_awaited_is_sent_when_it_has_come(store: Store, clock: Clock) -> None:
    destination = BulkDestination()
    hold(store, clock, *people(1))
    send(store, clock, destination)
    hold(store, clock, ("0", "Zoé", "a0@x.org"))
    assert send(store, clock, destination).tally == PushTally(unchanged=1)
    assert len(destination.jobs) == 1, "two jobs at a time may be done in the wrong order"
    destination.work()
    assert send(store, clock, destination).tally == PushTally(created=1, pending=1)
    destination.work()
    send(store, clock, destination)
    assert names(destination) == ["Zoé"]
    with store.reading() as connection:
        assert [one.state for one in ledger.parked(connection)] == []
        assert {row["state"] for row in ledger.held_by(connection, "news").to_pylist()} == {
            LedgerState.CONFIRMED
        }
