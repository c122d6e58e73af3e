"""Merges by the hub of records that people had merged at the destination before."""

from __future__ import annotations

import json

import sqlalchemy as sa

from hub.domain.plan import UNKNOWN, Action, Change, Outcome, Receipt
from hub.ports import Clock
from hub.store import receipts
from hub.store.engine import Store
from hub.store.sent import Sent
from hub.store.tables import ledger


def settled(store: Store, clock: Clock, *answered: tuple[Change, Outcome, str]) -> None:
    rows = [
        (Sent(change, "{}", "p", "g", "m", "[]"), Receipt(change.identity_id, outcome, remote))
        for change, outcome, remote in answered
    ]
    with store.writing() as connection:
        receipts.settle(connection, "crm", rows, 1, clock.now())


def held_of(store: Store, identity: str) -> tuple[str, dict[str, object]]:
    chosen = sa.select(ledger.c.remote_id, ledger.c.confirmed).where(ledger.c.identity_id == identity)
    with store.reading() as connection:
        remote, confirmed = connection.execute(chosen).one()
    return remote, json.loads(confirmed)


def with_three(store: Store, clock: Clock) -> None:
    made = [Change(one, Action.CREATE, {"mail": f"{one}@x.org"}) for one in "abc"]
    settled(store, clock, *((change, Outcome.CREATED, f"r-{change.identity_id}") for change in made))


def merge_of(loser: str, survivor_record: str = "r-a") -> Change:
    losers = (f"r-{loser}",)
    return Change(loser, Action.MERGE, {"into": "a"}, survivor_record, merged_remote_ids=losers)


def test_a_survivor_that_lives_in_one_of_several_losers_records_is_written_anew(
    store: Store, clock: Clock
) -> None:
    with_three(store, clock)
    merges = ((merge_of("b"), Outcome.MERGED, "r-b"), (merge_of("c"), Outcome.MERGED, "r-b"))
    settled(store, clock, *merges)
    assert held_of(store, "a") == ("r-b", {"mail": UNKNOWN})


def test_a_survivor_that_kept_its_own_record_is_left_as_it_is(store: Store, clock: Clock) -> None:
    with_three(store, clock)
    settled(store, clock, (merge_of("b"), Outcome.MERGED, "r-a"), (merge_of("c"), Outcome.MERGED, "r-a"))
    assert held_of(store, "a") == ("r-a", {"mail": "a@x.org"})


def test_two_that_had_one_record_leave_it_as_it_is(store: Store, clock: Clock) -> None:
    with_three(store, clock)
    settled(store, clock, (merge_of("b", "r-b"), Outcome.MERGED, "r-b"))
    assert held_of(store, "a") == ("r-a", {"mail": "a@x.org"})


def test_a_survivor_that_people_had_merged_into_a_record_of_nobody_is_followed(
    store: Store, clock: Clock
) -> None:
    with_three(store, clock)
    settled(store, clock, (merge_of("b"), Outcome.MERGED, "r-theirs"))  # the answer names where r-a went
    assert held_of(store, "a") == ("r-theirs", {"mail": UNKNOWN})


def test_a_survivor_that_people_had_merged_into_the_record_of_another_is_asked_for_by_its_own(
    store: Store, clock: Clock
) -> None:
    with_three(store, clock)
    settled(store, clock, (merge_of("b"), Outcome.MERGED, "r-c"))
    assert held_of(store, "a") == (
        "r-a",
        {"mail": UNKNOWN},
    )  # its update is answered for r-c: that is told then
    assert held_of(store, "c") == ("r-c", {"mail": "c@x.org"})
