"""`hub dedupe` on files as people make them: whatever stands around the table, the same people come out."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from cli.exits import Exit
from cli.main import main
from tests.fakes.files import write_ods

HEADER = ["Prénom", "Nom", "Courriel", "Téléphone", "Date de naissance", "Ville"]
PEOPLE = [
    ["Zoé", "Exemple", "zoe@courrier.example", "06 39 98 00 12", "1980-05-03", "Orléans"],
    ["ZOE", "EXEMPLE", "zoe@courrier.example", "+33639980012", "1980-05-03", "Orléans"],
    ["José", "Modèle", "jose@courrier.example", "06 39 98 00 13", "1971-04-23", "Nîmes"],
    ["Anne", "Fictive", "anne@courrier.example", "06 39 98 00 14", "1990-12-31", "Lyon"],
]
# Of each golden record: e-mail, phone, birth date, town, how many rows.
FOUND = {
    ("zoe@courrier.example", "+33639980012", "1980-05-03", "Orléans", 2),
    ("jose@courrier.example", "+33639980013", "1971-04-23", "Nîmes", 1),
    ("anne@courrier.example", "+33639980014", "1990-12-31", "Lyon", 1),
}
Lines = Sequence[list[Any]]


def sheet(path: Path, lines: Lines, then: Callable[[Worksheet], object] = lambda _sheet: None) -> None:
    book = openpyxl.Workbook()
    worksheet = book.worksheets[0]
    for line in lines:
        worksheet.append(list(line))
    then(worksheet)
    book.save(path)


def titles(path: Path) -> None:
    title: Lines = [["Liste des adhérents — printemps 2026"], ["Mise à jour le", date(2026, 3, 12)], []]
    sheet(path, [*title, HEADER, *PEOPLE], lambda one: one.merge_cells("A1:F1"))


def two_header_rows(path: Path) -> None:
    groups = ["Adhérent", None, "Coordonnées", None, "Divers", None]
    names = ["Prénom", "Nom de famille", "Courriel", "Téléphone", "Date de naissance", "Ville"]

    def merged(one: Worksheet) -> None:
        for cells in ("A1:B1", "C1:D1", "E1:F1"):
            one.merge_cells(cells)

    sheet(path, [groups, names, *PEOPLE], merged)


def merged_cells(path: Path) -> None:
    """The town stands once for both rows of the same person, over merged cells."""
    rows: list[list[str | None]] = [list(row) for row in PEOPLE]
    rows[1][5] = None
    sheet(path, [HEADER, *rows], lambda one: one.merge_cells("F2:F3"))


def notes_below(path: Path) -> None:
    notes = [[], ["Total : 4"], [], ["* à vérifier avec la mairie"], ["Source : enquête de mars"]]
    sheet(path, [HEADER, *PEOPLE, *notes])


def typed_cells(path: Path) -> None:
    """Phones as numbers (the leading 0 is gone), dates as dates, as instants and as serial numbers."""
    cells: Lines = [
        ["Zoé", "Exemple", "zoe@courrier.example", 639980012, date(1980, 5, 3), "Orléans"],
        ["ZOE", "EXEMPLE", "zoe@courrier.example", 639980012.0, 29344, "Orléans"],
        [
            "José",
            "Modèle",
            "jose@courrier.example",
            33639980013,
            datetime.fromisoformat("1971-04-23"),
            "Nîmes",
        ],
        ["Anne", "Fictive", "anne@courrier.example", "639980014.0", "31/12/1990", "Lyon"],
    ]
    sheet(path, [HEADER, *cells])


def numbers_as_text(path: Path) -> None:
    """All cells are text, as after an import: phones with their 0, a date as its serial number."""
    serial = {"1980-05-03": "29344"}
    rows = [[*row[:3], row[3].replace(" ", ""), serial.get(row[4], row[4]), row[5]] for row in PEOPLE]
    sheet(path, [HEADER, *rows])


def sheets_alike(path: Path) -> None:
    book = openpyxl.Workbook()
    for place, rows in enumerate((PEOPLE[:1], PEOPLE[1:])):
        one = book.create_sheet(f"Section {place + 1}", place)
        for line in [HEADER, *rows]:
            one.append(line)
    book.save(path)


def a_cover_sheet(path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "Fichier des adhérents, à ne pas diffuser"
    one = book.create_sheet("Adhérents")
    for line in [HEADER, *PEOPLE]:
        one.append(line)
    book.save(path)


def formulas(path: Path) -> None:
    """Towns are formulas, saved with their results as a spreadsheet program does."""
    rows = [[*row[:5], f'="{row[5]}"'] for row in PEOPLE]
    bare = path.with_suffix(".bare.xlsx")
    sheet(bare, [HEADER, *rows])
    with zipfile.ZipFile(bare) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                for town in {row[5] for row in PEOPLE}:
                    formula = f'<f>"{town}"</f>'
                    assert formula in text
                    text = text.replace(f"><{formula[1:]}<v />", f' t="str">{formula}<v>{town}</v>')
            after.writestr(name, text.encode())
    bare.unlink()


def ods(path: Path) -> None:
    write_ods(path, [dict(zip(HEADER, row, strict=True)) for row in PEOPLE])


def text_of(lines: Lines, delimiter: str = ";", quote: str = "") -> str:
    return "".join(delimiter.join(f"{quote}{cell}{quote}" for cell in line) + "\r\n" for line in lines)


def cp1252(path: Path) -> None:
    path.write_bytes(text_of([HEADER, *PEOPLE]).encode("cp1252"))


def utf16(path: Path) -> None:
    path.write_bytes(text_of([HEADER, *PEOPLE], "\t").encode("utf-16"))


def byte_order_mark(path: Path) -> None:
    path.write_bytes(text_of([HEADER, *PEOPLE], ",", '"').encode("utf-8-sig"))


def quotes_within(path: Path) -> None:
    """Quotes that no program wrote: within cells, not doubled."""
    rows = [[row[0], f'{row[1]} "dit"', *row[2:]] if row[0] == "Anne" else row for row in PEOPLE]
    path.write_text(text_of([HEADER, *rows]), encoding="utf-8")


def titles_in_text(path: Path) -> None:
    lines = [
        ["Liste des adhérents", *[""] * 5],
        [""] * 6,
        HEADER,
        *PEOPLE,
        [""] * 6,
        ["Total", "4", *[""] * 4],
    ]
    path.write_bytes(text_of(lines).encode("cp1252"))


MADE = [
    ("xlsx", titles, Exit.DONE),
    ("xlsx", two_header_rows, Exit.DONE),
    ("xlsx", merged_cells, Exit.DONE),
    ("xlsx", notes_below, Exit.SOME_REJECTED),  # the notes are kept in rejects.csv
    ("xlsx", typed_cells, Exit.DONE),
    ("xlsx", numbers_as_text, Exit.DONE),
    ("xlsx", sheets_alike, Exit.DONE),
    ("xlsx", a_cover_sheet, Exit.DONE),
    ("xlsx", formulas, Exit.DONE),
    ("ods", ods, Exit.DONE),
    ("csv", cp1252, Exit.DONE),
    ("csv", utf16, Exit.DONE),
    ("csv", byte_order_mark, Exit.DONE),
    ("csv", quotes_within, Exit.DONE),
    ("csv", titles_in_text, Exit.SOME_REJECTED),
]


def dedupe(path: Path, *options: str) -> int:
    out = str(path.parent / "out")
    return main(["dedupe", str(path), "--out", out, "--country", "FR", *options])


def rows(path: Path) -> list[dict[str, str]]:
    with (path.parent / "out" / "golden.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("suffix", "make", "ends"), [pytest.param(*case, id=case[1].__name__) for case in MADE]
)
def test_the_same_people_come_out(
    tmp_path: Path, suffix: str, make: Callable[[Path], None], ends: Exit
) -> None:
    path = tmp_path / f"liste.{suffix}"
    make(path)
    assert dedupe(path) == ends
    fields = ("emails", "phones", "birth_date", "addresses.locality")
    assert {(*(row[name] for name in fields), int(row["record_count"])) for row in rows(path)} == FOUND


def refused(path: Path) -> dict[str, str]:
    """What the report says was left out: value → reason."""
    with (path.parent / "out" / "refused.csv").open(newline="", encoding="utf-8") as file:
        return {row["value"]: row["code"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("written", ["6.12E+08", "6,12E+08", "6.3998E+08", "3,36E+10"])
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_digits_that_a_spreadsheet_dropped_are_not_invented(
    tmp_path: Path, written: str, suffix: str
) -> None:
    path = tmp_path / f"liste.{suffix}"
    lines = [HEADER, *PEOPLE[:3], [*PEOPLE[3][:3], written, *PEOPLE[3][4:]]]
    if suffix == "xlsx":
        sheet(path, lines)
    else:
        path.write_text(text_of(lines), encoding="utf-8")
    assert dedupe(path) == Exit.DONE
    (anne,) = [row for row in rows(path) if row["emails"].startswith("anne")]
    assert anne["phones"] == ""
    assert refused(path) == {written: "digits-lost"}


def test_a_quote_that_never_closes_costs_its_own_row_only(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    torn = 'Paul;"Le Grand;paul@courrier.example;0639980044;1960-01-02;Lyon\r\n'
    path.write_text(text_of([HEADER, *PEOPLE[:2]]) + torn + text_of(PEOPLE[2:]), encoding="utf-8")
    assert dedupe(path) == Exit.SOME_REJECTED
    assert {row["emails"] for row in rows(path)} == {found[0] for found in FOUND}
    with (path.parent / "out" / "rejects.csv").open(newline="", encoding="utf-8") as file:
        (rejected,) = csv.DictReader(file)
    assert (rejected["key"], rejected["code"], rejected["position"]) == ("3", "broken-quote", "line 4")
    assert "Le Grand" in json.loads(rejected["payload"])


def test_formulas_saved_without_results_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "liste.xlsx"
    sheet(path, [HEADER, *([*row[:5], f'="{row[5]}"'] for row in PEOPLE)])
    assert dedupe(path) == Exit.DONE
    assert "4 cells hold formulas whose results were not saved" in capsys.readouterr().err


def test_a_sheet_of_another_kind_is_told_and_can_be_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "liste.xlsx"
    book = openpyxl.Workbook()
    articles: Lines = [["Article", "Prix"], ["Vis", 3], ["Écrou", 2]]
    for line in articles:
        book.worksheets[0].append(line)
    one = book.create_sheet("Adhérents")
    for line in [HEADER, *PEOPLE]:
        one.append(line)
    book.save(path)
    dedupe(path)
    assert "other sheets are not read: Adhérents" in capsys.readouterr().err
    assert dedupe(path, "--sheet", "Adhérents") == Exit.DONE
    assert {row["emails"] for row in rows(path)} == {found[0] for found in FOUND}
