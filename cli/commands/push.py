"""`hub push`: plan, show, save, apply, take back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cli.alerting import alert
from cli.app import LAST, AsJson, app_of
from cli.exits import Exit
from cli.output import Output
from cli.pushing import exit_of_pushes, push_all, push_as_json, show_pushes
from cli.saved_plans import read_plan, save_plan
from cli.show import SAMPLE, plan_as_json, show_plan
from cli.wiring import Hub
from hub.errors import ConfigurationError, HubError
from hub.jobs.named import names_of
from hub.jobs.preview import preview
from hub.jobs.push import PushRequest, PushResult, push, stopped_by
from hub.jobs.undo import run_to_undo, undo

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")]
AllowMany = Annotated[bool, typer.Option("--allow-many", help="Lift the guards for this push.")]


def push_command(
    context: typer.Context,
    destinations: Annotated[
        list[str] | None, typer.Argument(help="Destinations to push to; all when none is named.")
    ] = None,
    dry_run: DryRun = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="With --dry-run: save the plan, to apply later."),
    ] = None,
    saved: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="Apply a saved plan; refused if anything has moved."),
    ] = None,
    undone: Annotated[
        int | None,
        typer.Option(
            "--undo", metavar="RUN", help="Take back what that push did, as far as it can be.", **LAST
        ),
    ] = None,
    allow_many: AllowMany = False,
    allow_failed_source: Annotated[
        bool, typer.Option("--allow-failed-source", help="Push though a source failed or came up empty.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Plan what each destination lacks, show it, apply it."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    if out is not None and not dry_run:
        raise ConfigurationError("usage", "--out saves the plan of a --dry-run")
    if saved is not None and (destinations or dry_run or undone is not None):
        raise ConfigurationError(
            "usage", "--plan FILE names its destination; it goes with none of the others"
        )
    hub = app.hub()
    if dry_run:
        names = hub.destination_names(destinations) if undone is None else [run_to_undo(hub.store, undone)]
        requests = [
            hub.push_request(name, allow_many=allow_many, allow_failed_source=allow_failed_source)
            for name in names
        ]
        show_plans(hub, output, requests, out, undone)
        return
    if saved is None and undone is None:
        results, failed = push_all(
            hub, output, destinations, allow_many=allow_many, allow_failed_source=allow_failed_source
        )
        told(output, results, exit_of_pushes(results, failed))
        return
    expect = None
    if saved is not None:
        plan = read_plan(saved)
        undone, expect, destinations = plan.undo, plan.hash, [plan.destination]
    name = run_to_undo(hub.store, undone) if undone is not None else (destinations or [""])[0]
    hub.destination_names([name])
    request = hub.push_request(name, allow_many=allow_many, allow_failed_source=allow_failed_source)
    result = push_one(hub, output, replace(request, expect=expect), undone)
    told(output, {name: result}, exit_of_pushes({name: result}, []))


def push_one(hub: Hub, output: Output, request: PushRequest, undone: int | None) -> PushResult:
    """Applies one plan, a saved one or an undo."""
    try:
        if undone is not None:
            result = undo(hub.store, hub.clock, request, undone)
        else:
            result = push(hub.store, hub.clock, request)
    except HubError as error:
        alert(hub, output, "push", request.name, error)
        raise
    alert(hub, output, "push", request.name, result)
    return result


def told(output: Output, results: dict[str, PushResult], ends: Exit) -> None:
    if output.as_json:
        output.data({name: push_as_json(one) for name, one in results.items()})
    show_pushes(output, results)
    raise typer.Exit(ends)


def show_plans(
    hub: Hub, output: Output, requests: Sequence[PushRequest], out: Path | None, undone: int | None
) -> None:
    """Shows what would be done, and saves it where that is asked for."""
    if out is not None and len(requests) != 1:
        raise ConfigurationError("usage", "a file holds the plan of one destination", hint="name it")
    told = []
    for request in requests:
        plan = preview(hub.store, hub.clock, request, undone)
        stop = stopped_by(hub.store, request, plan) if undone is None else None  # an undo has no guards
        if out is not None:
            save_plan(out, plan, undone)
        with hub.store.reading() as connection:
            names = names_of(connection, (change.identity_id for change in plan.changes[:SAMPLE]))
        show_plan(output, plan, names, stop)
        told.append((plan, stop))
    if output.as_json:
        output.data([{**plan_as_json(plan), "stopped_by": stop and stop.code} for plan, stop in told])
    if out is not None:
        output.say(f"saved; `hub push --plan {out}` applies it, unless something moves before")
