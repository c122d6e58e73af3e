from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from connectors.files.options import ReadOptions
from connectors.files.spreadsheet import Spreadsheet
from hub.errors import ConfigurationError
from tests.fakes.encrypted_office import encrypted_office_file
from tests.fakes.files import write_ods

Put = Callable[[str, bytes | str], Path]
Fill = Callable[[Worksheet], None]


def workbook(path: Path, fill: Fill, title: str = "People") -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    fill(sheet)
    book.save(path)
    return path


def rows(path: Path, **options: Any) -> list[dict[str, str]]:
    portions = Spreadsheet(path, ReadOptions(**options)).rows()
    return [row for portion in portions for row in portion.columns.to_pylist()]


CELLS = {
    "text": ("Ada", "Ada"),
    "text that looks like a number": ("00420", "00420"),
    "a phone number as text": ("+33199001234", "+33199001234"),
    "an integer": (12, "12"),
    "a whole number": (12.0, "12"),
    "a large whole number": (33199001234, "33199001234"),
    "a fraction": (12.5, "12.5"),
    "a negative number": (-3, "-3"),
    "true": (True, "true"),
    "false": (False, "false"),
    "a date": (date(1977, 9, 13), "1977-09-13"),
    "an instant": (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05"),  # noqa: DTZ001 - cells have no zone
    "a time": (time(3, 4), "03:04:00"),
    "a duration": (timedelta(hours=30), "30:00:00"),
    "line breaks": ("12 rue de l'Exemple\nLille", "12 rue de l'Exemple\nLille"),
    "spaces": ("  padded ", "  padded "),
}


@pytest.mark.parametrize(("value", "text"), CELLS.values(), ids=CELLS)
def test_a_cell_is_read_as_a_person_would_have_typed_it(tmp_path: Path, value: object, text: str) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["key", "value"])
        sheet.append(["k", value])

    assert rows(workbook(tmp_path / "t.xlsx", fill)) == [{"key": "k", "value": text}]


