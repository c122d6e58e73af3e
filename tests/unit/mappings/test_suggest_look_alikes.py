"""What is called, or looks, like a place, a title or a date of the record, and is none or just that."""

from __future__ import annotations

from itertools import cycle, islice

import pyarrow as pa
import pytest

from mappings.guess import suggest

ROWS = 20


def _fields(cells: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """The fields of headers over values that come round and round."""
    table = pa.table({name: list(islice(cycle(values), ROWS)) for name, values in cells.items()})
    return {guess.column: guess.field for guess in suggest(table)}


def test_the_state_of_something_is_no_region_beside_a_column_of_regions() -> None:
    found = _fields(
        {
            "Estado del posible cliente": ("Perdido", "Contactado"),
            "Ciudad": ("Sevilla", "Valencia", "Bilbao"),
            "Provincia": ("Sevilla", "Valencia", "Vizcaya"),
        }
    )
    assert found["Provincia"] == "addresses.region"
    assert found["Estado del posible cliente"].startswith("attributes.")


def test_single_letters_are_no_regions() -> None:
    found = _fields({"etatAdministratif": ("A", "F", "A"), "commune": ("NANTES", "LYON", "NICE")})
    assert found["etatAdministratif"].startswith("attributes.")


def test_a_salutation_with_a_name_is_no_job() -> None:
    found = _fields(
        {"First name": ("Ann", "Rhys", "Isla"), "Primary Salutation": ("Ms Bell", "Mr Nash", "Ms Lamb")}
    )
    assert found["Primary Salutation"] != "job_title"


def test_a_number_and_a_sentence_are_no_postal_code_and_town() -> None:
    trades = ("79401 - Other service activities", "25208 - Retail sale of bread", "52378 - Repair of watches")
    found = _fields({"CompanyName": ("ACME LTD", "BELL LTD", "NASH LLP"), "SicText_1": trades})
    assert found["SicText_1"].startswith("attributes.")


@pytest.mark.parametrize("town", ["Saint-Denis", "Bad Homburg vor der Höhe", "Villeneuve sur Lot", "LYON"])
def test_a_postal_code_and_a_town_are_split_though_nothing_says_so(town: str) -> None:
    found = _fields({"Nom": ("Garnier", "Roussel"), "Zone": (f"69003 {town}", f"44000 {town}")})
    assert found["Zone"] == "addresses.locality"


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("date_add", "created_at"),
        ("Kunde seit", "created_at"),
        ("Client depuis", "created_at"),
        ("date_upd", "updated_at"),
    ],
)
def test_when_a_record_was_made_or_changed_is_said_in_many_ways(header: str, field: str) -> None:
    days = ("2021-04-03", "2023-11-20", "2022-08-15")
    assert _fields({"Nom": ("Garnier", "Roussel"), header: days})[header] == field


def test_kind_and_name_of_a_street_are_a_street() -> None:
    streets = ("avenue Jean Jaurès", "rue des Lilas", "place de la Mairie")
    found = _fields({"N° de voie": ("3", "12", "41"), "Type et libellé de voie": streets})
    assert found == {"N° de voie": "addresses.street", "Type et libellé de voie": "addresses.street"}


def test_who_is_asked_for_is_a_name_and_kids_are_others() -> None:
    names = ("Alfie Rahman", "Freya Fenwick", "Callum Nash", "Isla Bell")
    found = _fields({"who": names, "kids": ("Harry", "Poppy", "Rhys"), "e mail": ("a@x.org", "b@x.org")})
    assert found["who"] == "name.full"
    assert found["kids"].startswith("attributes.")


def test_a_consent_to_a_privacy_notice_is_none_to_newsletters() -> None:
    found = _fields({"Cognome": ("Greco", "Conti"), "Consenso privacy": ("SI", "NO")})
    assert found["Consenso privacy"].startswith("attributes.")


def test_who_never_subscribed_gave_no_consent() -> None:
    found = _fields({"Email Marketing Consent": ("NEVER_SUBSCRIBED", "SUBSCRIBED", "UNSUBSCRIBED")})
    assert found["Email Marketing Consent"] == "consents.email.marketing"


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("Aanspreking", ("Dhr.", "Mevr."), "name.prefix"),
        ("Vía pública", ("C/ Mayor", "Avda. de la Constitución", "Calle del Pez"), "addresses.street"),
    ],
)
def test_one_more_word_for_it_is_read(header: str, values: tuple[str, ...], field: str) -> None:
    assert _fields({"key": ("1", "2"), header: values})[header] == field
