"""Two destinations, three sources, edits, faults, crashes and wrong clocks: it converges and goes quiet.

That it can fail was seen by breaking the product by hand; each was found within the scenarios that the
tests play (the first that failed in brackets): fields that others own are written (24), permission is not
asked (7), of two consents the wider wins (12), an answer that did not come counts as not sent (7), what a
dead run left open counts as arrived (74), what changed since the plan is not seen (4), merges are not
written back (7), an echo counts as news (15), a row that the answer does not mention counts as taken (4).
"""

from __future__ import annotations

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hub.store.opening import open_store
from tests.fakes import sync_portal, sync_sources
from tests.fakes.sync_machine import Power
from tests.fakes.sync_world import SOURCES, SyncWorld

PARTS = 8  # so that workers can share them
SCENARIOS = 144 // PARTS  # a part; 5,000 in benchmarks/simulate_sync.py
STEPS = 8
_person = st.integers(0, 2)  # few, so that what happens meets
_source = st.sampled_from(SOURCES)
_portal = st.sampled_from(["crm", "news"])
_faults = st.lists(st.sampled_from(sync_portal.FAULTS), max_size=2)
_read_faults = st.lists(st.sampled_from(sync_sources.FAULTS), max_size=1)
_crash = st.none() | st.integers(0, 9)  # at that commit; a job has about as many
_name = st.sampled_from(["Łęcki", "Noël", "Martin"])


class Stage:
    """Where scenarios are played, one after the other: one store, which each begins with a copy of.

    It stays open in between, so that no statement is worked out twice. `begun` is a company in which
    everybody is known and sent.
    """

    def __init__(self, empty_store: Path, folder: Path) -> None:
        self.empty, self.begun, self.file = empty_store, folder / "begun.db", folder / "hub.db"
        shutil.copyfile(self.empty, self.file)
        self.store = open_store(f"sqlite:///{self.file}")
        sa.event.listen(self.store.engine, "connect", _without_waiting)
        self.power = Power(self.store)
        self.company = SyncWorld(self.store, self.power)
        for person in range(3):
            for source in SOURCES:
                self.company.says(source, person, "Martin", "granted", mail=person, dated=person > 0)
        self.company.settles()
        self.store.close()
        shutil.copyfile(self.file, self.begun)

    def world(self, *, empty: bool) -> SyncWorld:
        self.store.close()
        shutil.copyfile(self.empty if empty else self.begun, self.file)
        world = SyncWorld(self.store, self.power)
        if not empty:
            world.take_over(self.company)
        return world


def _without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    """Here processes die, not machines: what is committed need not be on the disk."""
    connection.execute("PRAGMA synchronous = OFF")


