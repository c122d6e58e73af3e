"""Schedulers as processes: asked to stop, killed, started again, two at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.domain.runs import Run, RunState
from hub.jobs.turn import RUN
from hub.store import runs, schedule
from hub.store.engine import Store
from hub.store.opening import open_store

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tests/fakes/scheduler_process.py"
NIGHTLY = {"cron": "0 3 * * *"}
LONG = {**NIGHTLY, "batches": 400}


@dataclass
class Site:
    """A store, the processes on it, and what their jobs wrote down."""

    folder: Path
    store: Store
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, job: Mapping[str, object]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, SCRIPT, self.url, str(self.log), json.dumps(job)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.processes.append(process)
        self.wait_for(lambda: ["up", str(process.pid)] in self.lines)
        return process

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'hub.db'}"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def lines(self) -> list[list[str]]:
        return [line.split() for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def count(self, word: str) -> int:
        return sum(1 for line in self.lines if line[0] == word)

    def wait_for(self, true: Callable[[], bool]) -> None:
        until = time.monotonic() + 30
        while not true():
            assert time.monotonic() < until, f"it did not come about: {self.lines}"
            assert all(one.poll() in {None, 0, -signal.SIGKILL} for one in self.processes)
            time.sleep(0.02)

    def miss(self, ago: timedelta = timedelta(days=3)) -> None:
        with self.store.writing() as connection:
            schedule.set_last_due(connection, "job", datetime.now(UTC) - ago)

    def last_due(self) -> datetime | None:
        with self.store.reading() as connection:
            return schedule.last_due(connection, "job")

    def runs(self) -> list[Run]:
        """The oldest first."""
        return runs.newest(self.store, limit=1000, job=RUN)[::-1]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    store = open_store(f"sqlite:///{tmp_path / 'hub.db'}")
    site = Site(tmp_path, store)
    yield site
    for process in site.processes:
        if process.poll() is None:
            process.kill()
        process.wait()
    store.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_scheduler_ends_at_once_when_it_is_asked_to(site: Site, number: signal.Signals) -> None:
    process = site.start(NIGHTLY)
    process.send_signal(number)
    assert process.wait(10) == 0
    assert site.runs() == []


def test_a_running_job_stops_at_its_batch_and_goes_on_at_the_next_start(site: Site) -> None:
    site.miss()
    process = site.start(LONG)
    site.wait_for(lambda: site.count("batch") >= 2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    assert site.count("batch") < 400
    (cut,) = site.runs()
    assert cut.state is RunState.PARTLY

    site.start(NIGHTLY)
    site.wait_for(lambda: site.count("end") == 1)
    site.wait_for(lambda: site.runs()[-1].state is RunState.DONE)


def test_a_job_that_does_not_heed_it_does_not_keep_the_process(site: Site) -> None:
    site.miss()
    process = site.start({**LONG, "deaf": True, "grace": 0.5})
    site.wait_for(lambda: site.count("start") == 1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert site.count("end") == 0


def test_a_second_signal_ends_it_without_waiting(site: Site) -> None:
    site.miss()
    process = site.start({**LONG, "deaf": True})
    site.wait_for(lambda: site.count("start") == 1)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == -signal.SIGTERM


def test_a_killed_run_is_made_up_for_once_at_the_next_start(site: Site) -> None:
    site.miss()
    process = site.start(LONG)
    site.wait_for(lambda: site.count("batch") >= 2)
    process.kill()
    process.wait()

    for _ in range(2):
        again = site.start(NIGHTLY)
        site.wait_for(lambda: site.count("end") == 1)
        time.sleep(1)
        again.send_signal(signal.SIGTERM)
        assert again.wait(10) == 0
    assert [run.state for run in site.runs()] == [RunState.KILLED, RunState.DONE]


def test_a_job_that_skips_what_it_missed_does_not_run_at_the_start(site: Site) -> None:
    site.miss()
    site.start({**NIGHTLY, "missed": "skip"})
    site.wait_for(lambda: len(site.runs()) == 1)
    time.sleep(1)
    assert site.count("start") == 0
    (gone,) = site.runs()
    assert gone.tallies == {"ran": 0, "missed": 3, "overrun": 0}


def test_two_schedulers_on_one_store_handle_each_due_time_once(site: Site) -> None:
    site.miss(timedelta(0))
    begun = site.last_due()
    both = [site.start({"every": 1, "batches": 3}) for _ in range(2)]
    site.wait_for(lambda: site.count("end") >= 5)
    for process in both:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    last = site.last_due()
    assert begun is not None
    assert last is not None
    whole = [run.tallies for run in site.runs() if run.state is RunState.DONE]
    handled = sum(one["ran"] + one["missed"] + one["overrun"] for one in whole)
    assert handled == int(last.timestamp()) - int(begun.timestamp())
    _assert_runs_do_not_overlap(site.lines)


def test_when_one_of_two_schedulers_is_killed_the_other_goes_on(site: Site) -> None:
    site.miss(timedelta(0))
    job = {"every": 1, "batches": 10}
    first, second = site.start(job), site.start(job)
    site.wait_for(lambda: ["start", str(first.pid)] in site.lines)
    first.kill()  # whatever it is doing
    first.wait()
    ended = site.count("end")
    site.wait_for(lambda: site.count("end") >= ended + 2)
    second.send_signal(signal.SIGTERM)
    assert second.wait(10) == 0
    _assert_runs_do_not_overlap(site.lines, killed=str(first.pid))


def test_the_command_pulls_at_the_due_times_and_ends_when_asked(tmp_path: Path) -> None:
    (tmp_path / "hub.yaml").write_text(
        "sources: {sheet: {type: file, path: a.csv, key: id, mapping: sheet.yaml}}\n"
        "schedule: {jobs: {often: {do: pull, every: 1s}}}\n",
        encoding="utf-8",
    )
    (tmp_path / "sheet.yaml").write_text(
        "mapping: 1\nsource: sheet\nkey: id\nfields: {emails: [email]}\n", encoding="utf-8"
    )
    (tmp_path / "a.csv").write_text("id,email\n1,ana@example.org\n", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", "from cli.main import run; run()", "-C", str(tmp_path), "schedule", "run"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        told = ""
        while "often: done" not in told:
            assert process.stderr is not None
            line = process.stderr.readline()
            assert line, told
            told += line
        process.send_signal(signal.SIGTERM)
        out, rest = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, told + rest
    assert out == "", "what is told is no data"
    assert "1 stored" in told
    assert rest.splitlines()[-1].endswith("scheduler: stopped")


def _assert_runs_do_not_overlap(lines: list[list[str]], killed: str | None = None) -> None:
    runner: str | None = None
    for word, process in lines:
        if word == "start":
            assert runner in {None, killed}
            runner = process
        elif word == "batch":
            assert process == runner
        elif word == "end":
            runner = None
