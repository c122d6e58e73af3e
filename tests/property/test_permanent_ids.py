"""Ids are permanent: through ten thousand merges, splits and updates every id ever published resolves."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from hub.domain.identity import IdentityState
from hub.domain.instants import instant
from hub.store import identities
from hub.store.engine import Store
from hub.store.tables import members, records
from tests.conftest import SteppingClock
from tests.fakes.identity_world import IdentityWorld


@pytest.mark.slow
def test_every_id_ever_published_resolves_after_ten_thousand_changes() -> None:
    world, published = IdentityWorld(random.Random(5), 120), set[str]()
    for _ in range(10_000):
        world.change()
        published |= set(world.members.values())
    assert len(published) > 200
    assert published <= world.identities.keys()
    today = {world.resolve(one) for one in published}
    assert all(world.identities[one].redirect_to is None for one in today)
    live = {one for one in today if world.identities[one].state is IdentityState.ACTIVE}
    assert live == set(world.members.values())


def test_one_identity_is_one_group_of_records_at_any_time() -> None:
    world = IdentityWorld(random.Random(7), 40)
    for _ in range(1_000):
        world.change()
        pairs = {(world.truth[record], one) for record, one in world.members.items()}
        assert world.members.keys() == world.truth.keys()
        assert len(pairs) == len({group for group, _ in pairs}) == len({one for _, one in pairs})


def test_the_store_keeps_ids_as_the_rules_say(store: Store, clock: SteppingClock) -> None:
    world, published = IdentityWorld(random.Random(11), 30), set[str]()
    _records(store, world.size)
    for _ in range(30):
        with store.writing() as connection:
            for _ in range(10):
                found, before = world.change()
                identities.apply(connection, found, before, instant(clock.now()))
                published |= set(world.members.values())
    with store.reading() as connection:
        held = connection.execute(sa.select(members.c.record_id, members.c.identity_id))
        assert {row.record_id: row.identity_id for row in held} == world.members
        for one in published:
            assert identities.resolve_id(connection, one) == world.resolve(one)


def _records(store: Store, count: int) -> None:
    row = {
        "source": "s",
        "payload": "{}",
        "payload_hash": "",
        "first_seen_at": "",
        "seen_at": "",
        "seen_in": 0,
    }
    with store.writing() as connection:
        rows = [{**row, "id": number, "key": f"{number:04}"} for number in range(1, count + 1)]
        connection.execute(sa.insert(records), rows)
