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


def test_a_word_in_which_others_begin_is_the_contacts_where_it_is_the_contacts_own() -> None:
    found = _guesses(
        "DE",
        ("Patentante", "full"),
        ("Geb. Patentante", "born_day_first"),
        ("Paten", "full"),
        ("E-Mail Patenpaar", "email"),
    )
    assert found["Geb. Patentante"].field == "birth_date"
    assert found["E-Mail Patenpaar"].field == "emails"


def test_a_clipped_word_is_of_whom_the_whole_word_is() -> None:
    found = _guesses(
        "FR", ("Nom", "full"), ("Tél.", "phone"), ("Directeur", "full"), ("Tél. directo", "phone")
    )
    assert found["Tél. directo"].field.startswith("attributes.")


@pytest.mark.parametrize("header", ["CP chantier", "PC opdracht"])
def test_a_short_word_within_a_header_counts_where_the_values_agree(header: str) -> None:
    assert _guesses("DE", (header, "zip"))[header].field == "addresses.postal_code"
    assert _guesses("DE", (header, "amount"))[header].field != "addresses.postal_code"


def test_codes_of_countries_under_a_header_that_says_a_country_too_are_countries() -> None:
    assert _guesses("DE", ("Land/Region", "country_code"))["Land/Region"].field == "addresses.country"
    assert _guesses("US", ("Region", "region"))["Region"].field == "addresses.region"


def test_the_first_of_two_surnames_is_the_family_name() -> None:
    found = _guesses("ES", ("Nombre", "given"), ("1er apellido", "family"), ("2º apellido", "family"))
    assert found["1er apellido"].field == "name.family"
    assert found["2º apellido"].field != "name.family"


def test_an_address_that_is_a_town_is_one_where_no_other_column_is() -> None:
    towns = pa.array(["Quimper", "Vannes", "Lorient", "Auray", "Pontivy"] * 3, pa.string())
    names = pa.array(["Zoé Roy", "Max Petit", "Eva Blanc", "Léo Brun", "Ana Gris"] * 3, pa.string())

    def fields(*headers: str) -> list[str]:
        cells = dict.fromkeys(headers, towns)
        return [guess.field for guess in suggest(pa.table({"Nom": names} | cells))[1:]]

    assert fields("Adresse") == ["addresses.locality"]
    assert fields("Adresse", "Ville") == ["addresses.street", "addresses.locality"]
    assert fields("Rue") == ["addresses.street"]


def test_family_names_with_particles_beside_given_names_are_such() -> None:
    table = pa.table(
        {
            "column_1": ["Anna", "Peter", "Maria", "Jan", "Sara"] * 2,
            "column_2": ["van den Berg", "de Vries", "Smit", "ten Hove", "van Dam"] * 2,
        }
    )
    assert [guess.field for guess in suggest(table)] == ["name.given", "name.family"]


def test_a_first_column_that_ends_like_a_number_is_the_key_where_every_row_has_its_own() -> None:
    assert _guesses("DE", ("Ausweisnr.", "key"), ("Name", "full"))["Ausweisnr."].field == "key"
    assert _guesses("DE", ("Name", "full"), ("Ausweisnr.", "key"))["Ausweisnr."].field != "key"


def test_a_table_without_a_header_has_no_columns_that_are_called_after_each_other() -> None:
    found = _guesses(
        "DE",
        *(
            (f"Unnamed: {place}", kind)
            for place, kind in enumerate(
                ("title", "given", "family", "born", "street", "zip", "city", "email")
            )
        ),
        rows=30,
    )
    assert [guess.field for guess in found.values()] == [
        "name.prefix",
        "name.given",
        "name.family",
        "birth_date",
        "addresses.street",
        "addresses.postal_code",
        "addresses.locality",
        "emails",
    ]


def test_a_word_that_lost_some_vowels_is_known_by_its_ends() -> None:
    assert _guesses("ES", ("tlfono", "mobile"))["tlfono"].field == "phones"


def test_fiscal_codes_are_such_under_any_header() -> None:
    found = _guesses("IT", ("Nome", "full"), ("Estremi", "codice_fiscale"))
    assert found["Estremi"].field == "identifiers.ssn"


