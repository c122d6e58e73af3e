"""What a column is where no list has its header: by nearly known words, columns beside it, values."""

from __future__ import annotations

import pyarrow as pa
import pytest

from mappings.births import birth_field
from mappings.guess import suggest
from mappings.guesses import Guess
from tests.fakes.sheet_values import Sheet
from tests.fakes.sheet_words import OTHER


def _guesses(country: str, *columns: tuple[str, str]) -> dict[str, Guess]:
    """Guesses of headers over values of a kind."""
    sheet = Sheet(country, 11, 20, OTHER)
    table = pa.table({header: pa.array(sheet.column(kind), pa.string()) for header, kind in columns})
    return {guess.column: guess for guess in suggest(table)}


@pytest.mark.parametrize(
    ("header", "kind", "field"),
    [
        ("Telefonummer", "phone", "phones"),
        ("Emial Address", "email", "emails"),
        ("Gebursdatum", "born_day_first", "birth_date"),
        ("Nachnahme", "family", "name.family"),
        ("Praxistelefon", "phone", "phones"),
        ("RAGSOC", "company", "organization"),
        ("CODFIS", "codice_fiscale", "identifiers.ssn"),
        ("NUMTEL", "phone", "phones"),
    ],
)
def test_a_header_that_is_nearly_a_known_word_is_it_where_the_values_agree(
    header: str, kind: str, field: str
) -> None:
    (guess,) = _guesses("DE", (header, kind)).values()
    assert guess.field == field
    (other,) = _guesses("DE", (header, "amount")).values()
    assert other.field.startswith("attributes.")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("mes nac", "birth_date.month"),
        ("naissance jour", "birth_date.day"),
        ("birth yr", "birth_date.year"),
        ("geb dat", "birth_date"),
        ("provincia nac", None),
        ("data", None),
        ("nascita", None),
        ("day month birth", None),
    ],
)
def test_a_birth_date_is_a_word_for_birth_and_one_for_a_date(words: str, field: str | None) -> None:
    assert birth_field(words) == field


def test_whoever_has_a_column_of_names_has_the_phones_that_are_called_after_them() -> None:
    found = _guesses(
        "GB",
        ("Customer", "full"),
        ("Contact No", "phone"),
        ("Engineer", "full"),
        ("Engineer mob", "mobile"),
        ("Next of kin", "full"),
        ("NOK tel", "phone"),
    )
    assert [guess.field.partition(".")[0] for guess in found.values()] == [
        "name",
        "phones",
        "attributes",
        "attributes",
        "attributes",
        "attributes",
    ]


def test_a_compound_is_called_after_whom_it_begins_with() -> None:
    found = _guesses(
        "DE", ("Name", "full"), ("Telefon", "phone"), ("Monteur", "full"), ("Monteurtelefon", "phone")
    )
    assert found["Telefon"].field == "phones"
    assert found["Monteurtelefon"].field.startswith("attributes.")


def test_the_birth_date_of_a_sponsored_child_is_none_of_the_sponsors() -> None:
    found = _guesses(
        "DE",
        ("Pate", "full"),
        ("E-Mail Pate", "email"),
        ("Patenkind", "given"),
        ("Geburtsdatum Patenkind", "born_child"),
    )
    assert found["E-Mail Pate"].field == "emails"
    assert found["Geburtsdatum Patenkind"].field.startswith("attributes.")


def test_an_animal_is_no_contact_and_its_birth_date_is_its_own() -> None:
    found = _guesses(
        "ES", ("Nombre perro", "given"), ("Raza", "status"), ("Dueño", "full"), ("F. nacimiento", "recent"),
        ("Teléfono dueño", "phone"),
    )  # fmt: skip
    assert found["Dueño"].field == "name.full"
    assert found["Teléfono dueño"].field == "phones"
    assert found["F. nacimiento"].field.startswith("attributes.")
    assert found["Nombre perro"].field.startswith("attributes.")


def test_a_number_beside_a_street_without_numbers_is_its() -> None:
    beside = _guesses("DE", ("Straße", "street_name"), ("Nr.", "house"), ("Ort", "city"))
    alone = _guesses("DE", ("Ort", "city"), ("Nr.", "house"))
    numbered = _guesses("DE", ("Straße", "street"), ("Nummer", "house"), ("Ort", "city"))
    assert beside["Nr."].field == "addresses.street"
    assert alone["Nr."].field != "addresses.street"
    assert numbered["Nummer"].field != "addresses.street"


