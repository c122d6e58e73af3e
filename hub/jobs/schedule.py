"""Schedule: jobs run by themselves, each due time once, whatever processes come and go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobSubmissionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from hub.errors import ConflictError, HubError
from hub.jobs.due import Missed, ScheduledJob, latest_due, next_due
from hub.ports import Clock
from hub.store import schedule
from hub.store.engine import Store
from hub.store.leases import hold

# Runs a job; asks the function it is given at each batch whether to stop.
Runner = Callable[[ScheduledJob, Callable[[], bool]], None]
# Hears what the scheduler does: the job's name and a sentence.
Told = Callable[[str, str], None]

GRACE: Final = timedelta(seconds=30)


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


@dataclass(slots=True)
class Scheduler:
    """Runs jobs at their due times until it is told to stop.

    One run of a job at a time, also across processes: a due time is handled under the job's lease, and the
    store remembers which was handled last, so two schedulers on one store share the work and a restart
    neither repeats nor loses a due time. A due time counts as handled when its run has ended, however it
    ended; a process that was killed in the middle leaves it to the next one, if the job catches up at all.
    """

    store: Store
    clock: Clock
    jobs: Sequence[ScheduledJob]
    runner: Runner
    told: Told
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, grace: timedelta = GRACE) -> None:
        """Blocks until `stop` is set; then starts nothing new and gives what runs `grace` to end a batch."""
        scheduler = BackgroundScheduler(timezone="UTC")
        scheduler.add_listener(self._overran, EVENT_JOB_MAX_INSTANCES)
        for job in self.jobs:
            trigger = job.trigger()
            self._begin(job)
            scheduler.add_job(
                self.handle,
                trigger,
                args=[job],
                id=job.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        catching_up = threading.Thread(target=self._catch_up, name="catch-up", daemon=True)
        scheduler.start()
        catching_up.start()
        self.stop.wait()
        self.told("scheduler", "stopping at the next batch")
        ending = threading.Thread(target=scheduler.shutdown, daemon=True)
        ending.start()
        for thread in (ending, catching_up):
            thread.join(grace.total_seconds())

    def handle(self, job: ScheduledJob) -> None:
        """Runs the job for its latest due time, if nobody has; an error is told and ends only this run."""
        if self.stop.is_set():
            return
        try:
            with hold(self.store, self.clock, f"job {job.name}"):
                self._run_due(job)
        except ConflictError as error:
            if error.code != "already-running":
                raise
            self.told(job.name, "skipped: the run before is still going")

    def _run_due(self, job: ScheduledJob) -> None:
        with self.store.reading() as connection:
            last = schedule.last_due(connection, job.name) or self.clock.now()
            paused = schedule.is_paused(connection, job.name)
        due = latest_due(job, last, self.clock.now())
        if due is None:
            return
        if not paused:
            self.told(job.name, "started")
            try:
                self.runner(job, self.stop.is_set)
                self.told(job.name, "done")
            except HubError as error:
                self.told(job.name, f"failed: {error}")
            except Exception as error:  # noqa: BLE001 - one job's fault must not end the scheduler
                self.told(job.name, f"failed: an unexpected error ({type(error).__name__})")
        if not self.stop.is_set():
            self._handled(job, due)

    def _begin(self, job: ScheduledJob) -> None:
        """A job seen for the first time has missed nothing; one that skips what it missed forgets it now."""
        with self.store.writing() as connection:
            last = schedule.last_due(connection, job.name)
            if last is None:
                schedule.set_last_due(connection, job.name, self.clock.now())
            elif job.missed is Missed.SKIP and (due := latest_due(job, last, self.clock.now())):
                schedule.set_last_due(connection, job.name, due)

    def _catch_up(self) -> None:
        for job in self.jobs:
            self.handle(job)

    def _handled(self, job: ScheduledJob, due: datetime) -> None:
        with self.store.writing() as connection:
            schedule.set_last_due(connection, job.name, due)

    def _overran(self, event: JobSubmissionEvent) -> None:
        self.told(event.job_id, "skipped: the run before is still going")
