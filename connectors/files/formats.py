"""Which format a file is in, and its reader."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

from connectors.files.delimited import DelimitedFile
from connectors.files.disk import reading
from connectors.files.json_rows import JsonFile
from connectors.files.options import FileFormat, ReadOptions
from connectors.files.parquet import ParquetFile
from connectors.files.rows import TableReader
from connectors.files.spreadsheet import Spreadsheet
from hub.errors import ConfigurationError, Place

_SPREADSHEETS: Final = frozenset({"xlsx", "xls", "xlsb", "ods"})
_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
_UNPACK: Final = ("compressed-file", "the file is compressed", "unpack it first, for example with `gunzip`")
_ARCHIVE: Final = ("compressed-file", "the file is an archive", "unpack it and name the file in it")
_PICTURE: Final = ("not-a-table", "this is a picture", "name the file that holds the table")
# How files begin that hold no table, and what is said of them.
_OTHERS: Final = {
    b"\x1f\x8b": _UNPACK,
    b"BZh91AY&SY": _UNPACK,
    b"\xfd7zXZ": _UNPACK,
    b"\x28\xb5\x2f\xfd": _UNPACK,
    b"7z\xbc\xaf\x27\x1c": _ARCHIVE,
    b"Rar!\x1a": _ARCHIVE,
    b"%PDF-": ("not-a-table", "this is a PDF", "export the table as CSV or XLSX where it was made"),
    b"{\\rtf": ("not-a-table", "this is a text document (RTF)", "save its table as CSV or XLSX"),
    b"BEGIN:VCARD": ("not-a-table", "this is an address book", "connect it as a source of type `vcard`"),
    b"BEGIN:VCALENDAR": ("not-a-table", "this is a calendar", "name the file that holds the table"),
    b"SQLite format 3\0": ("not-a-table", "this is a database", "export the table as CSV or Parquet"),
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF87a": _PICTURE,
    b"GIF89a": _PICTURE,
    b"<": (
        "markup-file",
        "this is a web page or XML",
        "open it in a spreadsheet program and save it as CSV or XLSX",
    ),
}
_SUFFIXES: Final[dict[str, FileFormat]] = {
    **{f".{name}": name for name in get_args(FileFormat)},
    ".tab": "tsv",
    ".xlsm": "xlsx",
    ".ndjson": "jsonl",
    ".pq": "parquet",
}


def open_table(path: Path, options: ReadOptions, wanted: Sequence[str] | None = None) -> TableReader:
    """A reader for the file. `wanted` are the columns that JSON gives beside the payload (None: all)."""
    found = options.format or guess_format(path)
    if found == "parquet":
        return ParquetFile(path)
    if found in _SPREADSHEETS:
        return Spreadsheet(path, options)
    if found in {"json", "jsonl"}:
        return JsonFile(path, options, wanted)
    return DelimitedFile(path, replace(options, format=found))


def guess_format(path: Path) -> FileFormat:
    """By content where that is certain (an `.xls` can hold text), else by suffix, else by content."""
    with reading(path), path.open("rb") as file:
        start = file.read(1 << 12)
    suffix = _SUFFIXES.get(path.suffix.lower())
    if start.startswith(_PARQUET):
        return "parquet"
    if start.startswith((_ZIP, _OLE)):
        return suffix if suffix in _SPREADSHEETS else _in_container(path, start)
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if other := next((told for begin, told in _OTHERS.items() if text.startswith(begin)), None):
        raise _refused(path, other)
    if suffix == "parquet" or (suffix in _SPREADSHEETS and (not start or b"\0" in start)):
        return suffix
    if suffix in {"csv", "tsv", "json", "jsonl"}:
        return suffix
    return (
        "json" if text.startswith((b"[{", b"[\n", b"[\r", b"[ ")) else "jsonl" if text[:1] == b"{" else "csv"
    )


def _in_container(path: Path, start: bytes) -> FileFormat:
    """A spreadsheet by what its container holds, whatever it is called."""
    if start.startswith(_OLE):
        return "xls"
    try:
        with reading(path), zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return "xlsx"  # whose reader says that it is damaged
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise _refused(path, _ARCHIVE)


def _refused(path: Path, told: tuple[str, str, str]) -> ConfigurationError:
    code, sentence, hint = told
    return ConfigurationError(code, sentence, hint=hint, place=Place(str(path)))


def has_known_suffix(path: Path) -> bool:
    """Whether a file in a folder is meant to be read."""
    return path.suffix.lower() in _SUFFIXES
