"""What stops a push before harm is done: guards, canary, sources that failed, a plan that moved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.domain.runs import RunState
from hub.errors import ConflictError, RetryableError
from hub.jobs.pull import PullRequest, pull
from hub.jobs.push import plan_push, push, stopped_by
from hub.ports import Clock
from hub.store import runs
from hub.store.engine import Store
from hub.store.leases import this_process
from hub.store.tables import runs as runs_table
from hub.sync.guards import Guards
from mappings.outbound import PayloadMapper
from mappings.outbound_spec import OutboundSpec
from tests.fakes.push_world import hold, identity_with, people, request, send, take
from tests.fakes.small_world import CAN_READ, MemoryDestination, MemorySource, Row, Showing, mapper


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """One database is enough here: what differs between them is tested with plans and pushes."""
    return f"sqlite:///{tmp_path / 'hub.db'}"


@pytest.mark.parametrize(
    ("guards", "code"),
    [
        (Guards(max_changes=5), "too-many-changes"),
        (Guards(max_archives=2), "too-many-archives"),
        (Guards(max_update_share=1, max_archive_share=0.1, from_count=3), "too-many-archives"),
        (Guards(max_update_share=0.1, from_count=3), "too-many-updates"),
    ],
    ids=["changes", "archives", "share of archives", "share of updates"],
)
def test_more_than_the_guards_allow_is_not_sent(
    store: Store, clock: Clock, guards: Guards, code: str
) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(12))
    send(store, clock, destination)
    hold(store, clock, *[(key, f"Zoé{key}", mail) for key, _, mail in people(9)])
    calls = len(destination.calls)
    asking = replace(request(destination), guards=guards)
    with pytest.raises(ConflictError) as stopped:
        push(store, clock, asking)
    assert (stopped.value.code, len(destination.calls)) == (code, calls)
    assert (runs.newest(store)[0].state, runs.newest(store)[0].code) == (RunState.FAILED, code)
    assert push(store, clock, replace(asking, allow_many=True)).tally.updated == 9


@pytest.mark.parametrize(
    "guards",
    [Guards(max_clear_share=0.1, from_count=3), Guards(max_clears=2)],
    ids=["share", "number"],
)
def test_more_emptied_fields_than_the_guards_allow_are_not_sent(
    store: Store, clock: Clock, guards: Guards
) -> None:
    fields = {"mail": "emails[0].value", "name": {"value": "name.given", "empty": "clear"}}
    spec = OutboundSpec.model_validate({"mapping": 1, "fields": fields})
    destination = MemoryDestination()
    asking = replace(request(destination), mapper=PayloadMapper(spec), mapping_hash="m", guards=guards)

    def nameless(count: int) -> None:
        """So many of ten lose their name; one has another."""
        rows = [
            Row(str(n), {"first": None if n < count else "Eve" if n == 9 else "Ada", "mail": f"a{n}@x.org"})
            for n in range(10)
        ]
        take(store, clock, rows)

    nameless(0)
    push(store, clock, asking)
    nameless(3)
    held = {remote: dict(values) for remote, values in destination.held.items()}
    with pytest.raises(ConflictError) as stopped:
        push(store, clock, asking)
    assert (stopped.value.code, destination.held) == ("too-many-cleared", held)
    assert "clear 3 fields" in stopped.value.sentence
    nameless(2)
    assert push(store, clock, asking).tally.updated == 2
    nameless(5)
    assert push(store, clock, replace(asking, allow_many=True)).tally.updated == 3


def test_a_canary_that_is_refused_keeps_the_rest_back(store: Store, clock: Clock) -> None:
    hold(store, clock, *people(30))
    destination = MemoryDestination()
    with store.reading():
        everyone = [identity_with(store, f"a{n}@x.org") for n in range(30)]
    destination.refuses = dict.fromkeys(everyone, "unknown-field")
    asking = replace(request(destination), guards=Guards(canary=4))
    with pytest.raises(ConflictError) as stopped:
        push(store, clock, asking)
    assert (stopped.value.code, len(destination.calls)) == ("canary-refused", 1)
    destination.refuses.clear()
    assert push(store, clock, asking).tally.created == 30


def test_a_canary_that_is_not_shown_keeps_the_rest_back(store: Store, clock: Clock) -> None:
    hold(store, clock, *people(30))
    destination = Showing(CAN_READ, hides=True)
    asking = replace(request(destination), guards=Guards(canary=4))
    with pytest.raises(ConflictError) as stopped:
        push(store, clock, asking)
    assert (stopped.value.code, len(destination.held)) == ("canary-not-shown", 4)
    destination.hides = False
    assert push(store, clock, asking).tally.created == 26


def test_a_source_that_failed_or_came_up_empty_stops_what_is_pushed_from_it(
    store: Store, clock: Clock
) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(3))
    asking = replace(request(destination), sources=("crm",))
    assert push(store, clock, asking).tally.created == 3
    take(store, clock, [Row(key, deleted=True) for key in "012"])
    with pytest.raises(ConflictError) as stopped:
        push(store, clock, asking)
    assert stopped.value.code == "empty-source"
    hold(store, clock, *people(3))
    broken = MemorySource([Row("1")], fails_after=0, failure=RetryableError("away", "it is away"))
    with pytest.raises(RetryableError):
        pull(store, clock, PullRequest("crm", "rows", broken, mapper(), "m1", full=True))
    with pytest.raises(ConflictError) as stopped:
        push(store, clock, asking)
    assert stopped.value.code == "source-failed"
    told = stopped_by(store, asking, plan_push(store, asking))
    assert told is not None
    assert told.sentence == stopped.value.sentence
    assert stopped_by(store, replace(asking, allow_failed_source=True), plan_push(store, asking)) is None
    assert push(store, clock, replace(asking, allow_failed_source=True)).run_id is not None
    hold(store, clock, *people(3))
    with store.writing() as connection:  # as a pull that was killed leaves it
        dead = f"{this_process().split(':', maxsplit=1)[0]}:1:never"
        pulls = sa.update(runs_table).where(runs_table.c.job == "pull")
        connection.execute(pulls.values(state="running", owner=dead))
    with pytest.raises(ConflictError) as stopped:
        push(store, clock, asking)
    assert stopped.value.code == "source-failed"


def test_a_saved_plan_is_refused_when_anything_moved(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(3))
    saved = replace(request(destination), expect=plan_push(store, request(destination)).hash)
    hold(store, clock, *people(3), ("9", "Eve", "eve@x.org"))
    with pytest.raises(ConflictError) as stopped:
        push(store, clock, saved)
    assert (stopped.value.code, destination.calls) == ("plan-moved", [])
    hold(store, clock, *people(3))
    assert push(store, clock, saved).tally.created == 3
    with pytest.raises(ConflictError):  # applied once, it does not hold any more
        push(store, clock, saved)
