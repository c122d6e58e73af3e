"""When a scheduled job is due, and what it owes when due times have passed. Pure: no store, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import count, islice, takewhile
from typing import Final

from hub.jobs.cron import parse_cron

# Intervals count from one fixed moment (a Monday), so that all processes and restarts agree on the due times.
_EPOCH: Final = datetime(2020, 1, 6, tzinfo=UTC)
# A due time that is handled later than this was missed.
PUNCTUAL: Final = timedelta(seconds=60)
# More missed due times than this are not counted, for nobody needs the number.
_COUNTED: Final = 1000
_UNITS: Final = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


class Missed(StrEnum):
    """What happens to due times that passed while nothing ran."""

    RUN_ONCE = "run_once"  # one run, however many were missed
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A job with its rhythm: either `cron` (see `hub.jobs.cron`, in `timezone`) or `every`.

    An interval is time that passes, whatever clocks do: `15m` is due on the quarter hours of UTC. Raises
    `ValueError` with a sentence when the cron text makes no sense.
    """

    name: str
    cron: str | None
    every: timedelta | None
    timezone: str = "UTC"
    missed: Missed = Missed.RUN_ONCE

    @property
    def rhythm(self) -> str:
        """The rhythm as people write it: `0 3 * * *`, `every 15m`."""
        if self.every is None:
            return self.cron or ""
        seconds = int(self.every.total_seconds())
        length, unit = next((n, unit) for n, unit in _UNITS if seconds % n == 0)
        return f"every {seconds // length}{unit}"

    def __post_init__(self) -> None:
        if self.every is None:
            parse_cron(self.cron or "", self.timezone)


@dataclass(frozen=True, slots=True)
class Owed:
    """The latest due time that nobody has handled; `missed` counts those before it (up to a thousand).

    `runs` is false when the job lets missed due times go and this one was missed too.
    """

    due: datetime
    missed: int
    runs: bool


def due_times(job: ScheduledJob, after: datetime) -> Iterator[datetime]:
    """Every due time later than `after`, in UTC, ascending."""
    if job.every is not None:
        every, first = job.every, (after - _EPOCH) // job.every + 1
        return (_EPOCH + every * number for number in count(first))
    return parse_cron(job.cron or "", job.timezone).due_times(after)


def next_due(job: ScheduledJob, after: datetime) -> datetime | None:
    return next(due_times(job, after), None)


def latest_due(job: ScheduledJob, after: datetime, now: datetime) -> datetime | None:
    """The last due time after `after` that is not later than `now`."""
    window = timedelta(hours=1)
    while True:  # backwards in growing windows: a job of every minute may have been away for a year
        start = max(after, now - window)
        latest = None
        for due in takewhile(lambda due: due <= now, due_times(job, start)):
            latest = due
        if latest is not None or start == after:
            return latest
        window *= 8


def owed(job: ScheduledJob, last_due: datetime, now: datetime) -> Owed | None:
    """What the job owes at `now` when `last_due` was handled last; None when it is not due."""
    due = latest_due(job, last_due, now)
    if due is None:
        return None
    passed = islice(takewhile(lambda one: one < due, due_times(job, last_due)), _COUNTED)
    late = now - due > PUNCTUAL
    lets_go = late and job.missed is Missed.SKIP
    return Owed(due, sum(1 for _ in passed) + int(lets_go), runs=not lets_go)
