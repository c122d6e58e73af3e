"""One turn of a scheduled job: run it for its latest due time, unless somebody has.

A due time is handled under the job's lease, and counts as handled when its run has ended, however it ended.
So two schedulers on one store share the work, a restart neither repeats nor loses a due time, and a process
that was killed in the middle leaves the due time to the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Final

from hub.domain.runs import RunState
from hub.errors import ConflictError, FatalError, HubError
from hub.jobs.due import Owed, ScheduledJob, due_times, owed
from hub.ports import Clock
from hub.store import runs, schedule
from hub.store.engine import Store
from hub.store.leases import Lease, hold

# Runs a job; asks the function it is given at each batch whether to stop.
Runner = Callable[[ScheduledJob, Callable[[], bool]], None]

# The name of these runs, beside those of the pulls, resolves and pushes that a job consists of.
RUN: Final = "schedule"
# A last due time further ahead than this was written by a clock that was wrong.
_AHEAD: Final = timedelta(hours=1)


class Outcome(StrEnum):
    NOT_DUE = "not due"
    ELSEWHERE = "another process is running it"
    LET_GO = "missed, and not made up for"
    DONE = "done"
    FAILED = "failed"
    CUT_SHORT = "stopped before its end; it goes on at the next start"


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of a turn. `missed` due times passed before it, `overrun` ones while it ran."""

    outcome: Outcome
    missed: int = 0
    overrun: int = 0
    error: HubError | None = None


@dataclass(slots=True)
class Going:
    """A turn that is going on, as others see it. `lease` is set while it holds the job."""

    stopping: Callable[[], bool]
    lease: Lease | None = None
    lost: bool = False
    heeded: bool = False

    def asked(self) -> bool:
        """Whether to stop at this batch; that it said yes is remembered, for then the run is not whole."""
        self.heeded = self.heeded or self.lost or self.stopping()
        return self.heeded

    def renew(self) -> None:
        """Holds on to the job. The run is asked to stop when another process has taken it over."""
        lease = self.lease
        if lease is not None:
            try:
                lease.renew()
            except ConflictError:
                self.lost = self.lease is not None


def is_owed(store: Store, clock: Clock, job: ScheduledJob) -> bool:
    """Whether a turn would do anything, as far as can be told without the job's lease."""
    with store.reading() as connection:
        last, paused = schedule.last_due(connection, job.name), schedule.is_paused(connection, job.name)
    now = clock.now()
    if last is None or last > now + _AHEAD:
        return True
    return not paused and owed(job, last, now) is not None


def take_turn(store: Store, clock: Clock, job: ScheduledJob, runner: Runner, going: Going) -> Turn:
    """Runs the job if it is due and nobody else runs it. Raises only what the store raises."""
    if not is_owed(store, clock, job):
        return Turn(Outcome.NOT_DUE)
    try:
        with hold(store, clock, f"job {job.name}") as going.lease:
            return _under_lease(store, clock, job, runner, going)
    except ConflictError as error:
        if error.code != "already-running":
            raise
        return Turn(Outcome.ELSEWHERE)
    finally:
        going.lease = None


def _under_lease(store: Store, clock: Clock, job: ScheduledJob, runner: Runner, going: Going) -> Turn:
    with store.writing() as connection:
        now = clock.now()
        last = schedule.last_due(connection, job.name)
        if last is None or last > now + _AHEAD:
            schedule.set_last_due(connection, job.name, now)  # a job seen for the first time missed nothing
            return Turn(Outcome.NOT_DUE)
        paused = schedule.is_paused(connection, job.name)
    found = None if paused else owed(job, last, now)
    if found is None:
        return Turn(Outcome.NOT_DUE)
    return _run(store, clock, job, runner, going, found) if found.runs else _let_go(store, clock, job, found)


def _run(store: Store, clock: Clock, job: ScheduledJob, runner: Runner, going: Going, found: Owed) -> Turn:
    overrun: list[datetime] = []
    failure: HubError | None = None
    try:
        with runs.started(store, clock, RUN, job.name) as run:
            _count(store, run, ran=1, missed=found.missed)
            try:
                runner(job, going.asked)
            finally:
                overrun = _passed(job, found.due, clock.now())
                _count(store, run, ran=1, missed=found.missed, overrun=len(overrun))
            run.state = RunState.PARTLY if going.heeded else RunState.DONE
    except HubError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - one job's fault must not end the scheduler
        # a foreign exception may carry a customer's data in its text: only its kind is kept
        failure = FatalError("unexpected", f"an unexpected error ({type(error).__name__})")
    if going.heeded:
        return Turn(Outcome.CUT_SHORT, found.missed, error=failure)
    _handled(store, job, max([found.due, *overrun]))
    outcome = Outcome.DONE if failure is None else Outcome.FAILED
    return Turn(outcome, found.missed, len(overrun), failure)


def _let_go(store: Store, clock: Clock, job: ScheduledJob, found: Owed) -> Turn:
    with runs.started(store, clock, RUN, job.name) as run:
        _count(store, run, ran=0, missed=found.missed)
    _handled(store, job, found.due)
    return Turn(Outcome.LET_GO, found.missed)


def _passed(job: ScheduledJob, after: datetime, now: datetime) -> list[datetime]:
    """The due times that came while the job ran; they are skipped, for it was running."""
    return list(takewhile(lambda due: due <= now, due_times(job, after)))


def _handled(store: Store, job: ScheduledJob, due: datetime) -> None:
    """Remembers it. Never goes back: another process may have taken over and gone on."""
    with store.writing() as connection:
        last = schedule.last_due(connection, job.name)
        schedule.set_last_due(connection, job.name, due if last is None else max(due, last))


def _count(store: Store, run: runs.RunLog, *, ran: int, missed: int, overrun: int = 0) -> None:
    with store.writing() as connection:
        run.count(connection, {"ran": ran, "missed": missed, "overrun": overrun})
