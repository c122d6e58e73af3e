"""Whose a column is where several people have columns of the same kinds: by blocks, numbers, questions."""

from __future__ import annotations

import pyarrow as pa
import pytest

from mappings.guess import suggest
from tests.fakes.sheet_guesses import guessed_fields
from tests.fakes.sheet_values import Sheet
from tests.fakes.sheet_words import OTHER, PLAIN

ROWS = 20


def _fields(country: str, *columns: tuple[str, str]) -> dict[str, str]:
    """The first part of each field."""
    return {
        header: field.partition(".")[0] for header, field in guessed_fields(country, ROWS, *columns).items()
    }


def test_a_second_block_of_columns_with_the_endings_of_the_first_is_of_another() -> None:
    found = _fields(
        "NL", ("HRD_NAAM", "family"), ("HRD_GEBDAT", "born_day_first"), ("HRD_MOB", "mobile"),
        ("MDHRD_NAAM", "2.family"), ("MDHRD_GEBDAT", "2.born_day_first"), ("MDHRD_MOB", "2.mobile"),
    )  # fmt: skip
    assert (found["HRD_GEBDAT"], found["HRD_MOB"]) == ("birth_date", "phones")
    assert (found["MDHRD_GEBDAT"], found["MDHRD_MOB"]) == ("attributes", "attributes")


def test_whom_the_number_of_a_row_is_of_has_the_phones_that_are_called_so() -> None:
    of, other = Sheet("US", 1, ROWS, PLAIN), Sheet("US", 2, ROWS, PLAIN)
    cells = {
        "SUBJID": of.column("key"),
        "INVNAM": other.column("full"),
        "INV_EMAIL": other.column("email"),
        "SUBJ_PHONE": of.column("phone"),
        "SUBJ_EMAIL": of.column("email"),
    }
    table = pa.table({header: pa.array(column, pa.string()) for header, column in cells.items()})
    found = {guess.column: guess.field.partition(".")[0] for guess in suggest(table)}
    assert (found["SUBJ_PHONE"], found["SUBJ_EMAIL"]) == ("phones", "emails")
    assert (found["INVNAM"], found["INV_EMAIL"]) == ("attributes", "attributes")


def test_a_second_column_with_the_same_names_is_of_nobody_else() -> None:
    buyers, others = Sheet("DE", 1, ROWS, OTHER), Sheet("DE", 2, ROWS, OTHER)

    def phone(recipients: list[str | None]) -> str:
        cells = {
            "Name des Käufers": names,
            "E-Mail des Käufers": buyers.column("email"),
            "Name des Empfängers": recipients,
            "Telefonnummer des Empfängers": buyers.column("mobile"),
        }
        table = pa.table({header: pa.array(column, pa.string()) for header, column in cells.items()})
        return suggest(table)[-1].field.partition(".")[0]

    names = buyers.column("full")
    assert phone(names) == "phones"
    assert phone(others.column("full")) == "attributes"


def test_after_whom_a_birth_is_called_is_the_contact_before_an_instructor_with_a_phone() -> None:
    found = _fields(
        "FR", ("Cavalier", "full"), ("Naissance cavalier", "born_day_first"), ("Moniteur", "2.full"),
        ("Portable moniteur", "2.mobile"),
    )  # fmt: skip
    assert (found["Cavalier"], found["Naissance cavalier"]) == ("name", "birth_date")
    assert (found["Moniteur"], found["Portable moniteur"]) == ("attributes", "attributes")


@pytest.mark.parametrize(
    ("who", "what", "kind"),
    [
        ("Wie mogen we bellen bij nood?", "Op welk nummer?", "phone"),
        ("Who may collect your child?", "On what number?", "phone"),
        ("Qui peut venir chercher l'enfant ?", "À quelle adresse mail ?", "email"),
        ("Wen rufen wir im Notfall an?", "Unter welcher Nummer?", "phone"),
    ],
)
def test_a_question_that_only_asks_for_the_number_is_of_whom_the_question_before_is(
    who: str, what: str, kind: str
) -> None:
    found = _fields("GB", ("Name", "full"), ("Email", "email"), (who, "2.full"), (what, f"2.{kind}"))
    assert (found["Name"], found["Email"], found[what]) == ("name", "emails", "attributes")


