"""`hub schedule`: jobs that run by themselves."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType
from typing import Annotated, Any

import typer

from cli.app import AsJson, app_of
from cli.exits import Exit
from cli.jobs import run_job
from hub.errors import ConfigurationError
from hub.jobs.due import ScheduledJob
from hub.jobs.schedule import Scheduler, Upcoming, upcoming
from hub.store import schedule

schedule_app = typer.Typer(no_args_is_help=True, help="Jobs that run by themselves.")

JobName = Annotated[str, typer.Argument(metavar="JOB", help="The job's name in hub.yaml.")]


@schedule_app.command("list")
def schedule_list(context: typer.Context, as_json: AsJson = False) -> None:
    """The jobs with their next due time."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    found = upcoming(hub.store, hub.clock, hub.scheduled_jobs())
    if as_json:
        output.data([_as_json(one) for one in found])
    heads = ("job", "rhythm", "time zone", "next", "last handled", "missed", "paused")
    rows = [
        (
            one.job.name,
            one.job.cron or f"every {one.job.every}",
            one.job.timezone,
            _local(one.next_due),
            _local(one.last_due),
            one.job.missed.value,
            "yes" if one.paused else "",
        )
        for one in found
    ]
    output.table(heads, rows)


@schedule_app.command("run")
def schedule_run(context: typer.Context) -> None:
    """Run the jobs at their times until stopped (Ctrl-C or SIGTERM)."""
    app = app_of(context)
    output, hub = app.output(), app.hub()
    jobs = hub.scheduled_jobs()
    if not jobs:
        raise ConfigurationError(
            "no-jobs", "hub.yaml schedules no job", hint="add one under `schedule: jobs:`"
        )
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)

    def told(job: str, sentence: str) -> None:
        output.say(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z {job}: {sentence}")

    def run(job: ScheduledJob, stopping: Callable[[], bool]) -> None:
        run_job(hub, output, job.name, stopping)

    told("scheduler", f"running {len(jobs)} jobs")
    Scheduler(hub.store, hub.clock, jobs, run, told, stop).run()
    told("scheduler", "stopped")
    raise typer.Exit(Exit.DONE)


@schedule_app.command("pause")
def schedule_pause(context: typer.Context, job: JobName) -> None:
    """Let a job's due times pass without a run."""
    _set_paused(context, job, paused=True)


@schedule_app.command("resume")
def schedule_resume(context: typer.Context, job: JobName) -> None:
    """Let a paused job run again, from its next due time on."""
    _set_paused(context, job, paused=False)


def _set_paused(context: typer.Context, job: str, *, paused: bool) -> None:
    app = app_of(context)
    hub = app.hub()
    names = [one.name for one in hub.scheduled_jobs()]
    if job not in names:
        raise ConfigurationError(
            "unknown-job", f"there is no job {job}", hint=f"jobs: {', '.join(names) or 'none'}"
        )
    with hub.store.writing() as connection:
        schedule.set_paused(connection, job, paused=paused)
    app.output().say(f"{job} is {'paused' if paused else 'running again'}")


def _as_json(one: Upcoming) -> dict[str, Any]:
    return {
        "job": one.job.name,
        "cron": one.job.cron,
        "every_seconds": one.job.every.total_seconds() if one.job.every else None,
        "timezone": one.job.timezone,
        "missed": one.job.missed.value,
        "next_due": one.next_due.isoformat() if one.next_due else None,
        "last_due": one.last_due.isoformat() if one.last_due else None,
        "paused": one.paused,
    }


def _local(moment: datetime | None) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M %Z") if moment else ""