def test_headers_that_all_begin_or_several_end_with_the_same_letters_are_read_without() -> None:
    found = _guesses(
        "ES", ("CTELEF", "phone"), ("CFAX", "phone"), ("CNOMCLI", "full"), ("CDOMCLI", "street"),
        ("CPOBCLI", "city"), ("CEMAIL", "email"),
    )  # fmt: skip
    fields = [found[name].field for name in ("CTELEF", "CFAX", "CDOMCLI", "CPOBCLI", "CEMAIL")]
    assert fields == ["phones", "phones", "addresses.street", "addresses.locality", "emails"]
    assert found["CFAX"].type == "fax"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Numéro", "code"),
        ("Numéro de reçu", "code"),
        ("Numéro licence", "ten_digits"),
        ("PARIVA2", "vat_it"),
        ("Date", "recent"),
        ("Nom complet de l'adresse de messagerie", "full"),
    ],
)
def test_a_weak_header_makes_no_phone_email_or_birth_date(header: str, kind: str) -> None:
    (guess,) = _guesses("IT", (header, kind)).values()
    assert guess.field not in {"phones", "emails", "birth_date"}


def test_a_header_over_one_value_that_is_no_email_makes_none() -> None:
    (guess,) = suggest(pa.table({"E-mail": pa.array(["Zoé Roy", None, None], pa.string())}))
    assert guess.field != "emails"


@pytest.mark.parametrize(
    ("header", "kind", "field"),
    [
        ("Spalte B", "vat", "identifiers.vat"),
        ("PCode", "zip", "addresses.postal_code"),
        ("Entity", "kind", "kind"),
    ],
)
def test_values_that_can_only_be_one_thing_say_it_under_any_header(
    header: str, kind: str, field: str
) -> None:
    (guess,) = _guesses("GB", (header, kind)).values()
    assert guess.field == field


def test_a_single_email_under_no_header_is_one() -> None:
    (guess,) = suggest(pa.table({"column_1": pa.array(["zoe@exemple.fr"], pa.string())}))
    assert guess.field == "emails"


def test_a_birth_date_stands_under_its_initials_where_the_dates_are_of_long_ago() -> None:
    assert _guesses("ES", ("F.N.", "born_day_first"))["F.N."].field == "birth_date"
    assert _guesses("ES", ("F.N.", "recent"))["F.N."].field != "birth_date"


def test_the_person_to_ask_behind_whom_a_sheet_is_of_is_another() -> None:
    found = _guesses(
        "IT", ("Volontario", "full"), ("Cell.", "mobile"), ("Referente", "full"), ("Tel. referente", "phone")
    )
    assert (found["Volontario"].field, found["Cell."].field) == ("name.full", "phones")
    assert found["Referente"].field.startswith("attributes.")
    assert found["Tel. referente"].field.startswith("attributes.")


def test_the_person_to_ask_of_an_organisation_is_its_contact() -> None:
    found = _guesses("IT", ("Azienda", "company"), ("Referente", "full"), ("Tel. referente", "phone"))
    assert (found["Referente"].field, found["Tel. referente"].field) == ("name.full", "phones")


def test_who_has_the_second_columns_of_names_has_the_emails_that_are_called_so() -> None:
    found = _guesses(
        "GB", ("Donor FirstName", "given"), ("Donor LastName", "family"), ("Donor E-mail", "email"),
        ("Fundraiser FirstName", "given"), ("Fundraiser LastName", "family"), ("Fundraiser E-mail", "email"),
    )  # fmt: skip
    assert found["Donor E-mail"].field == "emails"
    assert found["Fundraiser E-mail"].field.startswith("attributes.")


def test_several_of_a_kind_beside_the_contact_are_others() -> None:
    found = _guesses(
        "GB", ("Surname", "family"), ("First name", "given"), ("Email", "email"), ("Ref 1 name", "full"),
        ("Ref 1 email", "email"),
    )  # fmt: skip
    assert found["Email"].field == "emails"
    assert found["Ref 1 email"].field.startswith("attributes.")


def test_names_with_the_given_names_of_another_column_in_them_are_whole() -> None:
    table = pa.table({"Name": ["Ngoc Anh Pham", "Zelda Quux"], "First name": ["Ngoc Anh", "Zelda"]})
    (name, _) = suggest(pa.concat_tables([table] * 3))
    assert name.field == "name.full"


def test_others_are_called_by_the_beginnings_of_their_words() -> None:
    found = _guesses(
        "IT", ("Inquilino", "full"), ("Tel. inq.", "phone"), ("Proprietario", "full"), ("Tel. prop.", "phone")
    )
    assert (found["Inquilino"].field, found["Tel. inq."].field) == ("name.full", "phones")
    assert found["Tel. prop."].field.startswith("attributes.")


def test_a_second_line_of_an_organisations_name_is_no_person() -> None:
    found = _guesses(
        "DE", ("KUNDE_NAME1", "company"), ("KUNDE_NAME2", "flat"), ("AP_NAME", "full"), ("AP_TEL", "phone")
    )
    assert found["KUNDE_NAME1"].field == "organization"
    assert found["KUNDE_NAME2"].field.startswith("attributes.")
    assert (found["AP_NAME"].field, found["AP_TEL"].field) == ("name.full", "phones")


def test_whatsapp_is_a_phone() -> None:
    assert _guesses("GB", ("WhatsApp No.", "mobile"))["WhatsApp No."].field == "phones"
