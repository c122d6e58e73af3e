"""Schedule: jobs run by themselves, each due time once, whatever processes come and go.

APScheduler wakes; which due times were handled is the store's to know (`hub.jobs.turn`), so nothing is lost
with the process. Besides their due times all jobs are looked at every half minute: for what a killed process
left open, for what the machine slept through, for what the store was too busy to take.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from hub.errors import HubError
from hub.jobs.due import ScheduledJob, next_due
from hub.jobs.stop import StopSign
from hub.jobs.turn import Going, Outcome, Runner, Turn, is_owed, take_turn
from hub.ports import Clock
from hub.store import schedule
from hub.store.engine import Store

# Hears what the scheduler does: the job's name and a sentence.
Told = Callable[[str, str], None]

GRACE: Final = timedelta(seconds=30)
# Well within a lease's lifetime, for it renews them.
PULSE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A job with its next due time, the last one handled, and whether it is paused."""

    job: ScheduledJob
    next_due: datetime | None
    last_due: datetime | None
    paused: bool


def upcoming(store: Store, clock: Clock, jobs: Sequence[ScheduledJob]) -> list[Upcoming]:
    """What comes next, by job."""
    with store.reading() as connection:
        return [
            Upcoming(
                job,
                next_due(job, clock.now()),
                schedule.last_due(connection, job.name),
                schedule.is_paused(connection, job.name),
            )
            for job in jobs
        ]


def pause(store: Store, job: str) -> None:
    """Lets the job's due times pass from now on. A run that is going on ends as it would."""
    with store.writing() as connection:
        schedule.set_paused(connection, job, paused=True)


def resume(store: Store, clock: Clock, job: str) -> None:
    """Lets a paused job run again, from its next due time on: what passed meanwhile was not missed."""
    with store.writing() as connection:
        if schedule.is_paused(connection, job):
            schedule.set_paused(connection, job, paused=False)
            schedule.set_last_due(connection, job, clock.now())


class DueTimes(BaseTrigger):  # type: ignore[misc]  # the library is not typed
    """A job's due times, as the library asks for them."""

    def __init__(self, job: ScheduledJob) -> None:
        self.job = job

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        # Those between `previous` and `now` are one wake: how many there were, the turn finds by itself.
        return next_due(self.job, max(previous or now, now))


@dataclass(slots=True)
class Scheduler:
    """Runs jobs at their due times until it is told to stop.

    One run of a job at a time, also across processes; different jobs run side by side. A run that is still
    going at the next due time makes that one pass, which is recorded. An error is told and recorded, and
    ends only that run.
    """

    store: Store
    clock: Clock
    jobs: Sequence[ScheduledJob]
    runner: Runner
    told: Told
    stop: StopSign = field(default_factory=StopSign)
    pulse: timedelta = PULSE
    _going: dict[str, Going] = field(default_factory=dict, init=False)
    _changed: threading.Condition = field(default_factory=threading.Condition, init=False)
    _waiting: set[str] = field(default_factory=set, init=False)

    def run(self, grace: timedelta = GRACE) -> bool:
        """Blocks until `stop` is set; then starts nothing new and gives what runs `grace` to end its batch.

        Tells whether everything ended. What did not ended is in a thread that would keep the process: the
        caller may leave all the same (`os._exit`), for killing a job loses nothing.
        """
        scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(self.jobs) + 1)},
            job_defaults={"coalesce": True, "misfire_grace_time": None},
        )
        for job in self.jobs:
            scheduler.add_job(
                self.turn,
                DueTimes(job),
                args=[job],
                id=job.name,
                max_instances=2,
                next_run_time=datetime.now(UTC),
            )
        scheduler.add_job(self._look_around, IntervalTrigger(seconds=self.pulse.total_seconds()), [scheduler])
        scheduler.start()
        self.stop.wait()
        self.told("scheduler", "stopping at the next batch")
        scheduler.shutdown(wait=False)
        return self._all_end(grace)

    def turn(self, job: ScheduledJob) -> None:
        """Gives the job its turn, unless it has one."""
        going = Going(self.stop.is_set)
        with self._changed:
            if self.stop.is_set() or job.name in self._going:
                return
            self._going[job.name] = going
        try:
            self._tell(job, take_turn(self.store, self.clock, job, self._announced, going))
        except HubError as error:
            self.told(job.name, f"put off: {error}")
        finally:
            with self._changed:
                del self._going[job.name]
                self._changed.notify_all()

    def _announced(self, job: ScheduledJob, stopping: Callable[[], bool]) -> None:
        self.told(job.name, "started")
        self.runner(job, stopping)

    def _tell(self, job: ScheduledJob, turn: Turn) -> None:
        if turn.outcome is Outcome.ELSEWHERE:
            if job.name not in self._waiting:
                self.told(job.name, turn.outcome.value)
            self._waiting.add(job.name)
            return
        self._waiting.discard(job.name)
        if turn.outcome is Outcome.NOT_DUE:
            return
        notes = [f"{turn.missed} due times were missed"] if turn.missed else []
        notes += [f"{turn.overrun} due times passed while it ran, and were skipped"] if turn.overrun else []
        notes += [str(turn.error)] if turn.error else []
        self.told(job.name, "; ".join([turn.outcome.value, *notes]))

    def _look_around(self, scheduler: BackgroundScheduler) -> None:
        """Renews what is held, and wakes jobs that owe a run although nobody woke them."""
        with self._changed:
            going = dict(self._going)
        try:
            for one in going.values():
                one.renew()
            for job in self.jobs:
                if job.name not in going and is_owed(self.store, self.clock, job):
                    scheduler.modify_job(job.name, next_run_time=datetime.now(UTC))
        except (HubError, JobLookupError) as error:
            self.told("scheduler", f"could not look after the jobs: {error}")

    def _all_end(self, grace: timedelta) -> bool:
        until = time.monotonic() + grace.total_seconds()
        with self._changed:
            while self._going and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            return not self._going
