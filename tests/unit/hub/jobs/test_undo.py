"""Undo: a run is taken back as a plan, as far as it can be, and stays taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.domain.plan import UNKNOWN, Action
from hub.domain.runs import PushTally
from hub.errors import ConfigurationError
from hub.jobs.push import plan_push, push
from hub.jobs.undo import plan_undo, run_to_undo, undo
from hub.ports import Clock
from hub.store.engine import Store
from hub.store.tables import ledger as ledger_table
from tests.fakes.push_world import hold, identity_with, people, request, send
from tests.fakes.small_world import MemoryDestination


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """One database is enough here: what differs between them is tested with plans and pushes."""
    return f"sqlite:///{tmp_path / 'hub.db'}"


def test_an_update_is_taken_back_field_by_field_and_stays_so_until_the_record_changes(
    store: Store, clock: Clock
) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(3))
    send(store, clock, destination)
    before = {remote: dict(values) for remote, values in destination.held.items()}
    hold(store, clock, ("0", "Zoé", "a0@x.org"), ("1", "Ada1", "a1@x.org"), ("2", "Ada2", "a2@x.org"))
    run = send(store, clock, destination).run_id
    assert run is not None
    assert destination.held != before
    planned = plan_undo(store, request(destination), run)
    (change,) = planned.changes
    assert [(f.field, f.old, f.new) for f in change.fields] == [("name", "Zoé", "Ada0")]
    result = undo(store, clock, request(destination), run)
    assert result.plan.hash == planned.hash
    assert destination.held == before
    assert send(store, clock, destination).tally == PushTally(unchanged=2, blocked=1)
    assert destination.held == before
    hold(store, clock, ("0", "Eve", "a0@x.org"), ("1", "Ada1", "a1@x.org"), ("2", "Ada2", "a2@x.org"))
    send(store, clock, destination)
    assert "Eve" in {values["name"] for values in destination.held.values()}
    assert plan_push(store, request(destination)).empty


def test_what_was_created_is_archived_and_not_made_again(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(3))
    run = send(store, clock, destination).run_id
    assert run is not None
    assert undo(store, clock, request(destination), run).tally.archived == 3
    assert destination.held == {}
    assert send(store, clock, destination).tally == PushTally(blocked=3)


def test_what_was_archived_is_made_again(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(4))
    send(store, clock, destination)
    before = {remote: dict(values) for remote, values in destination.held.items()}
    hold(store, clock, *people(3))
    run = push(store, clock, request(destination, allow_many=True)).run_id
    assert run is not None
    assert len(destination.held) == 3
    undo(store, clock, request(destination), run)
    assert destination.held == before
    assert send(store, clock, destination).tally == PushTally(unchanged=3, blocked=1)


@pytest.mark.parametrize("known", [{"mail": "a3@x.org"}, {}])
def test_of_what_was_archived_only_what_was_known_to_be_there_is_made_again(
    store: Store, clock: Clock, known: dict[str, object]
) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(4))
    send(store, clock, destination)
    away = identity_with(store, "a3@x.org")
    unsure = {"mail": UNKNOWN, "name": UNKNOWN, **known}  # as after an answer that was lost
    with store.writing() as connection:
        whose = ledger_table.c.identity_id == away
        connection.execute(sa.update(ledger_table).where(whose).values(confirmed=json.dumps(unsure)))
    hold(store, clock, *people(3))
    run = push(store, clock, request(destination, allow_many=True)).run_id
    assert run is not None
    undo(store, clock, request(destination), run)
    assert destination.held.get(f"r-{away}", {}) == known


def test_what_a_later_run_wrote_is_left_as_it_is(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, ("0", "Ada", "a0@x.org"))
    first = send(store, clock, destination).run_id
    hold(store, clock, ("0", "Eve", "a0@x.org"))
    second = send(store, clock, destination).run_id
    hold(store, clock, ("0", "Zoé", "a0@x.org"))
    send(store, clock, destination)
    assert first is not None
    assert second is not None
    for run in (first, second):
        plan = plan_undo(store, request(destination), run)
        assert (len(plan.changes), plan.counts[Action.CONFLICT]) == (0, 1)


def test_only_a_push_can_be_taken_back(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(1))
    run = send(store, clock, destination).run_id
    assert run is not None
    assert run_to_undo(store, run) == "news"
    with pytest.raises(ConfigurationError, match="no push"):
        run_to_undo(store, 1)
