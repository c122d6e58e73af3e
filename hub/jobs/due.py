"""When a job is due: cron or interval, in the job's time zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from hub.errors import ConfigurationError

# An interval counts from a fixed moment, so that every process agrees on the due times.
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_WINDOWS = tuple(timedelta(days=days) for days in (1 / 24, 1, 32, 370, 8 * 366))


class Missed(StrEnum):
    """What happens to due times that passed while nothing ran."""

    RUN_ONCE = "run_once"  # one run, however many were missed
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A job with its rhythm: either `cron` (five fields, in `timezone`) or `every`.

    Where the clock is put back, a time that comes twice is due once; where it is put forward, a time that
    does not exist is due at the same distance from midnight by the clock before.
    """

    name: str
    cron: str | None
    every: timedelta | None
    timezone: str = "UTC"
    missed: Missed = Missed.RUN_ONCE

    def trigger(self) -> BaseTrigger:
        """The library's trigger; `ConfigurationError` when the cron text makes no sense."""
        zone = ZoneInfo(self.timezone)
        if self.every is not None:
            return IntervalTrigger(seconds=int(self.every.total_seconds()), start_date=_EPOCH, timezone=UTC)
        try:
            return CronTrigger.from_crontab(self.cron, timezone=zone)
        except (ValueError, TypeError) as error:
            raise ConfigurationError(
                "bad-cron",
                f"`{self.cron}` of job {self.name} is no schedule: {error}",
                hint='five fields: minute hour day month weekday, such as "0 3 * * *"',
            ) from None


def due_times(job: ScheduledJob, after: datetime) -> Iterator[datetime]:
    """Every due time later than `after`, in UTC, ascending."""
    trigger = job.trigger()
    at, shown = after, None
    while True:
        found = trigger.get_next_fire_time(None, (at + timedelta(seconds=1)).astimezone(UTC))
        if found is None:
            return
        at = found.astimezone(UTC)
        wall = found.replace(tzinfo=None, fold=0)
        if job.every is not None or wall != shown:
            yield at
        shown = wall


def latest_due(job: ScheduledJob, after: datetime, now: datetime) -> datetime | None:
    """The last due time after `after` that is not later than `now`."""
    for window in _WINDOWS:  # the shortest that holds one: years of missed minutes are not counted through
        start = max(after, now - window)
        latest = None
        for due in due_times(job, start):
            if due > now:
                break
            latest = due
        if latest is not None or start == after:
            return latest
    return None


def next_due(job: ScheduledJob, after: datetime) -> datetime | None:
    return next(due_times(job, after), None)
