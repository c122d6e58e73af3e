"""Preview: a dry run shows the plan that the push will apply, also where earlier runs left something open."""

from __future__ import annotations

from dataclasses import replace

from hub.domain.plan import Action
from hub.errors import RetryableError
from hub.jobs.preview import preview
from hub.jobs.push import plan_push, push
from hub.store import intents, ledger
from hub.store.engine import Store
from hub.sync.plan import Plan
from tests.conftest import SteppingClock
from tests.fakes.push_world import hold, people, request, send
from tests.unit.hub.jobs.test_find_unanswered import EVE, Died, Findable, create, leave, waiting


def done(plan: Plan) -> list[Action]:
    return [change.action for change in plan.changes]


def test_a_create_that_arrived_without_an_answer_is_shown_as_the_update_it_will_be(
    store: Store, clock: SteppingClock
) -> None:
    destination = Findable()
    created = create(store, clock, destination, 2)
    assert done(plan_push(store, request(destination))) == [Action.CREATE] * 2
    shown = preview(store, clock, request(destination))
    assert done(shown) == [Action.UPDATE] * 2
    assert waiting(store) == sorted(created)
    applied = push(store, clock, replace(request(destination), expect=shown.hash))
    assert applied.tally.updated == 2


def test_what_a_dead_push_had_under_way_is_shown_as_the_push_will_find_it(
    store: Store, clock: SteppingClock
) -> None:
    destination = Findable(ends=Died())
    create(store, clock, destination, 2)
    with store.reading() as connection:
        before, under_way = ledger.held_by(connection, "news"), intents.unsettled(connection, "news")
    assert under_way == 2
    shown = preview(store, clock, request(destination))
    assert done(shown) == [Action.UPDATE] * 2
    with store.reading() as connection:
        assert ledger.held_by(connection, "news").equals(before)
        assert intents.unsettled(connection, "news") == under_way
    assert push(store, clock, replace(request(destination), expect=shown.hash)).tally.updated == 2


def test_what_arrived_and_is_no_longer_wanted_is_shown_to_be_archived(
    store: Store, clock: SteppingClock
) -> None:
    destination = Findable()
    create(store, clock, destination)
    leave(store, clock)
    assert sorted(done(preview(store, clock, request(destination)))) == [Action.ARCHIVE, Action.CREATE]


def test_where_the_destination_does_not_answer_the_plan_is_as_the_ledger_has_it(
    store: Store, clock: SteppingClock
) -> None:
    destination = Findable(away=RetryableError("away", "it is away"))
    create(store, clock, destination)
    assert done(preview(store, clock, request(destination))) == [Action.CREATE]


def test_nothing_is_asked_where_nothing_is_open(store: Store, clock: SteppingClock) -> None:
    destination = Findable()
    hold(store, clock, EVE, *people(2))
    send(store, clock, destination)
    assert preview(store, clock, request(destination)).empty
    assert destination.asked == []
