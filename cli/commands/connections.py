"""`hub connectors`, `hub source …`, `hub destination …`: what can be, and what is, connected."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.app import AsJson, app_of
from cli.exits import Exit
from cli.settings.edit import add_destination, add_source
from connectors.base import Connector
from connectors.registry import all_connectors
from hub.errors import ConfigurationError

source_app = typer.Typer(no_args_is_help=True, help="Where contacts come from.")
destination_app = typer.Typer(no_args_is_help=True, help="Where golden records go.")

Name = Annotated[str, typer.Argument(help="The name in hub.yaml.")]
Options = Annotated[
    list[str] | None,
    typer.Argument(metavar="KEY=VALUE...", help="The connector's settings; secrets as ${NAME}."),
]


def connectors_command(context: typer.Context, as_json: AsJson = False) -> None:
    """What can be connected, and what each can do."""
    output = app_of(context).output(as_json=as_json)
    found = [_described(connector) for connector in all_connectors()]
    if as_json:
        output.data(found)
    heads = (
        "type",
        "kind",
        "source",
        "destination",
        "auth",
        "incremental",
        "deletes",
        "merge",
        "batch",
        "tested",
    )
    output.table(heads, [[_told(one[head]) for head in heads] for one in found])


@source_app.command("add")
def source_add(
    context: typer.Context,
    name: Name,
    connector_type: Annotated[str, typer.Argument(metavar="TYPE")],
    options: Options = None,
) -> None:
    """Write a new source into hub.yaml; comments there are kept."""
    app = app_of(context)
    add_source(app.folder, name, connector_type, _pairs(options))
    app.output().say(f"source {name} added; `hub source check {name}` tries it")


@destination_app.command("add")
def destination_add(
    context: typer.Context,
    name: Name,
    connector_type: Annotated[str, typer.Argument(metavar="TYPE")],
    options: Options = None,
) -> None:
    """Write a new destination into hub.yaml; comments there are kept."""
    app = app_of(context)
    add_destination(app.folder, name, connector_type, _pairs(options))
    app.output().say(f"destination {name} added; `hub destination check {name}` tries it")


@source_app.command("list")
def source_list(context: typer.Context, as_json: AsJson = False) -> None:
    """The sources of this project."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    found = hub.describe_sources()
    if as_json:
        output.data(found)
    output.table(("source", "type", "mapping", "records"), [tuple(one.values()) for one in found])


@destination_app.command("list")
def destination_list(context: typer.Context, as_json: AsJson = False) -> None:
    """The destinations of this project."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    found = hub.describe_destinations()
    if as_json:
        output.data(found)
    output.table(("destination", "type", "mapping", "holds"), [tuple(one.values()) for one in found])


@source_app.command("check")
def source_check(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="All when none is named.")] = None,
    as_json: AsJson = False,
) -> None:
    """Prove credentials and read one page."""
    app = app_of(context)
    hub = app.hub()
    checks = {name: hub.source(name).check() for name in hub.source_names(names)}
    _show_checks(context, checks, as_json=as_json)


@destination_app.command("check")
def destination_check(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="All when none is named.")] = None,
    as_json: AsJson = False,
) -> None:
    """Prove credentials and read what the destination says of itself."""
    app = app_of(context)
    hub = app.hub()
    checks = {name: hub.check_destination(name) for name in hub.destination_names(names)}
    _show_checks(context, checks, as_json=as_json)


@source_app.command("sample")
def source_sample(
    context: typer.Context,
    name: Name,
    rows: Annotated[int, typer.Option(min=1, help="How many records.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Show the first records as the source gives them, under its own field names."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    samples = hub.sample(name, rows)
    if as_json:
        output.data(samples)
        return
    for sample in samples:
        output.show(f"{name}:{sample['key']}", style="bold")
        output.table(("field", "value"), list(sample["payload"].items()))
    if not samples:
        output.say(f"{name} gives no records")


def _show_checks(context: typer.Context, checks: dict[str, Any], *, as_json: bool) -> None:
    output = app_of(context).output(as_json=as_json)
    if as_json:
        output.data(
            {name: {"ok": one.ok, "sentence": one.sentence, "hint": one.hint} for name, one in checks.items()}
        )
    rows = [
        (name, "ok" if one.ok else "FAILED", one.sentence, one.hint or "") for name, one in checks.items()
    ]
    output.table(("name", "check", "says", "hint"), rows)
    if not all(one.ok for one in checks.values()):
        raise typer.Exit(Exit.FAILED)


def _described(connector: Connector) -> dict[str, Any]:
    able = connector.capabilities
    return {
        "type": connector.type_name,
        "kind": connector.kind.value,
        "title": connector.title,
        "source": connector.open_source is not None,
        "destination": connector.open_destination is not None,
        "auth": connector.auth,
        "incremental": connector.incremental,
        "deletes": connector.deletes,
        "merge": bool(able and able.merge),
        "batch": able.batch_size if able else None,
        "tested": connector.tested,
    }


def _told(value: Any) -> Any:
    return {True: "yes", False: "–"}.get(value, value) if isinstance(value, bool) else value


def _pairs(options: list[str] | None) -> dict[str, str]:
    pairs = {}
    for option in options or []:
        key, equals, value = option.partition("=")
        if not equals:
            raise ConfigurationError("not-a-setting", f"`{option}` is no setting", hint="write KEY=VALUE")
        pairs[key] = value
    return pairs
