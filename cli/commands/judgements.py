"""`hub judgements`: what people decided; taking it to another hub, and taking in that of others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.app import AsJson, app_of
from cli.deciding import Author, Later, Reason, carry_out, decision_as_json, person
from cli.exits import Exit
from cli.labels.naming import Naming
from cli.labels.read import read_labels
from cli.output import Output
from cli.write import write_whole
from hub.domain.instants import told
from hub.errors import ConfigurationError
from hub.jobs.portable import Imported, exported, import_told
from hub.store import decisions, record_names

judgements_app = typer.Typer(no_args_is_help=True, help="What people decided: listed, taken along, taken in.")

LIST: Final = "Example: hub judgements list --limit 100"
EXPORT: Final = "Example: hub judgements export --out judgements.jsonl"
IMPORT: Final = (
    "Examples:\n\nhub judgements import judgements.jsonl\n\nhub judgements import senzing_key.csv --source-as"
    " CUSTOMERS=crm\n\nhub judgements import labels.csv\n\nhub judgements import training.json --key Id"
    " --source crm"
)


@judgements_app.command("list", epilog=LIST)
def list_decisions(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Decisions, the newest first: who, when, what, why, and which were taken back."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    hub = app.hub()
    zone = hub.zone
    with hub.store.reading() as connection:
        found = decisions.newest(connection, limit)
    if as_json:
        output.data([decision_as_json(one) for one in found])
    output.table(
        ("decision", "kind", "who", "when", "what", "why", "taken back"),
        [
            (
                one.number,
                one.kind.value,
                one.author,
                told(one.decided_at, zone),
                one.sentence,
                one.reason,
                f"{told(one.undone_at, zone)} by {one.undone_by}" if one.undone_at else "",
            )
            for one in found
        ],
    )


@judgements_app.command("export", epilog=EXPORT)
def export_decisions(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="The file to write, JSONL; else the output.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write all that people decided and that is in force, every record by source and key, for another hub."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    lines = exported(hub.store, hub.clock)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    if out is None:
        output.data(lines) if as_json else output.out.file.write(text)
        return
    path = app.folder / out
    write_whole(path, lambda file: file.write(text.encode()))
    if as_json:
        output.data({"file": str(out), "lines": len(lines)})
    output.say(f"{len(lines)} lines in {out}")


@judgements_app.command("import", epilog=IMPORT)
def import_decisions(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="JSONL of a hub, a key file of entities (Senzing), labelled pairs (Splink), a training file"
            " (dedupe), a reconciled table (OpenRefine)."
        ),
    ],
    source: Annotated[
        str | None, typer.Option("--source", help="The source of records for which the file names none.")
    ] = None,
    source_as: Annotated[
        list[str] | None,
        typer.Option("--source-as", metavar="THEIRS=OURS", help="What the file calls one of our sources."),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", metavar="COLUMN", help="What holds a record's key.")
    ] = None,
    author: Author = None,
    reason: Reason = None,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Take in what people judged elsewhere, as one decision: all of it, or nothing where it contradicts."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    with hub.store.reading() as connection:
        known = sorted({*record_names.sources(connection), *hub.project.sources})
    naming = Naming(known, _renamed(source_as or []), source)
    labels = read_labels(app.folder / file, naming, hub.values, key=key)
    who = person(app, hub, author, reason)
    done = import_told(hub.store, hub.clock, who, labels.judgements, labels.overrides, labels.deletions)
    result = carry_out(hub, output, later=later) if done.decision else None
    if as_json:
        output.data(
            {
                "format": labels.form.value,
                "decision": decision_as_json(done.decision) if done.decision else None,
                "judgements": done.judgements,
                "overrides": done.overrides,
                "known": done.known,
                "absent": done.absent,
                "homeless_lines": list(done.homeless),
                "deletions": done.deletions,
                "not_gone_lines": list(done.not_gone),
                "carried_out": result is not None,
            }
        )
    _show(output, done)
    if done.homeless or done.not_gone:
        raise typer.Exit(Exit.SOME_REJECTED)


def _show(output: Output, done: Imported) -> None:
    output.show(
        f"{done.judgements} judgements, {done.overrides} overrides, {done.deletions} words on deletions taken"
        f" in, {done.known} known before"
    )
    if done.absent:
        output.say(
            f"{done.absent} name records that are not here; they count as soon as those come", style="yellow"
        )
    if done.homeless:
        lines = ", ".join(map(str, done.homeless[:20]))
        output.say(f"overrides of records that are in no identity were left out: lines {lines}", "yellow")
    if done.not_gone:
        lines = ", ".join(map(str, done.not_gone[:20]))
        output.say(f"deletions of records that are not gone here were left out: lines {lines}", "yellow")
    if done.decision:
        output.show(f"to take it back: hub undo {done.decision.number}")


def _renamed(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        theirs, equals, ours = pair.partition("=")
        if not equals:
            hint = f"such as --source-as {pair}=crm"
            raise ConfigurationError("no-source", f"`{pair}` does not say which source it is", hint=hint)
        found[theirs] = ours
    return found
