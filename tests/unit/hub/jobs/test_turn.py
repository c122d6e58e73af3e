"""A turn of a scheduled job: a due time is handled once, whoever comes and whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.domain.runs import Run, RunState
from hub.errors import ConflictError, RetryableError
from hub.jobs.due import Missed, ScheduledJob
from hub.jobs.schedule import pause, resume
from hub.jobs.turn import RUN, Going, Outcome, Turn, take_turn
from hub.store import runs, schedule
from hub.store.engine import Store
from hub.store.leases import LIFETIME, hold
from hub.store.opening import open_store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURLY = ScheduledJob("hourly", None, HOUR)


@dataclass
class HandClock:
    """A clock that somebody moves by hand."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class Desk:
    """A store and a clock, and what was run at which time."""

    store: Store
    clock: HandClock = field(default_factory=HandClock)
    ran: list[datetime] = field(default_factory=list)

    def turn(
        self,
        job: ScheduledJob = HOURLY,
        work: Callable[[Callable[[], bool]], None] = lambda _stopping: None,
        going: Going | None = None,
    ) -> Turn:
        def runner(_job: ScheduledJob, stopping: Callable[[], bool]) -> None:
            self.ran.append(self.clock.now())
            work(stopping)

        return take_turn(self.store, self.clock, job, runner, going or Going(lambda: False))

    def after(self, passes: timedelta, job: ScheduledJob = HOURLY) -> Turn:
        self.clock.at += passes
        return self.turn(job)

    def recorded(self) -> Run:
        return runs.newest(self.store, job=RUN)[0]

    def last_due(self) -> datetime | None:
        with self.store.reading() as connection:
            return schedule.last_due(connection, HOURLY.name)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = open_store(f"sqlite:///{tmp_path / 'hub.db'}")
    desk = Desk(store)
    desk.turn()
    yield desk
    store.close()


def test_a_job_seen_for_the_first_time_has_missed_nothing(desk: Desk) -> None:
    assert desk.ran == []
    assert desk.last_due() == NOON


def test_a_due_time_is_run_once_and_recorded(desk: Desk) -> None:
    assert desk.after(HOUR) == Turn(Outcome.DONE)
    assert desk.turn() == Turn(Outcome.NOT_DUE)
    assert desk.after(HOUR / 2) == Turn(Outcome.NOT_DUE)
    assert desk.ran == [NOON + HOUR]
    found = desk.recorded()
    assert (found.target, found.state, found.tallies) == (
        "hourly",
        RunState.DONE,
        {"ran": 1, "missed": 0, "overrun": 0},
    )


def test_many_missed_due_times_are_made_up_for_by_one_run(desk: Desk) -> None:
    assert desk.after(5 * HOUR + HOUR / 2) == Turn(Outcome.DONE, missed=4)
    assert desk.turn().outcome is Outcome.NOT_DUE
    assert len(desk.ran) == 1


def test_a_job_that_skips_lets_missed_due_times_go_and_says_so(desk: Desk) -> None:
    skipping = ScheduledJob("hourly", None, HOUR, missed=Missed.SKIP)
    assert desk.after(5 * HOUR + HOUR / 2, skipping) == Turn(Outcome.LET_GO, missed=5)
    assert desk.ran == []
    assert desk.recorded().tallies == {"ran": 0, "missed": 5, "overrun": 0}
    assert desk.after(HOUR / 2, skipping) == Turn(Outcome.DONE)


def test_due_times_that_pass_while_it_runs_are_skipped_and_recorded(desk: Desk) -> None:
    def slow(_stopping: Callable[[], bool]) -> None:
        desk.clock.at += 2.5 * HOUR

    desk.clock.at += HOUR
    assert desk.turn(work=slow) == Turn(Outcome.DONE, overrun=2)
    assert desk.recorded().tallies["overrun"] == 2
    assert desk.turn() == Turn(Outcome.NOT_DUE)
    assert desk.after(HOUR / 2) == Turn(Outcome.DONE)


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        pytest.param(RetryableError("away", "the server is away"), "away", "the server is away", id="ours"),
        pytest.param(
            ZeroDivisionError("Jeanne"), "unexpected", "an unexpected error (ZeroDivisionError)", id="foreign"
        ),
        pytest.param(
            ConflictError("already-running", "pull erp is already running"),
            "already-running",
            "pull erp is already running",
            id="somebody does the same by hand",
        ),
    ],
)
def test_a_job_that_raises_is_recorded_and_runs_again_next_time(
    desk: Desk, error: Exception, code: str, sentence: str
) -> None:
    def fails(_stopping: Callable[[], bool]) -> None:
        raise error

    desk.clock.at += HOUR
    turn = desk.turn(work=fails)
    assert turn.outcome is Outcome.FAILED
    assert turn.error is not None
    assert (turn.error.code, turn.error.sentence) == (code, sentence)
    assert (desk.recorded().state, desk.recorded().code) == (RunState.FAILED, code)
    assert desk.recorded().tallies["ran"] == 1
    assert desk.turn().outcome is Outcome.NOT_DUE, "not tried again at once"
    assert desk.after(HOUR).outcome is Outcome.DONE


