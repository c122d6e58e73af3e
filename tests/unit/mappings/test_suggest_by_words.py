"""What words of a header say, or do not say, where values and other columns tell more."""

from __future__ import annotations

import pyarrow as pa
import pytest

from mappings.guess import suggest
from mappings.guesses import Guess
from tests.fakes.sheet_values import Sheet
from tests.fakes.sheet_words import OTHER


def _guesses(country: str, *columns: tuple[str, str], rows: int = 20) -> dict[str, Guess]:
    """Guesses of headers over values of a kind."""
    sheet = Sheet(country, 13, rows, OTHER)
    table = pa.table({header: pa.array(sheet.column(kind), pa.string()) for header, kind in columns})
    return {guess.column: guess for guess in suggest(table)}


@pytest.mark.parametrize(
    ("header", "kind", "field"),
    [
        ("Funktionsbezeichnung", "job", "job_title"),
        ("Ortsbezeichnung", "city", "addresses.locality"),
        ("Berufsangabe", "job", "job_title"),
        ("Telefonangabe", "phone", "phones"),
        ("Artikelbezeichnung", "job", "attributes.artikelbezeichnung"),
    ],
)
def test_a_compound_for_what_something_is_called_is_that(header: str, kind: str, field: str) -> None:
    assert _guesses("DE", (header, kind))[header].field == field


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Consent", "consents.email.marketing"),
        ("Consent to receive our newsletter", "consents.email.marketing"),
        ("Einwilligung Filmaufnahmen", "attributes.einwilligung_filmaufnahmen"),
        ("I consent to surgery", "attributes.i_consent_to_surgery"),
    ],
)
def test_a_consent_to_something_else_is_none_to_be_written_to(header: str, field: str) -> None:
    assert _guesses("GB", (header, "yes_no"))[header].field == field


def test_a_second_address_beside_a_plain_one_is_the_contacts_whatever_it_is_called_besides() -> None:
    found = _guesses("GB", ("Name", "full"), ("Mail", "email"), ("quuxSecondaryMail", "email"))
    assert found["quuxSecondaryMail"].field == "emails"


def test_a_word_cut_short_does_not_say_whose_a_phone_is() -> None:
    found = _guesses("FR", ("Nom", "full"), ("Tél.", "phone"), ("Tél. domic.", "phone"))
    assert found["Tél. domic."].field == "phones"


def test_parts_of_a_birth_date_are_such_in_few_rows_too() -> None:
    table = pa.table(
        {
            "name": ["Zoé Roy", "Max Petit", "Eva Blanc"],
            "birthyear": ["1980", None, "1975"],
            "birthmonth": ["4", None, "11"],
            "birthday": ["23", None, "7"],
        }
    )
    assert [(guess.field, guess.type) for guess in suggest(table)[1:]] == [
        ("birth_date", "year"),
        ("birth_date", "month"),
        ("birth_date", "day"),
    ]


def test_words_that_make_a_question_are_nobodys_name() -> None:
    found = _guesses(
        "DE",
        ("Wie heißt du?", "full"),
        ("Welcher Trainer kennt dich schon?", "full"),
        ("Unter welcher Nummer rufen wir dich an?", "mobile"),
        ("An welche E-Mail schreiben wir dich an?", "email"),
    )
    fields = [guess.field for guess in found.values()]
    assert (fields[0], fields[2], fields[3]) == ("name.full", "phones", "emails")


def test_a_status_beside_a_region_is_none() -> None:
    found = _guesses(
        "ES", ("Nombre", "full"), ("Estado", "status"), ("Provincia", "region"), ("Ciudad", "city"), rows=40
    )
    assert found["Provincia"].field == "addresses.region"
    assert found["Estado"].field == "attributes.estado"


def test_phones_under_a_word_for_a_firm_are_phones() -> None:
    found = _guesses("NL", ("Naam", "full"), ("Bedrijf", "company"), ("Centraletoestel bedrijf", "phone"))
    assert found["Centraletoestel bedrijf"].field == "phones"


def test_whole_names_beside_given_names_that_are_empty_are_whole() -> None:
    found = _guesses("FR", ("Prénom", "empty"), ("Coordonnées - Nom :", "full"), ("E-mail", "email"))
    assert found["Coordonnées - Nom :"].field == "name.full"


def test_the_number_of_a_phone_is_no_count() -> None:
    found = _guesses("IT", ("Scrivi qui il numero di fax", "phone"), ("Numero di figli", "one"))
    assert found["Scrivi qui il numero di fax"].field == "phones"
    assert found["Numero di figli"].field.startswith("attributes.")
