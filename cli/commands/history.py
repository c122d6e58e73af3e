"""`hub runs`, `hub rejects`: what happened, what was set aside and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer

from cli.app import LAST, AsJson, app_of
from cli.exits import Exit
from cli.moments import time_shown
from cli.output import Output
from cli.show import shown_value
from cli.write import write_table
from hub.domain.plan import Outcome
from hub.errors import ConfigurationError
from hub.jobs.named import identities_at, names_of
from hub.jobs.retry import retry
from hub.store import ledger, rejects, runs
from hub.store.rejects import RejectState

runs_app = typer.Typer(no_args_is_help=True, help="What happened, when, with which counts.")
rejects_app = typer.Typer(no_args_is_help=True, help="Records that were set aside, and why.")

Source = Annotated[str | None, typer.Option("--source", help="Only this source.")]


@runs_app.command("list")
def runs_list(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """The newest runs first."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    found = runs.newest(hub.store, limit)
    if as_json:
        output.data([asdict(run) for run in found])
    rows = [
        (
            run.id,
            run.job,
            run.target,
            run.state.value,
            time_shown(run.started_at, hub.zone),
            _counted(run.tallies),
            run.sentence,
        )
        for run in found
    ]
    output.table(("run", "job", "target", "state", "started", "counts", "problem"), rows)


