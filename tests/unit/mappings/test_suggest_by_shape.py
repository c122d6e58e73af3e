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


def test_without_a_header_numbers_of_which_some_are_written_like_phones_are_phones() -> None:
    numbers = _like("6## ### ###")[:12] + _like("6########")[12:]
    assert _fields("ES", columna_1="full", columna_2=numbers)["columna_2"] == "phones"


def test_dates_of_long_ago_under_a_word_that_begins_like_birth_are_births() -> None:
    found = _fields("GB", NAME="full", BRTHDTC="born", RFSTDTC="recent_iso")
    assert found["BRTHDTC"] == "birth_date"
    assert found["RFSTDTC"].startswith("attributes.")


def test_a_date_and_place_of_birth_in_one_cell_is_no_birth_date() -> None:
    values = ["03/05/1980 Roma", "14/11/1976 Milano", "30/01/1969 Bari"] * 8
    assert _fields("IT", Nome="full", **{"Data e luogo di nascita": values})[
        "Data e luogo di nascita"
    ].startswith("attributes.")


def test_one_code_in_all_rows_is_no_job_title() -> None:
    assert _fields("US", name="full", role=["end-user"] * ROWS)["role"] == "attributes.role"


def test_a_long_sheet_is_known_as_well_as_a_short_one() -> None:
    short, long = (Sheet("FR", 5, rows, OTHER) for rows in (200, 3_000))
    kinds = {"A": "full", "B": "email", "C": "mobile", "D": "born_day_first", "E": "zip", "F": "city"}

    def fields(sheet: Sheet) -> list[str]:
        table = {header: pa.array(sheet.column(kind), pa.string()) for header, kind in kinds.items()}
        return [guess.field for guess in suggest(pa.table(table))]

    assert fields(short) == fields(long)