def test_of_two_columns_that_may_be_firms_the_one_with_firms_is() -> None:
    found = _guesses("FR", ("Nom", "full"), ("Intitulé", "job"), ("Société gérée", "company"))
    assert found["Société gérée"].field == "organization"


def test_whole_names_with_the_family_name_but_never_the_given_name_are_of_relatives() -> None:
    table = pa.table(
        {
            "First name": ["Zoé", "Max", "Eva", "Léo"],
            "Surname": ["Roy", "Petit", "Blanc", "Brun"],
            "Priority Contact": ["Anne Roy", "Paul Petit", "Marie Blanc", "Pierre Brun"],
        }
    )
    assert suggest(table)[2].field.startswith("attributes.")


def test_what_a_header_says_besides_counts_where_the_values_are_not_what_it_says_first() -> None:
    found = _guesses("FR", ("Nom", "full"), ("Pays postal", "country"), ("Commune de naissance", "city"))
    assert found["Pays postal"].field == "addresses.country"
    assert found["Commune de naissance"].field.startswith("attributes.")


@pytest.mark.parametrize("header", ["Kreditnehmer", "Leasenemer", "Darlehensnehmerin"])
def test_who_takes_something_is_whom_a_sheet_is_of(header: str) -> None:
    found = _guesses(
        "DE", (header, "full"), ("Telefon", "phone"), ("Händler", "company"), ("Tel. Händler", "phone")
    )
    assert found[header].field == "name.full"
    assert found["Tel. Händler"].field.startswith("attributes.")


def test_capitals_are_short_for_whom_a_column_names() -> None:
    found = _guesses(
        "DE", ("Klient", "full"), ("Tel.", "phone"), ("Hausmeister", "full"), ("Tel. HA", "phone"),
        ("Event Planner", "full"), ("Tel. EP", "phone"),
    )  # fmt: skip
    assert found["Tel."].field == "phones"
    assert found["Tel. HA"].field.startswith("attributes.")
    assert found["Tel. EP"].field.startswith("attributes.")


def test_an_alternate_contact_number_is_a_second_phone_of_the_same() -> None:
    own = _guesses("GB", ("Name", "full"), ("Contact No", "mobile"), ("Secondary Contact Number", "mobile"))
    other = _guesses("GB", ("Name", "full"), ("Mobile", "mobile"), ("Second contact mobile", "mobile"))
    assert own["Secondary Contact Number"].field == "phones"
    assert other["Second contact mobile"].field.startswith("attributes.")


def test_a_parents_job_is_not_the_pupils() -> None:
    found = _guesses(
        "GB", ("Name of the Student", "full"), ("Mother's Name", "full"), ("Mother's Job", "job")
    )
    assert found["Mother's Job"].field.startswith("attributes.")


def test_the_birth_date_of_a_child_with_a_name_is_not_the_parents_who_writes() -> None:
    found = _guesses(
        "FR", ("Votre nom", "full"), ("Votre e-mail", "email"), ("Nom de votre enfant", "full"),
        ("Date de naissance de votre enfant", "born_child"),
    )  # fmt: skip
    alone = _guesses("FR", ("Nom de l'enfant", "full"), ("Date de naissance de l'enfant", "born_child"))
    assert found["Date de naissance de votre enfant"].field.startswith("attributes.")
    assert alone["Date de naissance de l'enfant"].field == "birth_date"


def test_given_names_under_first_beside_family_names_under_last_are_such() -> None:
    found = _guesses("US", ("Member First", "given"), ("Last", "family"), ("Member Cell", "mobile"))
    assert [guess.field for guess in found.values()] == ["name.given", "name.family", "phones"]


@pytest.mark.parametrize("header", ["Klant", "Member", "Socio"])
def test_whole_names_under_a_word_for_members_are_their_names_and_no_numbers(header: str) -> None:
    assert _guesses("GB", (header, "full"), ("E-mail", "email"))[header].field == "name.full"
    assert _guesses("GB", (header, "code"), ("Name", "full"))[header].field != "name.full"


def test_members_stand_before_whom_to_ask() -> None:
    found = _guesses(
        "FR",
        ("Client", "full"),
        ("Mail", "email"),
        ("Pers. à contacter", "full"),
        ("Tél. pers. à contacter", "phone"),
    )
    assert found["Client"].field == "name.full"
    assert found["Mail"].field == "emails"
    assert found["Tél. pers. à contacter"].field.startswith("attributes.")