@runs_app.command("show")
def runs_show(
    context: typer.Context,
    run_id: Annotated[int, typer.Argument(metavar="ID", help="The run's number.", **LAST)],
    failed: Annotated[bool, typer.Option("--failed", help="Only changes that were not taken.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the changes to a .csv, .jsonl or .parquet file."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """One run; of a push, every change field by field and what became of it."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    hub = app.hub()
    run = runs.find(hub.store, run_id)
    if run is None:
        raise ConfigurationError(
            "unknown-run", f"there is no run {run_id}", hint="`hub runs list` lists them"
        )
    with hub.store.reading() as connection:
        delivered = ledger.delivered_in(connection, run_id)
        if failed:
            delivered = [one for one in delivered if one["outcome"] == Outcome.REJECTED]
        called = names_of(connection, (one["identity_id"] for one in delivered))
    if out is not None:
        write_table(pa.Table.from_pylist(delivered, schema=ledger.DELIVERED_SCHEMA), out)
        output.say(f"{len(delivered)} changes written to {out}")
        return
    if as_json:
        deliveries = [{**one, "fields": json.loads(one["fields"])} for one in delivered]
        output.data({**asdict(run), "deliveries": deliveries})
    told = {**asdict(run), "tallies": _counted(run.tallies)}
    output.table(("run", "value"), [(name, value) for name, value in told.items() if value is not None])
    if delivered:
        _show_delivered(output, delivered, called)


def _show_delivered(
    output: Output, delivered: Sequence[Mapping[str, Any]], called: Mapping[str, str]
) -> None:
    names = ("action", "outcome", "code", "sentence")
    rows = [
        (
            one["identity_id"],
            called.get(one["identity_id"]),
            *(one[name] for name in names),
            _fields(one["fields"]),
        )
        for one in delivered
    ]
    output.table(("identity", "name", *names, "fields"), rows)


@rejects_app.command("list")
def rejects_list(
    context: typer.Context,
    source: Source = None,
    all_states: Annotated[bool, typer.Option("--all", help="Resolved and dropped ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Rejected records with their reasons, and rows that a destination did not take."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    hub = app.hub()
    with hub.store.reading() as connection:
        found = rejects.listed(connection, source, None if all_states else RejectState.OPEN)
        parked = ledger.parked(connection) if source is None else []
    if as_json:
        output.data({"rejects": [asdict(one) for one in found], "parked": [asdict(one) for one in parked]})
    rows = [
        (one.id, one.source, one.key or one.position, one.code, one.reason, one.state.value, one.attempts)
        for one in found
    ]
    output.table(("reject", "source", "record", "code", "reason", "state", "attempts"), rows)
    if parked:
        heads = ("destination", "identity", "code", "sentence", "attempts", "state", "next try")
        waiting = [
            (
                p.destination,
                p.identity_id,
                p.code,
                p.sentence,
                p.attempts,
                p.state.value,
                time_shown(p.next_try_at, hub.zone),
            )
            for p in parked
        ]
        output.table(heads, waiting)


@rejects_app.command("show")
def rejects_show(
    context: typer.Context,
    reject_id: Annotated[int, typer.Argument(metavar="ID", help="The reject's number.", **LAST)],
    as_json: AsJson = False,
) -> None:
    """One rejected record with its payload."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    hub = app.hub()
    with hub.store.reading() as connection:
        found = rejects.find(connection, reject_id)
    if found is None:
        raise ConfigurationError(
            "unknown-reject", f"there is no reject {reject_id}", hint="`hub rejects list` lists them"
        )
    if as_json:
        output.data(asdict(found))
    output.table(
        ("reject", "value"), [(name, value) for name, value in asdict(found).items() if value is not None]
    )


@rejects_app.command("retry")
def rejects_retry(context: typer.Context, source: Source = None, as_json: AsJson = False) -> None:
    """Replay rejected records through the present mappings."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    hub = app.hub()
    results = {
        name: retry(hub.store, hub.clock, hub.intake(name))
        for name in hub.source_names([source] if source else None)
    }
    if as_json:
        output.data(
            {name: {**tally.as_dict(), "unreadable": torn} for name, (tally, torn) in results.items()}
        )
    rows = [
        (name, tally.read, tally.stored, tally.rejected, torn)
        for name, (tally, torn) in results.items()
        if tally.read or torn
    ]
    output.table(("source", "tried", "stored", "still rejected", "not replayable"), rows)
    if any(tally.rejected or torn for tally, torn in results.values()):
        raise typer.Exit(Exit.SOME_REJECTED)


Destination = Annotated[
    str | None,
    typer.Option("--destination", help="Rows that this destination did not take, named by identity."),
]


@rejects_app.command("drop")
def rejects_drop(
    context: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="ID...", help="Rejects, or identities (golden id or source:key), not to be tried again."
        ),
    ],
    destination: Destination = None,
) -> None:
    """Say that these are settled; they stay listed (rejects with --all).

    A dropped row of a destination is left alone until its golden record changes.
    """
    app = app_of(context)
    hub = app.hub()
    if destination is not None:
        hub.destination_names([destination])
        with hub.store.writing() as connection:
            dropped = ledger.drop(connection, destination, identities_at(connection, destination, names))
        _all_turned(app.output(), names, dropped, "parked")
        return
    if not all(name.isdigit() for name in names):
        raise ConfigurationError(
            "usage", "a reject has a number", hint="rows of a destination: --destination NAME IDENTITY"
        )
    with hub.store.writing() as connection:
        rejects.set_state(connection, [int(name) for name in names], RejectState.DROPPED)
    app.output().say(f"{len(names)} dropped")


@rejects_app.command("take-up")
def rejects_take_up(
    context: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(metavar="IDENTITY...", help="Identities (golden id or source:key) that were dropped."),
    ],
    destination: Annotated[str, typer.Option("--destination", help="Of this destination.")],
) -> None:
    """Have rows that were dropped, or taken back by an undo, tried again in the next push."""
    app = app_of(context)
    hub = app.hub()
    hub.destination_names([destination])
    with hub.store.writing() as connection:
        taken = ledger.take_up(connection, destination, identities_at(connection, destination, names))
    _all_turned(app.output(), names, taken, "dropped")


def _all_turned(output: Output, names: list[str], turned: int, was: str) -> None:
    output.say(f"{turned} of {len(names)} changed")
    if turned < len(names):
        raise ConfigurationError(
            "unknown-record",
            f"{len(names) - turned} of them are not {was} there",
            hint="`hub rejects list` lists them",
        )


def _fields(told: str) -> str:
    """A change in one line: field: old → new, and who owns it where that is not the hub."""
    return "; ".join(
        f"{one['field']}: {shown_value(one['old'])} → {shown_value(one['new'])}"
        + (f" ({one['owner']})" if one["owner"] != "hub" else "")
        for one in json.loads(told)
    )


def _counted(tallies: dict[str, int]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in tallies.items() if count)
