"""Spreadsheets (XLSX, XLS, XLSB, ODS) through calamine; a formula counts with the value saved with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from connectors.files.disk import require_readable
from connectors.files.formulas import unsolved
from connectors.files.options import Description, ReadOptions
from connectors.files.rows import Rows
from connectors.files.sheet_table import SheetTable, is_table
from hub.errors import ConfigurationError, Place


class Spreadsheet:
    """An opened spreadsheet; the workbook is read when something is first asked of it.

    Without a sheet named, those that a person sees and whose columns are called as in the first are read one
    after the other.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._path = path
        self._options = options

    @cached_property
    def description(self) -> Description:
        sheets = self._sheets
        read = [sheet.name for sheet in sheets]
        others = [name for name in self._filled if name not in read] if self._options.sheet is None else []
        notes = [note for note in sheets[0].notes if note]
        if len(read) > 1:
            notes.append(f"these sheets are read together: {', '.join(read)}")
        if others:
            notes.append(f"other sheets are not read: {', '.join(others)}")
        if count := unsolved(self._path):
            notes.append(
                f"{count} cells hold formulas whose results were not saved, and count as empty:"
                " open the file in a spreadsheet program and save it again"
            )
        return Description("spreadsheet", sheets[0].names, sheet=read[0], notes=tuple(notes))

    def rows(self) -> Iterator[Rows]:
        number = 1
        for sheet in self._sheets:
            for rows in sheet.rows(number):
                yield rows
                number = rows.last_number + 1

    @cached_property
    def _sheets(self) -> list[SheetTable]:
        """The sheets that are read, at least one."""
        row, path = self._options.header_row, str(self._path)
        first = SheetTable.of(self._worksheet, row, path)
        if self._options.sheet is not None or row is not None:
            return [first]
        others = [name for name in self._filled if name != first.name]
        found = [SheetTable.of(self._workbook.get_sheet_by_name(name), None, path) for name in others]
        return [first, *(table for table in found if table.names == first.names)]

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

    @property
    def _filled(self) -> list[str]:
        """Those of them with something on them."""
        return [name for name in self._visible if self._workbook.get_sheet_by_name(name).start is not None]

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
        filled = [sheet for sheet in sheets if sheet.start is not None]
        return next((sheet for sheet in filled if is_table(sheet)), (filled or sheets)[0])


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
