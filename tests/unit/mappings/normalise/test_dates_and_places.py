"""Dates, countries, postal codes, identifiers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.normalise.addresses import normalise_locality, normalise_postal_code
from mappings.normalise.countries import country_code
from mappings.normalise.dates import DateOrder, normalise_birth_date, normalise_instant
from mappings.normalise.identifiers import normalise_identifier
from mappings.normalise.refusal import Refusal


@pytest.mark.parametrize(
    ("text", "order", "found"),
    [
        pytest.param("1977-09-13", DateOrder.UNKNOWN, "1977-09-13", id="ISO"),
        pytest.param("1977-09-13T00:00:00Z", DateOrder.UNKNOWN, "1977-09-13", id="ISO instant"),
        pytest.param("13/09/1977", DateOrder.UNKNOWN, "1977-09-13", id="only one reading"),
        pytest.param("09/13/1977", DateOrder.UNKNOWN, "1977-09-13", id="only the American reading"),
        pytest.param("03/04/1990", DateOrder.DAY_FIRST, "1990-04-03", id="day first"),
        pytest.param("03/04/1990", DateOrder.MONTH_FIRST, "1990-03-04", id="month first"),
        pytest.param("05/05/1990", DateOrder.UNKNOWN, "1990-05-05", id="both readings are one"),
        pytest.param("19770913", DateOrder.UNKNOWN, "1977-09-13", id="compact"),
        pytest.param("20121975", DateOrder.UNKNOWN, "1975-12-20", id="compact, the year last"),
        pytest.param("3021975", DateOrder.DAY_FIRST, "1975-02-03", id="compact, the zero lost"),
        pytest.param("12 mars 1980", DateOrder.UNKNOWN, "1980-03-12", id="French month"),
        pytest.param("March 3, 1981", DateOrder.UNKNOWN, "1981-03-03", id="English month"),
        pytest.param("28500", DateOrder.UNKNOWN, "1978-01-10", id="spreadsheet serial"),
        pytest.param("1977", DateOrder.UNKNOWN, "1977", id="a year alone"),
        pytest.param("1789-07-14", DateOrder.UNKNOWN, "1789-07-14", id="a person of history"),
    ],
)
def test_a_date_becomes_iso(text: str, order: DateOrder, found: str) -> None:
    assert normalise_birth_date(text, order) == found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("03/04/1990", "ambiguous-date", id="two readings"),
        pytest.param("1900-01-01", "placeholder", id="a stand-in"),
        pytest.param("00/00/0000", "placeholder", id="zeros"),
        pytest.param("31/02/1990", "not-a-date", id="no such day"),
        pytest.param("2150-01-01", "date-to-come", id="after the last day"),
        pytest.param("1405-03-12", "date-too-old", id="of another calendar"),
    ],
)
def test_a_date_that_cannot_be_is_refused_by_name(text: str, reason: str) -> None:
    assert normalise_birth_date(text, latest=date(2026, 1, 1)) == Refusal(reason)


@given(st.dates(date(1901, 1, 2), date(2020, 1, 1)))
def test_every_iso_date_is_itself(day: date) -> None:
    found = normalise_birth_date(day.isoformat())
    assert found in {day.isoformat(), Refusal("placeholder")}


def test_an_instant_becomes_utc() -> None:
    assert normalise_instant("2024-01-01T02:00:00+02:00") == "2024-01-01T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("France", "FR"), ("Deutschland", "DE"), ("Royaume-Uni", "GB"), ("États-Unis", "US"), ("FRA", "FR"),
        ("usa", "US"), ("be", "BE"), ("Spanien", "ES"), ("Pays-Bas", "NL"), ("Nowhere", None),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_name_in_several_languages(text: str, code: str | None) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("1000", "FR", "01000"), ("75001", "FR", "75001"), ("sw1a1aa", "GB", "SW1A 1AA"),
        ("K1A 0B1", "CA", "K1A 0B1"),
        ("F-75001", "FR", "75001"), ("2134.0", "US", "02134"), ("1000", "BE", "1000"),
    ],
)  # fmt: skip
def test_a_postal_code_gets_its_countrys_form(text: str, country: str, code: str) -> None:
    assert normalise_postal_code(text, country) == code


def test_cedex_is_spelled_one_way() -> None:
    assert normalise_locality("Paris cedex  08") == "Paris CEDEX 08"


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        pytest.param("siren", "732 829 320", "732829320", id="a SIREN with blanks"),
        pytest.param("siren", "732829321", Refusal("invalid-siren"), id="a wrong check digit"),
        pytest.param("siret", "732 829 320 00074", "73282932000074", id="a SIRET"),
        pytest.param("vat", "fr 44 732829320", "FR44732829320", id="a French VAT number"),
        pytest.param("vat", "FR45732829320", Refusal("invalid-vat"), id="a wrong key"),
        pytest.param("vat", "DE136695976", "DE136695976", id="another country's"),
        pytest.param("loyalty", "AB-12", "AB-12", id="an unknown kind stays as it is"),
    ],
)
def test_an_identifier_is_checked_where_its_kind_can_be(kind: str, text: str, found: str | Refusal) -> None:
    assert normalise_identifier(text, kind) == found
