"""Cron expressions as crontab(5) means them, in a time zone, on APScheduler's cron trigger.

The library counts weekdays from Monday and wants day and weekday to agree; crontab counts from Sunday and is
content with either. What the clock's changes do is ours to define too:

- An expression that names its hours is due once for each time on the wall clock. A time that comes twice is
  due the first time; a time that the clock jumps over is due when it jumps.
- An expression for every hour (its hour field begins with `*`) goes on with time itself: it is due in both of
  the hours that look the same, and not at all in the one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from heapq import merge
from typing import Final
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_SHORT: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_TICK: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)
_Moment = Callable[[datetime, ZoneInfo], datetime | None]


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression in a time zone.

    The triggers are in UTC, which never jumps, and stand for wall clock times: in a zone whose clock changes,
    the library's day after the change may begin an hour late.
    """

    triggers: tuple[CronTrigger, ...]
    zone: ZoneInfo
    every_hour: bool

    def due_times(self, after: datetime) -> Iterator[datetime]:
        """Every due time later than `after`, in UTC, ascending, each once."""
        moments = (_first_showing, _second_showing) if self.every_hour else (_first_showing_or_jump,)
        streams = (self._in_order(trigger, after, moment) for trigger in self.triggers for moment in moments)
        last = after
        for due in merge(*streams):
            if due > last:
                yield due
                last = due

    def _in_order(self, trigger: CronTrigger, after: datetime, moment: _Moment) -> Iterator[datetime]:
        # Begins a day early: times that the clock jumped over lie behind what it shows after the jump.
        wall = trigger.get_next_fire_time(
            None, after.astimezone(self.zone).replace(tzinfo=UTC, fold=0) - _DAY
        )
        while wall is not None:
            due = moment(wall.replace(tzinfo=None), self.zone)
            if due is not None:
                yield due
            wall = trigger.get_next_fire_time(None, wall + _TICK)


@lru_cache(maxsize=256)
def parse_cron(text: str, timezone: str) -> Cron:
    """Five fields (minute hour day month weekday) or a short form such as `@daily`.

    Raises `ValueError` with a sentence when the text makes no sense or names a day that never comes.
    """
    fields = _SHORT.get(text.strip().lower(), text).split()
    if len(fields) != 5:
        raise ValueError(
            f"a cron expression has five fields (minute hour day month weekday), not {len(fields)}"
        )
    minute, hour, day, month, weekday = fields
    days = [(day, _weekdays(weekday))]
    if not day.startswith("*") and not weekday.startswith("*"):
        days = [(day, "*"), ("*", _weekdays(weekday))]
    triggers = tuple(
        CronTrigger(
            minute=minute,
            hour=hour,
            day=one_day,
            month=month,
            day_of_week=one_weekday,
            timezone=UTC,
        )
        for one_day, one_weekday in days
    )
    cron = Cron(triggers, ZoneInfo(timezone), every_hour=hour.startswith("*"))
    if next(cron.due_times(datetime(2000, 1, 1, tzinfo=UTC)), None) is None:
        raise ValueError("that day never comes")
    return cron


def _weekdays(field: str) -> str:
    """A weekday field by the names of its days, which the library and crontab understand alike."""
    return ",".join(
        _WEEKDAYS[number] for number in sorted({n for part in field.split(",") for n in _days(part)})
    )


def _days(part: str) -> list[int]:
    span, slash, step = part.lower().partition("/")
    first, dash, last = span.partition("-")
    if slash and not (step.isdecimal() and int(step)):
        raise ValueError(f"`{part}` has no step after its slash")
    start, end = (0, 6) if span == "*" else (_day(first), _day(last) if dash else _day(first))
    if slash and not dash:
        end = 6  # as crontab: from there on
    if dash and end == 0 < start:
        end = 7  # fri-sun
    if start > end:
        raise ValueError(f"`{part}` runs backwards; a week begins on Sunday (0)")
    return [number % 7 for number in range(start, end + 1, int(step) if slash else 1)]


def _day(name: str) -> int:
    if name in _WEEKDAYS:
        return _WEEKDAYS.index(name)
    if name.isdecimal() and int(name) <= 7:
        return int(name)
    raise ValueError(f"`{name}` is no weekday; they are 0 to 7 (0 and 7 are Sunday), or sun, mon, …")


def _first_showing(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """When the wall clock shows that time, or None where it never does."""
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    return found if _wall(found, zone) == wall else None


def _second_showing(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The same, where it does so twice the second time."""
    return _first_showing(wall.replace(fold=1), zone)


def _first_showing_or_jump(wall: datetime, zone: ZoneInfo) -> datetime:
    """The same, or when it jumps over that time."""
    shown = _first_showing(wall, zone)
    if shown is not None:
        return shown
    late = wall.replace(tzinfo=zone).astimezone(UTC)
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    return late


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
