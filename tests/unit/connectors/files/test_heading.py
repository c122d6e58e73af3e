"""Tables as people make them: titles, headers in two rows, merged cells, notes, repeated headers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from connectors.files.delimited import DelimitedFile
from connectors.files.heading import find_heading, notes_begin
from connectors.files.options import ReadOptions
from connectors.files.rows import TableReader
from connectors.files.spreadsheet import Spreadsheet

Put = Callable[[str, bytes | str], Path]
Table = Sequence[Sequence[str]]

DATA = [
    ["Ada", "Roy", "ada@example.com", "01 99 00 12 34", "1977-09-13"],
    ["Bob", "Lee", "bob@example.com", "01 99 00 12 35", "1980-01-02"],
    ["Cléo", "Noël", "", "01 99 00 12 36", ""],
]
HEADER = ["Prénom", "Nom", "E-mail", "Tél.", "Né le"]
BLANK = ["", "", "", "", ""]


@pytest.mark.parametrize(
    ("above", "at"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param([["Liste des adhérents 2026", "", "", "", ""]], 1, id="a title"),
        pytest.param([["Liste"], [], ["Mise à jour :", "12/03/2026"], []], 4, id="a title and a date"),
        pytest.param([["", "", "Association de l'Exemple", "", ""], BLANK], 2, id="a title in the middle"),
    ],
)
def test_titles_above_the_header_are_passed_over(above: Table, at: int) -> None:
    heading = find_heading([*above, HEADER, *DATA])
    assert heading is not None
    assert (heading.at, heading.rows, list(heading.names)) == (at, 1, HEADER)


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        pytest.param(
            [
                ["Nom", "Adresse", "", "", "Tél."],
                ["", "Rue", "CP", "Ville", ""],
                ["Roy", "2 rue A", "59000", "Lille", "01"],
            ],
            ["Nom", "Adresse: Rue", "Adresse: CP", "Adresse: Ville", "Tél."],
            id="groups over some columns",
        ),
        pytest.param(
            [
                ["Contact", "", "Naissance", ""],
                ["Nom", "E-mail", "Date", "Lieu"],
                ["Roy", "a@example.com", "1977-09-13", "Lille"],
                ["Lee", "b@example.com", "1980-01-02", "Lyon"],
            ],
            ["Contact: Nom", "Contact: E-mail", "Naissance: Date", "Naissance: Lieu"],
            id="groups over all columns",
        ),
        pytest.param(
            [
                ["Q1", "Q2", "Q3"],
                ["Votre nom ?", "Votre e-mail ?", "Votre âge ?"],
                ["Roy", "a@example.com", "31"],
                ["Lee", "b@example.com", "45"],
            ],
            ["Q1: Votre nom ?", "Q2: Votre e-mail ?", "Q3: Votre âge ?"],
            id="codes and questions",
        ),
        pytest.param(
            [
                ["Members", "", "", "", "Board", ""],
                ["Name", "City", "Mail", "", "Name", "Office"],
                ["Roy", "Lille", "a@example.com", "", "Roy", "Chair"],
                ["Lee", "Lyon", "b@example.com", "", "", ""],
            ],
            ["Members: Name", "Members: City", "Members: Mail", "", "Board: Name", "Board: Office"],
            id="two tables side by side",
        ),
        pytest.param(
            [
                ["1", "2", "3"],
                ["Name", "Mail", "Born"],
                ["Roy", "a@example.com", "1980-01-02"],
                ["Lee", "b@example.com", "1981-01-02"],
            ],
            ["Name", "Mail", "Born"],
            id="columns that are counted",
        ),
    ],
)
def test_a_header_may_take_two_rows(rows: Table, names: list[str]) -> None:
    heading = find_heading(rows)
    assert heading is not None
    assert (heading.rows, list(heading.names)) == (2, names)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([HEADER, *DATA], id="plain rows"),
        pytest.param([["Name", "City"], ["Ada", "Lille"], ["Bob", "Lyon"]], id="words only"),
        pytest.param([["Name", ""], ["Ada", "Lille"], ["Bob", "Lyon"]], id="a column without a name"),
        pytest.param(
            [
                ["Name", "Mail", "Phone"],
                ["Ada", "n/a", "unknown"],
                ["Bob", "b@example.com", "0199001234"],
                ["Cy", "c@example.com", "0199001235"],
            ],
            id="a first row with words for nothing",
        ),
        pytest.param(
            [
                ["Name", "Mail", "Phone"],
                ["Ada", "Home", "Work"],
                ["Bob", "b@example.com", "0199001234"],
                ["Cy", "Home", "Work"],
            ],
            id="words that come again",
        ),
        pytest.param([["Code", "Value"], ["1", "2"], ["3", "4"]], id="numbers"),
        pytest.param(
            [
                ["Name", "City", "Mail"],
                ["Paris", "Paris", "a@example.com"],
                ["Lee", "Lyon", "b@example.com"],
            ],
            id="a name that is a town",
        ),
        pytest.param([["2021", "2022", "2023", "Name"], ["1", "2", "3", "Ada"]], id="years as names"),
    ],
)
def test_a_row_of_data_is_never_taken_for_a_header(rows: Table) -> None:
    heading = find_heading(rows)
    assert heading is not None
    assert (heading.at, heading.rows) == (0, 1)


@pytest.mark.parametrize(
    ("below", "notes"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param([BLANK, ["Source : mairie", "", "", "", ""]], 2, id="apart from the table"),
        pytest.param(
            [["Total", "3", "", "", ""], ["* à vérifier", "", "", "", ""]], 2, id="a total and its number"
        ),
        pytest.param([BLANK, ["Quelle: Kasse", "", "", "", ""], ["Summe", "", "", "4", ""]], 3, id="sums"),
        pytest.param([["Somme", "Paul", "", "", ""]], 0, id="a person who is called so"),
        pytest.param([["Total", "3", "4", "5", ""]], 0, id="a row that is more than half full"),
        pytest.param([["Total : 3", "", "", "", ""]], 1, id="a total in one cell"),
        pytest.param([["Zoé", "", "", "", ""]], 0, id="a person of whom only the name is known"),
        pytest.param([BLANK, BLANK], 2, id="blank rows"),
    ],
)
def test_notes_are_what_stands_apart_below(below: Table, notes: int) -> None:
    rows = [*DATA, *below]
    assert notes_begin(rows, len(HEADER)) == len(rows) - notes


def people(path: Path, lines: Table) -> TableReader:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in lines:
        sheet.append([cell or None for cell in line])
    book.save(path)
    return Spreadsheet(path, ReadOptions())


def delimited(path: Path, lines: Table) -> TableReader:
    text = "".join(";".join(line) + "\r\n" for line in lines)
    path.write_bytes(text.encode("cp1252"))
    return DelimitedFile(path, ReadOptions())


@pytest.mark.parametrize("made", [people, delimited])
def test_what_is_around_a_table_is_told_and_set_aside(
    tmp_path: Path, made: Callable[[Path, Table], TableReader]
) -> None:
    title = ["Liste des adhérents", "", "", "", ""]
    lines = [title, BLANK, HEADER, *DATA, HEADER, DATA[0], BLANK, ["Source : mairie", "", "", "", ""]]
    reader = made(tmp_path / "liste", lines)
    portions = list(reader.rows())
    assert list(reader.description.columns) == HEADER
    assert any("title" in note for note in reader.description.notes)
    rows = [list(row.values()) for portion in portions for row in portion.columns.to_pylist()]
    assert rows == [*DATA, DATA[0]]
    bad = [bad for portion in portions for bad in portion.bad]
    assert [(one.number, one.code, one.raw.strip(";")) for one in bad] == [
        (5, "not-a-row", "Source : mairie")
    ]


def test_cells_merged_over_several_rows_have_their_value_in_each(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    lines = (
        ("Contacts",),
        ("Société", "Nom", "Ville"),
        ("Exemple SARL", "Ada", "Lille"),
        (None, "Bob", "Lyon"),
        ("Autre", "Cy", "Metz"),
    )
    for at, line in enumerate(lines):
        for place, value in enumerate(line):
            sheet.cell(row=at + 2, column=place + 2, value=value)
    sheet.merge_cells("B2:D2")
    sheet.merge_cells("B4:B5")
    book.save(tmp_path / "t.xlsx")
    rows = [
        row
        for part in Spreadsheet(tmp_path / "t.xlsx", ReadOptions()).rows()
        for row in part.columns.to_pylist()
    ]
    assert rows == [
        {"Société": "Exemple SARL", "Nom": "Ada", "Ville": "Lille"},
        {"Société": "Exemple SARL", "Nom": "Bob", "Ville": "Lyon"},
        {"Société": "Autre", "Nom": "Cy", "Ville": "Metz"},
    ]


def test_a_table_without_a_header_loses_no_row() -> None:
    heading = find_heading(DATA)
    assert heading is not None
    assert (heading.at, heading.end, set(heading.names)) == (0, 0, {""})


@pytest.mark.parametrize(
    "table",
    [
        pytest.param([["Ort", "2023", "2024"], ["Lyon", "12", "13"], ["Köln", "8", "9"]], id="years"),
        pytest.param([["Nom", "2024-05-01"], ["Roy", "x"], ["Lee", ""]], id="a day"),
        pytest.param([["Kontakt", "info@example.com"], ["Name", "E-Mail"], ["Roy", ""]], id="whom to ask"),
    ],
)
def test_a_header_may_hold_values_that_its_columns_do_not(table: Table) -> None:
    heading = find_heading(table)
    assert heading is not None
    assert heading.rows > 0


def test_files_without_a_header_are_read_whole(put: Put, tmp_path: Path) -> None:
    text = "\n".join(";".join(row) for row in DATA)
    file = DelimitedFile(put("a.csv", text), ReadOptions())
    assert file.description.columns == ("column_1", "column_2", "column_3", "column_4", "column_5")
    assert "no names" in " ".join(file.description.notes)
    assert [row["column_1"] for rows in file.rows() for row in rows.columns.to_pylist()] == [
        "Ada",
        "Bob",
        "Cléo",
    ]
    book = openpyxl.Workbook()
    for row in DATA:
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    sheet = Spreadsheet(tmp_path / "a.xlsx", ReadOptions())
    assert [row["column_2"] for rows in sheet.rows() for row in rows.columns.to_pylist()] == [
        "Roy",
        "Lee",
        "Noël",
    ]


def test_a_header_of_two_rows_that_comes_again_is_no_row(tmp_path: Path) -> None:
    groups, names = ["Person", "", "Kontakt", "", ""], ["Name", "Vorname", "Tel", "Mail", "Geb."]
    rows = [[*one[:2], one[3], one[2], one[4]] for one in DATA]
    reader = people(tmp_path / "a.xlsx", [groups, names, *rows[:2], names, *rows[2:]])
    tables = [one.columns for one in reader.rows()]
    assert [name for name in tables[0].column_names if name.startswith("Person")] == [
        "Person: Name",
        "Person: Vorname",
    ]
    assert sum(table.num_rows for table in tables) == len(DATA)
