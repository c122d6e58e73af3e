"""Records that are gone from their source: each source has a policy, a person has the last word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.domain.deletions import DeletionPolicy
from hub.errors import ConfigurationError
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.check import check
from hub.jobs.decide import Person, undo
from hub.jobs.deletions import decide_deletions, waiting
from hub.jobs.lookup import Wanted, look_up
from hub.jobs.override import override
from hub.jobs.profile import profile
from hub.jobs.pull import PullRequest, pull
from hub.jobs.resolve import ResolveRequest, ResolveResult, resolve
from hub.store.engine import Store
from tests.conftest import SteppingClock
from tests.fakes.decided_world import snapshot
from tests.fakes.small_world import MemorySource, Row, SameMail, mapper

ANN = Person("ann")
TWO = {"1": "a@x.example", "2": "b@x.example"}


def take(store: Store, clock: SteppingClock, source: str, held: dict[str, str]) -> None:
    rows = [Row(key, {"first": f"N{key}", "last": source, "mail": mail}) for key, mail in held.items()]
    read = MemorySource(rows)
    pull(store, clock, PullRequest(source, "rows", read, mapper(), "m1", full=True, max_missing_share=None))


def run(store: Store, clock: SteppingClock, policy: DeletionPolicy | None) -> ResolveResult:
    return resolve(store, clock, request(policy))


def request(policy: DeletionPolicy | None) -> ResolveRequest:
    told = {"crm": policy} if policy else {}
    return ResolveRequest(SameMail(), "h", SurvivorshipRules({"crm": 1}), deletions=told)


def members(store: Store) -> tuple[str, ...]:
    return profile(store, "web:1").members


@pytest.fixture
def world(store: Store, clock: SteppingClock) -> Store:
    """crm:1 and web:1 are one, crm:2 is alone; then crm:1 is gone from its source."""
    take(store, clock, "crm", TWO)
    take(store, clock, "web", {"1": "a@x.example"})
    run(store, clock, None)
    assert members(store) == ("crm:1", "web:1")
    take(store, clock, "crm", {"2": "b@x.example"})
    return store


@pytest.mark.parametrize("policy", [None, DeletionPolicy.REMOVE])
def test_without_a_policy_it_leaves(
    world: Store, clock: SteppingClock, policy: DeletionPolicy | None
) -> None:
    run(world, clock, policy)
    found = profile(world, "web:1")
    assert (found.members, found.record.contact["name"]["family"]) == (("web:1",), "Web")
    assert waiting(world) == []


def test_kept_it_stays_as_it_was_and_the_profile_says_so(world: Store, clock: SteppingClock) -> None:
    assert run(world, clock, DeletionPolicy.KEEP).tally.golden_changed == 0
    found = profile(world, "web:1")
    assert found.members == ("crm:1", "web:1")
    assert [(str(one), one.deletion) for one in found.gone] == [("crm:1", "kept")]
    assert run(world, clock, DeletionPolicy.KEEP).run_id is None
    assert check(world, clock, request(DeletionPolicy.KEEP)).equal


def test_another_policy_holds_from_the_next_resolve_on(world: Store, clock: SteppingClock) -> None:
    run(world, clock, DeletionPolicy.REMOVE)
    assert members(world) == ("web:1",)
    run(world, clock, DeletionPolicy.KEEP)
    assert members(world) == ("crm:1", "web:1")
    with pytest.raises(ConfigurationError):
        check(world, clock, request(None))
    run(world, clock, None)
    assert members(world) == ("web:1",)


def test_for_review_it_waits_until_a_person_removes_it_and_may_be_taken_back(
    world: Store, clock: SteppingClock
) -> None:
    run(world, clock, DeletionPolicy.REVIEW)
    assert members(world) == ("crm:1", "web:1")
    assert list(map(str, waiting(world))) == ["crm:1"]
    made = decide_deletions(world, clock, ANN, ["crm:1"], DeletionPolicy.REMOVE)
    assert made.decision.sentence == "crm:1 leaves its golden record"
    run(world, clock, DeletionPolicy.REVIEW)
    assert (members(world), waiting(world)) == (("web:1",), [])
    undo(world, clock, ANN, made.decision.number)
    run(world, clock, DeletionPolicy.REVIEW)
    assert members(world) == ("crm:1", "web:1")
    assert list(map(str, waiting(world))) == ["crm:1"]


def test_a_person_may_let_it_stay_for_good(world: Store, clock: SteppingClock) -> None:
    run(world, clock, DeletionPolicy.REVIEW)
    decide_deletions(world, clock, ANN, [], DeletionPolicy.KEEP, source="crm")
    run(world, clock, DeletionPolicy.REVIEW)
    assert (members(world), waiting(world)) == (("crm:1", "web:1"), [])


def test_of_a_record_that_came_back_and_went_again_it_is_asked_again(
    world: Store, clock: SteppingClock
) -> None:
    run(world, clock, DeletionPolicy.REVIEW)
    decide_deletions(world, clock, ANN, ["crm:1"], DeletionPolicy.REMOVE)
    run(world, clock, DeletionPolicy.REVIEW)
    clock.moment += timedelta(days=1)
    take(world, clock, "crm", TWO)
    run(world, clock, DeletionPolicy.REVIEW)
    assert members(world) == ("crm:1", "web:1")
    assert profile(world, "web:1").gone == ()
    take(world, clock, "crm", {"2": "b@x.example"})
    run(world, clock, DeletionPolicy.REVIEW)
    assert members(world) == ("crm:1", "web:1")
    assert list(map(str, waiting(world))) == ["crm:1"]


def test_an_identity_whose_only_record_is_kept_is_not_archived(world: Store, clock: SteppingClock) -> None:
    take(world, clock, "crm", {"3": "c@x.example"})
    run(world, clock, DeletionPolicy.KEEP)
    assert profile(world, "crm:2").record.state == "active"


def test_of_a_record_that_is_still_there_nothing_is_decided(world: Store, clock: SteppingClock) -> None:
    run(world, clock, DeletionPolicy.REVIEW)
    with pytest.raises(ConfigurationError) as refused:
        decide_deletions(world, clock, ANN, ["crm:1", "crm:2"], DeletionPolicy.REMOVE)
    assert refused.value.code == "not-gone"
    assert list(map(str, waiting(world))) == ["crm:1"]


def test_an_identity_that_was_archived_is_itself_again_when_its_record_comes_back(
    store: Store, clock: SteppingClock
) -> None:
    take(store, clock, "crm", {**TWO, "3": "c@x.example"})
    run(store, clock, None)
    before = profile(store, "crm:2").record
    take(store, clock, "crm", {"1": TWO["1"], "3": "c@x.example"})
    run(store, clock, None)
    assert profile(store, before.identity_id).record.state == "archived"
    take(store, clock, "crm", {**TWO, "3": "c@x.example"})
    run(store, clock, None)
    after = profile(store, "crm:2").record
    assert (after.identity_id, after.state, after.contact) == (
        before.identity_id,
        before.state,
        before.contact,
    )
    assert check(store, clock, request(None)).equal


def test_a_record_that_is_gone_still_leads_to_what_became_of_it(store: Store, clock: SteppingClock) -> None:
    take(store, clock, "crm", TWO)
    take(store, clock, "web", {"1": TWO["1"]})
    run(store, clock, None)
    alone = profile(store, "crm:2").record.identity_id
    take(store, clock, "crm", {"3": "c@x.example"})
    run(store, clock, None)
    found = profile(store, "crm:2").record  # the last of its identity, which is archived
    assert (found.identity_id, found.state) == (alone, "archived")
    for asked in (alone, "crm:2"):
        (hit,) = look_up(store, Wanted(id=asked))
        assert hit.record.identity_id == alone
        assert hit.reason.endswith(" (archived: none of its records is left)")
    assert look_up(store, Wanted(id="crm:1")) == []
    with pytest.raises(ConfigurationError, match="crm:1 is gone from its source since 2026"):
        profile(store, "crm:1")  # of another, which goes on
    with pytest.raises(ConfigurationError, match="no records any more"):
        override(store, clock, ANN, alone, {"job_title": "Director"})


def test_a_removal_that_is_taken_back_gives_the_identity_back(store: Store, clock: SteppingClock) -> None:
    take(store, clock, "crm", TWO)
    run(store, clock, DeletionPolicy.REVIEW)
    take(store, clock, "crm", {"1": TWO["1"]})
    run(store, clock, DeletionPolicy.REVIEW)
    before = snapshot(store)
    made = decide_deletions(store, clock, ANN, ["crm:2"], DeletionPolicy.REMOVE)
    run(store, clock, DeletionPolicy.REVIEW)
    undo(store, clock, ANN, made.decision.number)
    run(store, clock, DeletionPolicy.REVIEW)
    assert snapshot(store) == before
