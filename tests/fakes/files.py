"""Files of all formats with the same invented people, to hold the file connector to the contract suite."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.contract import DestinationSystem, SourceSystem
from connectors.files.destination import ARCHIVED_AT, FileDestination
from connectors.files.settings import FileDestinationSettings, FileSourceSettings
from connectors.files.source import FileSource
from hub.domain.plan import Payload

Row = dict[str, str]
BROKEN_CSV_ROW = "torn;row\r\n"


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def people(count: int) -> list[Row]:
    return [
        {
            "id": f"c{number}",
            "name": f"Zoë Example-{number}",
            "phone": f"+331990012{number:02}",
            "changed": f"2026-01-02T03:04:{number:02}Z",
        }
        for number in range(1, count + 1)
    ]


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """With one row in the middle that cannot be read."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";")
    writer.writeheader()
    for number, row in enumerate(rows):
        text.write(BROKEN_CSV_ROW if number == 2 else "")
        writer.writerow(row)
    path.write_bytes(text.getvalue().encode())


def write_xlsx(path: Path, rows: Sequence[Row]) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(path)


def write_ods(path: Path, rows: Sequence[Row]) -> None:
    """A minimal OpenDocument spreadsheet (ISO/IEC 26300), with text cells only."""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in line
        )
        + "</table:table-row>"
        for line in lines
    )
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {namespaces} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="People">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)


def write_jsonl(path: Path, rows: Sequence[Row]) -> None:
    """With nested values, and one line that cannot be read."""
    lines = [json.dumps({**row, "tags": [{"z": 1, "a": None}]}, ensure_ascii=False) for row in rows]
    path.write_text("\n".join([*lines[:2], '{"id": "torn', *lines[2:]]) + "\n", encoding="utf-8")


def write_json(path: Path, rows: Sequence[Row]) -> None:
    path.write_text(json.dumps(list(rows), indent=1), encoding="utf-8")


def write_parquet(path: Path, rows: Sequence[Row]) -> None:
    pq.write_table(pa.Table.from_pylist(list(rows)), path)


Writer = Callable[[Path, Sequence[Row]], None]
WRITERS: dict[str, tuple[Writer, int]] = {
    "csv": (write_csv, 1),
    "xlsx": (write_xlsx, 0),
    "ods": (write_ods, 0),
    "jsonl": (write_jsonl, 1),
    "json": (write_json, 0),
    "parquet": (write_parquet, 0),
}


class FileSystem(SourceSystem):
    """A file of eight people, written anew with every change."""

    stream = "rows"

    def __init__(self, folder: Path, suffix: str) -> None:
        self.path = folder / f"people.{suffix}"
        self._write, self._torn = WRITERS[suffix]
        self.people = people(8)
        self._write(self.path, self.people)

    def open(self) -> FileSource:
        return self._opened(self.path.name)

    def open_broken(self) -> FileSource:
        return self._opened(f"missing-{self.path.name}")

    def _opened(self, name: str) -> FileSource:
        settings = FileSourceSettings(path=name, key="id", updated_at="changed", page_rows=3)
        return FileSource(settings, self.path.parent)

    def expected(self) -> Mapping[str, Mapping[str, object]]:
        return {row["id"]: row for row in self.people}

    def rejected(self) -> int:
        return self._torn

    def updated_at(self) -> Mapping[str, datetime]:
        return {row["id"]: datetime.fromisoformat(row["changed"]) for row in self.people}

    def add_record(self) -> str:
        self.people.append({**self.people[0], "id": "added"})
        self._write(self.path, self.people)
        return "added"

    def change_record(self, key: str) -> None:
        self._row(key)["name"] = "Zoë Changed"
        self._write(self.path, self.people)

    def delete_record(self, key: str) -> None:
        self.people.remove(self._row(key))
        self._write(self.path, self.people)

    def _row(self, key: str) -> Row:
        return next(row for row in self.people if row["id"] == key)


class FolderSystem(FileSystem):
    """The same people in a folder of two CSV files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "exports"
        self.folder.mkdir()
        super().__init__(folder, "csv")

    def open(self) -> FileSource:
        text = self.path.read_text(encoding="utf-8")
        header, *lines = text.splitlines(keepends=True)
        for name, part in (("1.csv", lines[:5]), ("2.csv", lines[5:])):
            (self.folder / name).write_text(header + "".join(part), encoding="utf-8", newline="")
        return self._opened("exports/*.csv")


class DestinationFile(DestinationSystem):
    """An empty folder for one destination file."""

    def __init__(self, folder: Path, name: str, archive: str = "remove") -> None:
        self.path = folder / name
        self.archive = archive

    def open(self) -> FileDestination:
        return self._opened(self.path.name)

    def open_broken(self) -> FileDestination:
        return self._opened(f"no-such-folder/{self.path.name}")

    def _opened(self, path: str) -> FileDestination:
        settings = FileDestinationSettings.model_validate({"path": path, "archive": self.archive})
        return FileDestination(settings, self.path.parent, FixedClock())

    def payload(self, number: int) -> Payload:
        return {"name": f'Zoë, "Example" {number}', "phone": f"+33199{number:06}", "note": "=1+1\n'second'"}

    def changed_field(self) -> tuple[str, object]:
        return "name", "@Changed"

    def bad_payload(self) -> Payload:
        return {"name": float("nan")}

    def stored(self) -> Mapping[str, Payload]:
        return {str(row["id"]): row for row in self._rows() if not row.get(ARCHIVED_AT)}

    def _rows(self) -> list[Payload]:
        if not self.path.exists():
            return []
        text = self.path.read_text(encoding="utf-8")
        if self.path.suffix == ".jsonl":
            return [json.loads(line) for line in text.splitlines()]
        with self.path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t" if self.path.suffix == ".tsv" else ","))
        return [{name: _bare(value) for name, value in row.items()} for row in rows]


def _bare(value: str) -> str:
    """A cell without the apostrophe that keeps it from running as a formula."""
    return value.removeprefix("'") if value[1:2] in {"=", "@"} else value
