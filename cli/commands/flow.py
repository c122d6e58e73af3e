"""`hub pull`, `hub resolve` and `hub sync`: the way through the house; `hub push` is in push.py."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.alerting import alert
from cli.app import AsJson, app_of
from cli.deciding import say_waiting
from cli.exits import Exit, exit_for
from cli.output import Output
from cli.pushing import exit_of_pushes, push_all, push_as_json, show_pushes
from cli.rehearsing import check_resolved, rehearse_all
from cli.show_resolve import show_rehearsed, show_resolve
from cli.telling import tell_all
from cli.wiring import Hub
from hub.domain.runs import PullTally
from hub.errors import ConfigurationError, HubError
from hub.jobs.pull import PullResult, pull
from hub.jobs.remap import remap
from hub.jobs.resolve import ResolveResult, resolve

Full = Annotated[bool, typer.Option("--full", help="Read everything again and find deletions.")]
AllowMissing = Annotated[
    bool, typer.Option("--allow-missing", help="Accept that many records are gone from a source.")
]
AllowMany = Annotated[bool, typer.Option("--allow-many", help="Lift the guards for this push.")]


def pull_command(
    context: typer.Context,
    sources: Annotated[
        list[str] | None, typer.Argument(help="Sources to pull; all when none is named.")
    ] = None,
    full: Full = False,
    allow_missing: AllowMissing = False,
    as_json: AsJson = False,
) -> None:
    """Pull new and changed records from the sources."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    hub = app.hub()
    results, failed = pull_all(hub, output, sources, full=full, allow_missing=allow_missing)
    if as_json:
        output.data({name: {"run": one.run_id, **one.tally.as_dict()} for name, one in results.items()})
    show_pulls(output, results)
    raise typer.Exit(exit_of_pulls(results, failed))


def resolve_command(
    context: typer.Context,
    full: Annotated[bool, typer.Option("--full", help="Match and rebuild everything.")] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Show merges, splits, changed values and each destination's plan; change nothing.",
        ),
    ] = False,
    checked: Annotated[
        bool,
        typer.Option("--check", help="Prove that matching and building everything anew changes nothing."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find which records are the same, and rebuild golden records.

    After a change of mapping, model or survivorship --dry-run tells what it would do before anything moves.
    """
    app = app_of(context)
    output = app.output(as_json=as_json)
    if checked:
        raise typer.Exit(check_resolved(app.hub(), output))
    if dry_run:
        show_rehearsed(output, rehearse_all(app.hub(), output, full=full))
        return
    result = resolve_all(app.hub(), output, full=full)
    if as_json:
        output.data(
            {
                "run": result.run_id,
                **result.tally.as_dict(),
                "merges": result.merges,
                "splits": result.splits,
                "archived_ids": result.archived,
            }
        )
    show_resolve(output, result)


def sync_command(
    context: typer.Context,
    allow_missing: AllowMissing = False,
    allow_many: AllowMany = False,
    as_json: AsJson = False,
) -> None:
    """Pull, resolve, push, tell webhooks. A source that fails stops what depends on it: nothing is pushed."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    hub = app.hub()
    pulled, failed = pull_all(hub, output, None, full=False, allow_missing=allow_missing)
    show_pulls(output, pulled)
    if failed:
        output.say("a source failed, so nothing was resolved or pushed", style="yellow")
        raise typer.Exit(exit_of_pulls(pulled, failed))
    resolved = resolve_all(hub, output, full=False)
    show_resolve(output, resolved)
    pushed, push_failed = push_all(hub, output, None, allow_many=allow_many)
    show_pushes(output, pushed)
    told, untold = tell_all(hub, output)
    if as_json:
        output.data(
            {
                "pull": {name: one.tally.as_dict() for name, one in pulled.items()},
                "resolve": resolved.tally.as_dict(),
                "push": {name: push_as_json(one) for name, one in pushed.items()},
                "webhooks": {name: asdict(one) for name, one in told.items()},
            }
        )
    raise typer.Exit(exit_of_pushes(pushed, [*push_failed, *untold]) or exit_of_pulls(pulled, failed))


def pull_all(
    hub: Hub, output: Output, sources: list[str] | None, *, full: bool, allow_missing: bool
) -> tuple[dict[str, PullResult], list[HubError]]:
    """Pulls each source; one that fails does not keep the others from being pulled."""
    results: dict[str, PullResult] = {}
    failed: list[HubError] = []
    for name in hub.source_names(sources):
        try:
            request = hub.pull_request(name, full=full, allow_missing=allow_missing)
            with output.progress(f"pulling {name}") as step:

                def shown(tally: PullTally) -> None:
                    step.update(tally.read)

                results[name] = pull(hub.store, hub.clock, request, progress=shown)
        except ConfigurationError as error:
            alert(hub, output, "pull", name, error)
            raise
        except HubError as error:
            failed.append(error)
            output.say(f"{name}: pull failed", style="bold red")
            output.error(error)
            alert(hub, output, "pull", name, error)
        else:
            alert(hub, output, "pull", name, results[name])
    return results, failed


def resolve_all(hub: Hub, output: Output, *, full: bool) -> ResolveResult:
    """Brings contacts to the present mappings, then resolves."""
    try:
        for name in hub.source_names(None):
            tally = remap(hub.store, hub.clock, hub.intake(name))
            if tally.read:
                output.say(f"{name}: the mapping changed, {tally.stored} records were mapped anew")
        with output.progress("resolving"):
            result = resolve(hub.store, hub.clock, hub.resolve_request(full=full))
    except HubError as error:
        alert(hub, output, "resolve", "all", error)
        raise
    say_waiting(hub, output)
    return result


def show_pulls(output: Output, results: dict[str, PullResult]) -> None:
    heads = ("source", "read", "stored", "unchanged", "rejected", "deleted", "missing", "values refused")
    rows = [
        (name, t.read, t.stored, t.unchanged, t.rejected, t.deleted, t.missing, t.refused_values)
        for name, t in ((name, one.tally) for name, one in results.items())
    ]
    output.table(heads, rows)
    if any(one.tally.rejected for one in results.values()):
        output.say("some records were set aside: `hub rejects list` shows them", style="yellow")


def exit_of_pulls(results: dict[str, PullResult], failed: list[HubError]) -> Exit:
    if failed:
        return exit_for(failed[0])
    rejected = any(one.tally.rejected for one in results.values())
    return Exit.SOME_REJECTED if rejected else Exit.DONE
