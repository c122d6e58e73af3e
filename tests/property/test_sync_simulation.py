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

SCENARIOS = 25  # 5,000 in benchmarks/simulate_sync.py
FAULTS = ("", "429", "answer lost", "dies before", "dies after", "forgets a row", "answers twice", "refuses")
_person = st.integers(0, 4)
_source = st.sampled_from(SOURCES[:2])
_faults = st.lists(st.sampled_from(FAULTS), max_size=3)


def simulation(empty_store: Path) -> type[RuleBasedStateMachine]:
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
            name=st.sampled_from([None, "Martin", "Durand", "Łęcki"]),
            consent=st.sampled_from([None, "granted", "granted", "pending", "denied"]),
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
def test_whatever_happens_it_converges_and_goes_quiet(migrated_file: Path) -> None:
    simulate(migrated_file, SCENARIOS, steps=8)
