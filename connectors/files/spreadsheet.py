"""Spreadsheets (XLSX, XLS, XLSB, ODS) through calamine; a formula counts with the value saved with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from connectors.files.cell_text import cell_text
from connectors.files.disk import require_readable
from connectors.files.header import column_names
from connectors.files.options import Description, ReadOptions
from connectors.files.rows import Rows, numbered
from hub.errors import ConfigurationError, Place

_PORTION: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An opened sheet: its rows after the header, the names of its columns, and where they stand."""

    name: str
    names: tuple[str, ...]
    positions: tuple[int, ...]
    first_row: int


class Spreadsheet:
    """An opened spreadsheet; the workbook is read when something is first asked of it."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._path = path
        self._options = options

    @property
    def description(self) -> Description:
        others = [name for name in self._visible if name != self._sheet.name]
        notes = (
            (f"other sheets are not read: {', '.join(others)}",) if others and not self._options.sheet else ()
        )
        return Description("spreadsheet", self._sheet.names, sheet=self._sheet.name, notes=notes)

    def rows(self) -> Iterator[Rows]:
        sheet = self._sheet
        rows = islice(self._worksheet.iter_rows(), sheet.first_row, None)
        data = (cells for cells in rows if any(cell != "" for cell in cells))
        number = 1
        while portion := list(islice(data, _PORTION)):
            columns = [
                pa.array([cell_text(row[at]) for row in portion], pa.string()) for at in sheet.positions
            ]
            yield numbered(pa.Table.from_arrays(columns, names=list(sheet.names)), number)
            number += len(portion)

    @cached_property
    def _workbook(self) -> CalamineWorkbook:
        require_readable(self._path)
        with _broken_file(self._path):
            return CalamineWorkbook.from_path(self._path)

    @property
    def _visible(self) -> list[str]:
        """The names of the sheets that a person sees."""
        return [
            sheet.name
            for sheet in self._workbook.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]

    @cached_property
    def _worksheet(self) -> CalamineSheet:
        names = self._workbook.sheet_names
        wanted = self._options.sheet
        with _broken_file(self._path):
            if isinstance(wanted, str) and wanted in names:
                return self._workbook.get_sheet_by_name(wanted)
            if isinstance(wanted, int) and 1 <= wanted <= len(names):
                return self._workbook.get_sheet_by_index(wanted - 1)
            if wanted is not None:
                raise ConfigurationError(
                    "unknown-sheet",
                    f"there is no sheet {wanted!r}",
                    hint=f"the file has: {', '.join(names)}",
                    place=Place(str(self._path)),
                )
            sheets = [self._workbook.get_sheet_by_name(name) for name in self._visible or names]
        return next((sheet for sheet in sheets if sheet.start is not None), sheets[0])

    @cached_property
    def _sheet(self) -> _Sheet:
        worksheet, row = self._worksheet, self._options.header_row
        header_at = _first_filled(worksheet) if row is None else max(row - 1, 0)
        header = next(islice(worksheet.iter_rows(), header_at, None), None)
        if worksheet.start is None or header is None:
            raise ConfigurationError(
                "empty-file",
                f"the sheet {worksheet.name} is empty" if worksheet.start is None else f"it has no row {row}",
                hint="export it again, or name another `sheet` or `header_row`",
                place=Place(str(self._path)),
            )
        names = column_names([cell_text(cell) for cell in header] if row != 0 else [""] * len(header))
        first_row = header_at if row == 0 else header_at + 1
        nameless = {at for at, cell in enumerate(header) if row != 0 and cell == ""}
        empty = nameless - _filled(worksheet, nameless, first_row)
        positions = tuple(at for at in range(len(header)) if at not in empty)
        return _Sheet(worksheet.name, tuple(names[at] for at in positions), positions, first_row)


@contextmanager
def _broken_file(path: Path) -> Iterator[None]:
    try:
        yield
    except PasswordError as error:
        raise ConfigurationError(
            "password-protected",
            "the spreadsheet is protected by a password",
            hint="save a copy without the password",
            place=Place(str(path)),
        ) from error
    except CalamineError as error:
        raise ConfigurationError(
            "broken-spreadsheet",
            "the file is damaged, cut off, or no spreadsheet",
            hint="open it in a spreadsheet program and save it again, or copy it anew from its origin",
            place=Place(str(path)),
        ) from error


def _first_filled(worksheet: CalamineSheet) -> int:
    """The index of the first row that has a value."""
    rows = enumerate(worksheet.iter_rows())
    return next((at for at, cells in rows if any(cell != "" for cell in cells)), 0)


def _filled(worksheet: CalamineSheet, columns: set[int], first_row: int) -> set[int]:
    """Those of the columns that have a value in some row."""
    found: set[int] = set()
    for cells in islice(worksheet.iter_rows(), first_row, None):
        if found == columns:
            break
        found |= {at for at in columns - found if cells[at] != ""}
    return found