def test_initials_of_a_birth_date_may_be_called_after_whom_the_sheet_is_of() -> None:
    found = _guesses("FR", ("Locataire", "full"), ("DN locataire", "born_day_first"), ("Garant", "full"))
    assert found["DN locataire"].field == "birth_date"


def test_streets_called_after_whom_the_sheet_is_of_are_streets() -> None:
    found = _guesses("ES", ("Titular", "full"), ("Domicilio titular", "street"))
    assert (found["Titular"].field, found["Domicilio titular"].field) == ("name.full", "addresses.street")


def test_plates_are_no_postal_codes_with_towns() -> None:
    plates = pa.array(["4508 BCD", "1207 FGH", "9931 KLM", "2274 PQR"], pa.string())
    towns = pa.array(["4508 Ay", "12070 Ulm", "99310 Pau", "22740 Bry"], pa.string())
    found = suggest(pa.table({"Placa": plates, "Zona": towns}))
    assert [guess.field for guess in found] == ["attributes.placa", "addresses.locality"]


@pytest.mark.parametrize(
    ("header", "kind", "field"),
    [
        pytest.param("Non de famille", "family", "name.family", id="a slip in a phrase"),
        pytest.param("Dwelling", "street", "addresses.street", id="streets under a word that nobody knows"),
        pytest.param("Boat mooring", "job", "attributes.boat_mooring", id="no streets under such a word"),
        pytest.param("Bus", "initial_only", "attributes.bus", id="letters are no places"),
        pytest.param("Key safe", "code", "attributes.key_safe", id="a key that is no key of the row"),
        pytest.param("Tél bis", "mobile", "phones", id="the second of its kind"),
    ],
)
def test_headers_are_held_against_the_values(header: str, kind: str, field: str) -> None:
    if kind == "initial_only":
        table = pa.table(
            {"Nom": ["Zoé Roy", "Max Vogel", "Eva Lindt", "Jo Karl"] * 4, header: ["O", "N"] * 8}
        )
        assert {guess.column: guess.field for guess in suggest(table)}[header] == field
        return
    assert _guesses("FR", ("Prénom", "given"), (header, kind))[header].field == field


def test_first_and_last_of_the_same_unknown_word_are_its_names() -> None:
    found = _guesses("GB", ("Camper First", "given"), ("Camper Last", "family"))
    assert (found["Camper First"].field, found["Camper Last"].field) == ("name.given", "name.family")


def test_a_phone_is_the_contacts_under_the_word_under_which_the_emails_are_called_after_them() -> None:
    found = _guesses(
        "ES",
        ("APELLIDOS", "family"),
        ("NOMBRE", "given"),
        ("TLF", "phone"),
        ("TLF_ZURRIDO", "mobile"),
        ("MAIL_ZURRIDO", "email"),
    )
    assert (found["TLF_ZURRIDO"].field, found["MAIL_ZURRIDO"].field) == ("phones", "emails")


def test_families_beside_given_names_are_family_names_and_families_of_products_are_none() -> None:
    people = _guesses("FR", ("Famille", "family"), ("Prénom", "given"))
    goods = _guesses("FR", ("Famille", "job"), ("Nom", "family"), ("Prénom", "given"))
    assert people["Famille"].field == "name.family"
    assert goods["Famille"].field.startswith("attributes.")


def test_headers_in_a_broken_encoding_are_read() -> None:
    found = _guesses("FR", ("Nom", "family"), ("PrÃ©nom", "given"), ("TÃ©lÃ©phone", "phone"))
    assert (found["PrÃ©nom"].field, found["TÃ©lÃ©phone"].field) == ("name.given", "phones")


def test_values_that_a_spreadsheet_keeps_as_text_are_looked_at_without_the_sign() -> None:
    table = pa.table(
        {"Name": ["Zoé Roy", "Max Vogel", "Eva Lindt"] * 3, "Zip": ["'74103", "'30309", "'02139"] * 3}
    )
    assert {guess.column: guess.field for guess in suggest(table)}["Zip"] == "addresses.postal_code"
