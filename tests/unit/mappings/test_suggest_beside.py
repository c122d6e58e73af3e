"""Whose a column is, by what stands beside it: directors, invited people, agents with a code of their own."""

from __future__ import annotations

import pyarrow as pa
import pytest

from mappings.guess import suggest
from tests.fakes.sheet_guesses import guessed_fields
from tests.fakes.sheet_values import Sheet
from tests.fakes.sheet_words import OTHER

ROWS = 24


def _are_attributes(fields: dict[str, str], *headers: str) -> bool:
    return all(fields[header].startswith("attributes.") for header in headers)


def test_an_address_that_stands_in_every_row_beside_each_rows_own_is_nobodys() -> None:
    found = guessed_fields(
        "DE",
        ROWS,
        ("Name", "full"),
        ("Absender E-Mail-Adresse", "email"),
        ("Empfänger E-Mail-Adresse", "=verkauf@laden.example.de"),
    )
    assert found["Absender E-Mail-Adresse"] == "emails"
    assert _are_attributes(found, "Empfänger E-Mail-Adresse")


def test_one_address_in_every_row_is_the_contacts_where_no_other_column_has_addresses() -> None:
    found = guessed_fields("GB", ROWS, ("Name", "full"), ("E-mail", "=office@school.example.org"))
    assert found["E-mail"] == "emails"


@pytest.mark.parametrize(
    ("office", "way"), [("Kursleitung", "Handy Kursleitung"), ("Direktor", "Tel. Direktor")]
)
def test_who_leads_is_another_in_a_sheet_of_people_and_the_contact_in_one_of_firms(
    office: str, way: str
) -> None:
    people = guessed_fields(
        "DE",
        ROWS,
        ("Name", "full"),
        ("Geburtsdatum", "born_day_first"),
        ("Mobil", "mobile"),
        (way, "2.mobile"),
    )
    assert people["Mobil"] == "phones"
    assert _are_attributes(people, way)
    firms = guessed_fields("DE", ROWS, ("Firma", "company"), (office, "full"), (way, "mobile"))
    assert firms[way] == "phones"


def test_an_address_called_after_others_than_the_name_and_its_address_are_is_theirs() -> None:
    found = guessed_fields(
        "US", ROWS, ("Invitee Name", "full"), ("Invitee Email", "email"), ("Guest Email(s)", "2.email")
    )
    assert found["Invitee Email"] == "emails"
    assert _are_attributes(found, "Guest Email(s)")


def test_what_is_called_after_a_word_with_a_code_of_its_own_is_not_the_contacts() -> None:
    found = guessed_fields(
        "IT",
        ROWS,
        ("COD_CLI", "key"),
        ("COGNOME", "family"),
        ("NOME", "given"),
        ("TEL", "mobile"),
        ("COD_AG", "three_digits"),
        ("TEL_AG", "2.mobile"),
    )
    assert found["TEL"] == "phones"
    assert _are_attributes(found, "TEL_AG")


def test_a_contact_person_beside_people_with_births_is_another() -> None:
    people = (("Achternaam", "family"), ("Geboortedatum", "born_day_first"), ("Mobiel", "mobile"))
    beside = (("Contactpersoon", "2.full"), ("Tel. contactpersoon", "2.mobile"))
    found = guessed_fields("NL", ROWS, *people, *beside)
    assert found["Mobiel"] == "phones"
    assert _are_attributes(found, "Contactpersoon", "Tel. contactpersoon")


def test_a_child_without_another_name_is_the_contact_of_a_sheet_that_names_parents() -> None:
    found = guessed_fields(
        "DE",
        ROWS,
        ("Kind", "full"),
        ("geb. Kind", "born_day_first"),
        ("Elternteil", "2.full"),
        ("Kursleitung", "3.full"),
        ("Kursleitung Handy", "3.mobile"),
    )
    assert (found["Kind"], found["geb. Kind"]) == ("name.full", "birth_date")
    assert _are_attributes(found, "Elternteil", "Kursleitung", "Kursleitung Handy")


def test_of_two_buyers_the_second_is_another() -> None:
    found = guessed_fields(
        "US",
        ROWS,
        ("Buyer 1 First", "given"),
        ("Buyer 1 Last", "family"),
        ("Buyer 1 DOB", "born_month_first"),
        ("Buyer 1 Cell", "mobile"),
        ("Buyer 2 Cell", "2.mobile"),
    )
    assert (found["Buyer 1 DOB"], found["Buyer 1 Cell"]) == ("birth_date", "phones")
    assert _are_attributes(found, "Buyer 2 Cell")


