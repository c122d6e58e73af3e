"""A profile now and as it was: values, records and ids of then, from the append-only history."""

from __future__ import annotations

import pytest

from hub.domain.instants import instant, to_the_second
from hub.errors import ConfigurationError
from hub.jobs.decide import merge, split, undo
from hub.jobs.override import override
from hub.jobs.profile import profile
from hub.store.engine import Store
from tests.conftest import SteppingClock
from tests.fakes.decided_world import anna
from tests.unit.hub.jobs.test_decide import company
from tests.unit.hub.jobs.test_resolve import run, take


def test_before_a_merge_each_id_shows_what_it_was_then(store: Store, clock: SteppingClock) -> None:
    at = company(store, clock)
    then = instant(clock.now())
    merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])
    run(store, clock)
    for key, members in (("crm:1", ("crm:1", "crm:2")), ("crm:3", ("crm:3", "crm:4"))):
        for asked in (at[key], key):
            found = profile(store, asked, then)
            assert (found.record.identity_id, found.members) == (at[key], members)
        assert profile(store, at[key]).members == ("crm:1", "crm:2", "crm:3", "crm:4")


def test_while_it_was_merged_an_id_shows_the_whole_also_after_it_was_taken_apart(
    store: Store, clock: SteppingClock
) -> None:
    at = company(store, clock)
    merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])
    run(store, clock)
    then = instant(clock.now())
    undo(store, clock, anna())
    run(store, clock)
    whole = profile(store, at["crm:1"], then)
    assert whole.members == ("crm:1", "crm:2", "crm:3", "crm:4")
    assert profile(store, at["crm:1"]).members == ("crm:1", "crm:2")


def test_a_record_and_an_override_of_then_are_seen_with_their_origin(
    store: Store, clock: SteppingClock
) -> None:
    at = company(store, clock)
    override(store, clock, anna("by phone"), at["crm:1"], {"job_title": "Director"})
    run(store, clock)
    then = instant(clock.now())
    undo(store, clock, anna())
    run(store, clock)
    told = {one.field: one for one in profile(store, "crm:1", then).values}
    assert (told["job_title"].value, told["job_title"].by) == ("Director", "anna on 2026-01-01: by phone")
    assert "job_title" not in {one.field for one in profile(store, "crm:1").values}


def test_each_version_tells_what_changed_and_which_records_came_and_went(
    store: Store, clock: SteppingClock
) -> None:
    at = company(store, clock)
    split(store, clock, anna(), at["crm:1"], ["crm:2"])
    run(store, clock)
    override(store, clock, anna(), at["crm:1"], {"job_title": "Director"})
    run(store, clock)
    first, second, third = profile(store, at["crm:1"]).versions
    assert (first.gained, first.until) == (("crm:1", "crm:2"), second.record.valid_from)
    assert (second.gained, second.lost) == ((), ("crm:2",))
    assert (third.changed, third.lost, third.until) == (("job_title",), (), None)


def test_before_the_first_version_there_is_nothing_and_it_says_from_when_on(
    store: Store, clock: SteppingClock
) -> None:
    at = company(store, clock)
    since = profile(store, at["crm:1"]).record.valid_from
    for asked in (at["crm:1"], "crm:1"):
        with pytest.raises(ConfigurationError, match="no golden record at the end of 2019") as refused:
            profile(store, asked, "2020-01-01T00:00:00.000000Z")
        assert to_the_second(since) in (refused.value.hint or "")


def test_an_archived_identity_still_shows_what_it_was(store: Store, clock: SteppingClock) -> None:
    take(store, clock, ("1", "a@x.org"), ("2", "b@x.org"))
    run(store, clock)
    gone, then = profile(store, "crm:1").record.identity_id, instant(clock.now())
    take(store, clock, ("2", "b@x.org"))
    run(store, clock)
    assert profile(store, gone, then).members == ("crm:1",)
    assert profile(store, gone).record.state == "archived"
