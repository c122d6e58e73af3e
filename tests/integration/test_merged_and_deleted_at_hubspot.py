"""People merge and delete contacts in HubSpot: the hub follows them, without twins and without undoing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.fakes.hubspot.store import Contact
from connectors.fakes.server import FakeServer
from hub.domain.plan import Action
from hub.domain.runs import PushTally
from hub.jobs.push import PushRequest, plan_push, push
from hub.jobs.undo import plan_undo
from hub.store import ledger, runs
from hub.store.engine import Store
from hub.store.ledger import LedgerState
from hub.store.tables import golden, identities
from tests.conftest import SteppingClock
from tests.fakes.killed_push import CountingHubSpot, counting_hubspot, fill
from tests.fakes.push_process import request

A, B = "i000000000", "i000000001"


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hub.db'}"


@pytest.fixture
def hubspot(store: Store, clock: SteppingClock) -> Iterator[tuple[CountingHubSpot, PushRequest]]:
    """Three contacts that the hub made."""
    fake = counting_hubspot()
    with FakeServer(fake) as server:
        asking = request(server.url)
        fill(store, 3)
        push(store, clock, asking)
        yield fake, asking


def contact_of(fake: CountingHubSpot, identity: str) -> Contact:
    found = [c for c in live(fake) if c.values.get("hub_id") == identity]
    assert len(found) == 1
    return found[0]


def live(fake: CountingHubSpot) -> list[Contact]:
    return [contact for contact in fake.store.contacts.values() if not contact.archived]


def one_of_two(store: Store, loser: str, survivor: str) -> None:
    """The hub finds that two identities are one."""
    with store.writing() as connection:
        connection.execute(
            sa.update(identities)
            .where(identities.c.id == loser)
            .values(state="redirected", redirect_to=survivor)
        )
        connection.execute(sa.update(golden).where(golden.c.identity_id == loser).values(state="redirected"))


def states(store: Store) -> dict[str, LedgerState]:
    with store.reading() as connection:
        return {one.identity_id: one.state for one in ledger.parked(connection)}


def settles(store: Store, clock: SteppingClock, asking: PushRequest) -> None:
    push(store, clock, asking)
    push(store, clock, asking)
    assert plan_push(store, asking).empty


def test_a_contact_merged_into_one_that_the_hub_does_not_know_is_followed(
    store: Store, clock: SteppingClock, hubspot: tuple[CountingHubSpot, PushRequest]
) -> None:
    fake, asking = hubspot
    theirs = fake.store.create({"email": "theirs@example.org", "lastname": "Theirs"})
    fake.store.merge(theirs.id, contact_of(fake, A).id)
    fill(store, 3, wave=1)
    assert push(store, clock, asking).tally == PushTally(updated=3)
    with store.reading() as connection:
        assert ledger.remote_records(connection, "hubspot", [A]) == {A: (theirs.id, True, False)}
    assert push(store, clock, asking).tally.updated == 1  # the fields that the merge there may have changed
    assert theirs.values["email"] == "p0@example.org"
    assert plan_push(store, asking).empty
    assert len(live(fake)) == 3


@pytest.mark.parametrize("survivor", [A, B])
def test_contacts_merged_there_are_one_as_soon_as_the_hub_knows_it_too(
    store: Store,
    clock: SteppingClock,
    hubspot: tuple[CountingHubSpot, PushRequest],
    survivor: str,
) -> None:
    fake, asking = hubspot
    kept = contact_of(fake, B)
    fake.store.merge(kept.id, contact_of(fake, A).id)
    fill(store, 3, wave=1)
    assert push(store, clock, asking).tally == PushTally(updated=2, parked=1)
    assert states(store) == {A: LedgerState.MERGED}
    assert push(store, clock, asking).tally == PushTally(updated=1, unchanged=1, blocked=1)
    assert kept.values["lastname"] == "Nr 1 of 1"  # what was written over it is made good
    fill(store, 3, wave=2)
    assert push(store, clock, asking).tally == PushTally(updated=2, blocked=1)
    one_of_two(store, A if survivor == B else B, survivor)
    settles(store, clock, asking)
    assert {c.id for c in live(fake)} == {kept.id, contact_of(fake, "i000000002").id}
    assert kept.values["hub_id"] == survivor
    assert kept.values["lastname"] == f"Nr {int(survivor[1:])} of 2"


def test_of_two_contacts_of_one_person_the_one_that_somebody_left_there_stays(
    store: Store, clock: SteppingClock, hubspot: tuple[CountingHubSpot, PushRequest]
) -> None:
    fake, asking = hubspot
    kept = contact_of(fake, B)
    fake.store.archive(contact_of(fake, A).id)
    fill(store, 3, wave=1)
    push(store, clock, asking)
    assert states(store) == {A: LedgerState.GONE}
    one_of_two(store, B, A)
    assert [f"{c.action} {c.identity_id}" for c in plan_push(store, asking).changes] == [
        f"update {A}",
        f"merge {B}",
    ]
    assert push(store, clock, asking).tally == PushTally(updated=1, merged=1, unchanged=1)
    assert plan_push(store, asking).empty
    assert (kept.values["hub_id"], kept.values["lastname"], kept.archived) == (A, "Nr 0 of 1", False)
    assert len(live(fake)) == 2


@pytest.mark.parametrize("look_first", [False, True])
def test_one_that_was_never_there_takes_over_the_contact_of_whom_it_was_found_to_be(
    store: Store,
    clock: SteppingClock,
    hubspot: tuple[CountingHubSpot, PushRequest],
    look_first: bool,
) -> None:
    fake, asking = hubspot
    asking = replace(asking, look_first=look_first)
    kept = contact_of(fake, B)
    fill(store, 3, wave=1)
    push(store, clock, asking)  # so that it shows all that the other would send
    with store.writing() as connection:
        connection.execute(
            sa.insert(identities).values(
                id="i9", state="active", born_seq=99, created_at="2026", changed_at="2026"
            )
        )
        row = connection.execute(sa.select(golden).where(golden.c.identity_id == B)).one()
        connection.execute(sa.insert(golden).values({**row._mapping, "identity_id": "i9", "seq": 99}))
    one_of_two(store, B, "i9")
    settles(store, clock, asking)
    assert (kept.values["hub_id"], kept.values["lastname"]) == ("i9", "Nr 1 of 1")
    assert len(live(fake)) == 3
    taken = next(run.id for run in runs.newest(store, job="push") if run.tallies["merged"])
    back = plan_undo(store, asking, taken)  # what it showed before is not known
    assert (len(back.changes), back.counts[Action.CONFLICT], back.counts[Action.BLOCKED]) == (0, 1, 1)


def test_one_whose_record_was_merged_with_another_s_is_made_anew_when_that_one_goes(
    store: Store, clock: SteppingClock, hubspot: tuple[CountingHubSpot, PushRequest]
) -> None:
    fake, asking = hubspot
    fake.store.merge(contact_of(fake, B).id, contact_of(fake, A).id)
    fill(store, 3, wave=1)
    push(store, clock, asking)
    assert states(store) == {A: LedgerState.MERGED}
    with store.writing() as connection:
        connection.execute(sa.update(golden).where(golden.c.identity_id == B).values(state="archived"))
    settles(store, clock, asking)
    assert sorted(c.values["hub_id"] for c in live(fake)) == [A, "i000000002"]
    assert contact_of(fake, A).values["lastname"] == "Nr 0 of 1"