@pytest.mark.parametrize(
    "header",
    ["TEL_CO_PORTEUR", "Tel. co-intestatario", "Telefonnummer der abholberechtigten Person"],
)
def test_a_phone_of_who_comes_with_the_contact_is_not_the_contacts(header: str) -> None:
    assert _are_attributes(guessed_fields("FR", ROWS, ("Nom", "full"), (header, "2.mobile")), header)


@pytest.mark.parametrize(
    ("country", "who", "their"),
    [
        ("ES", "¿A quién avisamos si pasa algo?", "¿Y su teléfono?"),
        ("FR", "Qui est votre maître de stage ?", "Quel est son numéro de téléphone ?"),
        ("IT", "Chi è il tuo tutor?", "Qual è il suo cellulare?"),
        ("DE", "Wen sollen wir anrufen?", "Unter welcher Nummer erreichen wir diese Person?"),
    ],
)
def test_a_phone_that_is_asked_for_behind_anothers_name_is_theirs(country: str, who: str, their: str) -> None:
    found = guessed_fields(
        country, ROWS, ("Name", "full"), ("Mobile", "mobile"), (who, "2.full"), (their, "2.mobile")
    )
    assert found["Mobile"] == "phones"
    assert _are_attributes(found, who, their)


def test_an_owner_before_a_tenant_of_whom_as_much_is_said_is_the_contact() -> None:
    found = guessed_fields(
        "IT",
        ROWS,
        ("Proprietario", "full"),
        ("Cell. proprietario", "mobile"),
        ("Inquilino", "2.full"),
        ("Cell. inquilino", "2.mobile"),
    )
    assert (found["Proprietario"], found["Cell. proprietario"]) == ("name.full", "phones")
    assert _are_attributes(found, "Inquilino", "Cell. inquilino")


def test_whole_names_without_a_given_name_of_the_contacts_are_anothers_as_are_their_phones() -> None:
    found = guessed_fields(
        "ES",
        ROWS,
        ("NOM_TITULAR", "given"),
        ("APE_TITULAR", "family"),
        ("TLF_TITULAR", "mobile"),
        ("NOM_COMERCIAL", "2.full"),
        ("TLF_COMERCIAL", "2.mobile"),
    )
    assert found["TLF_TITULAR"] == "phones"
    assert _are_attributes(found, "NOM_COMERCIAL", "TLF_COMERCIAL")


def test_whom_a_sheet_is_of_stands_before_a_volunteer_to_ask() -> None:
    found = guessed_fields(
        "IT",
        ROWS,
        ("Donatore", "full"),
        ("E-mail donatore", "email"),
        ("Cell. donatore", "mobile"),
        ("Referente volontario", "2.full"),
        ("E-mail referente", "2.email"),
    )
    assert [found[one] for one in ("Donatore", "E-mail donatore", "Cell. donatore")] == [
        "name.full",
        "emails",
        "phones",
    ]
    assert _are_attributes(found, "Referente volontario", "E-mail referente")


def test_a_shops_addresses_of_which_there_are_a_few_are_not_the_customers() -> None:
    sheet = Sheet("IT", 1, ROWS, OTHER)
    shops = ["pv01@negozio.example.it", "pv02@negozio.example.it"] * (ROWS // 2)
    table = pa.table(
        {
            "COGNOME": pa.array(sheet.column("family"), pa.string()),
            "EMAIL": pa.array(sheet.column("email"), pa.string()),
            "EMAIL_PV": pa.array(shops, pa.string()),
        }
    )
    found = {guess.column: guess.field for guess in suggest(table)}
    assert found["EMAIL"] == "emails"
    assert _are_attributes(found, "EMAIL_PV")


def test_who_pays_is_the_contact_where_nobody_but_children_and_others_are_named() -> None:
    found = guessed_fields(
        "FR",
        ROWS,
        ("Payeur", "full"),
        ("Tél. payeur", "mobile"),
        ("Enfant 1", "2.given"),
        ("Tél. autre parent", "3.mobile"),
        ("Personne autorisée", "4.full"),
        ("Tél. personne autorisée", "4.mobile"),
    )
    assert (found["Payeur"], found["Tél. payeur"]) == ("name.full", "phones")
    assert _are_attributes(found, "Tél. autre parent", "Personne autorisée", "Tél. personne autorisée")
