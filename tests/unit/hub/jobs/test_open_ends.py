"""What was left open: by runs that died, by destinations that answer later, by rows that were not taken."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from hub.domain.plan import Action, Capabilities, Change, Receipt
from hub.domain.runs import PushTally
from hub.errors import ConfigurationError, RetryableError
from hub.jobs.push import plan_push, push
from hub.ports import Clock
from hub.store import intents, ledger
from hub.store.engine import Store
from mappings.outbound import PayloadMapper
from mappings.outbound_spec import OutboundSpec
from tests.fakes.push_world import hold, identity_with, people, request, send, take
from tests.fakes.small_world import CAN_READ, MemoryDestination, Row, Showing


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """One database is enough here: what differs between them is tested with plans and pushes."""
    return f"sqlite:///{tmp_path / 'hub.db'}"


class Died(BaseException):
    """The process ends here."""


@dataclass
class Dying(Showing):
    """Dies in its next write, before or after the write is done."""

    dies: str | None = None

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        if self.dies == "before":
            self.dies = None
            raise Died
        receipts = super().write(changes)
        if self.dies == "after":
            self.dies = None
            raise Died
        return receipts


@pytest.mark.parametrize("dies", ["before", "after"])
def test_an_update_that_may_have_arrived_is_not_forgotten_when_the_record_goes_back(
    store: Store, clock: Clock, dies: str
) -> None:
    destination = Dying(replace(CAN_READ, read_back=False))
    hold(store, clock, *people(2))
    send(store, clock, destination)
    before = {remote: dict(values) for remote, values in destination.held.items()}
    hold(store, clock, ("0", "Zoé", "a0@x.org"), ("1", "Ada1", "a1@x.org"))
    destination.dies = dies
    with pytest.raises(Died):
        send(store, clock, destination)
    hold(store, clock, *people(2))  # what it was before: the ledger alone would say that nothing is to do
    assert send(store, clock, destination).unsettled == 1
    assert destination.held == before
    assert plan_push(store, request(destination)).empty


@dataclass
class Deaf(MemoryDestination):
    """Does everything, and then its answer does not come."""

    deaf: bool = False

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        receipts = super().write(changes)
        if self.deaf:
            raise RetryableError("torn-answer", "the answer did not come")
        return receipts


@pytest.mark.parametrize("how", ["answer lost", "row forgotten"])
def test_an_update_whose_answer_did_not_come_is_not_forgotten_when_the_record_goes_back(
    store: Store, clock: Clock, how: str
) -> None:
    destination = Deaf()
    hold(store, clock, *people(2))
    send(store, clock, destination)
    before = {remote: dict(values) for remote, values in destination.held.items()}
    hold(store, clock, ("0", "Zoé", "a0@x.org"), ("1", "Ada1", "a1@x.org"))
    destination.deaf = how == "answer lost"
    destination.forgets = {identity_with(store, "a0@x.org")} if how == "row forgotten" else set()
    with suppress(RetryableError):
        send(store, clock, destination)
    destination.deaf, destination.forgets = False, set()
    hold(store, clock, *people(2))
    send(store, clock, destination)
    assert destination.held == before
    assert plan_push(store, request(destination)).empty


def test_a_value_that_may_have_arrived_is_cleared_when_there_is_none_any_more(
    store: Store, clock: Clock
) -> None:
    fields = {"mail": "emails[0].value", "name": {"value": "name.given", "empty": "clear"}}
    spec = OutboundSpec.model_validate({"mapping": 1, "fields": fields})
    destination = Deaf()
    asking = replace(request(destination), mapper=PayloadMapper(spec), mapping_hash="m")
    take(store, clock, [Row("1", {"mail": "a@x.org"})])
    push(store, clock, asking)
    take(store, clock, [Row("1", {"mail": "a@x.org", "first": "Zoé"})])
    destination.deaf = True
    with pytest.raises(RetryableError):
        push(store, clock, asking)
    destination.deaf = False
    take(store, clock, [Row("1", {"mail": "a@x.org"})])
    push(store, clock, asking)
    assert [values.get("name") for values in destination.held.values()] == [None]


def test_what_arrived_is_seen_where_the_destination_can_be_asked(store: Store, clock: Clock) -> None:
    destination = Dying(CAN_READ)
    hold(store, clock, *people(2))
    send(store, clock, destination)
    hold(store, clock, ("0", "Zoé", "a0@x.org"), ("1", "Ada1", "a1@x.org"))
    destination.dies = "after"
    with pytest.raises(Died):
        send(store, clock, destination)
    calls = len(destination.calls)
    assert send(store, clock, destination).tally == PushTally(unchanged=2)
    assert len(destination.calls) == calls, "it was sent again though it had arrived"


def test_a_create_that_may_have_arrived_is_told_of_when_it_must_not_be_sent_any_more(
    store: Store, clock: Clock
) -> None:
    destination = Dying(CAN_READ)
    hold(store, clock, *people(2))
    destination.dies = "after"
    with pytest.raises(Died):
        send(store, clock, destination)
    gone = identity_with(store, "a1@x.org")
    hold(store, clock, *people(1))
    assert send(store, clock, destination).tally == PushTally(updated=1)
    with store.reading() as connection:
        assert [(p.identity_id, p.code) for p in ledger.parked(connection)] == [(gone, "unsettled")]


def test_a_job_waits_until_a_parked_row_is_due_and_a_person_need_not(store: Store, clock: Clock) -> None:
    hold(store, clock, *people(2))
    bad = identity_with(store, "a1@x.org")
    destination = MemoryDestination(refuses={bad: "invalid-email"})
    patient = replace(request(destination), patient=True)
    assert push(store, clock, patient).tally == PushTally(created=1, parked=1)
    assert push(store, clock, patient).tally == PushTally(unchanged=1, blocked=1)
    with store.reading() as connection:
        (parked,) = ledger.parked(connection)
    assert parked.next_try_at is not None
    assert parked.next_try_at > parked.tried_at
    assert send(store, clock, destination).tally == PushTally(unchanged=1, parked=1)


def test_a_dropped_row_is_left_alone_until_it_changes_or_is_taken_up(store: Store, clock: Clock) -> None:
    hold(store, clock, *people(2))
    bad = identity_with(store, "a1@x.org")
    destination = MemoryDestination(refuses={bad: "invalid-email"})
    send(store, clock, destination)
    with store.writing() as connection:
        assert ledger.drop(connection, "news", [bad, "nobody"]) == 1
    assert send(store, clock, destination).tally == PushTally(unchanged=1, blocked=1)
    with store.writing() as connection:
        assert ledger.take_up(connection, "news", [bad]) == 1
    assert send(store, clock, destination).tally == PushTally(unchanged=1, parked=1)


@dataclass
class Wide(MemoryDestination):
    """Several writes at a time; it holds each until another is there, or none comes."""

    capabilities: Capabilities = Capabilities(batch_size=2, upsert_key=True, archive=True, concurrency=3)  # noqa: RUF009
    meet: threading.Barrier = field(default_factory=lambda: threading.Barrier(3, timeout=5))
    guard: threading.Lock = field(default_factory=threading.Lock)

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        if changes[0].action is Action.CREATE:
            self.meet.wait()
        with self.guard:
            return super().write(changes)


@dataclass
class Locked(Wide):
    """Takes nobody's credentials: says so to the first, and to the others when that is known."""

    known: threading.Event = field(default_factory=threading.Event)

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        with self.guard:
            self.calls.append(list(changes))
            first = len(self.calls) == 1
        if not first:
            self.known.wait(5)
        raise ConfigurationError("no-access", "the token is not accepted")


def test_batches_at_hand_that_are_not_sent_because_the_push_ends_are_not_left_as_under_way(
    store: Store, clock: Clock
) -> None:
    destination = Locked()
    hold(store, clock, *people(30))
    with pytest.raises(ConfigurationError, match="token"):
        push(store, clock, request(destination), progress=lambda _: destination.known.set())
    tried = {change.identity_id for call in destination.calls for change in call}
    with store.reading() as connection:
        assert intents.unsettled(connection, "news") == 0
        assert {one.identity_id for one in ledger.parked(connection, "news")} == tried
    assert len(destination.calls) in {
        3,
        4,
    }  # three lines, and one that was free before the others were recalled


def test_as_many_batches_are_under_way_as_the_destination_allows(store: Store, clock: Clock) -> None:
    destination = Wide()
    hold(store, clock, *people(12))  # 6 batches: two times three at once, or the barrier breaks
    assert send(store, clock, destination).tally == PushTally(created=12)
    assert len(destination.held) == 12
    assert plan_push(store, request(destination)).empty
