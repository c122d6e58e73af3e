"""How to read a file, where its reader should not guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FileFormat = Literal["csv", "tsv", "xlsx", "xls", "xlsb", "ods", "jsonl", "json", "parquet"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What is None is guessed from the file.

    `header_row` is the line (delimited text) or row (spreadsheet) of the column names, from 1; 0 means that
    there is none and columns are called `column_1`, `column_2`, … `sheet` is a name, or a number from 1.
    """

    format: FileFormat | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | int | None = None
    header_row: int | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What a reader decided about a file; `notes` are sentences for the one who checks the guesses."""

    format: str
    columns: tuple[str, ...]
    encoding: str | None = None
    encoding_from: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    notes: tuple[str, ...] = ()


def noted_heading(above: int, rows: int) -> str | None:
    """A sentence where a header does not stand alone in the first row."""
    told = []
    if rows == 0:
        told.append(
            "the first row holds values, so the columns have no names (`header_row: 1` if it has them)"
        )
    if above:
        told.append(f"{above} rows above the header are not read" if above > 1 else "a title is not read")
    if rows > 1:
        told.append("the header takes two rows")
    return "; ".join(told) or None
