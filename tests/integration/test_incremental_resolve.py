"""Resolving a change in the store comes to what resolving everything would: SQLite and PostgreSQL."""

from __future__ import annotations

from random import Random

import pytest
import sqlalchemy as sa

from hub.domain.deletions import DeletionPolicy
from hub.domain.instants import instant
from hub.golden.survivorship import Criterion, FieldRule, Group, SurvivorshipRules, by
from hub.jobs.pull import PullRequest, pull
from hub.jobs.rehearse import rehearse
from hub.jobs.resolve import ResolveRequest, ResolveResult, resolve
from hub.ports import Clock
from hub.store import blocks
from hub.store.decision_tables import judgements
from hub.store.engine import Store
from hub.store.index_tables import block_changes
from hub.store.tables import edges, golden, members
from mappings.spec import MappingSpec
from matching import LocalMatcher
from tests.fakes.small_world import SPEC, MemorySource, Row, mapper

GIVEN = ("Ann", "Anna", "Lee", "Marc", "Marie", "Jean", "Olga", "Farid")
FAMILY = ("Martin", "Martn", "Durand", "Petrov", "Okafor", "Wolff")


def draw(random: Random) -> dict[str, str | None]:
    first, last = random.choice(GIVEN), random.choice(FAMILY)
    mails = [None, f"{first}.{last}@example.com".lower(), f"{first}@example.org".lower()]
    return {"first": first, "last": last, "mail": random.choice(mails)}


