"""A value that a person says twice, as after a call that was cut off, is one decision."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.jobs.decide import Person, undo
from hub.jobs.override import override
from hub.ports import Clock
from hub.store.engine import Store
from tests.fakes.decided_world import anna, snapshot
from tests.unit.hub.jobs.test_added_values import READ
from tests.unit.hub.jobs.test_decide import company
from tests.unit.hub.jobs.test_resolve import run

UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
SAID = (
    {"job_title": ["Boss"], "name.given": [""]},
    {"emails+": ["b@y.org"]},
    {"emails-": ["a@x.org"]},
    {"addresses+.street": ["1 rue Haute"]},
)


@pytest.mark.parametrize("values", SAID, ids=[" ".join(values) for values in SAID])
@pytest.mark.parametrize("carried_out", [False, True], ids=["before it is carried out", "afterwards"])
def test_one_undo_takes_back_what_was_said_twice(
    store: Store, clock: Clock, values: dict[str, list[str]], *, carried_out: bool
) -> None:
    company(store, clock)
    before = snapshot(store)
    first = override(store, clock, anna(), "crm:1", READ.told(values), until=UNTIL)
    if carried_out:
        run(store, clock)
    again = override(store, clock, anna(), "crm:1", READ.told(values), until=UNTIL)
    assert (first.again, again.again) == (False, True)
    assert again.decision == first.decision
    run(store, clock)
    undo(store, clock, anna())
    run(store, clock)
    assert snapshot(store) == before


def test_another_person_time_value_or_reason_is_another_decision(store: Store, clock: Clock) -> None:
    company(store, clock)
    boss, chief = {"job_title": "Boss"}, {"job_title": "Chief"}
    said = [
        override(store, clock, anna(), "crm:1", boss),
        override(store, clock, Person("ben", "by phone"), "crm:1", boss),
        override(store, clock, anna("by mail"), "crm:1", boss),
        override(store, clock, anna("by mail"), "crm:1", boss, until=UNTIL),
        override(store, clock, anna("by mail"), "crm:1", chief, until=UNTIL),
        override(store, clock, anna("by mail"), "crm:3", chief, until=UNTIL),
    ]
    assert len({made.decision.number for made in said}) == len(said)
    assert not any(made.again for made in said)


def test_what_was_taken_back_can_be_said_again(store: Store, clock: Clock) -> None:
    company(store, clock)
    first = override(store, clock, anna(), "crm:1", {"job_title": "Boss"})
    undo(store, clock, anna(), first.decision.number)
    assert not override(store, clock, anna(), "crm:1", {"job_title": "Boss"}).again
