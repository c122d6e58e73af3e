"""What a file to write to holds: its rows by id, read and written as CSV or as JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from connectors.files.cells import cell, escaped, json_text, unescaped
from connectors.files.delimited import DelimitedFile
from connectors.files.json_rows import JsonFile
from connectors.files.keys import require_columns
from connectors.files.options import ReadOptions
from connectors.files.rows import Rows, TableReader
from hub.errors import ConfigurationError, Place

Fields = dict[str, object]


@dataclass(slots=True)
class Held:
    """The columns of a file in their order, and its rows by id in theirs; a row holds its id too."""

    columns: list[str] = field(default_factory=list)
    rows: dict[str, Fields] = field(default_factory=dict)

    def take_columns(self, names: Iterable[str]) -> None:
        """Adds columns that are not there yet, at the end."""
        self.columns += [name for name in dict.fromkeys(names) if name not in self.columns]


class FileForm(Protocol):
    """How rows stand in a file."""

    def load(self, path: Path, key: str) -> Held:
        """`ConfigurationError` for a file that could not be written again without losing something."""

    def value(self, value: object) -> object:
        """A payload's value as the file holds it. `NotStorable` for one that it cannot hold."""

    def dump(self, held: Held, file: BinaryIO) -> None: ...


@dataclass(frozen=True, slots=True)
class CsvForm:
    """Cells are text. `raw` leaves formulas as they are, `mark` writes a byte order mark."""

    delimiter: str = ","
    raw: bool = False
    mark: bool = False

    def load(self, path: Path, key: str) -> Held:
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
        return Held(list(found.columns), _by_key(rows, key, path))

    def value(self, value: object) -> str:
        return cell(value)

    def dump(self, held: Held, file: BinaryIO) -> None:
        text = io.TextIOWrapper(file, "utf-8-sig" if self.mark else "utf-8", newline="", write_through=False)
        writer = csv.writer(text, delimiter=self.delimiter)  # lines end with CR LF, as in RFC 4180
        names = held.columns
        writer.writerow(names)
        lines = ([str(row.get(name, "")) for name in names] for row in held.rows.values())
        writer.writerows(lines if self.raw else map(escaped, lines))
        text.detach()


@dataclass(frozen=True, slots=True)
class JsonLinesForm:
    """Values keep their types."""

    def load(self, path: Path, key: str) -> Held:
        reader = JsonFile(path, ReadOptions(format="jsonl"), [key])
        texts = (text for part in _whole(reader, path) for text in part.json_texts())
        rows = _by_key((json.loads(text) for text in texts), key, path)
        held = Held([key], rows)
        held.take_columns(name for row in rows.values() for name in row)
        return held

    def value(self, value: object) -> object:
        json_text(value)
        return value

    def dump(self, held: Held, file: BinaryIO) -> None:
        for row in held.rows.values():
            ordered = {name: row[name] for name in held.columns if name in row}
            file.write(json.dumps(ordered, ensure_ascii=False).encode() + b"\n")


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


def _by_key(rows: Iterable[Fields], key: str, path: Path) -> dict[str, Fields]:
    found: dict[str, Fields] = {}
    for number, row in enumerate(rows, start=1):
        identity = str(row.get(key) or "")
        if not identity or identity in found:
            raise ConfigurationError(
                "damaged-destination",
                f"data row {number} has no id, or one that an earlier row has",
                hint="give each row an id of its own, or push to another file",
                place=Place(str(path), field=key),
            )
        found[identity] = row
    return found
