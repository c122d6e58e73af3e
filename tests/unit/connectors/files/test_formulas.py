"""Formulas without saved results are counted, whoever wrote the file and however large it is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from connectors.files.formulas import unsolved


def workbook(path: Path, cells: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        text = f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>"
        archive.writestr("xl/worksheets/sheet1.xml", text)
    return path


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        pytest.param('<c r="A1"><f>B1&amp;C1</f><v/></c>', 1, id="an empty result"),
        pytest.param('<c r="A1"><f>B1</f><v></v></c>', 1, id="an empty result in two tags"),
        pytest.param('<c r="A1"><f>B1</f></c>', 1, id="no result"),
        pytest.param('<c r="A1" s="3"><f t="shared" si="0"/></c>', 1, id="a shared formula"),
        pytest.param('<x:c r="A1"><x:f>B1</x:f></x:c>', 1, id="with a prefix"),
        pytest.param('<c r="A1"><f>B1</f><v>12</v></c>', 0, id="a number"),
        pytest.param('<c r="A1" t="str"><f>B1</f><v></v></c>', 0, id="the empty text is a result"),
        pytest.param('<c r="A1"><v>12</v></c><c r="B1"/>', 0, id="no formula"),
        pytest.param('<c r="A1"><f>B1</f><v>1</v></c><c r="B1"/>', 0, id="an empty cell after a formula"),
    ],
)
def test_a_formula_without_its_result_is_counted(tmp_path: Path, cell: str, count: int) -> None:
    assert unsolved(workbook(tmp_path / "book.xlsx", cell)) == count


@pytest.mark.parametrize("padding", range(0, 60, 7))
def test_none_is_lost_or_counted_twice_where_the_file_is_read_in_pieces(tmp_path: Path, padding: int) -> None:
    cells = (
        "<!--"
        + "x" * padding
        + "-->"
        + '<c r="A1"><f>B1&amp;" "&amp;C1</f><v/></c><c r="B1"><v>7</v></c>' * 90_000
    )
    assert unsolved(workbook(tmp_path / "book.xlsx", cells)) == 90_000


def test_what_is_no_workbook_has_none(tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    assert unsolved(tmp_path / "old.xls") == 0
