"""Writing result files: whole or not at all, safe to open in a spreadsheet."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import pyarrow as pa
import pyarrow.parquet

from connectors.files.cells import escaped, escaped_column
from hub import columns
from hub.errors import ConfigurationError, FatalError


class FileFormat(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"
    JSONL = "jsonl"


def format_of(path: Path) -> FileFormat:
    """The format that a file's suffix names."""
    suffix = path.suffix.lower().lstrip(".")
    if suffix not in set(FileFormat):
        raise ConfigurationError(
            "unknown-format",
            f"`{path.name}` names no format",
            hint="use a name ending in .csv, .parquet or .jsonl",
        )
    return FileFormat(suffix)


def write_table(
    table: pa.Table, path: Path, file_format: FileFormat | None = None, *, raw: bool = False
) -> None:
    """Writes a flat table. CSV cells that a spreadsheet would run as a formula get an apostrophe in front
    unless `raw` (see `connectors.files.cells`). The file appears whole or not at all.
    """
    match file_format or format_of(path):
        case FileFormat.CSV:
            safe = table if raw else _without_formulas(table)
            write_whole(path, lambda file: columns.write_csv(safe, Path(file.name)))
        case FileFormat.PARQUET:
            write_whole(path, lambda file: pyarrow.parquet.write_table(table, file))
        case FileFormat.JSONL:
            lines = columns.json_text(table, table.column_names).to_pylist()
            write_whole(path, lambda file: file.write("".join(f"{line}\n" for line in lines).encode()))


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Writes a file beside its place, then moves it there; an error leaves what was there before."""
    temporary: Path | None = None
    try:
        with NamedTemporaryFile(dir=path.resolve().parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            write(file)
            file.flush()
            os.fsync(file.fileno())
        target = path.resolve()  # a link stays a link
        temporary.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644)
        temporary.replace(target)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise _told(error, path) from error


def make_folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _told(error, path) from error
    return path


def _told(error: OSError, path: Path) -> FatalError | ConfigurationError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return FatalError(
            "disk-full", f"no space left to write {path.name}", hint="free some space and run again"
        )
    return ConfigurationError(
        "cannot-write",
        f"cannot write {path}: {(error.strerror or 'refused').lower()}",
        hint="choose another place",
    )


def _without_formulas(table: pa.Table) -> pa.Table:
    """Also the columns' names: some come from files."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            table = table.set_column(place, field, escaped_column(table.column(place)))
    return table.rename_columns(escaped(table.column_names))
