"""Files as tables of text, for whoever has no project and no settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from connectors.files.formats import open_table
from connectors.files.options import Description, ReadOptions
from connectors.files.rows import in_pages, rejects_table

PAGE_ROWS: Final = 50_000


@dataclass(frozen=True, slots=True)
class TablePart:
    """Some rows: `table` has one text column a column of the file, `numbers` say which data row each is (from
    1), `rejects` (`REJECT_SCHEMA`) are rows that could not be read.
    """

    table: pa.Table
    numbers: pa.ChunkedArray
    rejects: pa.Table


def read_table(
    path: Path, options: ReadOptions | None = None, *, page_rows: int = PAGE_ROWS
) -> Iterator[TablePart]:
    """The whole file, `page_rows` rows at a time. Raises `ConfigurationError` for a file that cannot be used.

    Nested values of JSON come as JSON text; the parts of a JSON file can have different columns.
    """
    reader = open_table(path, options or ReadOptions())
    for rows in in_pages(reader.rows(), page_rows):
        yield TablePart(rows.columns, rows.numbers, rejects_table(rows.bad))


def describe(path: Path, options: ReadOptions | None = None) -> Description:
    """What the reader decided about the file: format, encoding, delimiter, sheet, columns."""
    return open_table(path, options or ReadOptions()).description
