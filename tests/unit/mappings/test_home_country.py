"""The country of phones and postal codes that do not say theirs: told where the rest of a sheet is clear."""

from __future__ import annotations

import pyarrow as pa
import pytest

from cli.guessing import guess_mapping
from hub.domain.records import TIME, page_schema
from mappings.guess import looks_of, suggest
from mappings.home_country import Home, home_country
from mappings.write import mapping_text
from tests.fakes.header_styles import FILES, FOLDER, styles


def _home(**columns: list[str]) -> Home | None:
    table = pa.table(
        {name.replace("_", " "): pa.array(cells, pa.string()) for name, cells in columns.items()}
    )
    return home_country(suggest(table), looks_of(table))


FRENCH = {
    "Nom": ["Roy", "Petit", "Blanc"],
    "Prénom": ["Zoé", "Max", "Eva"],
    "Ville": ["Dole", "Lyon", "Brest"],
}
CODES = ["39100", "69003", "29200"]


def test_headers_in_a_language_and_codes_of_a_length_say_it_together() -> None:
    home = _home(**FRENCH, Code_postal=CODES, Tél=["03 84 72 11 10", "04 78 60 22 21", "02 98 44 33 32"])
    assert home is not None
    assert home.country == "FR"
    assert "headers are French" in home.evidence
    assert "postal codes have 5 digits" in home.evidence


def test_headers_alone_say_nothing() -> None:
    assert _home(**FRENCH) is None


def test_belgian_codes_under_french_headers_are_not_of_france() -> None:
    home = _home(
        **FRENCH, Code_postal=["1000", "4000", "5000"], Tél=["02 511 22 33", "04 222 33 44", "081 22 33 44"]
    )
    assert home is None or home.country == "BE"


@pytest.mark.parametrize(
    ("header", "values", "country"),
    [
        ("Phone", ["+49 30 901820", "0049 89 2180", "+49 40 428280"], "DE"),
        ("Postcode", ["LS1 4AB", "NR2 1TQ", "YO1 7HD"], "GB"),
        ("Postcode", ["1011 AB", "3511LN", "9711 JG"], "NL"),
        ("Country", ["Deutschland", "Germany", "DE"], "DE"),
        ("SIRET", ["73282932000074", "55210055400013", "35600000000048"], "FR"),
        ("VAT number", ["DE136695976", "DE811569869", "DE129273398"], "DE"),
    ],
)
def test_what_only_one_country_has_says_it_alone(header: str, values: list[str], country: str) -> None:
    home = _home(Name=["Zoé Roy", "Max Vogel", "Eva Lindt"], **{header: values})
    assert home is not None
    assert home.country == country


def test_several_countries_are_no_one() -> None:
    assert _home(Name=["Zoé Roy", "Max Vogel", "Eva Lindt"], Country=["DE", "FR", "ES"]) is None


def test_phones_that_are_too_long_for_a_country_speak_against_it() -> None:
    long = ["0151 2345 67890", "0160 9876 54321", "0171 1234 56789"]
    assert _home(**FRENCH, Code_postal=CODES, Tél=long) is None


GERMAN = {
    "Vorname": ["Zoé", "Max", "Eva"],
    "Nachname": ["Roy", "Vogel", "Lindt"],
    "Ort": ["Jena", "Husum", "Celle"],
}


@pytest.mark.parametrize(
    ("columns", "order"),
    [
        ({**GERMAN, "Geburtsdatum": ["03/02/1980", "05/07/1990", ""]}, "day-first"),
        ({**GERMAN, "Geburtsdatum": ["02/13/1980", "05/07/1990", ""]}, "month-first"),
        ({**GERMAN, "Geburtsdatum": ["02/13/1980", "13/07/1990", ""]}, None),
        (
            {"Name": ["Zoé Roy", "Max Vogel", "Eva Lindt"], "DOB": ["03.02.1980", "05.07.1990", ""]},
            "day-first",
        ),
        ({"Name": ["Zoé Roy", "Max Vogel", "Eva Lindt"], "DOB": ["03/02/1980", "05/07/1990", ""]}, None),
        (
            {
                "Name": ["Zoé Roy", "Max Vogel", "Eva Lindt"],
                "DOB": ["03/02/1980", "05/07/1990", ""],
                "Country": ["USA", "US", "United States"],
            },
            "month-first",
        ),
    ],
)
def test_dates_that_can_be_read_two_ways_are_read_as_where_the_sheet_is_at_home(
    columns: dict[str, list[str]], order: str | None
) -> None:
    page = _page(pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()}))
    assert guess_mapping(page, "sheet").mapping.get("defaults", {}).get("dates") == order


def test_the_mapping_says_what_its_defaults_are_guessed_from() -> None:
    columns = {**FRENCH, "Code_postal": CODES, "Né le": ["03/02/1980", "05/07/1990", ""]}
    guessed = guess_mapping(_page(pa.table(columns)), "sheet")
    text = mapping_text(guessed.mapping, guessed.guesses, guessed.defaults)
    assert "# a guess: phones and postal codes that tell no country are read as of FR (postal codes" in text
    assert "# a guess: dates such as 03/04/1980 are read day-first (as in FR)" in text
    assert "defaults: {country: FR, dates: day-first}" in text


def test_what_the_caller_says_of_the_country_is_not_guessed() -> None:
    guessed = guess_mapping(_page(pa.table({**FRENCH, "Code_postal": CODES})), "sheet", country="BE")
    assert guessed.home is None
    assert guessed.mapping["defaults"] == {"country": "BE"}


def _page(table: pa.Table) -> pa.Table:
    rows = table.num_rows
    payload = pa.StructArray.from_arrays(
        [one.combine_chunks() for one in table.columns], names=table.column_names
    )
    keys = [str(row + 1) for row in range(rows)]
    return pa.table(
        [keys, pa.nulls(rows, TIME), pa.array([False] * rows), payload], schema=page_schema(payload.type)
    )


def test_of_the_sheets_of_all_systems_hardly_one_is_put_into_a_wrong_country() -> None:
    right, wrong = 0, []
    for file in FILES[::5]:
        text = (FOLDER / f"{file}.txt").read_text(encoding="utf-8")
        titles = [block.partition("\n")[0] for block in text.split("== ")[1:]]
        for title, style in [*zip(titles, styles(file), strict=True)][::2]:
            country = title.partition("|")[2].strip()
            home = home_country(suggest(style.table), looks_of(style.table))
            right += home is not None and home.country == country
            wrong += [title] if home is not None and home.country != country else []
    assert wrong == []
    assert right > 60
