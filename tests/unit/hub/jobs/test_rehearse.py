"""A rehearsal tells what the resolve then does and leaves nothing behind; a check finds what is off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from hub.domain.deletions import DeletionPolicy
from hub.domain.plan import Action
from hub.errors import ConfigurationError
from hub.golden.survivorship import Criterion, FieldRule, SurvivorshipRules, by
from hub.jobs.check import check
from hub.jobs.decide import merge
from hub.jobs.intake import Intake
from hub.jobs.push import PushRequest, plan_push, push
from hub.jobs.rehearse import rehearse
from hub.jobs.remap import remap
from hub.jobs.resolve import ResolveRequest, resolve
from hub.ports import Clock
from hub.store.engine import Store
from hub.store.metadata import metadata
from hub.store.tables import golden, members
from mappings.spec import MappingSpec
from tests.fakes.decided_world import anna
from tests.fakes.small_world import SPEC, MailPayloads, MemoryDestination, SameMail, mapper
from tests.unit.hub.jobs.test_decide import company
from tests.unit.hub.jobs.test_resolve import groups, run, take

OTHER = MappingSpec.model_validate(
    {"mapping": 1, "fields": {"name.family": "first", "emails": "mail"}, "deleted": "gone"}
)
REQUEST = ResolveRequest(SameMail(), "h", SurvivorshipRules())


def everything(store: Store) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with store.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table))))
            for table in metadata.sorted_tables
        }


def pushes(there: MemoryDestination) -> PushRequest:
    return PushRequest("crm", there, MailPayloads())


def test_a_merge_is_told_with_values_and_plans_before_anything_moves(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    there = MemoryDestination()
    push(store, clock, pushes(there))
    merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])
    before = everything(store)
    told = rehearse(store, clock, REQUEST, [], [("crm", lambda: pushes(there))])
    assert everything(store) == before
    result = resolve(store, clock, REQUEST)
    assert (told.result.merges, told.result.splits) == (result.merges, result.splits)
    assert told.result.tally == result.tally
    assert told.fields == {"emails": 1}
    (value,) = told.values
    assert (value.field, value.before, value.after) == ("emails", ("a@x.org",), ("a@x.org", "b@x.org"))
    assert [plan.hash for plan in told.plans] == [plan_push(store, pushes(there)).hash]


def test_a_change_of_survivorship_is_told_by_field(store: Store, clock: Clock) -> None:
    take(store, clock, ("1", "a@x.org"))
    take(store, clock, ("9", "a@x.org"), source="shop")
    run(store, clock)
    told = rehearse(store, clock, replace(REQUEST, rules=SurvivorshipRules({"shop": 1})), [])
    assert told.fields == {"name": 1}
    assert [(one.field, one.before, one.after) for one in told.values] == [("name", ("N1",), ("N9",))]
    assert told.other_origins == 0
    assert not resolve(store, clock, REQUEST).tally.golden_changed


def test_a_rule_that_changes_only_why_a_value_stands_is_told_as_that(store: Store, clock: Clock) -> None:
    take(store, clock, ("1", "a@x.org"))
    take(store, clock, ("9", "a@x.org"), source="shop")
    run(store, clock)
    before = {"name": FieldRule(order=by(Criterion.MINIMUM))}  # as the tie was decided until now
    told = rehearse(store, clock, replace(REQUEST, rules=SurvivorshipRules(fields=before)), [])
    assert (told.result.tally.golden_changed, told.fields, told.other_origins) == (1, {}, 1)


def test_a_change_of_mapping_is_told_without_mapping_anything_anew(store: Store, clock: Clock) -> None:
    company(store, clock)
    assert OTHER != SPEC
    there = MemoryDestination()
    before, intake = everything(store), Intake("crm", mapper(OTHER), "m2")
    told = rehearse(store, clock, REQUEST, [intake], [("crm", lambda: pushes(there))])
    assert everything(store) == before
    assert (told.remapped["crm"].stored, told.fields) == (6, {"name": 3})
    remap(store, clock, intake)
    assert resolve(store, clock, REQUEST).tally == told.result.tally
    (planned,) = told.plans
    assert (planned.counts[Action.CREATE], planned.hash) == (3, plan_push(store, pushes(there)).hash)


def test_what_leaves_is_told_with_what_a_destination_loses(store: Store, clock: Clock) -> None:
    company(store, clock)
    there = MemoryDestination()
    push(store, clock, pushes(there))
    take(store, clock, ("1", "a@x.org"), ("2", "a@x.org"), ("3", "b@x.org"))
    keeping = replace(REQUEST, deletions={"crm": DeletionPolicy.KEEP})
    before = everything(store)
    kept, told = (
        rehearse(store, clock, request, [], [("crm", lambda: pushes(there))])
        for request in (keeping, REQUEST)
    )
    assert everything(store) == before
    assert (kept.result.tally.archived, kept.result.tally.golden_changed, kept.plans[0].empty) == (0, 0, True)
    assert (told.result.tally.archived, told.plans[0].counts[Action.ARCHIVE]) == (1, 1)
    done = resolve(store, clock, REQUEST)
    assert done.tally == told.result.tally
    assert (len(done.archived), done.archived) == (1, told.result.archived)
    assert plan_push(store, pushes(there)).hash == told.plans[0].hash


def test_a_destination_that_cannot_be_opened_does_not_hide_the_others(store: Store, clock: Clock) -> None:
    company(store, clock)

    def closed() -> PushRequest:
        raise ConfigurationError("missing-variable", "CRM_TOKEN is not set")

    there = MemoryDestination()
    told = rehearse(store, clock, REQUEST, [], [("crm", closed), ("file", lambda: pushes(there))])
    assert [(name, error.code) for name, error in told.unplanned] == [("crm", "missing-variable")]
    assert len(told.plans) == 1


def test_a_resolve_that_fails_in_the_rehearsal_leaves_nothing(store: Store, clock: Clock) -> None:
    company(store, clock)

    class Broken(SameMail):
        def match(self, *_arguments: Any, **_named: Any) -> Any:
            raise ConfigurationError("broken", "no matching today")

    before = everything(store)
    with pytest.raises(ConfigurationError, match="no matching today"):
        rehearse(store, clock, replace(REQUEST, matcher=Broken(), full=True), [])
    assert everything(store) == before
    assert not run(store, clock, full=True).tally.golden_changed


class Busy(SameMail):
    """While it matches, somebody else pulls."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.pulled: list[tuple[str, str]] = []

    def match(self, *arguments: Any, **named: Any) -> Any:
        self.pulled.append((f"{len(self.pulled)}", "new@x.org"))
        take(self._store, self._clock, *self.pulled, source="other")
        return super().match(*arguments, **named)


