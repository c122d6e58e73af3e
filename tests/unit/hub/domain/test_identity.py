"""Permanent ids: every history gives each cluster exactly one, and none is ever lost."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain import identity as identities
from hub.domain.identity import IDENTITY_SCHEMA, MEMBER_SCHEMA, Assignment, IdentityState, assign, identity_id

KEYS = "abcdef"
NAMES = pa.table(
    {"record_id": list(range(len(KEYS))), "source": ["crm"] * len(KEYS), "key": list(KEYS)},
)
MERGED = pa.schema([("identity_id", pa.string()), ("record_id", pa.int64())])


@dataclass
class World:
    """Identities as the store keeps them, moved from one partition to the next."""

    members: dict[int, str] = field(default_factory=dict)
    states: dict[str, tuple[IdentityState, str | None, int]] = field(default_factory=dict)
    merged: dict[str, set[int]] = field(default_factory=dict)

    def move(self, partition: dict[int, int]) -> Assignment:
        """`partition`: record → cluster; records that are not in it are gone."""
        clusters = pa.table({"record_id": list(partition), "cluster": list(partition.values())})
        before = pa.table([list(self.members), list(self.members.values())], schema=MEMBER_SCHEMA)
        identities = pa.Table.from_pylist(
            [
                {"id": one, "state": state.value, "redirect_to": to, "born_seq": born}
                for one, (state, to, born) in self.states.items()
            ],
            schema=IDENTITY_SCHEMA,
        )
        merged = pa.Table.from_pylist(
            [{"identity_id": one, "record_id": r} for one, held in self.merged.items() for r in held],
            schema=MERGED,
        )
        found = assign(clusters, NAMES, before, identities, merged)
        self._apply(found)
        return found

    def _apply(self, found: Assignment) -> None:
        for one in found.created:
            self.states[one] = (IdentityState.ACTIVE, None, len(self.states))
        for row in found.redirected.to_pylist():
            self.states[row["id"]] = (IdentityState.REDIRECTED, row["redirect_to"], self.states[row["id"]][2])
            self.merged[row["id"]] = {r for r, identity in self.members.items() if identity == row["id"]}
        for one in found.revived:
            self.states[one] = (IdentityState.ACTIVE, None, self.states[one][2])
            self.merged.pop(one, None)
        for one in found.archived:
            self.states[one] = (IdentityState.ARCHIVED, None, self.states[one][2])
            self.merged[one] = {r for r, identity in self.members.items() if identity == one}
        self.members = dict(
            zip(found.members["record_id"].to_pylist(), found.members["identity_id"].to_pylist(), strict=True)
        )

    def resolves(self, identity: str) -> bool:
        """Whether an id leads, over however many redirects, to one that is not redirected."""
        for _ in range(len(self.states) + 1):
            state, to, _born = self.states[identity]
            if state is not IdentityState.REDIRECTED or to is None:
                return True
            identity = to
        return False


PARTITION = st.dictionaries(st.integers(0, len(KEYS) - 1), st.integers(0, 3), max_size=len(KEYS))


def by_cluster(partition: dict[int, int]) -> set[frozenset[int]]:
    return {frozenset(r for r in partition if partition[r] == cluster) for cluster in partition.values()}


@settings(max_examples=20, deadline=None)
@given(st.lists(PARTITION, min_size=1, max_size=5))
def test_each_cluster_has_one_id_and_every_id_ever_given_resolves(history: list[dict[int, int]]) -> None:
    world = World()
    for partition in history:
        world.move(partition)
        held: dict[str, set[int]] = {}
        for record, identity in world.members.items():
            held.setdefault(identity, set()).add(record)
        assert {frozenset(records) for records in held.values()} == by_cluster(partition)
        assert all(world.states[identity][0] is IdentityState.ACTIVE for identity in held)
        assert {one for one, (state, _, _) in world.states.items() if state is IdentityState.ACTIVE} == set(
            held
        )
        assert all(world.resolves(identity) for identity in world.states)


@settings(max_examples=20, deadline=None)
@given(PARTITION, PARTITION)
def test_a_move_there_and_back_gives_the_same_ids_back_when_only_merges_happened(
    apart: dict[int, int], joined: dict[int, int]
) -> None:
    world = World()
    world.move(apart)
    before = dict(world.members)
    coarser = {record: min(joined.get(cluster, 0), 1) for record, cluster in apart.items()}
    world.move(coarser)
    world.move(apart)
    assert world.members == before


@settings(max_examples=12, deadline=None)
@given(st.lists(PARTITION, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_numbers_of_clusters_do_not_matter(
    history: list[dict[int, int]], random: object
) -> None:
    straight, shuffled = World(), World()
    for partition in history:
        straight.move(partition)
        items = list(partition.items())
        random.shuffle(items)  # type: ignore[attr-defined]
        shuffled.move({record: 100 - cluster for record, cluster in items})
    assert straight.members == shuffled.members


def test_the_oldest_id_survives_a_merge_and_the_majority_keeps_it_on_a_split() -> None:
    world = World()
    world.move({5: 0})
    (oldest,) = world.states
    world.move({5: 0, 0: 1, 1: 1})
    world.move({5: 0, 0: 0, 1: 0})
    assert set(world.members.values()) == {oldest}
    fresh = World()
    fresh.move({0: 0, 1: 0, 2: 0})
    (whole,) = fresh.states
    fresh.move({0: 0, 1: 1, 2: 1})
    assert {record for record, identity in fresh.members.items() if identity == whole} == {1, 2}


@settings(max_examples=20, deadline=None)
@given(PARTITION, st.sets(st.integers(0, len(KEYS) - 1)))
def test_records_that_went_and_come_back_have_the_ids_that_they_had(
    partition: dict[int, int], gone: set[int]
) -> None:
    world = World()
    world.move(partition)
    before = dict(world.members)
    world.move({record: cluster for record, cluster in partition.items() if record not in gone})
    world.move(partition)
    assert world.members == before


def test_who_comes_back_alone_has_the_id_that_held_him_last() -> None:
    world = World()
    world.move({0: 0, 1: 1})
    kept = world.members[0]
    world.move({0: 0, 1: 0})
    world.move({})
    world.move({1: 1})
    assert world.members == {1: kept}


def test_the_same_history_gives_the_same_ids_on_every_machine() -> None:
    created = World().move({0: 0, 1: 0, 2: 1}).created
    assert created == [identity_id("crm", "a"), identity_id("crm", "c")]
    assert created[0] == "igwao4mpe2zkezl6"  # published ids must not change with a later version


@settings(max_examples=60, deadline=None)
@given(st.lists(PARTITION, min_size=1, max_size=5))
def test_many_clusters_get_the_identities_of_few(history: list[dict[int, int]]) -> None:
    one_by_one, by_column = World(), World()
    for partition in history:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(identities, "_FEW", -1)
            found = by_column.move(partition)
        assert found == one_by_one.move(partition)
