"""`hub doctor`: is everything in place?"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from cli.app import App, AsJson, app_of
from cli.exits import Exit
from cli.wiring import Hub
from hub.errors import HubError

_PARTS = ("customer-hub", "sqlalchemy", "duckdb", "pyarrow", "rapidfuzz")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    sentence: str
    hint: str | None = None


def doctor_command(
    context: typer.Context,
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not call the sources and destinations.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the installation, hub.yaml, the store, the mappings and every connection."""
    app = app_of(context)
    output = app.output(as_json=as_json)
    findings = list(_examined(app, offline=offline))
    if as_json:
        output.data([{"what": f.what, "ok": f.ok, "sentence": f.sentence, "hint": f.hint} for f in findings])
    output.table(
        ("checked", "", "says", "hint"),
        [(f.what, "ok" if f.ok else "FAILED", f.sentence, f.hint or "") for f in findings],
    )
    if not all(finding.ok for finding in findings):
        raise typer.Exit(Exit.FAILED)


def _examined(app: App, *, offline: bool) -> Iterator[Finding]:
    python = platform.python_version()
    yield Finding("python", sys.version_info >= (3, 11), python, "Python 3.11 or newer is needed")
    for part in _PARTS:
        yield _installed(part)
    try:
        project = app.project()
    except HubError as error:
        yield Finding("hub.yaml", False, str(error), error.hint)
        return
    yield Finding(
        "hub.yaml", True, f"{len(project.sources)} sources, {len(project.destinations)} destinations"
    )
    try:
        hub = Hub(project)
        with hub.store.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
    except HubError as error:
        yield Finding("store", False, error.sentence, error.hint)
        return
    yield Finding("store", True, hub.store.engine.dialect.name)
    yield from _connections(hub, offline=offline)


def _connections(hub: Hub, *, offline: bool) -> Iterator[Finding]:
    for name in hub.source_names(None):
        yield _tried(f"mapping of {name}", lambda name=name: hub.intake(name))  # type: ignore[misc]
        if not offline:
            check = hub.source(name).check()
            yield Finding(f"source {name}", check.ok, check.sentence, check.hint)
    for name in hub.destination_names(None):
        yield _tried(f"mapping of {name}", lambda name=name: hub.push_request(name))  # type: ignore[misc]
        if not offline:
            check = hub.destination(name).check()
            yield Finding(f"destination {name}", check.ok, check.sentence, check.hint)


def _tried(what: str, do: Callable[[], object]) -> Finding:
    try:
        do()
    except HubError as error:
        return Finding(what, False, str(error), error.hint)
    return Finding(what, True, "read")


def _installed(part: str) -> Finding:
    try:
        return Finding(part, True, version(part))
    except PackageNotFoundError:
        return Finding(part, False, "not installed", "install customer-hub with its dependencies")
