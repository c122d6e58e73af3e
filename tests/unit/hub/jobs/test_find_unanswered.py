"""Creates whose answer was lost: the destination is asked for their records by the hub's own key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from hub.domain.plan import Action, Capabilities, Change, Receipt
from hub.domain.runs import PushTally
from hub.errors import ConfigurationError, ConflictError, HubError, RetryableError
from hub.jobs.push import plan_push, push
from hub.store import ledger, unanswered
from hub.store.engine import Store
from mappings.outbound import PayloadMapper
from mappings.outbound_spec import OutboundSpec
from tests.conftest import SteppingClock
from tests.fakes.push_world import hold, identity_with, people, request, send, take
from tests.fakes.small_world import MemoryDestination, Row

CAN_FIND = Capabilities(batch_size=4, upsert_key=True, archive=True, find=True)
NAMED = OutboundSpec.model_validate(
    {
        "mapping": 1,
        "fields": {"mail": "emails[0].value", "name": {"value": "name.given", "empty": "clear"}},
    }
)

EVE = ("8", "Eve", "eve@x.org")


class Died(BaseException):
    """The process ends here."""


@dataclass
class Findable(MemoryDestination):
    """It can be asked by identity; `away` is what it says instead, `lies` what it says besides. The next
    write is done, and then ends as `ends` says.
    """

    capabilities: Capabilities = CAN_FIND
    away: HubError | None = None
    lies: dict[str, str] = field(default_factory=dict)
    ends: BaseException | None = None
    asked: list[list[str]] = field(default_factory=list)

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        receipts = super().write(changes)
        if (ends := self.ends) is not None:
            self.ends = None
            raise ends
        return receipts

    def find(self, identity_ids: Sequence[str]) -> Mapping[str, str]:
        self.asked.append(list(identity_ids))
        if self.away is not None:
            raise self.away
        there = {one: f"r-{one}" for one in identity_ids if f"r-{one}" in self.held}
        return {**there, **self.lies}

    def loses(self, *mails: str) -> None:
        """People with these addresses have gone from it without the hub."""
        self.held = {remote: row for remote, row in self.held.items() if row["mail"] not in mails}


LOST = [RetryableError("torn-answer", "the answer did not come"), Died()]


def create(store: Store, clock: SteppingClock, destination: Findable, count: int = 1) -> list[str]:
    """Sends so many people, and the answer is lost; gives their identities, by address."""
    hold(store, clock, *people(count))
    destination.ends = destination.ends or LOST[0]
    with suppress(RetryableError, Died):
        send(store, clock, destination)
    return [identity_with(store, f"a{n}@x.org") for n in range(count)]


def leave(store: Store, clock: SteppingClock) -> None:
    """Nobody but Eve is left in the source, to whom nothing ever happens."""
    hold(store, clock, EVE)


def waiting(store: Store) -> list[str]:
    with store.reading() as connection:
        return unanswered.unanswered(connection, "news")


@pytest.mark.parametrize("ends", LOST, ids=["answer lost", "died"])
def test_what_arrived_and_is_no_longer_wanted_is_archived_by_the_next_push(
    store: Store, clock: SteppingClock, ends: BaseException
) -> None:
    destination = Findable(ends=ends)
    people = create(store, clock, destination, 3)
    assert len(destination.held) == 3
    hold(store, clock, ("0", "Ada0", "a0@x.org"))
    assert send(store, clock, destination).tally == PushTally(updated=1, archived=2)
    assert destination.asked == [sorted(people)]
    assert destination.held.keys() == {f"r-{people[0]}"}
    assert plan_push(store, request(destination)).empty


def test_what_arrived_and_is_wanted_is_rewritten_also_where_it_lost_a_value_since(
    store: Store, clock: SteppingClock
) -> None:
    for_values(store, clock, Findable(), Action.UPDATE)


def test_a_value_of_a_lost_create_is_cleared_where_the_destination_cannot_be_asked(
    store: Store, clock: SteppingClock
) -> None:
    for_values(store, clock, Findable(replace(CAN_FIND, find=False)), Action.CREATE)


def for_values(store: Store, clock: SteppingClock, destination: Findable, sent: Action) -> None:
    asking = replace(request(destination), mapper=PayloadMapper(NAMED), mapping_hash="m")
    take(store, clock, [Row("1", {"mail": "a@x.org", "first": "Zoé"})])
    destination.ends = LOST[0]
    with pytest.raises(RetryableError):
        push(store, clock, asking)
    take(store, clock, [Row("1", {"mail": "a@x.org"})])
    for _ in range(2):
        push(store, clock, asking)
    assert destination.calls[1][0].action is sent
    assert [(one["mail"], one["name"]) for one in destination.held.values()] == [("a@x.org", None)]
    assert push(store, clock, asking).plan.idle


def test_a_create_that_is_refused_after_one_that_arrived_does_not_hide_that_one(
    store: Store, clock: SteppingClock
) -> None:
    destination = Findable(away=RetryableError("busy", "later"))
    (identity,) = create(store, clock, destination)
    destination.refuses = {identity: "invalid-email"}
    assert send(store, clock, destination).tally == PushTally(parked=1)
    leave(store, clock)
    destination.away, destination.refuses = None, {}
    assert send(store, clock, destination).tally == PushTally(created=1, archived=1)
    assert [one["mail"] for one in destination.held.values()] == ["eve@x.org"]


def test_who_is_created_anew_after_being_archived_is_found_too(store: Store, clock: SteppingClock) -> None:
    destination = Findable()

    def says(news: str | None) -> None:
        take(store, clock, [Row("0", {"first": "Ada", "mail": "a0@x.org", "news": news})])
        send(store, clock, destination)

    for news in (None, "denied"):
        says(news)
    assert not destination.held
    destination.ends = LOST[0]
    with pytest.raises(RetryableError):
        says(None)
    assert destination.held
    says("denied")
    assert not destination.held


def test_nothing_is_asked_where_it_is_known_what_arrived(store: Store, clock: SteppingClock) -> None:
    destination = Findable()
    hold(store, clock, *people(3))
    destination.refuses = {identity_with(store, "a1@x.org"): "invalid-email"}
    for _ in range(2):
        send(store, clock, destination)
    assert not destination.asked


@pytest.mark.parametrize("away", [RetryableError("busy", "later"), ConfigurationError("no", "no", hint="x")])
def test_a_destination_that_does_not_answer_is_pushed_to_as_before(
    store: Store, clock: SteppingClock, away: HubError
) -> None:
    destination = Findable(away=away)
    create(store, clock, destination, 2)
    assert send(store, clock, destination).tally == PushTally(updated=2)
    assert len(destination.held) == 2


def test_what_is_not_there_is_asked_for_again_only_while_it_may_be_on_its_way(
    store: Store, clock: SteppingClock
) -> None:
    destination = Findable()
    (identity,) = create(store, clock, destination)
    destination.loses("a0@x.org")
    leave(store, clock)
    send(store, clock, destination)
    assert waiting(store) == [identity]
    clock.moment += timedelta(hours=1)
    for _ in range(2):
        send(store, clock, destination)
    assert destination.asked == [[identity], [identity]]


def test_a_process_that_dies_after_asking_has_nothing_to_ask_again(
    store: Store, clock: SteppingClock
) -> None:
    destination = Findable()
    create(store, clock, destination)
    leave(store, clock)

    def dies(_plan: object) -> bool:
        raise Died

    with pytest.raises(Died):
        push(store, clock, request(destination), approve=dies)
    assert not waiting(store)
    assert send(store, clock, destination).tally == PushTally(created=1, archived=1)
    assert len(destination.asked) == 1


def test_another_identity_s_record_or_one_for_two_is_no_answer(store: Store, clock: SteppingClock) -> None:
    destination = Findable()
    hold(store, clock, EVE)
    send(store, clock, destination)
    eve = identity_with(store, "eve@x.org")
    hold(store, clock, EVE, *people(4))
    destination.ends = LOST[0]
    with suppress(RetryableError):
        send(store, clock, destination)
    lost = [identity_with(store, f"a{n}@x.org") for n in range(4)]
    destination.lies = {lost[0]: f"r-{eve}", lost[1]: "r-x", lost[2]: "r-x", lost[3]: "", "nobody": "r-y"}
    hold(store, clock, EVE)
    assert send(store, clock, destination).tally == PushTally(unchanged=1)
    assert f"r-{eve}" in destination.held
    assert waiting(store) == sorted(lost)


def test_what_a_person_dropped_stays_dropped_when_it_is_found(store: Store, clock: SteppingClock) -> None:
    destination = Findable()
    (identity,) = create(store, clock, destination)
    with store.writing() as connection:
        assert ledger.drop(connection, "news", [identity]) == 1
    leave(store, clock)
    assert send(store, clock, destination).tally == PushTally(created=1, blocked=1)
    with store.writing() as connection:
        assert ledger.take_up(connection, "news", [identity]) == 1
    assert send(store, clock, destination).tally == PushTally(unchanged=1, archived=1)


def test_many_that_were_found_do_not_stop_the_push_as_a_change_of_mind_would(
    store: Store, clock: SteppingClock
) -> None:
    destination = Findable(replace(CAN_FIND, batch_size=30))
    create(store, clock, destination, 30)
    found = send(store, clock, destination)
    assert (found.tally, found.plan.counts[Action.UPDATE]) == (PushTally(updated=30), 30)
    hold(store, clock, *((key, f"{name} X", mail) for key, name, mail in people(30)))
    with pytest.raises(ConflictError, match="would update 30"):
        send(store, clock, destination)


def test_they_are_asked_for_in_batches(store: Store, clock: SteppingClock) -> None:
    destination = Findable(replace(CAN_FIND, batch_size=9))
    create(store, clock, destination, 9)
    destination.capabilities = CAN_FIND
    send(store, clock, destination)
    assert [len(some) for some in destination.asked] == [4, 4, 1]


def test_looking_for_them_goes_by_an_index(store: Store) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by what a table holds")
    told: list[str] = []
    with store.reading() as connection:
        statement = unanswered.chosen("news").compile(connection, compile_kwargs={"literal_binds": True})
        told = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
    assert ["(destination=? AND remote_id=?)" in line for line in told] == [True]