class World:
    """A source that changes at random, a hub that follows."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        seed: int,
        rules: SurvivorshipRules = SurvivorshipRules(),  # noqa: B008 - frozen
        deletions: DeletionPolicy = DeletionPolicy.REMOVE,
        spec: MappingSpec = SPEC,
    ) -> None:
        self.store, self.clock, self.random, self.spec = store, clock, Random(seed), spec
        self.rules, self.deletions = rules, {"crm": deletions}
        self.rows = {str(number): draw(self.random) for number in range(60)}
        self.pull()

    def pull(self) -> None:
        source = MemorySource([Row(key, values) for key, values in sorted(self.rows.items())], page=1000)
        request = PullRequest(
            "crm", "rows", source, mapper(self.spec), "m1", full=True, max_missing_share=None
        )
        pull(self.store, self.clock, request)

    def change(self) -> None:
        keys = self.random.sample(range(80), self.random.choice((1, 3, 9)))
        for key in map(str, keys):
            if key in self.rows and self.random.random() < 0.3:
                del self.rows[key]
            else:
                self.rows[key] = draw(self.random)
        if self.random.random() < 0.5:
            self.judge()
        self.pull()

    def judge(self) -> None:
        a, b = self.random.sample(sorted(self.rows), 2)
        with self.store.writing() as connection:
            taken = self.random.random() < 0.3
            if taken:
                connection.execute(sa.update(judgements).values(revoked_at=instant(self.clock.now())))
            number = connection.execute(
                sa.select(sa.func.coalesce(sa.func.max(judgements.c.id), 0))
            ).scalar_one()
            connection.execute(
                sa.insert(judgements).values(
                    id=number + 1,
                    source_a="crm",
                    key_a=a,
                    source_b="crm",
                    key_b=b,
                    verdict=self.random.choice(("same", "different")),
                    author="a tester",
                    judged_at=instant(self.clock.now()),
                )
            )

    def request(self, *, full: bool = False) -> ResolveRequest:
        return ResolveRequest(LocalMatcher(), "h", self.rules, full=full, deletions=self.deletions)

    def resolve(self, *, full: bool = False) -> ResolveResult:
        return resolve(self.store, self.clock, self.request(full=full))

    def rehearse(self, *, full: bool = False) -> ResolveResult:
        return rehearse(self.store, self.clock, self.request(full=full), []).result

    def state(self) -> list[list[tuple[object, ...]]]:
        """Who is whom, every golden record, and the links that were taken for the same."""
        with self.store.reading() as connection:
            found = [
                connection.execute(sa.select(members.c.record_id, members.c.identity_id)),
                connection.execute(
                    sa.select(golden.c.identity_id, golden.c.state, golden.c.golden_hash).where(
                        golden.c.state == "active"
                    )
                ),
                connection.execute(
                    sa.select(
                        edges.c.record_a,
                        edges.c.record_b,
                        sa.func.round(sa.cast(edges.c.weight, sa.Numeric(20, 9)), 6),
                    ).where(edges.c.probability >= 0.5)
                ),
            ]
            return [sorted(map(tuple, rows)) for rows in found]

    def origins(self) -> dict[str, str]:
        """By id where the values of the golden record come from."""
        wanted = sa.select(golden.c.identity_id, golden.c.provenance).where(golden.c.state == "active")
        with self.store.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(wanted)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_resolving_a_change_equals_resolving_everything(store: Store, clock: Clock, seed: int) -> None:
    world = World(store, clock, seed)
    assert not world.resolve().partial
    partial = 0
    for _ in range(6):
        world.change()
        planned, whole = world.rehearse(), world.rehearse(full=True)
        assert (planned.merges, planned.splits) == (whole.merges, whole.splits)
        assert planned.tally == whole.tally
        done = world.resolve()
        partial += done.partial
        assert done.tally == planned.tally
        after = world.state()
        world.resolve(full=True)
        assert world.state() == after
    assert partial >= 5


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "with records that changed"])
def test_other_rules_build_everything_anew_and_match_only_what_changed(
    store: Store, clock: Clock, *, alone: bool
) -> None:
    world = World(store, clock, 4)
    world.resolve()
    for rules in (
        SurvivorshipRules(fields={"emails": FieldRule(only_from=frozenset({"shop"}))}),
        SurvivorshipRules({"crm": 1}, fields={"emails": FieldRule(limit=1)}),
    ):
        if not alone:
            world.change()
        world.rules = rules
        planned, whole = world.rehearse(), world.rehearse(full=True)
        assert planned.tally == whole.tally
        done = world.resolve()
        assert done.partial
        assert done.tally.golden_changed > 0
        assert done.tally == planned.tally
        after, origins = world.state(), world.origins()
        assert world.resolve(full=True).tally.golden_changed == 0
        assert (world.state(), world.origins()) == (after, origins)


@pytest.mark.parametrize("policy", [DeletionPolicy.KEEP, DeletionPolicy.REVIEW])
def test_with_rules_for_fields_and_deletions_a_change_equals_everything_too(
    store: Store, clock: Clock, policy: DeletionPolicy
) -> None:
    limited = FieldRule(by(Criterion.MINIMUM), only_from=frozenset({"crm"}), max_age=200, limit=1)
    world = World(store, clock, 5, SurvivorshipRules(fields={"emails": limited, "name": limited}), policy)
    world.resolve()
    partial = 0
    for _ in range(3):
        world.change()
        partial += world.resolve().partial
        after = world.state()
        world.resolve(full=True)
        assert world.state() == after
    assert partial >= 2
    assert len(after[0]) > len(world.rows)  # those gone are still there


def test_what_survives_together_is_rebuilt_in_part_as_in_whole(store: Store, clock: Clock) -> None:
    spec = MappingSpec.model_validate(
        {
            "mapping": 1,
            "fields": {
                "name.given": "first",
                "name.family": "last",
                "emails": "mail",
                "job_title": "last",
                "attributes.contract": "first",
                "attributes.manager": "mail",
            },
        }
    )
    together = Group(
        ("attributes.contract", "job_title", "attributes.manager"),
        FieldRule(by(Criterion.MAXIMUM), max_age=200),
    )
    world = World(store, clock, 11, SurvivorshipRules(groups={"contract": together}), spec=spec)
    world.resolve()
    partial = 0
    for _ in range(3):
        world.change()
        partial += world.resolve().partial
        after = world.state(), world.origins()
        world.resolve(full=True)
        assert (world.state(), world.origins()) == after
    assert partial >= 2
    assert any('"group":"contract"' in origin for origin in after[1].values())


def test_many_changes_are_packed_and_still_equal_everything(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "_FEW_CHANGES", 100)
    world = World(store, clock, 7)
    world.resolve()
    for _ in range(8):
        world.change()
        assert world.resolve().partial
        with store.reading() as connection:
            waiting = connection.execute(sa.select(sa.func.count()).select_from(block_changes)).scalar_one()
        assert waiting <= 100
    after = world.state()
    world.resolve(full=True)
    assert world.state() == after


def test_a_hub_that_doubled_gets_a_new_model(store: Store, clock: Clock) -> None:
    world = World(store, clock, 5)
    world.resolve()
    world.rows |= {str(number): draw(world.random) for number in range(100, 150)}
    world.pull()
    assert world.resolve().partial
    world.rows |= {str(number): draw(world.random) for number in range(200, 240)}
    world.pull()
    assert not world.resolve().partial
