"""What every command gets: the folder it runs in, and where its words go."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.output import Output

if TYPE_CHECKING:
    from cli.settings.load import Project
    from cli.wiring import Hub

# What no store counts to is taken for the last number that it could, which there is not either.
LAST: Final = {"max": (1 << 63) - 1, "clamp": True}
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@dataclass(frozen=True, slots=True)
class App:
    """The state that the top of the command line hands to its commands."""

    folder: Path
    debug: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def output(self, *, as_json: bool = False) -> Output:
        return Output(as_json=as_json)

    def project(self) -> Project:
        """The project's settings, without opening anything."""
        from cli.settings.load import load_project  # noqa: PLC0415 - as below

        return load_project(self.folder, self.environ)

    def hub(self) -> Hub:
        """The project in this folder, opened."""
        from cli.wiring import open_hub  # noqa: PLC0415 - `hub --help` must not load the engines

        return open_hub(self.folder, self.environ)


def app_of(context: typer.Context) -> App:
    found = context.find_object(App)
    if found is None:
        raise RuntimeError("a command was called outside the command line")
    return found
