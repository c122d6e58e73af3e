"""Whose a column is, where the rows, or what stands in all of them, say it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from mappings.guess import suggest
from tests.fakes.sheet_values import Sheet
from tests.fakes.sheet_words import OTHER


def _fields(**columns: list[str | None]) -> dict[str, str]:
    table = pa.table(
        {name.replace("_", " "): pa.array(values, pa.string()) for name, values in columns.items()}
    )
    return {guess.column: guess.field for guess in suggest(table)}


def _sheet(country: str, *columns: tuple[str, str]) -> dict[str, str]:
    sheet = Sheet(country, 11, 20, OTHER)
    return _fields(**{header: list(sheet.column(kind)) for header, kind in columns})


GIVEN: list[str | None] = ["Zoé", "Max", "Eva", "Noah"]
FAMILY: list[str | None] = ["Roy", "Vogel", "Lindt", "Karlsen"]
OTHERS: list[str | None] = ["Anna Berg", "Paul Stern", "Anna Berg", "Maria Thal"]
OWN_MAILS: list[str | None] = ["zoe.roy@a.fr", "vogel@b.de", "e.lindt@c.de", "karlsen.noah@d.no"]
OTHERS_MAILS: list[str | None] = ["a.berg@firma.de", "p.stern@firma.de", "a.berg@firma.de", "m.thal@firma.de"]


def test_emails_called_after_somebody_else_in_the_row_are_theirs() -> None:
    found = _fields(Given=GIVEN, Family_name=FAMILY, Kümmert_sich=OTHERS, Mail_intern=OTHERS_MAILS)
    assert found["Mail intern"].startswith("attributes.")


def test_emails_under_a_strange_word_are_nobodys_where_others_are_called_after_the_contact() -> None:
    found = _fields(
        Given=GIVEN, Family_name=FAMILY, Email=OWN_MAILS, Mail_Zuteilung=OTHERS_MAILS, E_Mail_2=OTHERS_MAILS
    )
    assert (found["Email"], found["E Mail 2"]) == ("emails", "emails")
    assert found["Mail Zuteilung"].startswith("attributes.")


def test_whole_names_that_never_are_the_given_and_family_names_beside_them_are_anothers() -> None:
    found = _fields(Vorname=GIVEN, Nachname=FAMILY, Kontoinhaber=OTHERS)
    assert found["Kontoinhaber"].startswith("attributes.")
    own = [f"{given} {family}" for given, family in zip(GIVEN, FAMILY, strict=True)]
    assert _fields(Vorname=GIVEN, Nachname=FAMILY, Anzeigename=list(own))["Anzeigename"] == "name.full"


def test_one_phone_for_all_rows_under_a_header_that_says_more_is_not_the_contacts() -> None:
    found = _fields(
        First_name=GIVEN, Cell=["415 555 0101", "415 555 0102", None, None], Desk_Ph=["(212) 555-0144"] * 4
    )
    assert found["Cell"] == "phones"
    assert found["Desk Ph"].startswith("attributes.")


def test_what_is_called_after_a_pharmacy_is_the_pharmacys() -> None:
    found = _sheet("US", ("Patient Name", "full"), ("Phone", "phone"), ("Pharmacy Phone", "phone"))
    assert found["Pharmacy Phone"].startswith("attributes.")
    firms = _sheet("US", ("Pharmacy", "company"), ("Pharmacy Phone", "phone"))
    assert firms["Pharmacy Phone"] == "phones"


def test_of_an_owner_before_a_tenant_the_one_of_whom_more_is_said_is_the_contact() -> None:
    found = _sheet(
        "FR", ("Propriétaire", "full"), ("Adresse propriétaire", "street"), ("Tél. propriétaire", "phone"),
        ("Mail propriétaire", "email"), ("Locataire", "full"), ("Tél. locataire", "phone"),
    )  # fmt: skip
    assert (found["Propriétaire"], found["Tél. propriétaire"]) == ("name.full", "phones")
    assert found["Locataire"].startswith("attributes.")
    assert found["Tél. locataire"].startswith("attributes.")


def test_the_person_through_whom_alone_a_contact_gets_emails_is_no_other() -> None:
    found = _sheet(
        "DE", ("Firma", "company"), ("Ansprechpartner Einkauf", "full"), ("E-Mail Einkauf", "email")
    )
    assert found["E-Mail Einkauf"] == "emails"


def test_who_is_called_by_the_end_of_a_compound_is_the_same() -> None:
    found = _sheet(
        "NL", ("Naam", "full"), ("E-mail", "email"), ("Zorgcoach", "full"), ("Tel coach", "phone"),
        ("Wijkverpleger", "full"), ("Mail verpleger", "email"),
    )  # fmt: skip
    assert found["Mail verpleger"].startswith("attributes.")
    assert found["Tel coach"].startswith("attributes.")


def test_a_contact_to_be_called_in_need_has_phones_of_her_own_and_a_short_word_none() -> None:
    found = _sheet(
        "FR", ("Nom", "family"), ("Prénom", "given"), ("Tél. pers.", "phone"), ("Pers. à contacter", "full"),
        ("Tél. pers. à contacter", "phone"),
    )  # fmt: skip
    assert found["Tél. pers."] == "phones"
    assert found["Tél. pers. à contacter"].startswith("attributes.")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("E-Mail (Rechnungsadresse)", "emails"),
        ("Telefon (Rechnungsadresse)", "phones"),
        ("PLZ (Rechnungsadresse)", "addresses.postal_code"),
        ("Adresse (Straße)", "addresses.street"),
    ],
)
def test_an_address_in_brackets_says_of_which_a_field_is(header: str, field: str) -> None:
    kinds = {
        "emails": "email",
        "phones": "phone",
        "addresses.postal_code": "zip",
        "addresses.street": "street",
    }
    assert _sheet("DE", ("Name", "full"), (header, kinds[field]))[header] == field


def test_numbers_without_a_header_that_all_begin_alike_are_a_series_and_no_phones() -> None:
    found = _fields(
        Col1=["0145237801", "0145237802", "0145237806"], Col2=["0145237801", "0298452310", "0561234567"]
    )
    assert found == {"Col1": "attributes.col_1", "Col2": "phones"}


def test_number_plates_are_no_vat_numbers() -> None:
    found = _fields(Plaque=["AB-862-CD", "AB-287-CD", "AA-719-CD"])
    assert found["Plaque"].startswith("attributes.")


def test_a_number_of_whom_the_sheet_is_of_is_no_number_of_the_row() -> None:
    numbers: list[str | None] = ["0607704656", "0684192887", "0684192889"]
    assert _fields(Nom=FAMILY[:3], N_sinistre=numbers)["N sinistre"] == "attributes.n_sinistre"


def test_a_phone_stands_alone_under_where_it_rings() -> None:
    assert _fields(casa=["+34 935 835 974", None, None])["casa"] == "phones"


def test_beside_a_plain_phone_one_of_an_unknown_word_is_a_strangers() -> None:
    found = _sheet(
        "NL",
        ("Kaarthouder", "full"),
        ("Mail", "email"),
        ("Tel.", "phone"),
        ("Tel. schenker", "phone"),
        ("E-mail facturen", "email"),
    )
    assert (found["Mail"], found["E-mail facturen"]) == ("emails", "emails")
    assert found["Tel."] == "phones"
    assert found["Tel. schenker"].startswith("attributes.")


def test_an_email_called_after_the_contact_is_theirs_under_an_unknown_word_too() -> None:
    found = _fields(Given=GIVEN, Family_name=FAMILY, Email=OWN_MAILS, Email_ENTX=OWN_MAILS)
    assert (found["Email"], found["Email ENTX"]) == ("emails", "emails")


@pytest.mark.parametrize("second", ["Joueur 2", "Participant 3", "Second contact", "Zweiter Ansprechpartner"])
def test_a_second_of_a_kind_is_another_person(second: str) -> None:
    found = _sheet(
        "FR", ("Nom et prénom", "full"), ("E-mail", "email"), (f"{second} : nom prénom", "full"),
        (f"{second} : e-mail", "email"), (f"{second} : date de naissance", "born_day_first"),
    )  # fmt: skip
    assert found["E-mail"] == "emails"
    assert found[f"{second} : e-mail"].startswith("attributes.")
    assert found[f"{second} : date de naissance"].startswith("attributes.")


def test_the_supplier_behind_whom_a_sheet_is_of_is_another() -> None:
    found = _sheet(
        "DE",
        ("Nutzer", "full"),
        ("Nutzer Tel.", "phone"),
        ("Lieferant", "company"),
        ("Lieferant Tel.", "phone"),
    )
    assert (found["Nutzer"], found["Nutzer Tel."]) == ("name.full", "phones")
    assert found["Lieferant Tel."].startswith("attributes.")


def test_a_word_run_together_with_name_is_whose_name_it_is() -> None:
    found = _sheet(
        "FR", ("NOM", "family"), ("PREN", "given"), ("TEL", "phone"), ("NOMREF", "full"), ("TELREF", "phone")
    )
    assert found["TEL"] == "phones"
    assert found["TELREF"].startswith("attributes.")


def test_a_manager_is_not_whom_a_sheet_of_customers_is_of() -> None:
    found = _sheet(
        "IT",
        ("Anagrafica", "code"),
        ("Gestore", "full"),
        ("E-mail gestore", "email"),
        ("E-mail cliente", "email"),
    )
    assert found["E-mail cliente"] == "emails"
    assert found["E-mail gestore"].startswith("attributes.")


def test_one_date_is_no_job() -> None:
    assert _fields(Date_fin_emploi=["23/01/2018", None, None])["Date fin emploi"].startswith("attributes.")


def test_of_few_rows_a_word_of_its_own_makes_a_whole_name_anothers() -> None:
    found = _fields(Forename=GIVEN[:2], Surname=FAMILY[:2], Referee_Name=OTHERS[:2], Contact_Name=OTHERS[:2])
    assert found["Referee Name"].startswith("attributes.")


def test_a_name_of_two_words_says_whose_the_email_is() -> None:
    found = _fields(
        Name=["Zoé Roy", "Max Vogel"],
        Email=OWN_MAILS[:2],
        Plus_One_Name=OTHERS[:2],
        Plus_One_Email=OTHERS_MAILS[:2],
    )
    assert found["Email"] == "emails"
    assert found["Plus One Email"].startswith("attributes.")


def test_two_kinds_of_phones_are_both_the_contacts() -> None:
    found = _sheet(
        "ES", ("Nombre", "full"), ("Teléfono laboral", "phone"), ("Teléfono privado", "phone"),
        ("Correo laboral", "email"), ("Correo privado", "email"),
    )  # fmt: skip
    assert list(found.values()) == ["name.full", "phones", "phones", "emails", "emails"]


def test_handles_with_a_dot_are_no_addresses_on_the_web() -> None:
    found = _fields(LinkedIn=["zr.x1", "mv.x2", "el.x3"], Site=["roy.fr", "www.vogel.de", "lindt.com"])
    assert found["LinkedIn"].startswith("attributes.")
    assert found["Site"] == "urls"


def test_a_month_and_a_day_beside_a_year_of_birth_are_of_the_birth() -> None:
    found = _fields(
        Nom=FAMILY, Année_de_naissance=["1980", "1975", "1990", "1961"], Mois=["2", "12", "7", "7"],
        Jour=["3", "24", "31", "1"],
    )  # fmt: skip
    assert [found[one] for one in ("Année de naissance", "Mois", "Jour")] == ["birth_date"] * 3
    assert _fields(Nom=FAMILY, Mois=["2", "12", "7", "7"])["Mois"].startswith("attributes.")


def test_their_number_is_of_whom_the_question_before_asks() -> None:
    found = _fields(
        Name=OTHERS, Phone=["241-555-0112", "241-555-0113", None, "241-555-0119"],
        Who_should_we_call_in_an_emergency=OTHERS[::-1],
        What_is_their_number=["706 555 0189", "706 555 0188", "706 555 0187", None],
    )  # fmt: skip
    assert found["Phone"] == "phones"
    assert found["What is their number"].startswith("attributes.")


def test_a_few_kinds_of_something_are_no_companies() -> None:
    found = _fields(Nom=FAMILY, Lien=["Mother", "Partner", "Friend", "Partner"])
    assert found["Lien"].startswith("attributes.")


def test_a_sender_is_no_compound_of_a_body() -> None:
    found = _sheet(
        "ES", ("Remitente", "company"), ("Tfno. remitente", "phone"), ("Destinatario", "full"),
        ("Tfno. destinatario", "phone"),
    )  # fmt: skip
    assert (found["Destinatario"], found["Tfno. destinatario"]) == ("name.full", "phones")
    assert found["Tfno. remitente"].startswith("attributes.")


def test_single_letters_are_no_family_names() -> None:
    found = _fields(Name=FAMILY, Vorname=GIVEN, Familie=["A", "B", "B", "C"])
    assert list(found.values()) == ["name.family", "name.given", "attributes.familie"]


def test_of_two_owners_the_first_is_the_contact() -> None:
    found = _sheet(
        "US", ("Owner 1", "full"), ("Owner 1 Email", "email"), ("Owner 1 Phone", "phone"),
        ("Owner 2", "full"), ("Owner 2 Email", "email"), ("Tenant", "full"), ("Tenant Phone", "phone"),
    )  # fmt: skip
    assert [found[f"Owner 1{part}"] for part in ("", " Email", " Phone")] == ["name.full", "emails", "phones"]
    assert found["Owner 2 Email"].startswith("attributes.")
    assert found["Tenant Phone"].startswith("attributes.")


def test_one_word_above_others_names_says_whose_an_email_is() -> None:
    found = _fields(
        Contact=OTHERS[::-1], Email_contact=OWN_MAILS, Commercial=OTHERS, Email_commercial=OTHERS_MAILS
    )
    assert found["Email contact"] == "emails"
    assert found["Email commercial"].startswith("attributes.")


def test_births_of_children_are_not_the_contacts_where_the_names_are_nobodys_children() -> None:
    found = _fields(
        Name=OTHERS,
        Geburtsjahr_Kinder=["2016", "2018", "2020", None],
        Geburtsdatum=["1980-02-03", "1975-01-02", None, None],
    )
    assert found["Geburtsjahr Kinder"].startswith("attributes.")
    assert found["Geburtsdatum"] == "birth_date"


def test_a_number_sign_is_a_number() -> None:
    numbers: dict[str, list[str | None]] = {"Member #": ["447798", "194942", "319621", "319622"]}
    assert _fields(Name=OTHERS, **numbers)["Member #"] == "identifiers.customer"


def test_times_are_no_streets() -> None:
    assert _fields(Appt_Time=["09:47", "02:41", "06:44:11"])["Appt Time"].startswith("attributes.")


def test_oklahoma_is_a_state() -> None:
    assert _fields(Province=["OK", "LA", "OK"])["Province"] == "addresses.region"
