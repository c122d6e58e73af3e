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
_ZIP, _OLE, _PARQUET, _GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1", b"\x1f\x8b"
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
    if start.startswith(_GZIP):
        hint = "unpack it first, for example with `gunzip`"
        raise ConfigurationError(
            "compressed-file", "the file is compressed", hint=hint, place=Place(str(path))
        )
    if suffix == "parquet" or (suffix in _SPREADSHEETS and (not start or b"\0" in start)):
        return suffix
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<"):
        hint = "open it in a spreadsheet program and save it as CSV or XLSX"
        raise ConfigurationError(
            "markup-file", "this is a web page or XML", hint=hint, place=Place(str(path))
        )
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
    hint = "unpack it and name the file in it"
    raise ConfigurationError("compressed-file", "the file is an archive", hint=hint, place=Place(str(path)))


def has_known_suffix(path: Path) -> bool:
    """Whether a file in a folder is meant to be read."""
    return path.suffix.lower() in _SUFFIXES
