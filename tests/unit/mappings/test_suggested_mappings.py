"""The mapping that is written of guesses: right, readable, and it maps the sheet that it was guessed from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cli.guessing import guess_mapping
from hub.domain.records import TIME, Mapped, page_schema
from mappings.apply import ContactMapper
from mappings.check import missing_columns
from mappings.load import load_mapping
from mappings.write import mapping_text
from tests.fakes.header_styles import FILES, Style, styles

# Whether the guesses are right is another test's; whether they make a mapping shows in fewer sheets.
SHEETS = [style for file in FILES for style in styles(file)][::3]


def _page(table: pa.Table) -> pa.Table:
    rows = table.num_rows
    payload = pa.StructArray.from_arrays(
        [column.combine_chunks() for column in table.columns], names=table.column_names
    )
    keys = [str(row + 1) for row in range(rows)]
    schema = page_schema(payload.type)
    return pa.table([keys, pa.nulls(rows, TIME), pa.array([False] * rows), payload], schema=schema)


def _mapped(folder: Path, table: pa.Table) -> Mapped:
    """The table as mapped by the file that `suggest --write` makes for it."""
    page = _page(table)
    guessed = guess_mapping(page, "sheet", country="FR")
    path = folder / "sheet.yaml"
    path.write_text(mapping_text(guessed.mapping, guessed.guesses), encoding="utf-8")
    spec = load_mapping(path)
    assert missing_columns(spec, table.column_names, path) == []
    return ContactMapper(spec).to_contacts(page)


def _contacts(folder: Path, **columns: list[str]) -> list[dict[str, Any]]:
    table = pa.table(
        {name.replace("_", " "): pa.array(cells, pa.string()) for name, cells in columns.items()}
    )
    found: list[dict[str, Any]] = _mapped(folder, table).contacts.to_pylist()
    return found


@pytest.mark.parametrize("style", SHEETS, ids=lambda style: style.name)
def test_the_mapping_of_a_sheet_loads_and_maps_it(tmp_path: Path, style: Style) -> None:
    mapped = _mapped(tmp_path, style.table)
    assert mapped.contacts.num_rows + mapped.rejects.num_rows == style.table.num_rows
    assert mapped.rejects.num_rows <= style.table.num_rows / 5  # of whom nothing is said that tells anyone
    emails = sum(len(one or ()) for one in mapped.contacts["emails"].to_pylist())
    assert (emails > 0) == any(one.field == "emails" and not one.lenient for one in style.columns) or any(
        one.field == "emails" and one.lenient for one in style.columns
    )


def test_a_birth_date_in_three_columns_is_joined(tmp_path: Path) -> None:
    rows = _contacts(
        tmp_path,
        Prénom=["Zoé", "Max", "Eva", "Tim"],
        Nom=["Roy", "Petit", "Blanc", "Noir"],
        Jour_naissance=["3", "24", "", "12"],
        Mois_naissance=["2", "11", "7", "mars"],
        Année_naissance=["1980", "1999", "1975", "1964"],
    )
    assert [row["birth_date"] for row in rows] == ["1980-02-03", "1999-11-24", "1975-07", "1964-03-12"]


def test_a_postal_code_and_a_town_in_one_cell_are_taken_apart(tmp_path: Path) -> None:
    rows = _contacts(
        tmp_path,
        Name=["Zoé Roy", "Max Petit", "Eva Blanc", "Tim Noir"],
        Rue=["1, rue du Lac", "2, rue du Lac", "3, quai Vert", "4, quai Vert"],
        CP_Ville=["44000 Nantes", "75011 PARIS CEDEX 11", "35000 Rennes", "Lyon"],
    )
    said = [
        (one["postal_code"], one["locality"], one["street"][:1]) for row in rows for one in row["addresses"]
    ]
    assert said == [
        ("44000", "Nantes", "1"),
        ("75011", "PARIS CEDEX 11", "2"),
        ("35000", "Rennes", "3"),
        (None, "Lyon", "4"),
    ]


def test_a_state_between_town_and_zip_is_the_region(tmp_path: Path) -> None:
    rows = _contacts(
        tmp_path,
        Name=["Zoé Roy", "Max Petit", "Eva Blanc"],
        City_State_Zip=["Tulsa, OK 74103", "New York NY 10001-1234", "Fargo, ND 58102"],
    )
    assert [row["addresses"][0]["region"] for row in rows] == ["OK", "NY", "ND"]
    assert [row["addresses"][0]["postal_code"] for row in rows] == ["74103", "10001-1234", "58102"]


def test_streets_that_begin_with_a_long_number_are_streets(tmp_path: Path) -> None:
    rows = _contacts(
        tmp_path,
        Name=["Zoé Roy", "Max Petit", "Eva Blanc"],
        Street=["98200 Lisa Cove", "28103 Nichols Lane", "5 Elm"],
    )
    assert [row["addresses"][0]["street"] for row in rows] == [
        "98200 Lisa Cove",
        "28103 Nichols Lane",
        "5 Elm",
    ]


def test_a_birth_date_with_an_impossible_day_keeps_the_rest_and_shows_the_refusal(tmp_path: Path) -> None:
    table = pa.table(
        {
            "Nom": ["Roy", "Petit", "Blanc", "Noir"],
            "Prénom": ["Zoé", "Max", "Eva", "Tim"],
            "Jour naissance": ["3", "54", "3", "1"],
            "Mois naissance": ["2", "12", "15", "1"],
            "Année naissance": ["1980", "1990", "1975", "1900"],
        }
    )
    table = pa.concat_tables([table, *[table.slice(0, 1)] * 20])
    mapped = _mapped(tmp_path, table)
    contacts = mapped.contacts.to_pylist()[:4]
    assert [one["birth_date"] for one in contacts] == ["1980-02-03", "1990-12", "1975", None]
    reasons = [[refusal["reason"] for refusal in one["refusals"] or ()] for one in contacts]
    assert reasons == [[], ["not-a-date"], ["not-a-date"], ["placeholder"]]


def test_persons_and_organisations_are_told_apart_row_by_row(tmp_path: Path) -> None:
    people = ["Zoé Roy", "Max Petit", "Eva Blanc", "Tim Noir", "Ada Vert", "Ben Gris", "Léa Brun"]
    rows = _contacts(tmp_path, Nom=[*people, "Garage Roy SARL", "Blanc & Fils"])
    assert [row["kind"] for row in rows] == [*["person"] * 7, *["organization"] * 2]
    assert rows[7]["organization"] == "Garage Roy SARL"
    assert rows[0]["name"]["given"] == "Zoé"


def test_a_column_that_says_the_kind_decides_it(tmp_path: Path) -> None:
    names = ["Zoé Roy", "Max Petit", "Eva Blanc", "Durand", "Lumière", "Atelier Roy SARL", "Garage du Port"]
    kinds = ["Particulier", "Particulier", "Particulier", "Particulier", "Société", "Société", "Société"]
    rows = _contacts(tmp_path, Type=kinds, Nom=names)
    assert [row["kind"] for row in rows] == [*["person"] * 4, *["organization"] * 3]
    assert rows[4]["organization"] == "Lumière"
    assert rows[3]["name"]["full"] == "Durand"


def test_m_is_mujer_where_the_other_letter_is_h(tmp_path: Path) -> None:
    rows = _contacts(
        tmp_path, Nombre=["Ana", "Luis", "Eva"], Apellidos=["Gil", "Paz", "Sol"], Sexo=["M", "H", "M"]
    )
    assert [row["gender"] for row in rows] == ["female", "male", "female"]


def test_billing_and_shipping_are_two_addresses(tmp_path: Path) -> None:
    (row, *_) = _contacts(
        tmp_path,
        billing_name=["Zoé Roy", "Max Petit", "Eva Blanc"],
        billing_street=["1 rue A", "2 rue B", "3 rue C"],
        billing_zip=["69001", "69002", "69003"],
        billing_city=["Lyon", "Lyon", "Lyon"],
        shipping_street=["4 rue D", "5 rue E", "6 rue F"],
        shipping_zip=["38000", "38000", "38000"],
        shipping_city=["Grenoble", "Grenoble", "Grenoble"],
    )
    told = [(one["street"], one["locality"], one["type"]) for one in row["addresses"]]
    assert told == [("1 rue A", "Lyon", "billing"), ("4 rue D", "Grenoble", "shipping")]


def test_a_street_in_several_columns_is_one_street(tmp_path: Path) -> None:
    (row, *_) = _contacts(
        tmp_path,
        name=["Zoé Roy", "Max Petit", "Eva Blanc"],
        street_number=["12", "7", "3"],
        street_name=["rue du Port", "rue Haute", "quai Sud"],
        apt=["Bât. B", "", "2e étage"],
        city=["Lyon", "Lyon", "Lyon"],
    )
    assert row["addresses"][0]["street"] == "12 rue du Port Bât. B"


def test_several_emails_and_phones_stand_in_one_cell(tmp_path: Path) -> None:
    (row, *_) = _contacts(
        tmp_path,
        name=["Zoé Roy", "Max Petit", "Eva Blanc"],
        emails=["zoe@a.fr; roy@b.fr", "max@a.fr / petit@b.fr", "eva@a.fr ::: blanc@b.fr"],
        phones=["04 72 00 11 22 / 06 12 34 56 78", "04 72 00 11 23", "04 72 00 11 24 ou 06 12 34 56 79"],
    )
    assert [one["value"] for one in row["emails"]] == ["zoe@a.fr", "roy@b.fr"]
    assert [one["value"] for one in row["phones"]] == ["+33472001122", "+33612345678"]


def test_names_written_family_first_are_turned_round(tmp_path: Path) -> None:
    names = [
        "Roy Zoé",
        "Petit Max",
        "Blanc Eva",
        "van der Berg Jan",
        "Noir Thomas",
        "Vert Julie",
        "Dupré Anne Marie",
    ]
    rows = _contacts(tmp_path, Nom_prénom=names)
    found = [(row["name"]["given"], row["name"]["family"]) for row in rows]
    assert found[0] == ("Zoé", "Roy")
    assert found[3] == ("Jan", "van der Berg")
    assert found[6] == ("Anne Marie", "Dupré")


def test_members_of_members_are_columns_and_read_where_they_are(tmp_path: Path) -> None:
    records: list[dict[str, Any]] = [
        {
            "id": n,
            "person": {"first": first, "last": last},
            "contact.email": f"{first}@exemple.fr",
            "address": at,
        }
        for n, (first, last, at) in enumerate(
            [
                ("zoe", "Roy", {"street": "1 rue A", "city": "Lyon"}),
                ("max", "Petit", None),
                ("eva", "Blanc", {"street": "2 rue B", "city": "Lille"}),
            ],
            start=1,
        )
    ]
    payload = pa.array([json.dumps(record) for record in records], pa.string())
    schema = page_schema(pa.string())
    page = pa.table([["1", "2", "3"], pa.nulls(3, TIME), pa.array([False] * 3), payload], schema=schema)
    guessed = guess_mapping(page, "nested", country="FR")
    assert guessed.mapping["key"] == "id"
    path = tmp_path / "nested.yaml"
    path.write_text(mapping_text(guessed.mapping, guessed.guesses), encoding="utf-8")
    contacts = ContactMapper(load_mapping(path)).to_contacts(page).contacts.to_pylist()
    assert [(one["name"]["given"], one["name"]["family"]) for one in contacts] == [
        ("Zoe", "Roy"),
        ("Max", "Petit"),
        ("Eva", "Blanc"),
    ]
    assert [one["emails"][0]["value"] for one in contacts] == [
        "zoe@exemple.fr",
        "max@exemple.fr",
        "eva@exemple.fr",
    ]
    assert [[at["locality"] for at in one["addresses"] or ()] for one in contacts] == [
        ["Lyon"],
        [],
        ["Lille"],
    ]


def test_addresses_in_one_line_are_mapped_by_their_parts(tmp_path: Path) -> None:
    found = _contacts(
        tmp_path,
        Name=["Uta Brand", "Max Klein", "Eva Roy", "Jan Bos"],
        Adresse=[
            "Hauptstr. 5, 10115 Berlin",
            "12 rue du Sol, 75002 Paris, France",
            "Postfach 12",
            "Am Anger 3, 29221 Celle",
        ],
    )
    parts = ("street", "postal_code", "locality", "country")
    assert [tuple(one["addresses"][0][part] for part in parts) for one in found] == [
        ("Hauptstr. 5", "10115", "Berlin", None),
        ("12 rue du Sol", "75002", "Paris", "FR"),
        ("Postfach 12", None, None, None),
        ("Am Anger 3", "29221", "Celle", None),
    ]


def test_one_name_beside_a_title_of_its_own_column_is_a_family_name(tmp_path: Path) -> None:
    found = _contacts(
        tmp_path,
        Anrede=["Familie", "Frau", "Herr", ""],
        Name=["Müller", "Uta Brand", "Klein", "Madonna"],
        Mail=["a@roy.example.org", "b@roy.example.org", "c@roy.example.org", "d@roy.example.org"],
    )
    assert [(one["name"]["given"], one["name"]["family"]) for one in found] == [
        (None, "Müller"),
        ("Uta", "Brand"),
        (None, "Klein"),
        ("Madonna", None),
    ]