def test_a_question_for_the_number_behind_the_contacts_name_is_the_contacts() -> None:
    found = _fields("NL", ("Wat is uw naam?", "full"), ("Op welk nummer?", "phone"))
    assert found["Op welk nummer?"] == "phones"


def test_what_another_is_told_by_at_the_end_tells_the_emails_too() -> None:
    found = _fields(
        "FR", ("Nom", "family"), ("Prénom", "given"), ("Mail perso", "email"), ("Manager N+1", "2.full"),
        ("Mail N+1", "2.email"),
    )  # fmt: skip
    assert (found["Mail perso"], found["Mail N+1"]) == ("emails", "attributes")


def test_an_ordinal_sign_says_a_second_contact() -> None:
    found = _fields(
        "ES", ("Propietario", "full"), ("Móvil propietario", "mobile"), ("Segundo contacto", "2.full"),
        ("Móvil 2º contacto", "2.mobile"),
    )  # fmt: skip
    assert (found["Móvil propietario"], found["Móvil 2º contacto"]) == ("phones", "attributes")


def test_who_bought_last_is_not_whom_a_sheet_of_shops_is_of() -> None:
    found = _fields(
        "US", ("store_name", "company"), ("owner_first_name", "given"), ("owner_last_name", "family"),
        ("owner_email", "email"), ("owner_phone", "phone"), ("last_customer_name", "2.full"),
        ("last_customer_email", "2.email"),
    )  # fmt: skip
    assert found["store_name"] == "organization"
    assert {found[f"owner_{one}"] for one in ("first_name", "last_name")} == {"name"}
    assert (found["owner_email"], found["owner_phone"]) == ("emails", "phones")
    assert (found["last_customer_name"], found["last_customer_email"]) == ("attributes", "attributes")


def test_who_works_with_a_firms_record_is_no_contact_of_it() -> None:
    found = _fields(
        "US",
        ("Account Name", "company"),
        ("Phone", "phone"),
        ("Account Owner", "full"),
        ("Owner Email", "email"),
    )
    assert (found["Account Owner"], found["Owner Email"]) == ("attributes", "attributes")


def test_numbers_of_cases_are_no_streets() -> None:
    sample = pa.table({"Case No": [f"C-3{number}" for number in range(100, 120)]})
    (guess,) = suggest(sample)
    assert not guess.field.startswith("addresses.")


def test_a_phrase_cut_short_in_each_word_is_read_where_the_values_agree() -> None:
    assert _fields("FR", ("Bureau distrib.", "city"))["Bureau distrib."] == "addresses"
    assert _fields("FR", ("Bureau distrib.", "key"))["Bureau distrib."] != "addresses"


def test_a_childs_birth_is_none_of_an_employees_with_a_superior() -> None:
    found = _fields(
        "ES", ("NOM_EMP", "given"), ("APE_EMP", "family"), ("FNAC_EMP", "born_day_first"),
        ("FNAC_HIJO1", "2.born_day_first"), ("NOM_RESP", "3.full"), ("MAIL_RESP", "3.email"),
    )  # fmt: skip
    assert (found["FNAC_EMP"], found["FNAC_HIJO1"]) == ("birth_date", "attributes")


def test_the_first_and_the_second_of_several_are_not_the_contact() -> None:
    found = _fields(
        "GB", ("What's your full name?", "full"), ("And your e-mail?", "email"),
        ("First referee: name", "2.full"), ("First referee: e-mail", "2.email"),
        ("Second referee: name", "3.full"), ("Second referee: phone", "3.phone"),
    )  # fmt: skip
    assert (found["What's your full name?"], found["And your e-mail?"]) == ("name", "emails")
    assert {field for header, field in found.items() if "referee" in header} == {"attributes"}


