"""The settings of a file in `hub.yaml`, as a source and as a destination."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from connectors.base import ConnectorSettings
from connectors.files.options import FileFormat, ReadOptions


def _delimiter(value: str) -> str:
    found = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "pipe": "|"}.get(value.lower(), value)
    if len(found) != 1 or not found.isascii() or found in '"\r\n\0':
        raise ValueError("a delimiter is one ASCII character, for example ; or tab")
    return found


Delimiter = Annotated[str, AfterValidator(_delimiter)]


class FileSourceSettings(ConnectorSettings):
    """`path` is a file, a folder, or a pattern such as `exports/*.csv`; relative to the project's folder.

    What is left out of format, encoding, delimiter, sheet and header_row is guessed (`hub source sample`
    shows the guesses). `key` names the column, or columns, that identify a row; without it the row's number
    does. `updated_at` names a column with ISO 8601 instants. Several files are read in the order of their
    names; the later one is taken to be the newer.
    """

    path: str
    format: FileFormat | None = None
    encoding: str | None = None
    delimiter: Delimiter | None = None
    sheet: str | int | None = None
    header_row: Annotated[int, Field(ge=0)] | None = None
    key: str | list[str] | None = None
    updated_at: str | None = None
    page_rows: Annotated[int, Field(ge=1)] = 50_000

    @property
    def options(self) -> ReadOptions:
        return ReadOptions(self.format, self.encoding, self.delimiter, self.sheet, self.header_row)

    @property
    def key_columns(self) -> tuple[str, ...]:
        return (self.key,) if isinstance(self.key, str) else tuple(self.key or ())


class FileDestinationSettings(ConnectorSettings):
    """`path` is a CSV or JSON Lines file in a folder that exists; it is made when it is not there.

    `key` is the column that holds the identity's id. The delimiter is a comma (a tab in a `.tsv`). `columns`
    says which columns come first, in which order. An archived record is removed, or with `archive: mark`
    kept with the instant in `archived_at`. CSV cells that a spreadsheet would take for a formula get an
    apostrophe in front, unless `raw` is set. `bom` writes the byte order mark that Excel needs to see UTF-8.
    """

    path: str
    format: Literal["csv", "jsonl"] | None = None
    key: Annotated[str, Field(min_length=1)] = "id"
    delimiter: Delimiter | None = None
    columns: list[str] = Field(default_factory=list)
    archive: Literal["remove", "mark"] = "remove"
    raw: bool = False
    bom: bool = False
