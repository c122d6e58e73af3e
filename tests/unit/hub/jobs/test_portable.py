"""Decisions go to another hub by source and key; what comes in is taken whole, once, or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.labels.hub_lines import read_lines
from cli.labels.naming import Naming
from cli.values import Values
from hub.domain.deletions import DeletionPolicy
from hub.domain.judgement import RecordName
from hub.domain.matching import Verdict
from hub.domain.portable import ToldJudgement, ToldOverride
from hub.errors import ConflictError
from hub.jobs.decide import Person, exclude, judge, merge, split, undo
from hub.jobs.deletions import decide_deletions
from hub.jobs.override import override
from hub.jobs.portable import exported, import_told
from hub.jobs.profile import profile
from hub.ports import Clock
from hub.store import golden
from hub.store.engine import Store
from hub.store.opening import open_store
from tests.conftest import SteppingClock
from tests.fakes.decided_world import anna, snapshot
from tests.unit.hub.jobs.test_decide import company
from tests.unit.hub.jobs.test_resolve import groups, run, take


def told(a: str, b: str, verdict: Verdict = Verdict.SAME) -> ToldJudgement:
    return ToldJudgement(RecordName("crm", a), RecordName("crm", b), verdict)


MAILS = {
    **{key: f"{mail}@x.org" for key, mail in zip("123456", "aabbcc", strict=True)},
    "7": "d@x.org",
    "8": "d@x.org",
}
GONE = {"2": "a@x.org", "8": "d@x.org"}


def hold(store: Store, clock: Clock, mails: Mapping[str, str]) -> None:
    take(store, clock, *mails.items())
    run(store, clock)


def values(store: Store) -> dict[tuple[str, ...], object]:
    """By members what their golden record says, and which of it people said."""
    with store.reading() as connection:
        ids = golden.active(connection)["identity_id"].to_pylist()
    found = [profile(store, one) for one in ids]
    # the numbers of decisions are each hub's own
    origins = [
        re.sub('"(override|decision)": [0-9]+', "", json.dumps(one.record.provenance)) for one in found
    ]
    return {
        one.members: (one.record.contact, origin, [told.by for told in one.values])
        for one, origin in zip(found, origins, strict=True)
    }


def test_another_hub_comes_to_the_same_customers_and_values(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hold(store, clock, MAILS)
    merge(store, clock, anna("one family firm"), ["crm:1", "crm:3"])
    split(store, clock, Person("ben"), "crm:5", ["crm:6"])
    judge(store, clock, anna(), "crm:5", "crm:7", Verdict.UNSURE)
    judge(store, clock, anna(), "crm:6", "crm:7", Verdict.DIFFERENT)
    exclude(store, clock, anna("a namesake"), "crm:4")
    override(store, clock, anna(), "crm:3", {"job_title": "Director"}, until=datetime(2027, 1, 1, tzinfo=UTC))
    override(store, clock, anna(), "crm:7", {}, pinned=["name"])
    override(store, clock, anna(), "crm:7", {"job_title": "Buyer"})
    override(store, clock, anna(), "crm:7", {"job_title": "Trainee"}, until=datetime(2026, 12, 1, tzinfo=UTC))
    override(store, clock, anna(), "crm:7", {"addresses": {"street": "1 Long St", "locality": "Leeds"}})
    run(store, clock)
    override(store, clock, anna(), "crm:7", {"addresses": {"street": "1 Longer St"}})
    hold(store, clock, {key: mail for key, mail in MAILS.items() if key not in GONE})
    decide_deletions(store, clock, anna("still a customer"), ["crm:2"], DeletionPolicy.KEEP)
    decide_deletions(store, clock, anna(), ["crm:8"], DeletionPolicy.KEEP)
    undone = decide_deletions(store, clock, anna(), ["crm:8"], DeletionPolicy.REMOVE)
    undo(store, clock, anna(), undone.decision.number)
    run(store, clock)
    path = tmp_path / "judgements.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in exported(store, clock)), encoding="utf-8")
    other, later = open_store(f"sqlite:///{tmp_path / 'other.db'}"), SteppingClock()
    later.moment += timedelta(days=9)
    lines = read_lines(path, Naming(["crm"]), Values())
    hold(other, later, dict(reversed(MAILS.items())))
    early = import_told(other, later, Person("zoe"), [], [], lines[2])
    assert (early.decision, len(early.not_gone)) == (None, 2)
    hold(other, later, {key: mail for key, mail in MAILS.items() if key not in GONE})
    done = import_told(other, later, Person("zoe"), *lines)
    run(other, later)
    assert sorted(groups(other).values()) == sorted(groups(store).values())
    assert values(other) == values(store)
    assert exported(other, later) == exported(store, clock)
    again = import_told(other, later, Person("zoe"), *lines)
    assert (again.decision, again.known) == (None, done.judgements + done.overrides + done.deletions)
    other.close()


def test_an_import_is_taken_back_as_one(store: Store, clock: Clock) -> None:
    company(store, clock)
    before = snapshot(store)
    import_told(store, clock, anna(), [told("1", "3"), told("3", "5")])
    run(store, clock)
    assert len(groups(store)) == 1
    undo(store, clock, anna())
    run(store, clock)
    assert snapshot(store) == before


def test_an_import_that_contradicts_is_refused_whole(store: Store, clock: Clock) -> None:
    company(store, clock)
    import_told(store, clock, anna(), [told("1", "3", Verdict.DIFFERENT)])
    before = snapshot(store)
    with pytest.raises(ConflictError, match=r"crm:1 = crm:5 \(said now\)"):
        import_told(store, clock, anna(), [told("1", "5"), told("5", "3"), told("2", "4")])
    assert snapshot(store) == before


def test_judgements_on_records_that_are_not_here_count_when_they_come(store: Store, clock: Clock) -> None:
    take(store, clock, ("1", "a@x.org"))
    run(store, clock)
    said = ToldOverride(RecordName("crm", "9"), "job_title", "Director", line=4)
    done = import_told(store, clock, anna(), [told("1", "9")], [said])
    assert (done.judgements, done.absent, done.homeless) == (1, 1, (4,))
    take(store, clock, ("1", "a@x.org"), ("9", "z@x.org"))
    run(store, clock)
    assert list(groups(store).values()) == [["crm:1", "crm:9"]]
