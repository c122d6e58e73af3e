"""Cron expressions mean what crontab(5) says, also when the clock changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.jobs.cron import parse_cron

PARIS = "Europe/Paris"


def _shown(text: str, start: str, count: int, zone: str = PARIS) -> list[str]:
    after = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    found = islice(parse_cron(text, zone).due_times(after), count)
    return [f"{due.astimezone(ZoneInfo(zone)):%a %m-%d %H:%M %z}" for due in found]


@pytest.mark.parametrize(
    ("text", "start", "shown"),
    [
        pytest.param("0 3 * * *", "2026-01-05T03:00", ["Tue 01-06 03:00 +0100"], id="later than, not at"),
        pytest.param("0 3 * * 1", "2026-01-01", ["Mon 01-05 03:00 +0100"], id="1 is Monday"),
        pytest.param("0 3 * * 0", "2026-01-01", ["Sun 01-04 03:00 +0100"], id="0 is Sunday"),
        pytest.param("0 3 * * 7", "2026-01-01", ["Sun 01-04 03:00 +0100"], id="so is 7"),
        pytest.param("0 3 * * MON", "2026-01-01", ["Mon 01-05 03:00 +0100"], id="names in capitals"),
        pytest.param(
            "0 3 * * fri-sun",
            "2026-01-01",
            ["Fri 01-02 03:00 +0100", "Sat 01-03 03:00 +0100", "Sun 01-04 03:00 +0100"],
            id="a span that ends on Sunday",
        ),
        pytest.param(
            "0 3 * * */2",
            "2026-01-03T12:00",
            ["Sun 01-04 03:00 +0100", "Tue 01-06 03:00 +0100", "Thu 01-08 03:00 +0100"],
            id="steps of weekdays begin on Sunday",
        ),
        pytest.param(
            "0 0 13 * 5",
            "2026-01-01",
            ["Fri 01-02 00:00 +0100", "Fri 01-09 00:00 +0100", "Tue 01-13 00:00 +0100"],
            id="day and weekday: either",
        ),
        pytest.param(
            "0 0 */2 * 5", "2026-01-01", ["Fri 01-09 00:00 +0100"], id="a day of * and weekday: both"
        ),
        pytest.param("@weekly", "2026-01-01", ["Sun 01-04 00:00 +0100"], id="weekly"),
        pytest.param("@Daily", "2026-01-01", ["Fri 01-02 00:00 +0100"], id="daily"),
        pytest.param("0 0 29 2 *", "2026-01-01", ["Tue 02-29 00:00 +0100"], id="the next leap day"),
    ],
)
def test_an_expression_means_what_crontab_says(text: str, start: str, shown: list[str]) -> None:
    assert _shown(text, start, len(shown)) == shown


@pytest.mark.parametrize(
    ("text", "start", "shown"),
    [
        pytest.param(
            "0 3 * * *", "2026-03-28T12:00", ["Sun 03-29 03:00 +0200", "Mon 03-30 03:00 +0200"], id="spring"
        ),
        pytest.param(
            "0 3 * * *", "2026-10-24T12:00", ["Sun 10-25 03:00 +0100", "Mon 10-26 03:00 +0100"], id="autumn"
        ),
        pytest.param(
            "30 2 * * *",
            "2026-03-28T12:00",
            ["Sun 03-29 03:00 +0200", "Mon 03-30 02:30 +0200"],
            id="a time that does not exist is due when the clock jumps",
        ),
        pytest.param(
            "30 2 * * *",
            "2026-10-24T12:00",
            ["Sun 10-25 02:30 +0200", "Mon 10-26 02:30 +0100"],
            id="a time that comes twice is due the first time",
        ),
        pytest.param(
            "0 * * * *",
            "2026-10-25T01:30",
            ["Sun 10-25 02:00 +0200", "Sun 10-25 02:00 +0100", "Sun 10-25 03:00 +0100"],
            id="every hour is due in both hours that look the same",
        ),
        pytest.param(
            "30 */2 * * *",
            "2026-03-29T00:40",
            ["Sun 03-29 04:30 +0200"],
            id="every second hour leaves out the one that does not exist",
        ),
    ],
)
def test_when_the_clock_changes(text: str, start: str, shown: list[str]) -> None:
    assert _shown(text, start, len(shown)) == shown


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("0 3 * *", "five fields", id="four fields"),
        pytest.param("0 0 3 * * *", "five fields", id="six fields"),
        pytest.param("", "five fields", id="nothing"),
        pytest.param("@never", "five fields", id="an unknown short form"),
        pytest.param("61 3 * * *", "61", id="a minute that is none"),
        pytest.param("* * * foo *", "foo", id="a month that is none"),
        pytest.param("* * * * 8", "weekday", id="a weekday that is none"),
        pytest.param("* * * * mo", "weekday", id="half a weekday"),
        pytest.param("* * * * ,", "weekday", id="no weekday"),
        pytest.param("* * * * mon/x", "step", id="a step that is none"),
        pytest.param("* * * * mon/0", "step", id="a step of nothing"),
        pytest.param("* * * * fri-tue", "backwards", id="a span that runs backwards"),
        pytest.param("0 3 30 2 *", "never comes", id="a day that never comes"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_cron(text, "UTC")


@dataclass(frozen=True)
class Fields:
    """A cron expression and, independently of its text, the wall clock times that it stands for."""

    minutes: frozenset[int]
    hours: frozenset[int]
    hour_text: str
    days: frozenset[int] | None
    weekdays: frozenset[int] | None  # Sunday is 0

    @property
    def text(self) -> str:
        parts = [_listed(self.minutes), self.hour_text, _listed(self.days), "*", _listed(self.weekdays)]
        return " ".join(parts)

    def matches(self, wall: datetime) -> bool:
        by_day = self.days is None or wall.day in self.days
        by_weekday = self.weekdays is None or (wall.weekday() + 1) % 7 in self.weekdays
        either = self.days is not None and self.weekdays is not None
        today = (by_day or by_weekday) if either else (by_day and by_weekday)
        return wall.minute in self.minutes and wall.hour in self.hours and today


def _listed(numbers: frozenset[int] | None) -> str:
    return "*" if numbers is None else ",".join(str(n) for n in sorted(numbers))


def _numbers(low: int, high: int) -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.integers(low, high), min_size=1, max_size=3)


_named_hours = _numbers(0, 23).map(lambda hours: (hours, _listed(hours)))
_every_hour = st.integers(1, 5).map(lambda step: (frozenset(range(0, 24, step)), f"*/{step}"))
_fields = st.builds(
    lambda minutes, hours, days, weekdays: Fields(minutes, hours[0], hours[1], days, weekdays),
    _numbers(0, 59),
    st.one_of(_named_hours, _every_hour),
    st.none() | _numbers(1, 31),
    st.none() | _numbers(0, 6),
)
# a zone and a moment at which its clock changes
_CHANGES = [
    (PARIS, datetime(2026, 3, 29, 1, tzinfo=UTC)),
    (PARIS, datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),  # by half an hour
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),  # a whole day was left out
    ("America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),  # at midnight
]
_MINUTE = timedelta(minutes=1)


def _expected(fields: Fields, zone: ZoneInfo, after: datetime, until: datetime) -> set[datetime]:
    """By looking at the clock every minute."""
    due: set[datetime] = set()
    seen: set[datetime] = set()
    moment = (after - timedelta(days=1)).replace(second=0)
    previous: datetime | None = None
    while moment <= until:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        if fields.hour_text.startswith("*"):
            hit = fields.matches(wall)
        else:
            jumped = _between(previous, wall)
            hit = any(fields.matches(shown) and shown not in seen for shown in [*jumped, wall])
            seen.update([*jumped, wall])
        if hit and moment > after:
            due.add(moment)
        previous, moment = wall, moment + _MINUTE
    return due


def _between(previous: datetime | None, wall: datetime) -> list[datetime]:
    if previous is None:
        return []
    return [previous + _MINUTE * n for n in range(1, (wall - previous) // _MINUTE)]


@settings(deadline=None)  # the machine may be busy
@given(_fields, st.sampled_from(_CHANGES), st.integers(-1500, 1500))
@example(Fields(frozenset({30}), frozenset(range(0, 24, 2)), "*/2", None, None), _CHANGES[0], -100)
@example(Fields(frozenset({0}), frozenset(range(24)), "*/1", None, frozenset({1})), _CHANGES[0], -1)
@example(Fields(frozenset({0, 30}), frozenset({2, 3}), "2,3", None, None), _CHANGES[0], 5)
def test_due_times_are_those_found_by_looking_at_the_clock_every_minute(
    fields: Fields, change: tuple[str, datetime], offset: int
) -> None:
    zone, moment = change
    after = moment + timedelta(minutes=offset)
    until = after + timedelta(hours=50)
    found = takewhile(lambda due: due <= until, parse_cron(fields.text, zone).due_times(after))
    assert list(found) == sorted(_expected(fields, ZoneInfo(zone), after, until))
