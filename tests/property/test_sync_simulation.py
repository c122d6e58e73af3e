"""Two destinations, three sources, edits, faults, crashes and wrong clocks: it converges and goes quiet."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from hub.store.opening import open_store
from tests.fakes.sync_world import SOURCES, SyncWorld

SCENARIOS = 12  # 5,000 in benchmarks/simulate_sync.py
FAULTS = ("", "429", "answer lost", "dies before", "dies after", "forgets a row", "answers twice", "refuses")
_person = st.integers(0, 2)  # few, so that what happens meets
_source = st.sampled_from(SOURCES[:2])
_faults = st.lists(st.sampled_from(FAULTS), max_size=2)


def simulation(empty_store: Path) -> type[RuleBasedStateMachine]:  # noqa: C901 - it is a class
    """The machine, whose scenarios each begin with a copy of that store."""

    class Simulation(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.folder = tempfile.TemporaryDirectory()
            path = Path(self.folder.name) / "hub.db"
            shutil.copyfile(empty_store, path)
            self.store = open_store(f"sqlite:///{path}")
            self.world = SyncWorld(self.store)

        @rule(
            source=_source,
            person=_person,
            name=st.sampled_from(["Martin", "Łęcki", None]),
            consent=st.sampled_from(["granted", "denied", None, "pending"]),
            dated=st.booleans(),
        )
        def a_source_says(
            self, source: str, person: int, name: str | None, consent: str | None, *, dated: bool
        ) -> None:
            self.world.says(source, person, name, consent, dated=dated)

        @rule(source=_source, person=_person)
        def a_source_deletes(self, source: str, person: int) -> None:
            self.world.deletes(source, person)

        @rule(person=_person, stage=st.sampled_from(["lead", "customer"]))
        def somebody_edits_in_the_crm(self, person: int, stage: str) -> None:
            self.world.edits_stage(person, stage)

        @rule(person=_person, into=_person)
        def two_are_one(self, person: int, into: int) -> None:
            self.world.merges(person, into)

        @rule(minutes=st.integers(-90, 90))
        def a_clock_is_set(self, minutes: int) -> None:
            self.world.clock.moment += timedelta(minutes=minutes)

        @rule(crm=_faults, news=_faults)
        def the_hub_syncs(self, crm: list[str], news: list[str]) -> None:
            self.world.resolve()
            self.world.pushes("crm", crm)
            self.world.pushes("news", news)

        @rule(name=st.sampled_from(["crm", "news"]), faults=_faults)
        def a_push_runs_alone(self, name: str, faults: list[str]) -> None:
            self.world.pushes(name, faults)

        @rule(source=_source, person=_person, crm=_faults, news=_faults)
        def a_name_changes_and_goes_back_around_a_push_that_fails(
            self, source: str, person: int, crm: list[str], news: list[str]
        ) -> None:
            for name, faults in (("Martin", ([], [])), ("Łęcki", (crm, news)), ("Martin", ([], []))):
                self.world.says(source, person, name, "granted", dated=True)
                self.the_hub_syncs(*faults)

        @rule(person=_person, stage=st.sampled_from(["lead", "customer"]), source=_source)
        def the_crm_is_edited_while_a_name_changes(self, person: int, stage: str, source: str) -> None:
            for name in ("Martin", "Łęcki"):
                self.world.says(source, person, name, None, dated=True)
                self.the_hub_syncs([], [])
                self.world.edits_stage(person, stage)
            self.a_source_says(source, person, "Martin", "granted", dated=True)

        @invariant()
        def nobody_is_there_twice(self) -> None:
            for portal in (self.world.crm, self.world.news):
                assert len(portal.records) == len(portal.by_key)

        def teardown(self) -> None:
            try:
                self.world.settles()
            finally:
                self.store.close()
                self.folder.cleanup()

    return Simulation


def simulate(empty_store: Path, scenarios: int, steps: int) -> None:
    run_state_machine_as_test(
        simulation(empty_store),
        settings=settings(
            max_examples=scenarios,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
def test_whatever_happens_it_converges_and_goes_quiet(empty_file: Path) -> None:
    simulate(empty_file, SCENARIOS, steps=4)
