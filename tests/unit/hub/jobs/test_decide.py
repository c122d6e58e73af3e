"""People decide: merge, split, override; every decision is kept whole, taken back whole, or refused whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from hub.domain.judgement import Decision
from hub.domain.matching import Verdict
from hub.errors import ConfigurationError, ConflictError, HubError
from hub.jobs.decide import Person, exclude, judge, merge, split, undo
from hub.jobs.override import override
from hub.jobs.profile import profile
from hub.jobs.push import PushRequest, push
from hub.jobs.review import queue
from hub.ports import Clock
from hub.store import decisions
from hub.store.engine import Store
from hub.store.tables import review
from tests.conftest import SteppingClock
from tests.fakes.decided_world import anna, snapshot
from tests.fakes.small_world import MailPayloads, MemoryDestination
from tests.unit.hub.jobs.test_resolve import groups, run, take


def company(store: Store, clock: Clock) -> dict[str, str]:
    """Six records, three identities; record → its identity."""
    take(
        store,
        clock,
        ("1", "a@x.org"),
        ("2", "a@x.org"),
        ("3", "b@x.org"),
        ("4", "b@x.org"),
        ("5", "c@x.org"),
        ("6", "c@x.org"),
    )
    run(store, clock)
    return {key: identity for identity, keys in groups(store).items() for key in keys}


def test_merged_identities_are_one_and_undone_they_are_as_before(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    before = snapshot(store)
    made = merge(store, clock, anna("moved house"), [at["crm:1"], at["crm:3"], "crm:6"])
    run(store, clock)
    assert list(groups(store).values()) == [[f"crm:{key}" for key in "123456"]]
    assert profile(store, at["crm:3"]).record.identity_id == profile(store, at["crm:1"]).record.identity_id
    taken = undo(store, clock, anna(), made.decision.number)
    assert (taken.undone_by, taken.reason) == ("anna", "moved house")
    run(store, clock)
    assert snapshot(store) == before


def test_a_merge_is_split_again_by_naming_the_records(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    before = groups(store)
    merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])
    run(store, clock)
    split(store, clock, anna(), at["crm:3"], ["crm:3", "crm:4"])
    run(store, clock)
    assert groups(store) == before


def test_what_a_destination_holds_stays_linked_through_merge_and_undo(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    there = MemoryDestination()
    push(store, clock, PushRequest("crm", there, MailPayloads()))
    before = snapshot(store)
    merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])
    run(store, clock)
    undo(store, clock, anna())
    run(store, clock)
    assert snapshot(store) == before
    assert push(store, clock, PushRequest("crm", there, MailPayloads())).plan.empty


def test_records_that_leave_together_stay_together_and_apart_each_goes_alone(
    store: Store, clock: Clock
) -> None:
    take(store, clock, *((key, "a@x.org") for key in "1234"))
    run(store, clock)
    (identity,) = groups(store)
    split(store, clock, anna(), identity, ["crm:1", "crm:2"])
    run(store, clock)
    assert sorted(groups(store).values()) == [["crm:1", "crm:2"], ["crm:3", "crm:4"]]
    undo(store, clock, anna())
    run(store, clock)
    split(store, clock, anna(), identity, ["crm:1", "crm:2"], apart=True)
    run(store, clock)
    assert sorted(groups(store).values()) == [["crm:1"], ["crm:2"], ["crm:3", "crm:4"]]


def test_one_that_is_excluded_leaves_its_group_and_a_later_word_takes_the_others(
    store: Store, clock: Clock
) -> None:
    company(store, clock)
    exclude(store, clock, anna(), "crm:2")
    judge(store, clock, anna(), "crm:1", "crm:3", Verdict.SAME)  # before anything was carried out
    run(store, clock)
    assert sorted(groups(store).values()) == [["crm:1", "crm:3", "crm:4"], ["crm:2"], ["crm:5", "crm:6"]]


def test_a_contradiction_is_refused_with_its_chain_and_nothing_is_stored(store: Store, clock: Clock) -> None:
    company(store, clock)
    judge(store, clock, anna(), "crm:1", "crm:3", Verdict.DIFFERENT)
    judge(store, clock, anna(), "crm:3", "crm:5", Verdict.SAME)
    before = snapshot(store)
    with pytest.raises(ConflictError, match=r"crm:1 ≠ crm:3 \(anna on 2026-01-01, decision 1\)") as refused:
        judge(store, clock, Person("ben"), "crm:5", "crm:1", Verdict.SAME)
    assert refused.value.code == "contradiction"
    assert "1" in (refused.value.hint or "")
    assert snapshot(store) == before


def test_identities_with_records_judged_different_are_not_merged(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    judge(store, clock, anna(), "crm:2", "crm:4", Verdict.DIFFERENT)
    with pytest.raises(ConflictError, match="crm:2 ≠ crm:4") as refused:
        merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])
    assert refused.value.hint == "`hub undo 1` takes that back"


def test_on_one_pair_the_last_word_counts_and_taken_back_the_earlier_is_back(
    store: Store, clock: Clock
) -> None:
    at = company(store, clock)
    judge(store, clock, anna(), "crm:1", "crm:3", Verdict.DIFFERENT)
    run(store, clock)
    before = snapshot(store)
    made = judge(store, clock, anna("changed my mind"), "crm:3", "crm:1", Verdict.SAME)
    run(store, clock)
    assert len(groups(store)) == 2
    with pytest.raises(ConflictError, match="contradicts"):  # another pair of both is another matter
        judge(store, clock, anna(), "crm:2", "crm:4", Verdict.DIFFERENT)
    undo(store, clock, anna(), made.decision.number)
    run(store, clock)
    assert snapshot(store) == before
    with pytest.raises(ConflictError, match="crm:1 ≠ crm:3"):
        merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])


def test_an_undo_that_would_bring_back_a_contradiction_is_refused(store: Store, clock: Clock) -> None:
    company(store, clock)
    judge(store, clock, anna(), "crm:1", "crm:5", Verdict.DIFFERENT)
    exclude(store, clock, anna(), "crm:2")
    judge(store, clock, anna(), "crm:2", "crm:5", Verdict.SAME)
    undo(store, clock, anna(), 2)
    with pytest.raises(ConflictError, match="crm:1 ≠ crm:5"):
        judge(store, clock, anna(), "crm:1", "crm:2", Verdict.SAME)


def test_undo_takes_back_ones_own_last_decision_and_says_when_there_is_none(
    store: Store, clock: Clock
) -> None:
    company(store, clock)
    judge(store, clock, anna(), "crm:1", "crm:3", Verdict.SAME)
    judge(store, clock, Person("ben"), "crm:1", "crm:5", Verdict.UNSURE)
    assert undo(store, clock, anna()).number == 1
    with pytest.raises(ConfigurationError, match="anna has decided nothing that stands"):
        undo(store, clock, anna())
    with pytest.raises(ConfigurationError, match="decision 1 was taken back already") as refused:
        undo(store, clock, anna(), 1)
    assert (
        refused.value.hint
        == "`hub resolve` carries that out, where it was cut off; the last that stand are 2"
    )


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_pair_that_was_decided_leaves_the_queue_at_once(
    store: Store, clock: Clock, verdict: Verdict
) -> None:
    company(store, clock)
    with store.writing() as connection:
        row = {"probability": 0.5, "reason": "near", "importance": 1.0}
        connection.execute(sa.insert(review).values(record_a=1, record_b=3, **row))
        connection.execute(sa.insert(review).values(record_a=1, record_b=5, **row))
    judge(store, clock, anna(), "crm:3", "crm:1", verdict)
    assert [one.record_b for one in queue(store)] == [5]
    undo(store, clock, anna())
    assert [one.record_b for one in queue(store)] == [3, 5]


@pytest.mark.parametrize(
    ("asked", "code", "hint"),
    [
        pytest.param(["crm:1", "crm:2"], "already-one", "at least two", id="one identity"),
        pytest.param(["crm:1", "crm:77"], "unknown-id", None, id="no such record"),
        pytest.param(["crm:1", "crn:3"], "unknown-id", "crm:3", id="a source misspelt"),
    ],
)
def test_what_cannot_be_merged_is_said(
    store: Store, clock: Clock, asked: list[str], code: str, hint: str | None
) -> None:
    company(store, clock)
    with pytest.raises(HubError) as refused:
        merge(store, clock, anna(), asked)
    assert refused.value.code == code
    assert hint is None or hint in (refused.value.hint or "")
    with store.reading() as connection:
        assert decisions.newest(connection, 1) == []


def test_an_old_id_and_the_one_that_it_leads_to_are_no_pair_to_decide(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    ids = (at["crm:1"], at["crm:3"])
    merge(store, clock, anna(), ids)
    run(store, clock)
    with pytest.raises(ConfigurationError, match="stand for one record") as refused:
        judge(store, clock, anna(), *ids, Verdict.DIFFERENT)
    assert "hub split" in (refused.value.hint or "")


def test_an_id_with_a_typing_error_is_answered_with_the_nearest(store: Store, clock: Clock) -> None:
    identity = company(store, clock)["crm:1"]
    for wrong in (f"{identity[:-2]}zz", f"zz{identity[2:]}", f"zz{identity[2:-2]}zz"):
        with pytest.raises(ConfigurationError) as refused:
            split(store, clock, anna(), wrong, ["crm:1"])
        assert identity in (refused.value.hint or "")


def test_only_members_leave_and_not_all_of_them(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    with pytest.raises(ConfigurationError, match="crm:3 is no record of"):
        split(store, clock, anna(), at["crm:1"], ["crm:2", "crm:3"])
    with pytest.raises(ConfigurationError, match="leave no record"):
        split(store, clock, anna(), at["crm:1"], ["crm:1", "crm:2"])


# --- overrides ----------------------------------------------------------------------------------------------


def title(store: Store, asked: str) -> Any:
    return profile(store, asked).record.contact.get("job_title")


def set_title(store: Store, clock: Clock, asked: str, value: str | None, **more: Any) -> Decision:
    return override(store, clock, anna(), asked, {"job_title": value}, **more).decision


def test_an_override_survives_resolves_until_it_is_taken_back(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    before = snapshot(store)
    set_title(store, clock, at["crm:1"], "Director")
    run(store, clock)
    run(store, clock, full=True)
    assert title(store, "crm:1") == "Director"
    undo(store, clock, anna())
    run(store, clock)
    assert snapshot(store) == before


def test_the_later_override_counts_and_undone_the_earlier_is_back(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    set_title(store, clock, at["crm:1"], "Clerk")
    set_title(store, clock, at["crm:1"], "Director")
    run(store, clock)
    assert title(store, "crm:1") == "Director"
    undo(store, clock, anna())
    run(store, clock)
    assert title(store, "crm:1") == "Clerk"


def test_an_override_goes_into_a_merge_and_comes_out_of_it_with_its_identity(
    store: Store, clock: Clock
) -> None:
    at = company(store, clock)
    older, younger = sorted((at["crm:1"], at["crm:3"]), key=lambda one: one != at["crm:1"])
    set_title(store, clock, younger, "Director")
    run(store, clock)
    before = snapshot(store)
    merge(store, clock, anna(), [older, younger])
    run(store, clock)
    assert title(store, older) == title(store, younger) == "Director"
    undo(store, clock, anna())
    run(store, clock)
    assert snapshot(store) == before
    assert (title(store, older), title(store, younger)) == (None, "Director")


def test_an_override_ends_on_its_day(store: Store, clock: SteppingClock) -> None:
    at = company(store, clock)
    set_title(store, clock, at["crm:1"], "Acting director", until=datetime(2026, 3, 1, tzinfo=UTC))
    run(store, clock)
    assert title(store, "crm:1") == "Acting director"
    clock.moment = datetime(2026, 3, 1, tzinfo=UTC)
    run(store, clock)
    assert title(store, "crm:1") is None
    with pytest.raises(ConfigurationError, match="end before it begins"):
        set_title(store, clock, at["crm:1"], "x", until=datetime(2026, 2, 1, tzinfo=UTC))


def test_a_pinned_field_stays_when_the_sources_change(store: Store, clock: Clock) -> None:
    take(store, clock, ("1", "a@x.org"))
    run(store, clock)
    override(store, clock, anna(), "crm:1", {}, pinned=["emails"])
    run(store, clock)
    take(store, clock, ("1", "new@x.org"))
    run(store, clock)
    assert [one["value"] for one in profile(store, "crm:1").record.contact["emails"]] == ["a@x.org"]
    with pytest.raises(ConfigurationError, match="says nothing in job_title"):
        override(store, clock, anna(), "crm:1", {}, pinned=["job_title"])


@pytest.mark.parametrize("path", ["consents", "updated_at", "nix", "emails.value", "name.nick", "kind.x"])
def test_what_is_no_field_for_people_cannot_be_pinned(store: Store, clock: Clock, path: str) -> None:
    company(store, clock)
    with pytest.raises(ConfigurationError) as refused:
        override(store, clock, anna(), "crm:1", {}, pinned=[path])
    assert refused.value.code == "invalid-value"
    with store.reading() as connection:
        assert decisions.newest(connection, 1) == []


def streets(store: Store, asked: str) -> list[str]:
    found = profile(store, asked).record.contact.get("addresses") or ()
    return [f"{one['street']}, {one['locality']}" for one in found]


LONG = {"street": "1 Long St", "locality": "Leeds", "country": "GB"}


def test_of_an_address_only_the_parts_that_are_told_change(store: Store, clock: Clock) -> None:
    company(store, clock)
    made = override(store, clock, anna(), "crm:1", {"addresses": LONG})
    assert made.decision.sentence.startswith("addresses.country, addresses.locality, addresses.street of ")
    run(store, clock)
    override(store, clock, anna(), "crm:1", {"addresses": {"street": "2 Short St"}})
    run(store, clock)
    assert streets(store, "crm:1") == ["2 Short St, Leeds"]
    override(store, clock, anna(), "crm:1", {}, pinned=["addresses.locality"])
    run(store, clock)
    assert streets(store, "crm:1") == ["2 Short St, Leeds"]


def test_a_corrected_address_goes_along_into_a_merge_and_comes_out_of_a_split(
    store: Store, clock: Clock
) -> None:
    at = company(store, clock)
    override(store, clock, anna(), "crm:1", {"addresses": LONG})
    override(store, clock, anna(), "crm:3", {"addresses": {**LONG, "street": "9 High St"}})
    run(store, clock)
    mended = override(store, clock, anna(), "crm:1", {"addresses": {"street": "1 Longer St"}})
    run(store, clock)
    apart = {key: streets(store, key) for key in ("crm:1", "crm:3")}
    both = merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])
    run(store, clock)
    assert sorted(streets(store, "crm:1")) == ["1 Longer St, Leeds", "9 High St, Leeds"]
    undo(store, clock, anna(), both.decision.number)
    run(store, clock)
    assert {key: streets(store, key) for key in ("crm:1", "crm:3")} == apart
    undo(store, clock, anna(), mended.decision.number)
    run(store, clock)
    assert streets(store, "crm:1") == ["1 Long St, Leeds"]


@pytest.mark.parametrize(
    ("values", "pinned", "said"),
    [
        ({"addresses.2": {"street": "x"}}, [], "addresses.2: the golden record has no address"),
        ({"addresses": {"street": None}}, [], "addresses: the golden record has no address"),
        ({}, ["addresses.street"], "addresses.street: the golden record has no address"),
        ({}, ["addresses.nix"], "addresses.nix: no part of an address is named"),
    ],
)
def test_an_address_that_is_not_there_cannot_be_corrected(
    store: Store, clock: Clock, values: dict[str, Any], pinned: list[str], said: str
) -> None:
    company(store, clock)
    with pytest.raises(ConfigurationError) as refused:
        override(store, clock, anna(), "crm:1", values, pinned=pinned)
    assert refused.value.sentence == said


def test_old_ids_are_taken_wherever_an_id_is(store: Store, clock: Clock) -> None:
    at = company(store, clock)
    merge(store, clock, anna(), [at["crm:1"], at["crm:3"]])
    run(store, clock)
    gone = next(identity for identity in (at["crm:1"], at["crm:3"]) if identity not in groups(store))
    override(store, clock, anna(), gone, {"job_title": "Director"})
    merge(store, clock, anna(), [gone, at["crm:5"]])
    run(store, clock)
    assert title(store, gone) == "Director"
    assert "crm:6" in judge(store, clock, anna(), gone, "crm:6", Verdict.UNSURE).decision.sentence
    split(store, clock, anna(), gone, ["crm:6"])
    run(store, clock)
    assert sorted(map(len, groups(store).values())) == [1, 5]


def test_of_two_who_contradict_each_other_at_once_one_is_refused(store: Store, clock: Clock) -> None:
    company(store, clock)
    judge(store, clock, anna(), "crm:1", "crm:3", Verdict.SAME)
    ready = Barrier(2)

    def say(who: str, a: str, b: str, verdict: Verdict) -> str:
        ready.wait(10)
        try:
            judge(store, SteppingClock(), Person(who), a, b, verdict)
        except ConflictError as error:
            return error.code
        return "kept"

    with ThreadPoolExecutor(2) as pool:
        told = [
            pool.submit(say, "ben", "crm:3", "crm:5", Verdict.SAME),
            pool.submit(say, "zoe", "crm:1", "crm:5", Verdict.DIFFERENT),
        ]
        assert sorted(one.result() for one in told) == ["contradiction", "kept"]
