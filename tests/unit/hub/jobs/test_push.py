"""Push: differences only, a receipt for every change, nothing lost and nothing sent twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.domain.plan import Action, Capabilities, Outcome
from hub.domain.runs import PushTally, RunState
from hub.errors import ConfigurationError, ConflictError, RetryableError
from hub.jobs.push import plan_push, push
from hub.ports import Clock
from hub.store import intents, ledger, runs
from hub.store.engine import Store
from hub.store.sent import Sent
from tests.fakes.push_world import hold, identity_with, people, request, send, take
from tests.fakes.small_world import MemoryDestination, Row, Showing


def test_a_second_push_does_nothing(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(10))
    assert send(store, clock, destination).tally == PushTally(created=10)
    calls = len(destination.calls)
    assert send(store, clock, destination).tally == PushTally(unchanged=10)
    assert len(destination.calls) == calls
    assert plan_push(store, request(destination)).empty


def test_a_plan_writes_nothing_and_is_what_is_applied(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(3))
    planned = plan_push(store, request(destination))
    assert destination.calls == []
    assert send(store, clock, destination).plan.hash == planned.hash


def test_only_changed_fields_are_sent(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(3))
    send(store, clock, destination)
    hold(store, clock, ("0", "Ada0", "a0@x.org"), ("1", "Zoé", "a1@x.org"), ("2", "Ada2", "a2@x.org"))
    result = send(store, clock, destination)
    (change,) = result.plan.changes
    assert (change.action, dict(change.payload)) == (Action.UPDATE, {"name": "Zoé"})
    assert [(f.field, f.old, f.new) for f in change.fields] == [("name", "Ada1", "Zoé")]


def test_a_row_that_is_refused_is_parked_and_tried_again_until_it_passes(store: Store, clock: Clock) -> None:
    hold(store, clock, *people(6))
    bad = identity_with(store, "a3@x.org")
    destination = MemoryDestination(refuses={bad: "invalid-email"})
    result = send(store, clock, destination)
    assert (result.tally.created, result.tally.parked, result.partly) == (5, 1, True)
    assert runs.newest(store)[0].state is RunState.PARTLY
    again = send(store, clock, destination)
    assert (again.tally.parked, len(again.plan.changes)) == (1, 1)
    with store.reading() as connection:
        (parked,) = ledger.parked(connection)
    assert (parked.identity_id, parked.code, parked.attempts) == (bad, "invalid-email", 2)
    destination.refuses.clear()
    assert send(store, clock, destination).tally.created == 1
    with store.reading() as connection:
        assert ledger.parked(connection) == []


def test_a_batch_that_is_refused_as_a_whole_is_halved_until_the_culprit_is_alone(
    store: Store, clock: Clock
) -> None:
    hold(store, clock, *people(8))
    bad = identity_with(store, "a5@x.org")
    destination = MemoryDestination(refuses={bad: "bad"}, refuses_batches=True)
    tally = send(store, clock, destination).tally
    assert (tally.created, tally.parked) == (7, 1)
    assert len(destination.held) == 7


def test_a_row_that_the_answer_forgets_is_parked_not_lost(store: Store, clock: Clock) -> None:
    hold(store, clock, *people(4))
    silent = identity_with(store, "a2@x.org")
    destination = MemoryDestination(forgets={silent})
    send(store, clock, destination)
    with store.reading() as connection:
        (parked,) = ledger.parked(connection)
    assert (parked.identity_id, parked.code) == (silent, "no-receipt")
    destination.forgets.clear()
    assert send(store, clock, destination).tally == PushTally(updated=1, unchanged=3)
    assert len(destination.held) == 4


@pytest.mark.parametrize(
    "failure",
    [RetryableError("away", "the destination is away"), ConfigurationError("login", "the token is refused")],
    ids=["away", "wrong token"],
)
def test_a_push_that_stops_in_the_middle_loses_nothing(
    store: Store, clock: Clock, failure: RetryableError | ConfigurationError
) -> None:
    hold(store, clock, *people(10))
    destination = MemoryDestination(fails=[failure])
    with pytest.raises(type(failure)):
        send(store, clock, destination)
    assert runs.newest(store)[0].state is RunState.FAILED
    send(store, clock, destination)
    assert len(destination.held) == 10
    assert plan_push(store, request(destination)).empty


def test_who_says_no_later_is_taken_out(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(3))
    send(store, clock, destination)
    values = {"first": "Ada1", "mail": "a1@x.org", "news": "no"}
    take(
        store,
        clock,
        [
            Row("0", {"first": "Ada0", "mail": "a0@x.org"}),
            Row("1", values),
            Row("2", {"first": "Ada2", "mail": "a2@x.org"}),
        ],
    )
    result = send(store, clock, destination)
    (change,) = result.plan.changes
    assert (change.action, change.reason, result.tally.archived) == (Action.ARCHIVE, "said no", 1)
    assert len(destination.held) == 2
    assert send(store, clock, destination).tally == PushTally(unchanged=2, blocked=1)


def test_who_said_no_is_never_sent(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    take(store, clock, [Row("1", {"first": "Ada", "mail": "a@x.org", "news": "no"})])
    assert send(store, clock, destination).tally == PushTally(blocked=1)
    assert destination.calls == []


@pytest.mark.parametrize("can_merge", [True, False], ids=["merge call", "no merge call"])
def test_a_merge_is_written_back(store: Store, clock: Clock, can_merge: bool) -> None:
    capabilities = Capabilities(batch_size=4, upsert_key=True, archive=True, merge=can_merge)
    destination = MemoryDestination(capabilities)
    hold(store, clock, ("1", "Ada", "a@x.org"), ("2", "Ada", "b@x.org"))
    send(store, clock, destination)
    assert len(destination.held) == 2
    hold(store, clock, ("1", "Ada", "a@x.org"), ("2", "Ada", "a@x.org"))
    result = send(store, clock, destination)
    assert len(destination.held) == 1
    assert (result.tally.merged, result.tally.archived) == ((1, 0) if can_merge else (0, 1))
    assert plan_push(store, request(destination)).empty
    survivor = identity_with(store, "a@x.org")
    assert list(destination.held) == [f"r-{survivor}"]


@pytest.mark.parametrize("can_merge", [True, False], ids=["merge call", "no merge call"])
def test_who_turns_out_to_be_one_who_said_no_is_taken_out(
    store: Store, clock: Clock, can_merge: bool
) -> None:
    can = Capabilities(batch_size=4, upsert_key=True, archive=True, merge=can_merge, read_back=True)
    destination = Showing(can)
    refuser = Row("1", {"first": "Ada", "mail": "a@x.org", "news": "no"})
    take(store, clock, [refuser, Row("2", {"first": "Ada", "mail": "b@x.org"})])
    assert send(store, clock, destination).tally == PushTally(created=1, blocked=1)
    next(iter(destination.held.values()))["note"] = "theirs"
    take(store, clock, [refuser, Row("2", {"first": "Ada", "mail": "a@x.org"})])
    result = send(store, clock, destination)
    (change,) = result.plan.changes
    assert (change.action, result.tally.archived, destination.held) == (Action.ARCHIVE, 1, {})
    assert "which is not to be there" in (change.reason or "")
    assert plan_push(store, request(destination)).empty


def test_too_many_removals_stop_and_ask(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(60))
    send(store, clock, destination)
    hold(store, clock, *people(30))
    calls = len(destination.calls)
    with pytest.raises(ConflictError) as asked:
        send(store, clock, destination)
    assert asked.value.code == "too-many-archives"
    assert len(destination.calls) == calls
    assert push(store, clock, request(destination, allow_many=True)).tally.archived == 30


def test_what_a_dead_push_left_open_is_counted_and_settled(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(3))
    plan = plan_push(store, request(destination))
    with store.writing() as connection:  # as a push that died before its call would leave it
        sent = [Sent(change, "{}", "h", None, None, "[]") for change in plan.changes]
        intents.intend(connection, "news", sent, 99, clock.now())
    result = send(store, clock, destination)
    assert (result.unsettled, result.tally.created) == (3, 3)
    with store.reading() as connection:
        assert intents.unsettled(connection, "news") == 0


def test_every_change_of_a_push_is_in_its_log(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(2))
    result = send(store, clock, destination)
    assert result.run_id is not None
    with store.reading() as connection:
        log = ledger.delivered_in(connection, result.run_id)
    assert [(one["action"], one["outcome"]) for one in log] == [("create", Outcome.CREATED)] * 2


def test_a_push_that_is_not_approved_sends_nothing(store: Store, clock: Clock) -> None:
    destination = MemoryDestination()
    hold(store, clock, *people(2))
    push(store, clock, request(destination), approve=lambda _plan: False)
    assert destination.calls == []


def test_what_has_to_go_is_erased_where_that_is_asked_for_and_what_was_merged_is_not(
    store: Store, clock: Clock
) -> None:
    can = Capabilities(batch_size=4, upsert_key=True, archive=True, erase=True)
    destination = MemoryDestination(can)
    asking = replace(request(destination), erase=True, allow_many=True)
    hold(store, clock, *people(3))
    push(store, clock, asking)
    gone, kept = (identity_with(store, f"a{n}@x.org") for n in (2, 0))
    hold(store, clock, ("0", "Ada0", "a0@x.org"), ("1", "Ada1", "a0@x.org"))
    plan = plan_push(store, asking)
    assert sorted((c.action, c.identity_id == gone) for c in plan.changes) == [
        (Action.ARCHIVE, False),
        (Action.ERASE, True),
    ]
    assert push(store, clock, asking).tally.archived == 2
    assert list(destination.held) == [f"r-{kept}"]
    assert plan_push(store, asking).empty
    without = MemoryDestination()  # it cannot erase
    hold(store, clock, *people(2))
    push(store, clock, replace(asking, name="other", destination=without))
    hold(store, clock, *people(1))
    found = plan_push(store, replace(asking, name="other", destination=without)).changes
    assert [c.action for c in found] == [Action.ARCHIVE]
