"""`hub quality`: what each source tells in each field, and how much of it can be used."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.app import AsJson, app_of
from cli.show_quality import show_quality
from hub.jobs.quality import quality


def quality_command(
    context: typer.Context,
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]...", help="All when none is named.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How well each source's fields are filled, what was refused and why, what looks suspicious."""
    app = app_of(context)
    output, hub = app.output(as_json=as_json), app.hub()
    found = quality(hub.store, hub.source_names(sources))
    if as_json:
        output.data([one.as_dict() for one in found])
        return
    show_quality(output, found)