def test_a_run_that_heeded_the_stop_goes_on_at_the_next_start(desk: Desk) -> None:
    def heeds(stopping: Callable[[], bool]) -> None:
        assert stopping()

    desk.clock.at += HOUR
    assert desk.turn(work=heeds, going=Going(lambda: True)).outcome is Outcome.CUT_SHORT
    assert desk.recorded().state is RunState.PARTLY
    assert desk.turn().outcome is Outcome.DONE


def test_a_run_that_ended_before_it_heard_of_the_stop_is_not_repeated(desk: Desk) -> None:
    desk.clock.at += HOUR
    assert desk.turn(going=Going(lambda: True)).outcome is Outcome.DONE
    assert desk.turn().outcome is Outcome.NOT_DUE


def test_a_job_that_runs_elsewhere_waits_and_is_owed_until_that_run_has_ended(desk: Desk) -> None:
    desk.clock.at += HOUR
    with hold(desk.store, desk.clock, "job hourly"):
        assert desk.turn() == Turn(Outcome.ELSEWHERE)
    assert desk.turn() == Turn(Outcome.DONE)


def test_a_long_run_keeps_its_lease_as_long_as_it_is_renewed(desk: Desk) -> None:
    going = Going(lambda: False)

    def long(stopping: Callable[[], bool]) -> None:
        for _ in range(3):
            desk.clock.at += LIFETIME * 0.8
            going.renew()
            assert desk.turn() == Turn(Outcome.ELSEWHERE)
        assert not stopping()

    desk.clock.at += HOUR
    assert desk.turn(work=long, going=going).outcome is Outcome.DONE


def test_a_run_whose_lease_was_taken_over_is_asked_to_stop_and_leaves_the_due_time_alone(desk: Desk) -> None:
    going = Going(lambda: False)

    def overtaken(stopping: Callable[[], bool]) -> None:
        desk.clock.at += 2 * LIFETIME
        with hold(desk.store, desk.clock, "job hourly"):
            pass
        going.renew()
        assert stopping()

    desk.clock.at += HOUR
    assert desk.turn(work=overtaken, going=going).outcome is Outcome.CUT_SHORT
    assert desk.last_due() == NOON


def test_what_passes_while_a_job_is_paused_was_not_missed(desk: Desk) -> None:
    pause(desk.store, "hourly")
    assert desk.after(3 * HOUR) == Turn(Outcome.NOT_DUE)
    resume(desk.store, desk.clock, "hourly")
    assert desk.turn() == Turn(Outcome.NOT_DUE)
    assert desk.after(HOUR) == Turn(Outcome.DONE)


def test_resuming_what_is_not_paused_forgets_nothing(desk: Desk) -> None:
    desk.clock.at += HOUR
    resume(desk.store, desk.clock, "hourly")
    assert desk.turn() == Turn(Outcome.DONE)


def test_a_clock_that_ran_years_ahead_does_not_stop_the_job_for_years(desk: Desk) -> None:
    desk.after(timedelta(days=2000))
    desk.clock.at = NOON + HOUR
    assert desk.turn() == Turn(Outcome.NOT_DUE)
    assert desk.after(HOUR) == Turn(Outcome.DONE)


def test_jobs_do_not_disturb_each_other(desk: Desk) -> None:
    other = ScheduledJob("other", None, 2 * HOUR)
    assert desk.turn(other) == Turn(Outcome.NOT_DUE)
    assert desk.after(HOUR) == Turn(Outcome.DONE)
    assert desk.turn(other) == Turn(Outcome.NOT_DUE)
    assert desk.after(HOUR, other) == Turn(Outcome.DONE)
