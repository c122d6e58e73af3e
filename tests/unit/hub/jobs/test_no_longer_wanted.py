"""Rows that a destination refused, of people that it is not to get any more: nobody has to mind them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hub.domain.plan import Action
from hub.domain.runs import PushTally, RunState
from hub.errors import RetryableError
from hub.jobs.push import PushResult, plan_push, push
from hub.ports import Clock
from hub.store import at_rest, feed, ledger, runs
from hub.store.engine import Store
from tests.fakes.push_world import hold, identity_with, request, take
from tests.fakes.small_world import MemoryDestination, Row

ADA = {"first": "Ada", "mail": "a@x.org"}
EVE = Row("8", {"first": "Eve", "mail": "eve@x.org"})
SAYS_NO = Row("1", {**ADA, "news": "no"})


def send(store: Store, clock: Clock, destination: MemoryDestination, mapping: str = "") -> PushResult:
    return push(store, clock, replace(request(destination), mapping_hash=mapping))


def refused(store: Store, clock: Clock, mapping: str = "") -> tuple[MemoryDestination, str]:
    """Ada is refused, Eve, who was there before, is taken; the destination and Ada's identity."""
    take(store, clock, [EVE])
    take(store, clock, [Row("1", ADA), EVE])
    ada = identity_with(store, "a@x.org")
    destination = MemoryDestination(refuses={ada: "invalid-email"})
    assert send(store, clock, destination, mapping).tally == PushTally(created=1, parked=1)
    return destination, ada


def parked(store: Store) -> list[str]:
    with store.reading() as connection:
        return [one.identity_id for one in ledger.parked(connection)]


def told(store: Store, result: PushResult) -> list[tuple[Any, ...]]:
    with store.reading() as connection:
        rows = ledger.delivered_in(connection, result.run_id or 0)
    return [tuple(row[name] for name in ("identity_id", "action", "outcome", "code")) for row in rows]


@pytest.mark.parametrize("mapping", ["", "m"], ids=["unknown mapping", "known mapping"])
def test_who_says_no_after_a_refusal_leaves_the_list_and_the_log_says_why(
    store: Store, clock: Clock, mapping: str
) -> None:
    destination, ada = refused(store, clock, mapping)
    take(store, clock, [SAYS_NO, EVE])
    result = send(store, clock, destination, mapping)
    assert parked(store) == []
    assert result.tally == PushTally(unchanged=1, blocked=1)
    assert runs.newest(store)[0].state is RunState.DONE
    assert told(store, result) == [(ada, "blocked", "unchanged", "no-longer-wanted")]
    with store.reading() as connection:
        (row,) = ledger.delivered_in(connection, result.run_id or 0)
    assert row["sentence"] == "not tried again: said no"


def test_it_is_told_once(store: Store, clock: Clock) -> None:
    destination, _ = refused(store, clock)
    take(store, clock, [SAYS_NO, EVE])
    send(store, clock, destination)
    assert told(store, send(store, clock, destination)) == []


@pytest.mark.parametrize(
    "left", [[EVE], [Row("1", {"mail": "eve@x.org", "first": "Eve"}), EVE]], ids=["gone", "merged"]
)
def test_who_is_gone_or_merged_after_a_refusal_leaves_the_list(
    store: Store, clock: Clock, left: list[Row]
) -> None:
    destination, ada = refused(store, clock)
    take(store, clock, left)
    result = send(store, clock, destination)
    assert parked(store) == []
    assert told(store, result) == [(ada, "blocked", "unchanged", "no-longer-wanted")]


def test_who_is_wanted_again_is_created(store: Store, clock: Clock) -> None:
    destination, ada = refused(store, clock, "m")
    take(store, clock, [SAYS_NO, EVE])
    send(store, clock, destination, "m")
    destination.refuses.clear()
    take(store, clock, [Row("1", ADA), EVE])
    result = send(store, clock, destination, "m")
    assert [(change.identity_id, change.action) for change in result.plan.changes] == [(ada, Action.CREATE)]
    assert len(destination.held) == 2


def test_who_is_wanted_stays_in_the_list(store: Store, clock: Clock) -> None:
    destination, ada = refused(store, clock, "m")
    send(store, clock, destination, "m")
    assert parked(store) == [ada]


def test_who_may_be_there_stays_in_the_list(store: Store, clock: Clock) -> None:
    """The answer was lost and the destination cannot be asked: somebody has to look for the record."""
    take(store, clock, [Row("1", ADA)])
    ada = identity_with(store, "a@x.org")
    destination = MemoryDestination(fails=[RetryableError("torn-answer", "the answer did not come")])
    with pytest.raises(RetryableError):
        send(store, clock, destination)
    take(store, clock, [SAYS_NO])
    send(store, clock, destination)
    assert parked(store) == [ada]


def test_what_a_person_dropped_stays_dropped(store: Store, clock: Clock) -> None:
    destination, ada = refused(store, clock)
    with store.writing() as connection:
        ledger.drop(connection, "news", [ada])
    take(store, clock, [SAYS_NO, EVE])
    send(store, clock, destination)
    destination.refuses.clear()
    take(store, clock, [Row("1", ADA), EVE])
    assert plan_push(store, request(destination)).empty


def test_a_destination_comes_to_rest_when_only_the_unwanted_were_open(store: Store, clock: Clock) -> None:
    destination, _ = refused(store, clock, "m")
    hold(store, clock, ("8", "Eve", "eve@x.org"))
    for _ in range(3):
        send(store, clock, destination, "m")
    with store.reading() as connection:
        assert feed.newest(connection)
        assert at_rest.is_at_rest(connection, "news", "m")
