"""`hub schedule`: jobs that run by themselves."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime, tzinfo
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.app import AsJson, app_of
from cli.exits import Exit
from cli.jobs import run_job
from cli.signals import stop_when_asked
from hub.errors import ConfigurationError
from hub.jobs.due import ScheduledJob
from hub.jobs.schedule import Scheduler, Upcoming, pause, resume, upcoming

if TYPE_CHECKING:
    from cli.wiring import Hub

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
            one.job.rhythm,
            one.job.timezone if one.job.cron else "",
            _shown(one.next_due, one.job, hub.zone),
            _shown(one.last_due, one.job, hub.zone),
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

    def told(job: str, sentence: str) -> None:
        output.say(f"{datetime.now(hub.zone):%Y-%m-%d %H:%M:%S %Z} {job}: {sentence}")

    def run(job: ScheduledJob, stopping: Callable[[], bool]) -> None:
        run_job(hub, output, job.name, stopping)

    scheduler = Scheduler(hub.store, hub.clock, jobs, run, told)
    with stop_when_asked(scheduler.stop):
        told("scheduler", f"running {len(jobs)} jobs")
        all_ended = scheduler.run()
    if not all_ended:
        told("scheduler", "stopped in the middle of a batch; the next start does it again")
        sys.stderr.flush()
        os._exit(Exit.DONE)  # a thread that still runs would keep the process
    told("scheduler", "stopped")
    raise typer.Exit(Exit.DONE)


@schedule_app.command("pause")
def schedule_pause(context: typer.Context, job: JobName) -> None:
    """Let a job's due times pass without a run."""
    app = app_of(context)
    hub = app.hub()
    pause(hub.store, _known(hub, job))
    app.output().say(f"{job} is paused; `hub schedule resume {job}` lets it run again")


@schedule_app.command("resume")
def schedule_resume(context: typer.Context, job: JobName) -> None:
    """Let a paused job run again, from its next due time on."""
    app = app_of(context)
    hub = app.hub()
    resume(hub.store, hub.clock, _known(hub, job))
    app.output().say(f"{job} runs again")


def _known(hub: Hub, job: str) -> str:
    names = [one.name for one in hub.scheduled_jobs()]
    if job not in names:
        near = get_close_matches(job, names, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"jobs: {', '.join(names) or 'none'}"
        raise ConfigurationError("unknown-job", f"there is no job `{job}`", hint=hint)
    return job


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


def _shown(moment: datetime | None, job: ScheduledJob, zone: tzinfo) -> str:
    """In the job's time zone, where its cron text is read; an interval's in that of the project."""
    return (
        moment.astimezone(ZoneInfo(job.timezone) if job.cron else zone).strftime("%Y-%m-%d %H:%M:%S %Z")
        if moment
        else ""
    )
