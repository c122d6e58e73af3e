"""`hub webhooks`: who is told each change of a golden record, as it happens."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from cli.app import AsJson, app_of
from cli.exits import exit_for
from cli.telling import tell_all
from hub.jobs.feed import consumers

webhooks_app = typer.Typer(
    no_args_is_help=True, help="Receivers that are told each change of a golden record, signed and in order."
)
SEND: Final = "Examples:\n\nhub webhooks send\n\nhub webhooks send shop"


@webhooks_app.command("list")
def list_webhooks(context: typer.Context, as_json: AsJson = False) -> None:
    """The webhooks of hub.yaml, and how far behind each is."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    known, newest = consumers(hub.store)
    at = {one.name: one.seq for one in known}
    told = [
        {
            "name": name,
            "host": urlsplit(one.url).hostname,
            "contact": one.contact,
            "at": at.get(name),
            "behind": None if name not in at and one.start == "now" else newest - at.get(name, 0),
        }
        for name, one in hub.project.settings.webhooks.items()
    ]
    if as_json:
        output.data({"newest": newest, "webhooks": told})
        return
    if not told:
        output.say("hub.yaml names no webhooks")
        return
    heads = ("webhook", "host", "gets contacts", "is at", "behind")
    output.table(heads, [tuple(one.values()) for one in told])


@webhooks_app.command("send", epilog=SEND)
def send_changes(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="Which; all when none is named.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what changed since the last time, each change once it was answered for the one before.

    One that is not answered with success is sent again the next time, under the same id; none is left out.
    """
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    told, failed = tell_all(hub, output, names)
    if as_json:
        output.data({name: asdict(one) for name, one in told.items()})
    elif told:
        rows = [(name, one.sent, one.newest - one.upto) for name, one in told.items()]
        output.table(("webhook", "told", "still waiting"), rows)
    elif not failed:
        output.say("hub.yaml names no webhooks")
    if failed:
        raise typer.Exit(exit_for(failed[0]))
