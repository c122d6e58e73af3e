"""A push knows how far it has dealt with the change feed; it rests only while there is nothing to plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from hub.errors import RetryableError
from hub.jobs.feed import consumers, done_with, forget
from hub.jobs.planning import plan_in
from hub.jobs.push import PushRequest, plan_push, push
from hub.jobs.rehearse import rehearse
from hub.jobs.undo import undo
from hub.ports import Clock
from hub.store.at_rest import is_at_rest
from hub.store.engine import Store
from hub.store.tables import ledger
from tests.fakes.push_world import hold, people, request
from tests.fakes.small_world import MemoryDestination
from tests.unit.hub.jobs.test_rehearse import REQUEST
from tests.unit.hub.jobs.test_resolve import take


class World:
    """Three people, pushed, and the push run again: there is nothing to do."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock, self.there = store, clock, MemoryDestination()
        hold(store, clock, *people(3))
        self.first = self.push()
        assert not self.rests()
        self.push()

    @property
    def request(self) -> PushRequest:
        return replace(request(self.there, allow_many=True), mapping_hash="m1")

    def push(self) -> int:
        return push(self.store, self.clock, self.request).run_id or 0

    def rests(self, mapping_hash: str = "m1") -> bool:
        with self.store.reading() as connection:
            return is_at_rest(connection, "news", mapping_hash)

    def same_as_looking_everywhere(self) -> bool:
        with self.store.reading() as connection:
            whole = plan_in(connection, self.request)
        plan = plan_push(self.store, self.request)
        return (plan.hash, plan.counts, plan.holds) == (whole.hash, whole.counts, whole.holds)


@pytest.fixture
def world(store: Store, clock: Clock) -> World:
    return World(store, clock)


def test_a_push_that_has_nothing_to_look_at_stands_at_the_end_of_the_feed(world: World) -> None:
    ((consumer,), newest) = consumers(world.store)
    assert (consumer.name, consumer.seq, world.rests()) == ("push news", newest, True)
    assert (world.rests("m2"), world.rests("")) == (False, False)
    assert world.same_as_looking_everywhere()
    # as nothing does it: it would be planned if it was looked at
    with world.store.writing() as connection:
        connection.execute(sa.update(ledger).values(golden_hash="another"))
    assert plan_push(world.store, world.request).idle


def changed(world: World) -> None:
    hold(world.store, world.clock, ("0", "Zoé", "a0@x.org"), *people(3)[1:])


def gone(world: World) -> None:
    hold(world.store, world.clock, *people(2))


def taken_back(world: World) -> None:
    undo(world.store, world.clock, world.request, world.first)


def forgotten(world: World) -> None:
    with world.store.writing() as connection:
        connection.execute(sa.update(ledger).values(golden_hash=None))


def passed_over(world: World) -> None:
    changed(world)
    done_with(world.store, world.clock, "push news", consumers(world.store)[1])


def reading_no_more(world: World) -> None:
    forget(world.store, "push news")


def failed(world: World) -> None:
    changed(world)
    world.there.fails = [RetryableError("away", "nobody answers")]
    with pytest.raises(RetryableError):
        world.push()


@pytest.mark.parametrize(
    "happens", [changed, gone, taken_back, forgotten, passed_over, reading_no_more, failed]
)
def test_whatever_happens_nothing_is_passed_over(world: World, happens: Callable[[World], None]) -> None:
    happens(world)
    assert not world.rests()
    assert world.same_as_looking_everywhere()


def test_a_rehearsal_looks_at_what_would_change(world: World) -> None:
    take(world.store, world.clock, ("9", "a9@x.org"), source="shop")
    told = rehearse(world.store, world.clock, REQUEST, [], [("news", lambda: world.request)])
    assert (len(told.plans[0].changes), world.rests()) == (1, True)
