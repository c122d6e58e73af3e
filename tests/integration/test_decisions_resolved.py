"""Decisions carried out by matching only what they concern: as a rebuild; taken back, all is as before."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from hub.domain.matching import Verdict
from hub.errors import HubError
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.check import check
from hub.jobs.decide import exclude, judge, merge, split, undo
from hub.jobs.named import identity_of
from hub.jobs.override import override
from hub.jobs.profile import profile
from hub.jobs.resolve import ResolveRequest
from hub.jobs.review import next_question, queue
from hub.ports import Clock
from hub.store import records
from hub.store.engine import Store
from hub.store.golden import GoldenRecord
from matching import LocalMatcher
from tests.fakes.decided_world import anna, snapshot
from tests.integration.test_incremental_resolve import World

VERDICTS = (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE)
REQUEST = ResolveRequest(LocalMatcher(), "h", SurvivorshipRules())
PLACE = {"street": "9 quai Bas", "locality": "Lyon"}


class Decided(World):
    """A world of which people decide."""

    def identity(self, asked: str) -> str:
        with self.store.reading() as connection:
            return identity_of(connection, asked)

    def golden(self, asked: str) -> GoldenRecord:
        return profile(self.store, asked).record

    def equal_to_a_rebuild(self) -> bool:
        return check(self.store, self.clock, REQUEST).equal


def decide(world: Decided, random: Random) -> int | None:
    """A random decision on the world; its number, or None when it is refused."""
    store, clock, keys = world.store, world.clock, sorted(world.rows)
    a, b = (f"crm:{key}" for key in random.sample(keys, 2))
    waiting = queue(store)
    try:
        match random.choice(("merge", "split", "override", "review", "exclude")):
            case "merge":
                return merge(store, clock, anna(), [a, b]).decision.number
            case "split":
                with store.reading() as connection:
                    identity = world.identity(a)
                    mine = [f"{source}:{key}" for source, key in records.of_identity(connection, identity)]
                return split(store, clock, anna(), a, mine[: len(mine) // 2] or [a]).decision.number
            case "override":
                value: dict[str, Any] = random.choice(
                    ({"job_title": b}, {"tags+": [b]}, {"addresses+": PLACE})
                )
                return override(store, clock, anna(), a, value).decision.number
            case "review" if waiting:
                one = waiting[0]
                verdict = random.choice(VERDICTS)
                return judge(store, clock, anna(), str(one.a), str(one.b), verdict).decision.number
            case _:
                return exclude(store, clock, anna(), a).decision.number
    except HubError:
        return None


@pytest.mark.parametrize("seed", [1, 2])
def test_decisions_taken_back_in_any_order_leave_what_was_there(
    store: Store, clock: Clock, seed: int
) -> None:
    world, random = Decided(store, clock, seed), Random(seed)
    world.resolve()
    before, made, partial = snapshot(store), list[int](), 0
    for _ in range(8):
        number = decide(world, random)
        if number is not None:
            made.append(number)
            partial += world.resolve().partial
    assert len(made) >= 4
    assert partial == len(made)
    assert world.equal_to_a_rebuild()
    while made:
        number = made.pop(random.randrange(len(made)))
        try:
            undo(store, clock, anna(), number)
        except HubError:  # what it replaced contradicts what was said since: later, then
            made.insert(0, number)
            continue
        assert world.resolve().partial
    assert snapshot(store) == before
    assert world.equal_to_a_rebuild()


def test_what_is_shown_as_the_golden_record_of_both_is_what_it_becomes(store: Store, clock: Clock) -> None:
    world = Decided(store, clock, 3)
    world.resolve()
    override(store, clock, anna(), "crm:1", {"job_title": "Director"})
    world.resolve()
    rules = SurvivorshipRules()
    asked, known = 0, queue(store)
    while (found := next_question(store, clock, LocalMatcher(), rules)) is not None and asked < 4:
        from_before = next_question(store, clock, LocalMatcher(), rules, known=known)
        assert from_before is not None
        assert from_before.waiting in queue(store)  # one of a queue that is old, as it stands today
        judge(store, clock, anna(), str(found.waiting.a), str(found.waiting.b), VERDICTS[0])
        world.resolve()
        record = world.golden(str(found.waiting.a))
        shown = {name: value for name, value in found.together.items() if value not in (None, [])}
        assert {name: shown[name] for name in ("emails", "record_count")} == {
            "emails": record.contact["emails"],
            "record_count": record.record_count,
        }
        assert record.contact["name"].items() <= shown["name"].items()
        asked += 1
    assert asked
