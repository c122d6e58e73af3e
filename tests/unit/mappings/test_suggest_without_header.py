"""What columns are in a table without a header."""

from __future__ import annotations

import pyarrow as pa
import pytest

from mappings.guess import suggest
from tests.fakes.sheet_values import Sheet
from tests.fakes.sheet_words import OTHER


def _fields(country: str, *kinds: str, header: str = "column_{}") -> list[str]:
    """What the columns of these kinds are, under headers that only count."""
    sheet = Sheet(country, 5, 25, OTHER)
    cells = {
        header.format(place): pa.array(sheet.column(kind), pa.string())
        for place, kind in enumerate(kinds, start=1)
    }
    return [guess.field for guess in suggest(pa.table(cells))]


def test_addresses_are_told_by_streets_and_by_codes_beside_towns() -> None:
    found = _fields("FR", "full", "street", "zip", "city", "amount")
    assert found[1:4] == ["addresses.street", "addresses.postal_code", "addresses.locality"]
    assert found[4] == "attributes.column_5"


def test_a_town_may_stand_before_its_code() -> None:
    found = _fields("IT", "full", "email", "city", "zip")
    assert found[2:] == ["addresses.locality", "addresses.postal_code"]


def test_codes_beside_nothing_like_a_town_are_none() -> None:
    assert _fields("DE", "full", "bank_code", "iban")[1] == "attributes.column_2"


@pytest.mark.parametrize("header", ["column_{}", "Unnamed: {}", "Spalte{}"])
def test_dates_of_several_generations_beside_names_are_births(header: str) -> None:
    assert _fields("ES", "full", "born_day_first", "recent", header=header)[1:] == [
        "birth_date",
        f"attributes.{header.format(3).lower().replace(': ', '_').replace('e3', 'e_3')}",
    ]


def test_dates_beside_no_names_are_no_births() -> None:
    assert _fields("ES", "code", "born_day_first", "amount")[1] == "attributes.column_2"


def test_dates_of_long_ago_that_are_near_each_other_are_no_births() -> None:
    names = pa.array(["Zoé Roy", "Max Petit", "Eva Blanc", "Léo Brun"] * 3, pa.string())
    founded = pa.array(["01/02/1987", "05/11/1988", "30/06/1989", "17/03/1990"] * 3, pa.string())
    (_, dates) = suggest(pa.table({"column_1": names, "column_2": founded}))
    assert dates.field == "attributes.column_2"


def test_titles_and_genders_beside_names_are_theirs() -> None:
    found = _fields("DE", "title", "given", "family", "sex")
    assert (found[0], found[3]) == ("name.prefix", "gender")


def test_a_sheet_with_headers_is_not_read_so() -> None:
    sheet = Sheet("FR", 5, 25, OTHER)
    cells = {
        "Nom": pa.array(sheet.column("full"), pa.string()),
        "column_2": pa.array(sheet.column("born"), pa.string()),
    }
    assert [guess.field for guess in suggest(pa.table(cells))] == ["name.full", "attributes.column_2"]
