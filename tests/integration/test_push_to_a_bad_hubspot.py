"""Pushes to a HubSpot that lies, fails and changes: each trouble has its code, stops only what it must, and
in the end every contact is there once.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.fakes.faults import Fault
from connectors.fakes.server import FakeServer, Reply, Request
from hub.domain.runs import PushTally
from hub.errors import FatalError, HubError
from hub.jobs.push import PushRequest, plan_push, push
from hub.store import ledger
from hub.store.engine import Store
from hub.store.ledger import LedgerState
from hub.store.tables import golden
from mappings.outbound import PayloadMapper
from tests.conftest import SteppingClock
from tests.fakes.killed_push import CountingHubSpot, counting_hubspot, fill
from tests.fakes.push_process import SPEC, TOKEN, request

COUNT = 250


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hub.db'}"


@pytest.fixture
def hubspot() -> Iterator[tuple[CountingHubSpot, PushRequest]]:
    fake = counting_hubspot()
    with FakeServer(fake) as server:
        yield fake, request(server.url)


def spoil(store: Store, numbers: list[int], value: str) -> None:
    """Gives these golden records another e-mail address."""
    contact = f'{{"emails":[{{"value":"{value}"}}],"name":{{"family":"Spoilt"}}}}'
    with store.writing() as connection:
        connection.execute(
            sa.update(golden)
            .where(golden.c.identity_id.in_([f"i{n:09}" for n in numbers]))
            .values(contact=contact, golden_hash=f"spoilt {value}")
        )


def codes(store: Store) -> dict[str, str]:
    with store.reading() as connection:
        return {one.identity_id: one.code for one in ledger.parked(connection)}


def names(fake: CountingHubSpot) -> list[str]:
    return sorted(c.values["hub_id"] for c in fake.store.contacts.values() if not c.archived)


def test_three_bad_rows_in_a_hundred_are_parked_and_all_others_are_sent_exactly_once(
    store: Store, clock: SteppingClock, hubspot: tuple[CountingHubSpot, PushRequest]
) -> None:
    fake, asking = hubspot
    fill(store, COUNT)
    bad = [n for n in range(COUNT) if n % 100 in {7, 8, 50}]
    spoil(store, bad, "no address")
    tally = push(store, clock, asking).tally
    assert tally == PushTally(created=COUNT - len(bad), parked=len(bad))
    assert set(fake.writes.values()) == {1}
    assert codes(store) == {f"i{n:09}": "invalid-email" for n in bad}
    assert push(store, clock, asking).tally == PushTally(unchanged=COUNT - len(bad), parked=len(bad))
    fill(store, COUNT, wave=1)
    assert push(store, clock, asking).tally.parked == 0
    assert len(names(fake)) == COUNT


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.MISSING_ROWS, "no-answer-for-row"),
        (Fault.HTML, "html-instead-of-json"),
        (Fault.REDIRECT, "redirect-to-other-host"),
        (Fault.EXPIRED_TOKEN, "unauthorized"),
        (Fault.DAILY_LIMIT, None),
        (Fault.TORN_BODY, None),
        (Fault.DROP_AFTER, None),
    ],
)
def test_whatever_happens_on_the_way_the_next_push_makes_it_good(
    store: Store,
    clock: SteppingClock,
    hubspot: tuple[CountingHubSpot, PushRequest],
    fault: Fault,
    code: str | None,
) -> None:
    fake, asking = hubspot
    fill(store, COUNT)
    fake.faults.plan(fault, on="batch/upsert", after=1)
    told = set(codes_of_a_try(store, clock, asking))
    assert code is None or code in told
    fake.faults = replace(fake.faults, _planned=[])
    assert push(store, clock, asking).tally.parked == 0
    assert names(fake) == [f"i{n:09}" for n in range(COUNT)]
    assert max(fake.writes.values()) <= 2
    assert plan_push(store, asking).empty


def test_an_answer_that_does_not_end_is_cut_off_and_its_rows_are_sent_again(
    store: Store, clock: SteppingClock, hubspot: tuple[CountingHubSpot, PushRequest]
) -> None:
    fake, asking = hubspot
    fill(store, 150)
    push(store, clock, asking)
    fill(store, 150, wave=1)
    fake.faults.plan(Fault.HUGE_BODY, on="batch/update", after=1)  # after the canary
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FatalError) as stopped:
        push(store, clock, asking)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert stopped.value.code == "answer-too-large"
    assert grown < 400 * 1024, "a gigabyte was read"  # KiB
    with store.reading() as connection:
        held = ledger.held_by(connection, "hubspot").to_pylist()
    parked = {row["identity_id"] for row in held if row["state"] == LedgerState.PARKED}
    assert set(codes(store).values()) == {"answer-too-large"}
    assert len(parked) in {30, 100}
    assert all(row["confirmed_hash"] for row in held), "that they are there is not forgotten"
    assert push(store, clock, asking).tally.parked == 0
    assert {c.values["lastname"].partition(" of ")[2] for c in fake.store.contacts.values()} == {"1"}
    assert len(names(fake)) == 150
    assert plan_push(store, asking).empty


class CallsItAllGood(CountingHubSpot):
    """Its answers are 200, whatever is inside, and their rows come in whatever order."""

    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        return replace(reply, status=200) if reply.status == 207 else reply


def test_errors_inside_a_200_are_of_the_rows_that_they_name_in_whatever_order(
    store: Store, clock: SteppingClock
) -> None:
    fake = CallsItAllGood(token=TOKEN)
    fake.begin()
    fill(store, 60)
    spoil(store, [3, 40], "no address")
    with FakeServer(fake) as server:
        result = push(store, clock, request(server.url))
    assert result.tally == PushTally(created=58, parked=2)
    assert codes(store) == dict.fromkeys(("i000000003", "i000000040"), "invalid-email")
    with store.reading() as connection:
        held = ledger.held_by(connection, "hubspot").to_pylist()
    remote = {row["identity_id"]: row["remote_id"] for row in held if row["confirmed_hash"]}
    assert remote == {c.values["hub_id"]: c.id for c in fake.store.contacts.values()}


def codes_of_a_try(store: Store, clock: SteppingClock, asking: PushRequest) -> set[str]:
    """The codes of a push's error and of the rows that it parked."""
    try:
        push(store, clock, asking)
    except HubError as error:
        return {error.code, *codes(store).values()}
    return set(codes(store).values())


