"""`hub deletions`: records that are gone from their source and wait for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.app import AsJson, app_of
from cli.deciding import Author, Later, Reason, carry_out, done_as_json, person, show_done
from cli.moments import time_shown
from cli.show import gone_as_json
from hub.domain.deletions import DeletionPolicy
from hub.jobs.deletions import decide_deletions, waiting

deletions_app = typer.Typer(
    no_args_is_help=True,
    help="Records gone from a source with `deletions: review`, and what becomes of them.",
)
Records = Annotated[
    list[str] | None, typer.Argument(metavar="RECORD...", help="Records (source:key) that are gone.")
]
OfSource = Annotated[
    str | None, typer.Option("--source", metavar="NAME", help="All that wait of this source.")
]


@deletions_app.command("list")
def list_command(context: typer.Context, source: OfSource = None, as_json: AsJson = False) -> None:
    """What waits, gone longest first."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    if source is not None:
        hub.source_names([source])
    found = waiting(hub.store, source)
    if as_json:
        output.data([gone_as_json(one) for one in found])
    elif found:
        rows = [(str(one), time_shown(one.gone_at, hub.zone), one.identity_id) for one in found]
        output.table(("record", "gone since", "golden record"), rows)
    else:
        output.say("nothing waits")


@deletions_app.command(
    "remove", epilog="Example: hub deletions remove crm:1042 --reason 'asked to be forgotten'"
)
def remove_command(
    context: typer.Context,
    records: Records = None,
    source: OfSource = None,
    author: Author = None,
    reason: Reason = None,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Take them out of their golden records. `hub undo` brings them back."""
    _decide(context, DeletionPolicy.REMOVE, records, source, author, reason, later=later, as_json=as_json)


@deletions_app.command("keep", epilog="Example: hub deletions keep --source newsletter")
def keep_command(
    context: typer.Context,
    records: Records = None,
    source: OfSource = None,
    author: Author = None,
    reason: Reason = None,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Let them stay in their golden records as they last were."""
    _decide(context, DeletionPolicy.KEEP, records, source, author, reason, later=later, as_json=as_json)


def _decide(
    context: typer.Context,
    verdict: DeletionPolicy,
    records: list[str] | None,
    source: str | None,
    author: str | None,
    reason: str | None,
    *,
    later: bool,
    as_json: bool,
) -> None:
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    if not records and source is None:
        raise typer.BadParameter("name records, or --source")
    if source is not None:
        hub.source_names([source])
    who = person(app, hub, author, reason)
    made = decide_deletions(hub.store, hub.clock, who, records or [], verdict, source=source)
    result = carry_out(hub, output, later=later)
    output.data(done_as_json(made.decision, result)) if as_json else show_done(output, made.decision, result)
