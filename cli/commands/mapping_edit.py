"""`hub mapping edit`: one field from the command line, everything else in the file as it was."""

from __future__ import annotations

import json
from difflib import get_close_matches, unified_diff
from typing import Annotated, Any

import typer

from cli.app import AsJson, app_of
from cli.mapping_edit import Edited, edited, wanted, write
from cli.output import Output
from cli.wiring import Hub
from hub.errors import ConfigurationError
from mappings.edit import Direction


def mapping_edit(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A source or destination of hub.yaml.")],
    pairs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FIELD=EXPRESSION...",
            help="What a field is filled from, written as in the file: emails=email,"
            " 'emails=\\[email, email_2]', 'phones={value: mobile, type: mobile}',"
            " 'attributes.segment=Code client'. Also key, kind, updated_at, deleted, defaults.country;"
            " of a destination only and require.",
        ),
    ] = None,
    removed: Annotated[
        list[str] | None, typer.Option("--remove", metavar="FIELD", help="Take a field out of the file.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the lines that would change; change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Set fields of a mapping; comments and layout stay.

    The file is written only when `hub mapping check` would accept it: all changes of one call, or none.
    """
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    changes = wanted(pairs or [], removed or [])
    if not changes:
        hint = "such as `hub mapping edit erp emails=email`, or --remove emails"
        raise ConfigurationError("nothing-to-do", "no change is named", hint=hint)
    change = edited(hub, name, _direction(hub, name), changes)
    if not dry_run and change.after != change.before:
        write(change)
    _show(output, hub, change, dry_run=dry_run)


def _direction(hub: Hub, name: str) -> Direction:
    """A name that is both means the source, as with the other commands."""
    sources, destinations = hub.project.sources, hub.project.destinations
    if name not in sources and name not in destinations:
        known = [*sources, *destinations]
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known) or 'none'}"
        sentence = f"there is no source or destination `{name}`"
        raise ConfigurationError("unknown-name", sentence, hint=hint)
    return "in" if name in sources else "out"


def _show(output: Output, hub: Hub, change: Edited, *, dry_run: bool) -> None:
    folder = hub.project.folder
    file = str(change.path.relative_to(folder) if change.path.is_relative_to(folder) else change.path)
    if output.as_json:
        changes = [{"field": field, "before": old, "after": new} for field, old, new in change.changes]
        output.data({"file": file, "written": not dry_run and _differs(change), "changes": changes})
        return
    if dry_run:
        lines = unified_diff(
            change.before.splitlines(), change.after.splitlines(), file, file, lineterm="", n=1
        )
        for line in lines:
            output.show(line, style={"+": "green", "-": "red"}.get(line[0]))
        return
    for field, old, new in change.changes:
        output.show(f"{field}: {_told(old)} → {_told(new)}")
    output.say(f"wrote {file}" if _differs(change) else f"{file} says so already")


def _differs(change: Edited) -> bool:
    return change.after != change.before


def _told(value: Any) -> str:
    if value is None:
        return "∅"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
