"""`hub lookup`, `hub profile show`, `hub explain`: who is this, and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.app import AsJson, app_of
from cli.exits import Exit
from cli.moments import moment_told
from cli.show import profile_as_json, show_identity, show_pair, show_profile
from hub.domain.instants import instant
from hub.golden.explain import full_name
from hub.jobs.explain import explain_identity, explain_pair
from hub.jobs.lookup import Wanted, look_up
from hub.jobs.profile import profile

profile_app = typer.Typer(no_args_is_help=True, help="Everything known of one identity.")


def lookup_command(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="A name, e-mail, phone or id.")] = None,
    email: Annotated[str | None, typer.Option(help="Exact e-mail.")] = None,
    phone: Annotated[str | None, typer.Option(help="Phone, however written.")] = None,
    name: Annotated[str | None, typer.Option(help="Name; typos are forgiven.")] = None,
    record_id: Annotated[
        str | None, typer.Option("--id", help="Golden id, source:key, or identifier.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find people and organisations; each hit says why it was found."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    if not any((text, email, phone, name, record_id)):
        raise typer.BadParameter("say whom to look for")
    hits = look_up(app.hub().store, Wanted(text, email, phone, name, record_id), limit)
    if as_json:
        output.data(
            [
                {
                    "id": hit.record.identity_id,
                    "state": hit.record.state.value,
                    "score": hit.score,
                    "reason": hit.reason,
                    "contact": hit.record.contact,
                    "sources": hit.record.sources,
                    "record_count": hit.record.record_count,
                }
                for hit in hits
            ]
        )
    rows = []
    for hit in hits:
        contact = hit.record.contact
        emails = [one["value"] for one in contact.get("emails") or []]
        phones = [one["value"] for one in contact.get("phones") or []]
        who = full_name(contact.get("name")) or contact.get("organization") or ""
        rows.append(
            (
                hit.record.identity_id,
                who,
                ", ".join(emails),
                ", ".join(phones),
                hit.record.record_count,
                hit.reason,
            )
        )
    if hits:
        output.table(("id", "name", "e-mail", "phone", "records", "found by"), rows)
    else:
        output.say("nobody found")
        raise typer.Exit(Exit.FAILED)


@profile_app.command("show")
def profile_show(
    context: typer.Context,
    asked: Annotated[str, typer.Argument(metavar="ID", help="Golden id (also an old one) or source:key.")],
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="The golden record as it was at an instant (2026-01-31T12:00:00Z) or at the end of a day"
            " (2026-01-31), in the time zone of `defaults.timezone` in hub.yaml where none is told.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Golden record, members, where each value came from, history, destinations."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    hub = app.hub()
    then = instant(moment_told(as_of, "--as-of", hub.zone, to_its_end=True)) if as_of else None
    found = profile(hub.store, asked, then, hub.zone)
    if as_json:
        output.data(profile_as_json(found))
    else:
        show_profile(output, found, hub.zone)


def explain_command(
    context: typer.Context,
    first: Annotated[
        str, typer.Argument(metavar="A", help="A record (source:key) or a golden id, also an old one.")
    ],
    second: Annotated[
        str | None, typer.Argument(metavar="B", help="Another record or id: why (not) together.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Why two records or identities are or are not together; or how one was built.

    Of identities the likeliest pair of their records is explained.
    """
    app = app_of(context)
    output = app.output(as_json=as_json)
    hub = app.hub()
    if second is None:
        identity = explain_identity(hub.store, first, hub.zone)
        output.data(asdict(identity)) if as_json else show_identity(output, identity)
        return
    pair = explain_pair(hub.store, hub.matcher(), first, second, hub.zone)
    output.data(asdict(pair)) if as_json else show_pair(output, pair)
