"""`hub merge`, `hub split`, `hub override`, `hub undo`: what people decide, and taking it back."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.app import LAST, AsJson, app_of
from cli.deciding import Author, Later, Reason, carry_out, done_as_json, person, show_done
from cli.moments import moment_told
from cli.output import Output
from cli.wiring import Hub
from hub.domain.instants import told as told_in
from hub.errors import ConfigurationError
from hub.jobs.decide import merge, split
from hub.jobs.override import Overriding, override
from hub.jobs.taking_back import undo_once, was_told

MERGE: Final = "Example: hub merge k3vq7… zp2nd… --reason 'the same shop, moved'"
SPLIT: Final = "Example: hub split k3vq7… crm:1042 form:77 --reason 'her brother'"
OVERRIDE: Final = (
    "Examples:\n\nhub override k3vq7… job_title='Head of sales'\n\nhub override k3vq7… emails=a@b.example"
    " emails=c@d.example --until 2027-06-30\n\nhub override k3vq7… --pin name\n\n"
    "hub override k3vq7… job_title=\n\n"
    "hub override k3vq7… addresses.street='1 rue Haute'\n\n"
    "hub override k3vq7… emails+=c@d.example emails-=a@b.example"
)
UNDO: Final = "Examples:\n\nhub undo\n\nhub undo 12"

Id = Annotated[str, typer.Argument(metavar="ID", help="A golden id, also an old one, or source:key.")]


def merge_command(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Golden ids, also old ones, or source:key.")],
    author: Author = None,
    reason: Reason = None,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Say that identities are one. The oldest keeps its id; the others lead to it for ever."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    made = merge(hub.store, hub.clock, person(app, hub, author, reason), ids)
    result = carry_out(hub, output, later=later)
    output.data(done_as_json(made.decision, result, made.judgements)) if as_json else show_done(
        output, made.decision, result
    )


def split_command(
    context: typer.Context,
    identity: Id,
    records: Annotated[
        list[str], typer.Argument(metavar="RECORD...", help="Records (source:key) that are somebody else.")
    ],
    apart: Annotated[
        bool, typer.Option("--apart", help="The records that leave are not one either: each another.")
    ] = False,
    author: Author = None,
    reason: Reason = None,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Take records out of an identity. The part with most of the earlier records keeps the id."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    made = split(hub.store, hub.clock, person(app, hub, author, reason), identity, records, apart=apart)
    result = carry_out(hub, output, later=later)
    output.data(done_as_json(made.decision, result, made.judgements)) if as_json else show_done(
        output, made.decision, result
    )


def override_command(
    context: typer.Context,
    identity: Id,
    pairs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FIELD=VALUE...",
            help="What a field holds whatever the sources say; FIELD= clears it. A list is told by naming"
            " its field several times. Fields are those of a mapping, also name, kind and identifiers.TYPE;"
            " addresses.street is of the first address, addresses.2.street of the second, addresses.2= takes"
            " it out; all other addresses stay as the sources tell them. emails+=… adds to what the sources"
            " tell of a list, addresses+.street=… an address; emails-=… takes one value out of it.",
        ),
    ] = None,
    pinned: Annotated[
        list[str] | None, typer.Option("--pin", metavar="FIELD", help="Keep what the field says now.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            help="The last day (2027-06-30) or an instant it holds for, in the time zone of"
            " `defaults.timezone` in hub.yaml.",
        ),
    ] = None,
    author: Author = None,
    reason: Reason = None,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Set fields of a golden record by hand, until taken back. What the sources say stays to be seen."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    told = _told(pairs or [])
    if not told and not pinned:
        hint = "such as `hub override ID job_title=Director`, or --pin name"
        raise ConfigurationError("nothing-to-do", "no field is named", hint=hint)
    values = hub.values.told(told) if told else {}
    made = override(
        hub.store,
        hub.clock,
        person(app, hub, author, reason),
        identity,
        values,
        pinned=pinned or [],
        until=moment_told(until, "--until", hub.zone) if until else None,
    )
    _show_override(hub, output, made, later=later)


def undo_command(
    context: typer.Context,
    number: Annotated[
        int | None, typer.Argument(metavar="N", help="A decision's number; else your own last one.", **LAST)
    ] = None,
    author: Author = None,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Take a decision back: members, values, origins and destinations are as they were before it.

    A call that was cut off before it told what it took back may be said again: it takes back nothing more.
    """
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    who = person(app, hub, author)
    taken = undo_once(hub.store, hub.clock, who, number)
    if taken.again:
        output.say("an earlier call took this back and was cut off; nothing more is taken back", "yellow")
    result = carry_out(hub, output, later=later)
    if as_json:
        output.data({**done_as_json(taken.decision, result), "again": taken.again})
    else:
        output.show("taken back:")
        show_done(output, taken.decision, result)
    output.out.file.flush()
    was_told(hub.store, who, taken)
    if taken.again and number is None:
        output.say("to take one more back: hub undo")


def _show_override(hub: Hub, output: Output, made: Overriding, *, later: bool) -> None:
    result = carry_out(hub, output, later=later)
    if output.as_json:
        told = {"identity": made.identity_id, "values": dict(made.values), "expires_at": made.ends}
        output.data({**done_as_json(made.decision, result), **told, "again": made.again})
    else:
        if made.again:
            output.show("you had said this already:")
        show_done(output, made.decision, result)
        if made.ends:
            output.show(f"it holds until {told_in(made.ends, hub.zone)}")


def _told(pairs: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        path, equals, text = pair.partition("=")
        if not path.strip():
            hint = "such as `hub override ID job_title=Director`"
            raise ConfigurationError("no-field", f"`{pair}` names no field", hint=hint)
        if not equals:
            hint = f"such as {path}=VALUE; {path}= clears the field, --pin {path} keeps it"
            raise ConfigurationError("no-value", f"`{pair}` names no value", hint=hint)
        found.setdefault(path.strip(), []).append(text)
    return found