def test_nobody_waits_for_a_rehearsal_or_a_check_and_they_tell_of_one_moment(
    store: Store, clock: Clock
) -> None:
    company(store, clock)
    busy, there = Busy(store, clock), MemoryDestination()
    request = replace(REQUEST, matcher=busy, full=True)
    told = rehearse(
        store, clock, request, [Intake("crm", mapper(OTHER), "m2")], [("crm", lambda: pushes(there))]
    )
    assert (len(busy.pulled), told.remapped["crm"].stored, told.result.tally.records) == (1, 6, 6)
    run(store, clock)
    found = check(store, clock, request)
    assert (len(busy.pulled), found.equal, found.records) == (2, True, 7)


def test_what_was_resolved_step_by_step_is_what_a_full_rebuild_comes_to(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])
    with pytest.raises(ConfigurationError, match="no resolve has seen"):
        check(store, clock, REQUEST)
    run(store, clock)
    before = everything(store)
    found = check(store, clock, REQUEST)
    assert (found.equal, found.records, found.identities) == (True, 6, 2)
    assert everything(store) == before


def test_a_check_finds_a_value_and_a_member_that_are_not_what_they_should_be(
    store: Store, clock: Clock
) -> None:
    at = company(store, clock)
    with store.writing() as connection:
        connection.execute(
            sa.update(golden).where(golden.c.identity_id == at["crm:1"]).values(golden_hash="torn")
        )
    found = check(store, clock, REQUEST)
    assert (found.equal, found.golden, found.moved, found.examples) == (False, 1, 0, (at["crm:1"],))
    with store.writing() as connection:
        connection.execute(sa.update(members).where(members.c.record_id == 6).values(identity_id=at["crm:1"]))
    found = check(store, clock, REQUEST)
    assert (found.equal, found.moved) == (False, 1)
    run(store, clock, full=True)
    assert check(store, clock, REQUEST).equal
    assert sorted(map(len, groups(store).values())) == [2, 2, 2]
