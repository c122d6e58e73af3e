"""People edit at the destination too: who owns a field decides, and what is there already is not sent
again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.domain.plan import Action
from hub.domain.runs import PushTally
from hub.jobs.planning import PushRequest, plan_push
from hub.jobs.push import push
from hub.ports import Clock
from hub.store import ledger
from hub.store.engine import Store
from mappings.outbound import PayloadMapper
from mappings.outbound_spec import OutboundSpec
from tests.fakes.push_world import take
from tests.fakes.small_world import CAN_READ, Row, Showing

SPEC = OutboundSpec.model_validate(
    {
        "mapping": 1,
        "fields": {
            "mail": "emails[0].value",
            "name": "name.given",
            "nick": {"value": "name.family", "owner": "first"},
            "stage": {"value": "name.family", "owner": "destination"},
        },
    }
)


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hub.db'}"


def asking(destination: Showing) -> PushRequest:
    return PushRequest(
        "news",
        destination,
        PayloadMapper(SPEC),
        mapping_hash="m",
        owners={"nick": "first", "stage": "destination"},
        look_first=True,
        allow_many=True,
    )


def hold(store: Store, clock: Clock, first: str, last: str | None = None) -> None:
    take(store, clock, [Row("1", {"first": first, "last": last, "mail": "a@x.org"})])


def test_the_hub_s_field_is_written_over_an_edit_and_the_plan_shows_what_is_lost(
    store: Store, clock: Clock
) -> None:
    destination = Showing(CAN_READ)
    hold(store, clock, "Ada")
    push(store, clock, asking(destination))
    (record,) = destination.held.values()
    record["name"] = "Edited"
    hold(store, clock, "Eve")
    (change,) = plan_push(store, asking(destination)).changes
    assert [(f.field, f.old, f.new, f.owner) for f in change.fields] == [("name", "Edited", "Eve", "hub")]
    push(store, clock, asking(destination))
    assert record["name"] == "Edited"
    assert next(iter(destination.held.values()))["name"] == "Eve"


def test_an_edit_that_comes_back_as_the_golden_value_is_not_sent_again(store: Store, clock: Clock) -> None:
    destination = Showing(CAN_READ)
    hold(store, clock, "Ada")
    push(store, clock, asking(destination))
    next(iter(destination.held.values()))["name"] = "Eve"
    hold(store, clock, "Eve")  # the edit was pulled, and won
    calls = len(destination.calls)
    assert push(store, clock, asking(destination)).tally == PushTally(unchanged=1)
    assert len(destination.calls) == calls
    hold(store, clock, "Ada")  # the ledger knows what is there now: going back is a change
    assert push(store, clock, asking(destination)).tally == PushTally(updated=1)


def test_a_field_of_the_first_is_filled_where_it_is_empty_and_left_where_it_is_not(
    store: Store, clock: Clock
) -> None:
    destination = Showing(CAN_READ)
    hold(store, clock, "Ada")
    push(store, clock, asking(destination))
    hold(store, clock, "Eve", "Lovelace")
    push(store, clock, asking(destination))
    held = next(iter(destination.held.values()))
    assert (held["name"], held["nick"], held.get("stage")) == ("Eve", "Lovelace", None)
    held["nick"] = "Countess"
    hold(store, clock, "Zoé", "Byron")
    push(store, clock, asking(destination))
    assert next(iter(destination.held.values()))["nick"] == "Countess"


def test_what_the_destination_owns_and_changed_is_a_conflict_and_stays(store: Store, clock: Clock) -> None:
    destination = Showing(CAN_READ)
    hold(store, clock, "Ada", "lead")
    push(store, clock, asking(destination))
    held = next(iter(destination.held.values()))
    held |= {"stage": "customer", "nick": "mine", "name": "Eve"}
    hold(store, clock, "Eve", "other")
    plan = plan_push(store, asking(destination))
    assert (plan.counts[Action.CONFLICT], len(plan.changes)) == (1, 0)
    assert plan.withheld["reason"].to_pylist() == ["the destination owns `nick`, `stage` and has changed it"]
    assert push(store, clock, asking(destination)).tally.conflict == 1
    assert next(iter(destination.held.values()))["stage"] == "customer"


def test_of_a_record_that_is_not_shown_the_write_finds_out_what_became_of_it(
    store: Store, clock: Clock
) -> None:
    destination = Showing(CAN_READ, misses=True)
    hold(store, clock, "Ada")
    push(store, clock, asking(destination))
    destination.held.clear()
    hold(store, clock, "Eve")
    assert push(store, clock, asking(destination)).tally == PushTally(parked=1)
    with store.reading() as connection:
        assert [one.code for one in ledger.parked(connection)] == ["remote-gone"]
