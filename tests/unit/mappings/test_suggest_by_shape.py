"""What the shape of values settles where a header says half of it: numbers of invoices, states of a request,
names and towns under no header.
"""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from mappings.guess import suggest
from tests.fakes.sheet_values import Sheet
from tests.fakes.sheet_words import OTHER

ROWS = 24


def _fields(country: str, **cells: list[str] | str) -> dict[str, str]:
    """Fields of headers over given cells, or over values of a kind."""
    sheet = Sheet(country, 7, ROWS, OTHER)
    table = {
        header: pa.array(sheet.column(said) if isinstance(said, str) else said, pa.string())
        for header, said in cells.items()
    }
    return {guess.column: guess.field for guess in suggest(pa.table(table))}


def _like(pattern: str) -> list[str]:
    pick = random.Random(pattern)
    return [
        "".join(str(pick.randrange(10)) if sign == "#" else sign for sign in pattern) for _ in range(ROWS)
    ]


@pytest.mark.parametrize("header", ["Home", "Work", "Thuis"])
def test_numbers_grouped_like_phones_under_a_word_for_where_are_phones(header: str) -> None:
    assert _fields("US", Name="full", **{header: _like("1-617-555-####")})[header] == "phones"


@pytest.mark.parametrize(
    ("header", "field"),
    [("Leitweg-ID", "attributes.leitweg_id"), ("Konto", "attributes.konto"), ("Anruf-Nr.", "phones")],
)
def test_numbers_written_like_phones_are_none_under_a_word_for_an_id(header: str, field: str) -> None:
    assert _fields("DE", Name="full", **{header: _like("0401 16####-03")})[header] == field


@pytest.mark.parametrize("header", ["Sex assigned at birth", "Sexe à la naissance", "Geschlecht bei Geburt"])
def test_a_gender_at_birth_is_a_gender_and_no_birth_date(header: str) -> None:
    assert _fields("GB", Name="full", **{header: "gender"})[header] == "gender"


def test_a_word_in_brackets_may_be_said_twice() -> None:
    assert _fields("IT", **{"Indirizzo (CAP / Codice postale)": "zip"}) == {
        "Indirizzo (CAP / Codice postale)": "addresses.postal_code"
    }


def test_a_state_of_a_request_is_no_region() -> None:
    found = _fields("FR", Nom="full", Ville="city", **{"État du dossier": ["Accepté", "En instruction"] * 12})
    assert found["État du dossier"] == "attributes.etat_du_dossier"


def test_letters_that_begin_many_headers_are_no_field() -> None:
    headers = {"VN Anrede": "title", "VN Name": "family", "VN Vorname": "given", "VN Ort": "city"}
    found = _fields("DE", **headers, **{"VN Mobil": "mobile", "VN PLZ": "zip"})
    assert (found["VN Name"], found["VN Vorname"]) == ("name.family", "name.given")


def test_a_few_words_in_many_rows_are_nobodys_names() -> None:
    found = _fields("NL", Achternaam="family", **{"Relatie contactpersoon": ["Partner", "Dochter"] * 12})
    assert found["Relatie contactpersoon"].startswith("attributes.")


def test_given_names_under_an_unknown_word_beside_a_family_name_are_given_names() -> None:
    found = _fields("ES", APELL1="family", NOMTRA="given", FECNAC="born_day_first")
    assert found["NOMTRA"] == "name.given"


def test_without_a_header_codes_that_come_again_stand_beside_towns_and_numbers_of_rows_beside_families() -> (
    None
):
    codes, towns = zip(*[("69003", "Lyon"), ("44000", "Nantes"), ("35700", "Rennes")] * 8, strict=True)
    kinds = {"Colonne2": "family", "Colonne3": "given", "Colonne4": "street"}
    found = _fields("FR", Colonne1=_like("4####"), **kinds, Colonne5=list(codes), Colonne6=list(towns))
    assert (found["Colonne2"], found["Colonne3"]) == ("name.family", "name.given")
    assert (found["Colonne5"], found["Colonne6"]) == ("addresses.postal_code", "addresses.locality")