def test_the_table_may_start_anywhere(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["C4"], sheet["D4"] = "name", "city"
        sheet["C5"], sheet["D5"] = "Ada", "Lille"

    assert rows(workbook(tmp_path / "t.xlsx", fill)) == [{"name": "Ada", "city": "Lille"}]


def test_blank_rows_and_empty_nameless_columns_are_left_out(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for line in (
            ["name", None, "city", None],
            ["Ada", None, "Lille"],
            [],
            ["Bob", None, "Lens", None, "x"],
        ):
            sheet.append(line)

    assert rows(workbook(tmp_path / "t.xlsx", fill)) == [
        {"name": "Ada", "city": "Lille", "column_5": ""},
        {"name": "Bob", "city": "Lens", "column_5": "x"},
    ]


def test_rows_are_numbered_from_1_without_the_blank_ones(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for line in (["name"], ["Ada"], [], ["Bob"]):
            sheet.append(line)

    reader = Spreadsheet(workbook(tmp_path / "t.xlsx", fill), ReadOptions())
    assert [number for portion in reader.rows() for number in portion.numbers.to_pylist()] == [1, 2]


def test_the_header_can_be_in_a_row_that_is_named(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for line in (["Contacts of 2026"], [], ["name", "city"], ["Ada", "Lille"]):
            sheet.append(line)

    path = workbook(tmp_path / "t.xlsx", fill)
    assert rows(path, header_row=3) == [{"name": "Ada", "city": "Lille"}]
    assert rows(path, header_row=0)[0] == {"column_1": "Contacts of 2026", "column_2": ""}


def two_sheets(folder: Path) -> Path:
    book = openpyxl.Workbook()
    hidden = book.worksheets[0]
    hidden.title, hidden.sheet_state = "Lists", "hidden"
    hidden.append(["code"])
    hidden.append(["x"])
    book.create_sheet("Cover")
    for name in ("North", "South"):
        sheet = book.create_sheet(name)
        sheet.append(["name"])
        sheet.append([f"Ada {name}"])
    book.active = 1
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def test_visible_sheets_with_the_same_columns_are_read_together(tmp_path: Path) -> None:
    path = two_sheets(tmp_path)
    assert rows(path) == [{"name": "Ada North"}, {"name": "Ada South"}]
    found = Spreadsheet(path, ReadOptions()).description
    assert (found.sheet, found.notes) == ("North", ("these sheets are read together: North, South",))


def test_a_sheet_with_other_columns_is_not_read_and_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    cover = book.worksheets[0]
    cover.title = "Read me"
    cover.append(["Export of 3 May"])
    for name, header in (("People", ["name", "city"]), ("Orders", ["order", "amount"])):
        sheet = book.create_sheet(name)
        sheet.append(header)
        sheet.append(["Ada", 12])
    book.save(tmp_path / "t.xlsx")
    assert rows(tmp_path / "t.xlsx") == [{"name": "Ada", "city": "12"}]
    found = Spreadsheet(tmp_path / "t.xlsx", ReadOptions()).description
    assert (found.sheet, found.notes) == ("People", ("other sheets are not read: Read me, Orders",))


@pytest.mark.parametrize("sheet", ["South", 4], ids=["by name", "by number"])
def test_another_sheet_can_be_named(tmp_path: Path, sheet: str | int) -> None:
    assert rows(two_sheets(tmp_path), sheet=sheet) == [{"name": "Ada South"}]


@pytest.mark.parametrize("sheet", ["West", 5, 0])
def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path, sheet: str | int) -> None:
    with pytest.raises(ConfigurationError) as caught:
        rows(two_sheets(tmp_path), sheet=sheet)
    assert caught.value.code == "unknown-sheet"
    assert "South" in (caught.value.hint or "")


def test_an_ods_file_is_read(tmp_path: Path) -> None:
    write_ods(tmp_path / "t.ods", [{"id": "007", "name": "Zoë <Example> & Co"}])
    assert rows(tmp_path / "t.ods") == [{"id": "007", "name": "Zoë <Example> & Co"}]


def filled(tmp_path: Path) -> bytes:
    def fill(sheet: Worksheet) -> None:
        for number in range(500):
            sheet.append(["a", number])

    return workbook(tmp_path / "whole.xlsx", fill).read_bytes()


def test_a_truncated_spreadsheet_is_refused_with_a_hint(tmp_path: Path, put: Put) -> None:
    content = filled(tmp_path)
    for size in (1, 100, len(content) // 2, len(content) - 30):
        with pytest.raises(ConfigurationError) as caught:
            rows(put("t.xlsx", content[:size]))
        assert caught.value.code == "broken-spreadsheet"
        assert caught.value.hint


def test_a_damaged_spreadsheet_is_refused_or_read(tmp_path: Path, put: Put) -> None:
    content = bytearray(filled(tmp_path))
    for at in range(0, len(content), 97):
        damaged = content.copy()
        damaged[at] ^= 0xFF
        try:
            rows(put("t.xlsx", bytes(damaged)))
        except ConfigurationError as error:
            assert error.code in {"broken-spreadsheet", "empty-file"}  # noqa: PT017 - reading it is fine too


def test_a_password_protected_spreadsheet_is_named_as_such(put: Put) -> None:
    with pytest.raises(ConfigurationError) as caught:
        rows(put("t.xlsx", encrypted_office_file()))
    assert caught.value.code == "password-protected"
    assert "password" in (caught.value.hint or "")


def test_an_empty_sheet_is_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        rows(workbook(tmp_path / "t.xlsx", lambda _: None))
    assert caught.value.code == "empty-file"


def test_a_header_row_beyond_the_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        rows(two_sheets(tmp_path), header_row=99)
    assert caught.value.code == "empty-file"


def test_a_header_without_rows_is_no_error(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", lambda sheet: sheet.append(["name", "city"]))
    assert rows(path) == []
    assert Spreadsheet(path, ReadOptions()).description.columns == ("name", "city")


def test_a_title_above_a_header_that_comes_again_is_no_row(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        header = ("name", "city", "mail")
        told = [
            ("Members",), header, ("Ada", "Lille", "a@x.example"), ("Bob",), ("Cid", "Metz", "c@x.example"),
            (), ("Donors",), (), header, ("Dea", "Lens", "d@x.example"), ("Fay",),
        ]  # fmt: skip
        for row in told:
            sheet.append(row)

    path = workbook(tmp_path / "t.xlsx", fill)
    portions = list(Spreadsheet(path, ReadOptions()).rows())
    assert [row["name"] for row in rows(path)] == ["Ada", "Bob", "Cid", "Dea", "Fay"]
    bad = [one for portion in portions for one in portion.bad]
    assert [(one.raw, one.position, one.reason) for one in bad] == [
        ("Donors", "row 7", "a title between the rows")
    ]