@pytest.mark.parametrize(
    ("country", "contact", "phone", "other", "kind", "others_phone"),
    [
        ("FR", "Assuré", "Tél. assuré", "Tiers adverse", "2.full", "Tél. tiers"),
        ("DE", "Besteller", "Besteller Tel.", "Busunternehmen", "company", "Tel. Bus"),
        ("DE", "Halter", "Halter Tel.", "Zust. SB", "2.full", "SB Durchwahl"),
        ("DE", "Besteller", "Besteller Tel.", "Gruppenleitung", "2.full", "Mobil Gruppenltg."),
    ],
)
def test_what_is_called_after_another_who_has_a_column_is_theirs_where_the_contacts_is_called_after_them(
    country: str, contact: str, phone: str, other: str, kind: str, others_phone: str
) -> None:
    found = _fields(country, (contact, "full"), (phone, "phone"), (other, kind), (others_phone, "2.phone"))
    assert (found[contact], found[phone], found[others_phone]) == ("name", "phones", "attributes")


def test_a_phone_at_the_firm_is_the_contacts() -> None:
    found = _fields(
        "DE", ("Kunde", "full"), ("Tel. Kunde", "phone"), ("Firma", "company"), ("Tel. Firma", "phone")
    )
    assert found["Tel. Firma"] == "phones"


def test_a_mother_is_the_contact_of_a_sheet_of_mothers_and_her_partner_is_not() -> None:
    found = _fields(
        "GB", ("Mother's Surname", "family"), ("Mother's Forename", "given"),
        ("Mother's DOB", "born_day_first"), ("Mother's Mobile", "mobile"), ("Partner's Name", "2.full"),
        ("Partner's Mobile", "2.mobile"),
    )  # fmt: skip
    assert (found["Mother's DOB"], found["Mother's Mobile"]) == ("birth_date", "phones")
    assert (found["Partner's Name"], found["Partner's Mobile"]) == ("attributes", "attributes")


def test_two_polite_questions_behind_two_others_are_of_these() -> None:
    found = _fields(
        "ES", ("Nombre y apellidos del niño/a", "full"), ("¿Cuándo nació?", "born_day_first"),
        ("Nombre del tutor", "2.full"), ("¿Cuál es su móvil?", "2.mobile"),
        ("Persona autorizada para recogerlo", "3.full"), ("¿Qué teléfono tiene?", "3.mobile"),
    )  # fmt: skip
    assert found["¿Cuándo nació?"] == "birth_date"
    assert (found["¿Cuál es su móvil?"], found["¿Qué teléfono tiene?"]) == ("attributes", "attributes")


def test_a_birth_of_whoever_pays_the_insurance_is_not_the_patients() -> None:
    found = _fields(
        "US", ("Pt Last", "family"), ("Pt First", "given"), ("Pt DOB", "born_day_first"),
        ("Pt Cell", "phone"), ("Subscriber", "2.full"), ("Subscriber DOB", "2.born_day_first"),
    )  # fmt: skip
    assert (found["Pt DOB"], found["Subscriber DOB"]) == ("birth_date", "attributes")


def test_a_birth_is_told_by_the_first_letter_of_it_where_the_dates_are_of_long_ago() -> None:
    assert _fields("IT", ("Data n.", "born_day_first"))["Data n."] == "birth_date"
    assert _fields("IT", ("Data n.", "recent"))["Data n."] == "attributes"


def test_of_two_fields_in_a_header_the_one_that_the_values_are_is_meant() -> None:
    found = _fields("FR", ("Locataire", "full"), ("Portable loc.", "mobile"), ("Ville loc.", "city"))
    assert (found["Portable loc."], found["Ville loc."]) == ("phones", "addresses")


def test_numbers_under_letters_that_a_word_for_phones_has_too_are_none() -> None:
    numbers = pa.table({"MRN": [str(36_606_805 + 1_357_913 * row) for row in range(20)]})
    prefixed = pa.table({"MRN": [f"0{61_245_614 + 5 * row}" for row in range(20)]})
    assert [suggest(table)[0].field for table in (numbers, prefixed)] == ["attributes.mrn"] * 2


def test_who_came_has_no_email_of_who_bought() -> None:
    found = _fields(
        "GB", ("Buyer first name", "2.given"), ("Buyer last name", "2.family"), ("Buyer email", "2.email"),
        ("Attendee name", "full"), ("Attendee email", "email"), ("Attendee mobile", "mobile"),
    )  # fmt: skip
    bought, came = ({found[header] for header in found if whose in header} for whose in ("Buyer", "Attendee"))
    assert (bought, came) == ({"attributes"}, {"name", "emails", "phones"})
