"""Decisions go to another hub by source and key; what comes in is taken whole, once, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.labels.hub_lines import read_lines
from cli.labels.naming import Naming
from hub.domain.judgement import RecordName
from hub.domain.matching import Verdict
from hub.domain.portable import ToldJudgement, ToldOverride
from hub.errors import ConflictError
from hub.jobs.decide import Person, merge, split, undo
from hub.jobs.override import override
from hub.jobs.portable import exported, import_told
from hub.jobs.profile import profile
from hub.ports import Clock
from hub.store.engine import Store
from hub.store.opening import open_store
from tests.conftest import SteppingClock
from tests.fakes.decided_world import anna, snapshot
from tests.unit.hub.jobs.test_decide import company
from tests.unit.hub.jobs.test_resolve import groups, run, take


def told(a: str, b: str, verdict: Verdict = Verdict.SAME) -> ToldJudgement:
    return ToldJudgement(RecordName("crm", a), RecordName("crm", b), verdict)


def test_another_hub_comes_to_the_same_customers_and_values(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    at = company(store, clock)
    merge(store, clock, anna("one family firm"), [at["crm:1"], at["crm:3"]])
    split(store, clock, Person("ben"), "crm:5", ["crm:6"])
    override(store, clock, anna(), at["crm:3"], {"job_title": "Director"})
    run(store, clock)
    path = tmp_path / "judgements.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in exported(store, clock)), encoding="utf-8")
    other, later = open_store(f"sqlite:///{tmp_path / 'other.db'}"), SteppingClock()
    rows = [
        ("6", "c@x.org"),
        ("5", "c@x.org"),
        ("4", "b@x.org"),
        ("3", "b@x.org"),
        ("2", "a@x.org"),
        ("1", "a@x.org"),
    ]
    take(other, later, *rows)
    run(other, later)
    lines = read_lines(path, Naming(["crm"]))
    done = import_told(other, later, Person("zoe"), *lines)
    run(other, later)
    assert sorted(groups(other).values()) == sorted(groups(store).values())
    found = profile(other, "crm:1")
    assert found.record.contact["job_title"] == "Director"
    assert next(one.by for one in found.values if one.field == "job_title") == "anna on 2026-01-01"
    again = import_told(other, later, Person("zoe"), *lines)
    assert (again.decision, again.known) == (None, done.judgements + done.overrides)
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