def simulation(stage: Stage) -> type[RuleBasedStateMachine]:  # noqa: C901 - it is a class
    """The machine, whose scenarios begin with nobody or with the company that is there."""

    class Simulation(RuleBasedStateMachine):
        @initialize(empty=st.sampled_from([False, False, False, True]))
        def a_company_is_there(self, *, empty: bool) -> None:
            self.world = stage.world(empty=empty)

        # --- what people do

        @rule(
            source=_source,
            person=_person,
            name=_name | st.none(),
            consent=st.sampled_from(["granted", "denied", None, "pending"]),
            mail=st.none() | _person,
            dated=st.booleans(),
        )
        def a_source_says(
            self,
            source: str,
            person: int,
            name: str | None,
            consent: str | None,
            mail: int | None,
            *,
            dated: bool,
        ) -> None:
            self.world.says(source, person, name, consent, mail=person if mail is None else mail, dated=dated)

        @rule(source=_source, person=_person)
        def a_source_deletes(self, source: str, person: int) -> None:
            self.world.deletes(source, person)

        @rule(place=_person, stage=st.sampled_from(["lead", "customer"]))
        def somebody_moves_a_lead(self, place: int, stage: str) -> None:
            self.world.edits_crm(place, "stage", stage)

        @rule(place=_person, name=_name)
        def somebody_corrects_a_name_there(self, place: int, name: str) -> None:
            self.world.edits_crm(place, "name", name)

        @rule(portal=_portal, place=_person)
        def somebody_deletes_there(self, portal: str, place: int) -> None:
            self.world.deletes_there(portal, place)

        @rule(portal=_portal, place=_person, into=_person)
        def somebody_merges_there(self, portal: str, place: int, into: int) -> None:
            self.world.merges_there(portal, place, into)

        @rule(one=_person, other=_person, same=st.booleans(), crash=_crash)
        def somebody_judges(self, one: int, other: int, *, same: bool, crash: int | None) -> None:
            self.world.judges(f"shop:{one}", f"forms:{other}", same=same, crash=crash)

        @rule(crash=_crash)
        def somebody_takes_it_back(self, crash: int | None) -> None:
            self.world.takes_back(crash)

        @rule(clock=st.sampled_from(["hub", "shop", "forms", "crm"]), minutes=st.integers(-90, 90))
        def a_clock_is_set(self, clock: str, minutes: int) -> None:
            self.world.time.wrong[clock] = timedelta(minutes=minutes)

        # --- what the hub does

        @rule(source=st.sampled_from([*SOURCES, "crm"]), faults=_read_faults, crash=_crash)
        def the_hub_pulls(self, source: str, faults: list[str], crash: int | None) -> None:
            self.world.pulls(source, faults, crash)

        @rule(crm=_faults, news=_faults, crash=_crash)
        def the_hub_syncs(self, crm: list[str], news: list[str], crash: int | None) -> None:
            for source in (*SOURCES, "crm"):
                self.world.pulls(source)
            self.world.resolves()
            self.world.pushes("crm", crm, crash)
            self.world.pushes("news", news)

        @rule(crash=_crash)
        def the_hub_resolves(self, crash: int | None) -> None:
            self.world.resolves(crash)

        @rule(name=_portal, faults=_faults, crash=_crash)
        def a_push_runs_alone(self, name: str, faults: list[str], crash: int | None) -> None:
            self.world.pushes(name, faults, crash)

        @rule(
            source=_source,
            person=_person,
            consent=st.sampled_from(["granted", "denied", "granted"]),
            mail=st.none() | _person,
            order=st.permutations(["crm", "news"]),
            faults=st.lists(st.sampled_from(sync_portal.FAULTS), min_size=1, max_size=3),
            crash=_crash,
        )
        def something_new_goes_wrong_on_its_way(
            self,
            source: str,
            person: int,
            consent: str,
            mail: int | None,
            order: list[str],
            faults: list[str],
            crash: int | None,
        ) -> None:
            mail = person if mail is None else mail
            name = self.world.new_name()
            self.world.says(source, person, name, consent, mail=mail, dated=True)
            for one in (*SOURCES, "crm"):
                self.world.pulls(one)
            self.world.resolves()
            for portal in order:
                self.world.pushes(portal, faults, crash)

        # --- what seldom happens by chance

        @rule(source=_source, person=_person, crm=_faults, news=_faults, crash=_crash)
        def a_name_changes_and_goes_back_around_a_push_that_fails(
            self, source: str, person: int, crm: list[str], news: list[str], crash: int | None
        ) -> None:
            for name, failing in (("Martin", False), ("Łęcki", True), ("Martin", False)):
                self.world.says(source, person, name, "granted", mail=person, dated=True)
                self.world.pulls(source)
                self.world.resolves()
                self.world.pushes("crm", crm if failing else (), crash if failing else None)
                self.world.pushes("news", news if failing else ())

        @rule(place=_person, person=_person, stage=st.sampled_from(["lead", "customer"]), source=_source)
        def the_crm_is_edited_while_a_name_changes(
            self, place: int, person: int, stage: str, source: str
        ) -> None:
            for name in ("Martin", "Łęcki"):
                self.world.says(source, person, name, None, mail=person, dated=True)
                self.world.pulls(source)
                self.world.resolves()
                self.world.pushes("crm")
                self.world.edits_crm(place, "stage", stage)
            self.world.says(source, person, "Martin", "granted", mail=person, dated=True)

        @invariant()
        def nobody_is_there_twice(self) -> None:
            for portal in self.world.portals.values():
                assert len(portal.records) == len(portal.keys)

        def teardown(self) -> None:
            self.world.settles()

    return Simulation


def simulate(
    empty_store: Path, folder: Path, scenarios: int, steps: int, *, number: int | None = None
) -> None:
    """Plays scenarios; with a `number` the same ones each time."""
    stage = Stage(empty_store, folder)
    machine = simulation(stage)
    run_state_machine_as_test(
        machine if number is None else seed(number)(machine),
        settings=settings(
            max_examples=scenarios,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    stage.store.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_it_converges_and_goes_quiet(empty_file: Path, tmp_path: Path, part: int) -> None:
    # New ones are for the benchmark: of some thousand, one still finds a story that nobody has told.
    simulate(empty_file, tmp_path, SCENARIOS, STEPS, number=part)
