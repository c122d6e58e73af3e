"""The courtesy layer: stdout is data, stderr is talk; colour, tables and progress on a terminal only."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from hub.errors import ConfigurationErrors, HubError


@dataclass(frozen=True, slots=True)
class Step:
    """A progress bar that is shown on a terminal and silent elsewhere."""

    _bar: Progress | None
    _task: Any = None

    def update(self, completed: int, description: str | None = None) -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=completed, description=description)


@dataclass(frozen=True, slots=True)
class Output:
    """Where a command's data and talk go. `as_json` makes data JSON and silences tables."""

    as_json: bool = False
    out: Console = field(default_factory=lambda: console(sys.stdout))
    err: Console = field(default_factory=lambda: console(sys.stderr))

    def say(self, text: str = "", style: str | None = None) -> None:
        """Talk, on stderr."""
        self._tell(Text(harmless(text), style=style or ""))

    def show(self, text: str = "", style: str | None = None) -> None:
        """Data for people, on stdout."""
        if not self.as_json:
            self.out.print(Text(harmless(text), style=style or ""), soft_wrap=not self.out.is_terminal)

    def data(self, value: Any) -> None:
        """Data for programs: JSON on stdout, keys as given."""
        ascii_only = not (self.out.encoding or "").lower().startswith("utf")
        self.out.file.write(json.dumps(value, ensure_ascii=ascii_only, indent=2, default=str) + "\n")

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> None:
        """A table on a terminal; tab-separated lines with a head elsewhere, for scripts."""
        if self.as_json:
            return
        if not self.out.is_terminal:
            for row in [heads, *rows]:
                self.out.file.write("\t".join(_cell(value) for value in row) + "\n")
            return
        table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
        for place, head in enumerate(heads):
            numbers = bool(rows) and all(isinstance(row[place], int | float) for row in rows)
            table.add_column(head, justify="right" if numbers else "left", overflow="fold")
        for row in rows:
            table.add_row(*(Text(_cell(value)) for value in row))
        self.out.print(table, soft_wrap=False)

    @contextmanager
    def progress(self, description: str, total: int | None = None) -> Iterator[Step]:
        """A bar on stderr while the block runs, if stderr is a terminal."""
        if not self.err.is_terminal or self.as_json:
            yield Step(None)
            return
        columns = [
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        ]
        with Progress(*columns, console=self.err, transient=True) as bar:
            yield Step(bar, bar.add_task(description, total=total))

    def error(self, error: HubError) -> None:
        """What went wrong and where, then a line that says what to do."""
        found = error.errors if isinstance(error, ConfigurationErrors) else (error,)
        for one in found:
            self._tell(Text.assemble(("error: ", "bold red"), harmless(str(one))))
            if one.hint:
                self._tell(Text.assemble(("hint: ", "bold cyan"), harmless(one.hint)))

    def _tell(self, text: Text) -> None:
        """On a terminal lines end between words; elsewhere a sentence is one line, whatever its length."""
        self.err.print(text, soft_wrap=not self.err.is_terminal)


def console(stream: TextIO) -> Console:
    """A console on a stream that takes every character; what its encoding lacks is written as an escape."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return Console(file=stream, highlight=False, soft_wrap=True)


# Customers' data may hold what a terminal obeys (ESC and its like); only line ends and tabs are let through.
_OBEYED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def harmless(text: str) -> str:
    return _OBEYED.sub("\N{REPLACEMENT CHARACTER}", text)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    return harmless(str(value).replace("\t", " ").replace("\r", " ").replace("\n", " "))
