"""`hub changes`: the change feed of golden records, and those who read it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import tzinfo
from typing import Annotated, Any

import typer

from cli.app import LAST, AsJson, app_of
from cli.moments import time_shown
from cli.output import Output
from cli.wiring import Hub
from hub.golden.explain import full_name
from hub.jobs.feed import Read, consumers, done_with, forget, peek, read
from hub.store.feed import Change

EXAMPLES = (
    "Examples:\n\nhub changes --consumer web --json          what `web` has not dealt with yet\n\n"
    "hub changes --consumer web --done 1042     it has dealt with everything up to 1042\n\n"
    "hub changes --after 1000                   for a reader that keeps its own place"
)


def changes_command(
    context: typer.Context,
    consumer: Annotated[
        str | None,
        typer.Option("--consumer", metavar="NAME", help="Who reads; a new one from the beginning."),
    ] = None,
    done: Annotated[
        int | None,
        typer.Option("--done", metavar="SEQ", help="The consumer has dealt with all up to this number."),
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="With --done: also to a number before.")] = False,
    to_newest: Annotated[
        bool, typer.Option("--skip", help="The consumer passes over all that there is now.")
    ] = False,
    forgotten: Annotated[bool, typer.Option("--forget", help="The consumer reads no more.")] = False,
    after: Annotated[
        int,
        typer.Option(
            "--after", metavar="SEQ", min=0, help="Without a consumer: from this number on.", **LAST
        ),
    ] = 0,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 1000,
    listed: Annotated[bool, typer.Option("--consumers", help="Who reads, and how far each is.")] = False,
    as_json: AsJson = False,
) -> None:
    """What changed in golden records, each change with its number.

    A consumer gets the same changes again until it says with --done how far it has dealt with them:
    nothing is missed, and a number seen twice is the same change.
    """
    app = app_of(context)
    output = app.output(as_json=as_json)
    if listed:
        _show_consumers(app.hub(), output)
        return
    hub = app.hub()
    if consumer is None:
        if done is not None or to_newest or forgotten:
            raise typer.BadParameter("say whose place that is: --consumer NAME")
        _show(output, read(hub.store, after, limit), None, hub.zone)
        return
    if sum((done is not None, to_newest, forgotten)) > 1:
        raise typer.BadParameter("--done, --skip and --forget exclude each other")
    if forgotten:
        forget(hub.store, consumer)
        output.say(f"{consumer} reads no more")
    elif done is not None or to_newest:
        upto = consumers(hub.store)[1] if done is None else done
        moved = done_with(hub.store, hub.clock, consumer, upto, back=back)
        output.data(asdict(moved)) if as_json else output.say(f"{consumer} is at {moved.seq}")
    else:
        _show(output, peek(hub.store, consumer, limit), consumer, hub.zone)


def _show(output: Output, found: Read, consumer: str | None, zone: tzinfo) -> None:
    if output.as_json:
        told = [change_as_json(one) for one in found.changes]
        place = {"after": found.after, "upto": found.upto, "newest": found.newest}
        output.data({"consumer": consumer, **place, "changes": told})
        return
    if not found.changes:
        output.say(f"nothing after {found.after}")
        return
    rows = [
        (one.seq, one.identity_id, one.version, one.redirect_to or one.state.value, _name(one), at)
        for one in found.changes
        for at in [time_shown(one.at, zone)]
    ]
    output.table(("seq", "golden record", "version", "state", "name", "at"), rows)
    if found.newest > found.upto:
        output.say(f"more follow, up to {found.newest}")
    if consumer is not None:
        output.say(f"when they are dealt with: hub changes --consumer {consumer} --done {found.upto}")


def _show_consumers(hub: Hub, output: Output) -> None:
    known, newest = consumers(hub.store)
    if output.as_json:
        told = [{**asdict(one), "behind": newest - one.seq} for one in known]
        output.data({"newest": newest, "consumers": told})
        return
    rows = [(one.name, one.seq, newest - one.seq, time_shown(one.moved_at, hub.zone)) for one in known]
    output.table(("consumer", "is at", "behind", "since"), rows)
    output.say(f"the newest change is {newest}")


def change_as_json(one: Change) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "id": one.identity_id,
        "version": one.version,
        "state": one.state.value,
        "redirect_to": one.redirect_to,
        "at": one.at,
        "run": one.run_id,
        "record_count": one.record_count,
        "contact": one.contact,
    }


def _name(one: Change) -> str:
    return full_name(one.contact.get("name")) or one.contact.get("organization") or ""
