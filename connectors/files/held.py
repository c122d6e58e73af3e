"""What a file to write to holds: its rows by id, each as the line that stands for it.

Lines, not values, because every batch writes the file anew and most rows do not change: their lines are
written as they are.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from connectors.files.cells import cell, escaped, json_text, storable, unescaped
from connectors.files.delimited import DelimitedFile
from connectors.files.json_rows import JsonFile
from connectors.files.keys import require_columns
from connectors.files.options import ReadOptions
from connectors.files.records import Records
from connectors.files.rows import Rows, TableReader
from hub.errors import ConfigurationError, Place

Fields = dict[str, object]
_LINES_AT_ONCE: Final = 10_000


class FileForm(Protocol):
    """How a row stands in a file."""

    def value(self, value: object) -> object:
        """A payload's value as the file holds it. `NotStorable` for one that it cannot hold."""

    def render(self, fields: Fields, columns: list[str]) -> str: ...

    def parse(self, line: str, columns: list[str]) -> Fields: ...

    def widen(self, line: str, added: int) -> str:
        """The line after columns were added at the end."""

    def header(self, columns: list[str]) -> str: ...

    def read(self, path: Path, key: str) -> tuple[list[str], Iterator[Fields]]:
        """The columns and rows of a file. `ConfigurationError` when some could not be written again."""


@dataclass(slots=True)
class Held:
    """Columns in their order, and lines by id in theirs."""

    form: FileForm
    columns: list[str] = field(default_factory=list)
    lines: dict[str, str] = field(default_factory=dict)

    def row(self, identity: str) -> Fields | None:
        line = self.lines.get(identity)
        return None if line is None else self.form.parse(line, self.columns)

    def put(self, identity: str, fields: Fields) -> bool:
        """Sets a row; tells whether that changes anything."""
        self.take_columns(fields)
        line = self.form.render(fields, self.columns)
        changed = self.lines.get(identity) != line
        self.lines[identity] = line
        return changed

    def take_columns(self, names: Iterable[str]) -> None:
        """Adds columns that are not there yet, at the end."""
        new = [name for name in dict.fromkeys(names) if name not in self.columns]
        if new:
            self.columns += new
            self.lines = {key: self.form.widen(line, len(new)) for key, line in self.lines.items()}

    def dump(self, file: BinaryIO) -> None:
        file.write(self.form.header(self.columns).encode())
        lines = iter(self.lines.values())
        while some := "".join(islice(lines, _LINES_AT_ONCE)):
            file.write(some.encode())


def load(form: FileForm, path: Path, key: str) -> Held:
    """The file's rows. `ConfigurationError` for a file that could not be written again without a loss."""
    columns, rows = form.read(path, key)
    held = Held(form, columns)
    for number, row in enumerate(rows, start=1):
        identity = str(row.get(key) or "")
        if not identity or identity in held.lines:
            raise ConfigurationError(
                "damaged-destination",
                f"data row {number} has no id, or one that an earlier row has",
                hint="give each row an id of its own, or push to another file",
                place=Place(str(path), field=key),
            )
        held.lines[identity] = form.render(row, columns)
    return held


@dataclass(frozen=True)
class CsvForm:
    """Cells are text. `raw` leaves formulas as they are, `mark` writes a byte order mark."""

    delimiter: str = ","
    raw: bool = False
    mark: bool = False

    def value(self, value: object) -> str:
        return cell(value)

    def render(self, fields: Fields, columns: list[str]) -> str:
        cells = [str(fields.get(name, "")) for name in columns]
        return self._line(cells if self.raw else escaped(cells))

    def parse(self, line: str, columns: list[str]) -> Fields:
        record = Records(line, self.delimiter, last=True).at(0)
        cells = record.fields if record else []
        return dict(zip(columns, cells if self.raw else map(unescaped, cells), strict=False))

    def widen(self, line: str, added: int) -> str:
        return f"{line[: -len(_END)]}{self.delimiter * added}{_END}"

    def header(self, columns: list[str]) -> str:
        return ("\ufeff" if self.mark else "") + self._line(columns)

    def read(self, path: Path, key: str) -> tuple[list[str], Iterator[Fields]]:
        reader = DelimitedFile(path, ReadOptions(format="csv", delimiter=self.delimiter))
        found = reader.description
        if found.encoding not in {"utf-8", "ascii"}:
            hint = "save it as UTF-8, or push to another file"
            sentence = "the file is not in UTF-8, and writing it again would change it"
            raise ConfigurationError("not-utf-8", sentence, hint=hint, place=Place(str(path)))
        require_columns([key], found.columns, path, "key")
        rows: Iterator[Fields] = (row for part in _whole(reader, path) for row in part.columns.to_pylist())
        if not self.raw:
            rows = ({name: unescaped(str(text)) for name, text in row.items()} for row in rows)
        return list(found.columns), rows

    def _line(self, cells: list[str]) -> str:
        line: str = self._writer.writerow(cells)
        return line

    @cached_property
    def _writer(self) -> Any:
        """A writer whose `writerow` gives the line back: it returns what the file's `write` returns."""
        return csv.writer(_Echo(), delimiter=self.delimiter, lineterminator=_END)


_END: Final = "\r\n"  # as in RFC 4180


class _Echo:
    def write(self, text: str) -> str:
        return text


@dataclass(frozen=True, slots=True)
class JsonLinesForm:
    """Values keep their types."""

    def value(self, value: object) -> object:
        if isinstance(value, str):
            return storable(value)
        json_text(value)
        return value

    def render(self, fields: Fields, columns: list[str]) -> str:
        ordered = {name: fields[name] for name in columns if name in fields}
        return json.dumps(ordered, ensure_ascii=False) + "\n"

    def parse(self, line: str, columns: list[str]) -> Fields:  # noqa: ARG002 - a line has its names
        fields: Fields = json.loads(line)
        return fields

    def widen(self, line: str, added: int) -> str:  # noqa: ARG002 - a line has only the fields it has
        return line

    def header(self, columns: list[str]) -> str:  # noqa: ARG002 - names are in each line
        return ""

    def read(self, path: Path, key: str) -> tuple[list[str], Iterator[Fields]]:
        reader = JsonFile(path, ReadOptions(format="jsonl"), [key])
        rows = [json.loads(text) for part in _whole(reader, path) for text in part.json_texts()]
        return list(dict.fromkeys([key, *(name for row in rows for name in row)])), iter(rows)


def _whole(reader: TableReader, path: Path) -> Iterator[Rows]:
    """All rows, each of them good: a bad row would be lost when the file is written again."""
    for part in reader.rows():
        for bad in part.bad:
            raise ConfigurationError(
                "damaged-destination",
                f"{bad.position} of the file cannot be read ({bad.reason}), and would be lost",
                hint="mend or remove it, or push to another file",
                place=Place(str(path)),
            )
        yield part