def test_a_row_that_the_account_refuses_says_why_and_keeps_nobody_else_back(
    store: Store, clock: SteppingClock, hubspot: tuple[CountingHubSpot, PushRequest]
) -> None:
    fake, asking = hubspot
    fill(store, 6)
    push(store, clock, asking)
    held = {contact.values["hub_id"]: contact for contact in fake.store.contacts.values()}
    fake.store.archive(held["i000000000"].id)
    fake.store.merge(held["i000000001"].id, held["i000000002"].id)
    fill(store, 6, wave=1)
    spoil(store, [3], "p4@example.org")
    spoil(store, [4], "x" * 70_000 + "@example.org")
    tally = push(store, clock, asking).tally
    assert codes(store) == {
        "i000000000": "remote-gone",
        "i000000002": "merged-there",
        "i000000003": "exists-already",
        "i000000004": "value-too-long",
    }
    assert (tally.updated, tally.parked) == (2, 4)
    push(store, clock, asking)  # what the lost identity has written over is put right, and stays so
    assert held["i000000001"].values["lastname"] == "Nr 1 of 1"
    assert held["i000000001"].values["hub_id"] == "i000000001"
    assert push(store, clock, asking).tally == PushTally(unchanged=2, parked=2, blocked=2)


def test_a_field_that_the_account_does_not_have_stops_the_rows_that_name_it(
    store: Store, clock: SteppingClock, hubspot: tuple[CountingHubSpot, PushRequest]
) -> None:
    _, asking = hubspot
    fill(store, 4)
    spec = SPEC.model_validate({"mapping": 1, "fields": {"shoe_size": "kind", "lastname": "name.family"}})
    with store.writing() as connection:
        connection.execute(
            sa.update(golden)
            .where(golden.c.identity_id == "i000000002")
            .values(contact='{"kind":"person","name":{"family":"Nr 2"}}')
        )
    tally = push(store, clock, replace(asking, mapper=PayloadMapper(spec), mapping_hash="shoes")).tally
    assert (tally.created, codes(store)) == (3, {"i000000002": "unknown-property"})
