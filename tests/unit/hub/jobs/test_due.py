"""When a job is due, and what it owes after it could not run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.jobs.due import PUNCTUAL, Missed, Owed, ScheduledJob, due_times, latest_due, next_due, owed

QUARTER = ScheduledJob("quarter", None, timedelta(minutes=15))
NIGHTLY = ScheduledJob("nightly", "0 3 * * *", None, "Europe/Paris")
START = datetime(2026, 3, 2, 10, 7, tzinfo=UTC)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("every", "first"),
    [
        pytest.param(timedelta(seconds=90), "2026-03-02T10:07:30", id="seconds"),
        pytest.param(timedelta(minutes=15), "2026-03-02T10:15:00", id="on the quarter hour"),
        pytest.param(timedelta(hours=2), "2026-03-02T12:00:00", id="on the even hour"),
        pytest.param(timedelta(days=1), "2026-03-03T00:00:00", id="at midnight in UTC"),
        pytest.param(timedelta(days=7), "2026-03-09T00:00:00", id="on Mondays"),
    ],
)
def test_an_interval_is_due_at_round_times(every: timedelta, first: str) -> None:
    job = ScheduledJob("a", None, every)
    assert list(islice(due_times(job, START), 2)) == [_at(first), _at(first) + every]
    assert next_due(job, _at(first)) == _at(first) + every, "later than, not at"


@pytest.mark.parametrize(
    ("job", "text"),
    [
        pytest.param(NIGHTLY, "0 3 * * *", id="cron"),
        pytest.param(QUARTER, "every 15m", id="minutes"),
        pytest.param(ScheduledJob("a", None, timedelta(seconds=90)), "every 90s", id="seconds"),
        pytest.param(ScheduledJob("a", None, timedelta(hours=48)), "every 2d", id="days"),
    ],
)
def test_a_rhythm_is_told_as_people_write_it(job: ScheduledJob, text: str) -> None:
    assert job.rhythm == text


def test_a_cron_text_without_sense_makes_no_job() -> None:
    with pytest.raises(ValueError, match="five fields"):
        ScheduledJob("a", "0 3", None)


@pytest.mark.parametrize(
    ("job", "away", "expected"),
    [
        pytest.param(QUARTER, timedelta(minutes=8), START.replace(minute=15), id="one due time"),
        pytest.param(QUARTER, timedelta(minutes=3), None, id="none yet"),
        pytest.param(NIGHTLY, timedelta(days=400), _at("2027-04-06T01:00:00"), id="more than a year"),
        pytest.param(
            ScheduledJob("leap", "0 0 29 2 *", None),
            timedelta(days=3000),
            _at("2032-02-29T00:00:00"),
            id="a rare one",
        ),
    ],
)
def test_the_latest_due_time_is_found_however_long_ago(
    job: ScheduledJob, away: timedelta, expected: datetime | None
) -> None:
    assert latest_due(job, START, START + away) == expected


def test_what_was_missed_in_a_year_of_minutes_is_counted_to_a_thousand_only() -> None:
    minutely = ScheduledJob("minutely", "* * * * *", None)
    found = owed(minutely, START, START + timedelta(days=365))
    assert found == Owed(START + timedelta(days=365), 1000, runs=True)


@pytest.mark.parametrize(
    ("missed", "late", "expected"),
    [
        pytest.param(Missed.RUN_ONCE, timedelta(0), Owed(_at("2026-03-02T10:30:00"), 1, runs=True), id="one"),
        pytest.param(
            Missed.RUN_ONCE, timedelta(minutes=14), Owed(_at("2026-03-02T10:30:00"), 1, runs=True), id="late"
        ),
        pytest.param(Missed.SKIP, PUNCTUAL, Owed(_at("2026-03-02T10:30:00"), 1, runs=True), id="in time"),
        pytest.param(
            Missed.SKIP,
            PUNCTUAL + timedelta(seconds=1),
            Owed(_at("2026-03-02T10:30:00"), 2, runs=False),
            id="too late for one that skips",
        ),
    ],
)
def test_what_is_owed_after_two_due_times(missed: Missed, late: timedelta, expected: Owed) -> None:
    job = ScheduledJob("a", None, timedelta(minutes=15), missed=missed)
    assert owed(job, START, _at("2026-03-02T10:30:00") + late) == expected


# What can happen to a scheduler: time passes, it looks, and perhaps it is killed before a run has ended.
_steps = st.lists(
    st.tuples(st.timedeltas(timedelta(seconds=1), timedelta(hours=5)), st.booleans()), min_size=1, max_size=30
)
_rhythms = st.sampled_from([("*/20 * * * *", None), ("0 */2 * * *", None), (None, timedelta(minutes=37))])


@settings(max_examples=40)
@given(_rhythms, st.sampled_from(Missed), _steps)
def test_each_due_time_is_handled_exactly_once_whatever_the_restarts(
    rhythm: tuple[str | None, timedelta | None], missed: Missed, steps: list[tuple[timedelta, bool]]
) -> None:
    job = ScheduledJob("a", rhythm[0], rhythm[1], missed=missed)
    now = last = START
    handled: list[datetime] = []  # one by one, by a run that ended or by being let go
    for passes, killed in steps:
        now += passes
        found = owed(job, last, now)
        if found is None:
            continue
        assert found.runs or now - found.due > PUNCTUAL
        assert not found.runs or missed is Missed.RUN_ONCE or now - found.due <= PUNCTUAL
        if killed:
            continue
        covered = _all(job, last, found.due)
        assert len(covered) == found.missed + int(found.runs)
        handled += covered
        last = found.due
    assert handled == _all(job, START, last)
    assert (owed(job, last, now) is None) == ((next_due(job, last) or now) > now)


def _all(job: ScheduledJob, after: datetime, until: datetime) -> list[datetime]:
    return list(takewhile(lambda due: due <= until, due_times(job, after)))
