"""The scheduler wakes jobs, side by side, and ends when it is asked to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import pytest

from hub.domain.runs import RunState
from hub.jobs.due import ScheduledJob
from hub.jobs.schedule import DueTimes, Scheduler, upcoming
from hub.jobs.stop import StopSign
from hub.jobs.turn import RUN
from hub.store import runs, schedule
from hub.store.engine import Store
from hub.store.leases import hold
from hub.store.opening import open_store

SECOND = timedelta(seconds=1)
EVERY_SECOND = ScheduledJob("a", None, SECOND)


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'hub.db'}")
    yield store
    store.close()


@dataclass
class Running:
    """A scheduler in a thread of its own, and what is heard of it."""

    store: Store
    jobs: list[ScheduledJob]
    work: Callable[[ScheduledJob, Callable[[], bool]], None] = lambda _job, _stopping: None
    grace: timedelta = 10 * SECOND
    told: list[tuple[str, str]] = field(default_factory=list)
    all_ended: bool | None = None

    def __enter__(self) -> Self:
        self.scheduler = Scheduler(
            self.store,
            RealClock(),
            self.jobs,
            self.work,
            lambda job, sentence: self.told.append((job, sentence)),
            pulse=SECOND / 5,
        )
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        return self

    def _run(self) -> None:
        self.all_ended = self.scheduler.run(self.grace)

    def __exit__(self, *_error: object) -> None:
        self.scheduler.stop.set()
        self.thread.join(20)
        assert not self.thread.is_alive()


def _soon(true: Callable[[], bool]) -> None:
    """Waits until something is true."""
    until = time.monotonic() + 15
    while not true():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


def _missed(store: Store, *names: str) -> None:
    with store.writing() as connection:
        for name in names:
            schedule.set_last_due(connection, name, datetime.now(UTC) - timedelta(days=3))


def test_a_job_runs_at_its_due_times(store: Store) -> None:
    ran: list[str] = []
    with Running(store, [EVERY_SECOND], lambda job, _stopping: ran.append(job.name)) as running:
        _soon(lambda: len(ran) >= 2)
    assert running.all_ended is True
    assert ("a", "done") in running.told


def test_a_missed_run_is_made_up_for_at_the_start(store: Store) -> None:
    _missed(store, "nightly")
    ran = threading.Event()
    job = ScheduledJob("nightly", "0 3 * * *", None)
    with Running(store, [job], lambda _job, _stopping: ran.set()):
        _soon(ran.is_set)


def test_a_long_job_does_not_hold_up_another(store: Store) -> None:
    _missed(store, "long", "short")
    jobs = [ScheduledJob("long", "0 3 * * *", None), ScheduledJob("short", "0 3 * * *", None)]
    release, short_ran = threading.Event(), threading.Event()

    def work(job: ScheduledJob, _stopping: Callable[[], bool]) -> None:
        if job.name == "long":
            release.wait(15)
        else:
            short_ran.set()

    with Running(store, jobs, work):
        _soon(short_ran.is_set)
        release.set()


def test_a_job_that_raises_does_not_end_the_scheduler(store: Store) -> None:
    tries: list[int] = []

    def work(_job: ScheduledJob, _stopping: Callable[[], bool]) -> None:
        tries.append(1)
        raise ValueError("Jeanne")

    with Running(store, [EVERY_SECOND], work) as running:
        _soon(lambda: len(tries) >= 2)
    failed = runs.newest(store, job=RUN)[0]
    assert (failed.state, failed.code) == (RunState.FAILED, "unexpected")
    assert "Jeanne" not in str(running.told)


def test_stopping_asks_the_running_job_and_starts_nothing_more(store: Store) -> None:
    _missed(store, "a")
    started, batches = threading.Event(), []

    def work(_job: ScheduledJob, stopping: Callable[[], bool]) -> None:
        started.set()
        while not stopping():
            batches.append(1)
            time.sleep(0.02)

    with Running(store, [EVERY_SECOND], work) as running:
        _soon(started.is_set)
        running.scheduler.stop.set()
        _soon(lambda: running.all_ended is not None)
        ended_with = len(batches)
        time.sleep(1.2)
        assert len(batches) == ended_with
    assert running.all_ended is True
    assert [state for _job, state in running.told if state == "started"] == ["started"]


def test_a_job_that_does_not_heed_the_stop_is_waited_for_no_longer_than_the_grace(store: Store) -> None:
    _missed(store, "a")
    started, release = threading.Event(), threading.Event()

    def deaf(_job: ScheduledJob, _stopping: Callable[[], bool]) -> None:
        started.set()
        release.wait(15)

    with Running(store, [EVERY_SECOND], deaf, grace=SECOND / 5) as running:
        _soon(started.is_set)
        running.scheduler.stop.set()
        _soon(lambda: running.all_ended is not None)
        assert running.all_ended is False
        release.set()
        _soon(lambda: runs.newest(store, job=RUN)[0].state is not RunState.RUNNING)
        _soon(lambda: not running.scheduler._going)


def test_a_job_that_another_process_runs_is_looked_at_again_before_its_next_due_time(store: Store) -> None:
    _missed(store, "nightly")
    ran = threading.Event()
    job = ScheduledJob("nightly", "0 3 * * *", None)
    elsewhere = ("nightly", "another process is running it")
    other = ExitStack()
    other.enter_context(hold(store, RealClock(), "job nightly"))
    with Running(store, [job], lambda _job, _stopping: ran.set()) as running:
        _soon(lambda: elsewhere in running.told)
        time.sleep(0.5)
        assert not ran.is_set()
        other.close()  # it was killed before it could say that it ran
        _soon(ran.is_set)
    assert running.told.count(elsewhere) == 1


def test_what_comes_next_is_told_for_each_job(store: Store) -> None:
    with store.writing() as connection:
        schedule.set_paused(connection, "nightly", paused=True)
    (one,) = upcoming(store, RealClock(), [ScheduledJob("nightly", "0 3 * * *", None, "Europe/Paris")])
    assert one.paused
    assert one.last_due is None
    assert one.next_due is not None
    assert datetime.now(UTC) < one.next_due <= datetime.now(UTC) + timedelta(hours=25)


def test_a_year_asleep_is_one_wake(store: Store) -> None:
    job = ScheduledJob("minutely", "* * * * *", None)
    now = datetime(2027, 3, 1, 12, 0, 30, tzinfo=UTC)
    woken = DueTimes(job).get_next_fire_time(now - timedelta(days=365), now)
    assert woken == datetime(2027, 3, 1, 12, 1, tzinfo=UTC)


def test_a_stop_sign_that_is_set_does_not_wait() -> None:
    sign = StopSign()
    assert not sign.is_set()
    sign.set()
    sign.wait()
    assert sign.is_set()
