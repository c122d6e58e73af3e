"""`hub init` and `hub config`: a project's file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.app import app_of
from cli.settings.edit import make_project
from cli.settings.schema import json_schema

config_app = typer.Typer(no_args_is_help=True, help="The project's file, hub.yaml.")


def init_command(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Where; this folder when not given.")
    ] = Path(),
) -> None:
    """Write a commented hub.yaml to start from."""
    app = app_of(context)
    path = make_project(app.folder / folder)
    app.output().say(f"wrote {path}; next: `hub source add NAME TYPE`, then `hub source check`")


@config_app.command("schema")
def config_schema(context: typer.Context) -> None:
    """Print the JSON Schema of hub.yaml, for editors."""
    app_of(context).output(as_json=True).data(json_schema())


@config_app.command("check")
def config_check(context: typer.Context) -> None:
    """Check hub.yaml; every error with its line and column."""
    app = app_of(context)
    project = app.project()
    app.output().say(
        f"hub.yaml is right: {len(project.sources)} sources, {len(project.destinations)} destinations"
    )
