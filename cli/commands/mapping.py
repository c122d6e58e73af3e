"""`hub mapping …`: what a source's fields mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cli.app import App, AsJson, app_of
from cli.commands.mapping_edit import mapping_edit
from cli.exits import Exit
from cli.guessing import Guessed, guess_mapping
from cli.wiring import Hub
from cli.write import make_folder, write_whole
from connectors.files.settings import FileSourceSettings
from connectors.files.source import STREAM, FileSource
from hub.domain.records import Page
from hub.errors import ConfigurationError, ConfigurationErrors
from hub.golden.explain import shown
from mappings.check import Previewed, preview, read_for
from mappings.normalise.email_notes import email_notes
from mappings.schema import inbound_schema, outbound_schema
from mappings.spec import MappingSpec
from mappings.write import mapping_text, spec_text

mapping_app = typer.Typer(no_args_is_help=True, help="What a source's fields mean, and a destination's.")
mapping_app.command("edit")(mapping_edit)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A source or destination of hub.yaml.")]


@mapping_app.command("show")
def mapping_show(context: typer.Context, name: Name) -> None:
    """The mapping in effect: the file with what it takes from the built-in one."""
    app = app_of(context)
    hub = app.hub()
    spec = hub.outbound(name) if _is_destination(hub, name) else hub.mapping(name)[0]
    app.output().show(spec_text(spec).rstrip())


@mapping_app.command("check")
def mapping_check(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME...", help="All when none is named.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check mappings; every error at file:line:column, with what was probably meant."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    errors: list[ConfigurationError] = []
    chosen = names or [*hub.project.sources, *hub.project.destinations]
    for name in chosen:
        try:
            _check(hub, name)
        except ConfigurationErrors as found:
            errors += found.errors
        except ConfigurationError as found:
            errors.append(found)
    if as_json:
        output.data([_as_json(error) for error in errors])
    else:
        for error in errors:
            output.error(error)
    if errors:
        raise typer.Exit(Exit.USAGE)
    output.say(f"{len(chosen)} mappings are right")


@mapping_app.command("preview")
def mapping_preview(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A source of hub.yaml.")],
    rows: Annotated[int, typer.Option(min=1, help="How many records.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Some records before and after, with what was refused."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    hub.source_names([name])
    page = hub.sample_page(name)
    records = page.records if page is not None else None
    if records is None or records.num_rows == 0:
        output.say(f"{name} gives no records")
        return
    mapper = hub.mapper(name)
    found, _ = preview(mapper, records.slice(0, rows))
    mapped = mapper.to_contacts(records)
    if as_json:
        output.data(
            [
                {
                    "key": o.key,
                    "before": o.before,
                    "contact": o.contact,
                    "refusals": o.refusals,
                    "reason": o.reason,
                }
                for o in found
            ]
        )
        return
    for one in found:
        output.show(f"{name}:{one.key}", style="bold")
        if one.contact is None:
            output.show(f"  rejected: {one.reason}", style="red")
            continue
        output.table(("field", "before", "after"), _before_and_after(mapper.spec, one))
        for refusal in one.refusals:
            output.show(
                f"  refused {refusal['field']}: {refusal['raw']!r} ({refusal['reason']})", style="red"
            )
    refused = sum(len(one or ()) for one in mapped.contacts["refusals"].to_pylist())
    output.say(
        f"of the first {records.num_rows} records: {mapped.contacts.num_rows} contacts,"
        f" {mapped.rejects.num_rows} rejected, {refused} values refused"
    )


def _before_and_after(spec: MappingSpec, one: Previewed) -> list[tuple[str, str, str]]:
    """Each field of a contact: what the source says, and what became of it."""
    record = one.before if isinstance(one.before, Mapping) else _object(one.before)
    rows = []
    for field, values in shown(one.contact or {}).items():
        if field not in {"key", "deleted"}:
            names = read_for(spec, field.split(".", maxsplit=1)[0])
            before = [_one_line(record.get(name)) for name in names]
            rows.append((field, " | ".join(text for text in before if text), " | ".join(values)))
    emails = [email["value"] for email in (one.contact or {}).get("emails") or ()]
    slips = {email: email_notes(email).suggestion for email in emails}
    return rows + [("", email, f"(mistyped? {meant})") for email, meant in slips.items() if meant]


def _object(text: Any) -> Mapping[str, Any]:
    found = json.loads(text) if isinstance(text, str) else None
    return found if isinstance(found, Mapping) else {}


def _one_line(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


@mapping_app.command("schema")
def mapping_schema(
    context: typer.Context,
    outbound: Annotated[bool, typer.Option("--outbound", help="Of a destination's mapping.")] = False,
) -> None:
    """The JSON Schema of mapping files, for editors."""
    app_of(context).output(as_json=True).data(outbound_schema() if outbound else inbound_schema())


@mapping_app.command("suggest")
def mapping_suggest(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A source of hub.yaml, or a file.")],
    write: Annotated[bool, typer.Option("--write", help="Write mappings/NAME.yaml.")] = False,
    as_json: AsJson = False,
) -> None:
    """Guess a mapping from a sample; each guess with its confidence and evidence."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    guessed, stem = _guessed(app, name)
    if as_json:
        output.data(
            [
                {
                    "column": g.column,
                    "field": g.field,
                    "type": g.type,
                    "confidence": g.confidence,
                    "evidence": g.evidence,
                }
                for g in guessed.guesses
            ]
        )
    text = mapping_text(guessed.mapping, guessed.guesses, guessed.defaults)
    output.show(text.rstrip())
    for sentence in guessed.defaults:
        output.say(f"{stem}: {sentence}; `defaults:` says otherwise")
    if write:
        path = make_folder(app.folder / "mappings") / f"{stem}.yaml"
        if path.exists():
            raise ConfigurationError(
                "mapping-exists", f"{path} is there already", hint="edit it, or remove it first"
            )
        write_whole(path, lambda file: file.write(text.encode()))
        output.say(f"wrote {path}")


def _guessed(app: App, name: str) -> tuple[Guessed, str]:
    path = app.folder / name
    if path.is_file():
        page = next(
            iter(FileSource(FileSourceSettings(path=str(path.resolve())), app.folder).read(STREAM, None)),
            None,
        )
        return guess_mapping(_records(page, name), path.stem), path.stem
    hub = app.hub()
    hub.source_names([name])
    country = hub.project.settings.defaults.country
    return guess_mapping(_records(hub.sample_page(name), name), name, usual_country=country), name


def _records(page: Page | None, name: str) -> Any:
    if page is None or page.records.num_rows == 0:
        raise ConfigurationError("no-rows", f"{name} gives no records to guess from")
    return page.records


def _is_destination(hub: Hub, name: str) -> bool:
    if name in hub.project.destinations and name not in hub.project.sources:
        return True
    hub.source_names([name])
    return False


def _check(hub: Hub, name: str) -> None:
    if _is_destination(hub, name):
        hub.outbound(name)
    else:
        hub.mapping(name)
        hub.check_columns(name, hub.source(name))


def _as_json(error: ConfigurationError) -> dict[str, Any]:
    place = error.place
    return {
        "code": error.code,
        "sentence": error.sentence,
        "hint": error.hint,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }
