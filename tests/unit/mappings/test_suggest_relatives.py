"""Whose an e-mail, a phone or a birth date is in sheets of children and patients with others beside."""

from __future__ import annotations

import pyarrow as pa
import pytest

from mappings.guess import suggest
from tests.fakes.sheet_guesses import guessed_fields

ROWS = 20


@pytest.mark.parametrize(
    ("child", "columns"),
    [
        pytest.param(
            ("Nom enfant", "Prénom enfant"), ("Tél mère", "Mail mère", "Tél père", "Mail père"), id="FR"
        ),
        pytest.param(("Apellidos", "Nombre"), ("Móvil madre", "Correo madre"), id="ES"),
        pytest.param(("Nachname Kind", "Vorname Kind"), ("Handy Oma", "Mail Eltern"), id="DE"),
        pytest.param(("Pupil surname", "Pupil forename"), ("Grandad's mobile", "Mum's email"), id="GB"),
    ],
)
def test_what_is_called_after_parents_and_grandparents_is_no_childs(
    child: tuple[str, str], columns: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    country = request.node.callspec.id
    ways = [
        (header, "2.email" if "mail" in header.lower() or "orreo" in header else "2.mobile")
        for header in columns
    ]
    found = guessed_fields(country, ROWS, (child[0], "family"), (child[1], "given"), *ways)
    assert {found[header].partition(".")[0] for header in columns} == {"attributes"}


def test_what_stands_behind_a_parent_under_the_same_letter_is_the_parents() -> None:
    found = guessed_fields(
        "NL",
        ROWS,
        ("Leerling", "full"),
        ("Ouder A", "2.full"),
        ("Mobiel A", "2.mobile"),
        ("E-mail A", "2.email"),
        ("Ouder B", "3.full"),
        ("Mobiel B", "3.mobile"),
    )
    assert found["Leerling"] == "name.full"
    assert {found[one].partition(".")[0] for one in ("Mobiel A", "E-mail A", "Mobiel B")} == {"attributes"}


@pytest.mark.parametrize("other", ["Spouse Name", "Wife", "Emergency contact", "Assistant"])
def test_who_is_always_somebodys_is_never_whom_a_sheet_is_of(other: str) -> None:
    phone = f"{other.removesuffix(' Name')} phone"
    found = guessed_fields(
        "US", ROWS, ("Account", "code"), (other, "2.full"), (phone, "2.mobile"), ("City", "city")
    )
    assert found[phone].startswith("attributes.")


@pytest.mark.parametrize(
    ("name", "phone"),
    [
        pytest.param("Spouse", "Sp. Cell", id="cut with a dot"),
        pytest.param("Hausmeister", "HM Handy", id="letters of a compound"),
        pytest.param("PT", "Tlm PT", id="two capitals above given names"),
        pytest.param("Emergency Contact 1", "EC1 Phone", id="initials with a number"),
        pytest.param("1e contactpersoon", "Tel 1e cp", id="a number and letters"),
        pytest.param("Référent familial", "Tél référent", id="a person to ask, in a sheet of people"),
    ],
)
def test_a_phone_is_of_whom_the_short_form_of_a_name_column_says(name: str, phone: str) -> None:
    kind = "2.given" if name == "PT" else "2.full"
    found = guessed_fields(
        "NL",
        ROWS,
        ("Name", "full"),
        ("Birth date", "born"),
        (name, kind),
        ("Mobile", "mobile"),
        (phone, "2.mobile"),
    )
    assert (found["Mobile"], found[phone].partition(".")[0]) == ("phones", "attributes")


def test_a_date_is_of_birth_under_a_word_that_is_also_the_acronym_of_a_person() -> None:
    found = guessed_fields("NL", ROWS, ("Name", "full"), ("Dt. nasc.", "born"), ("DT", "2.full"))
    assert found["Dt. nasc."] == "birth_date"


def test_the_phone_of_who_paid_is_anothers_where_the_emails_are_called_after_another() -> None:
    found = guessed_fields(
        "DE",
        ROWS,
        ("Schüler", "full"),
        ("Zahler", "2.full"),
        ("Telefon Zahler", "2.phone"),
        ("Mail Zahler", "2.email"),
    )
    assert found["Telefon Zahler"].startswith("attributes.")
    assert found["Mail Zahler"].startswith("attributes.")


def test_children_under_an_unknown_word_are_the_contacts_before_the_only_name_which_is_a_parents() -> None:
    swimmers = [f"{given} Roe" for given in ("Oliver", "Emma", "George", "Sarah", "Thomas", "Anna")]
    parents = [f"{given} Roe" for given in ("Robert", "Mary", "David", "Helen", "Peter", "Laura")]
    phones = [f"07700 9000{number}" for number in range(10, 16)]
    for who in ("Parent", "Grown-up"):
        table = pa.table({"Swimmer": swimmers, f"{who}'s name": parents, f"{who}'s number": phones})
        found = {guess.column: guess.field for guess in suggest(table)}
        assert found["Swimmer"] == "name.full"
        assert found[f"{who}'s number"].startswith("attributes.")


def test_children_are_born_in_the_last_years() -> None:
    born = pa.array([f"{day:02}/03/20{11 + day % 9}" for day in range(1, 16)])
    named = pa.array([f"Kim {letter}ole" for letter in "ABCDEFGHIJKLMNO"])
    table = pa.table({"YP Name": named, "YP DOB": born, "Birthday of membership": born})
    found = {guess.column: guess.field for guess in suggest(table)}
    assert found["YP DOB"] == "birth_date"
    assert found["Birthday of membership"].startswith("attributes.")


def test_anniversaries_are_no_births_beside_one() -> None:
    found = guessed_fields("US", ROWS, ("Name", "full"), ("B-day", "born"), ("Anniv.", "born"))
    alone = guessed_fields("FR", ROWS, ("Nom", "full"), ("Anniv.", "born"))
    assert (found["B-day"], found["Anniv."].partition(".")[0]) == ("birth_date", "attributes")
    assert alone["Anniv."] == "birth_date"


def test_whole_names_that_share_a_given_name_with_one_child_in_twenty_are_anothers() -> None:
    given = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal", "Ivy", "Jo"]
    families = ["Roe", "Poe", "Doe", "Low", "Mann", "Nash", "Orr", "Page", "Quin", "Rook"]
    mothers = [f"Maria {family}" for family in families[:9]] + ["Jo Rook"]
    table = pa.table({"Forename": given, "Surname": families, "Contact 1 Name": mothers})
    found = {guess.column: guess.field for guess in suggest(table)}
    assert found["Contact 1 Name"].startswith("attributes.")


def test_an_owner_of_whom_more_is_said_in_a_cut_word_is_whom_the_sheet_is_of() -> None:
    found = guessed_fields(
        "DE",
        ROWS,
        ("Eigentümer", "full"),
        ("Eig. Tel.", "mobile"),
        ("Eig. Mail", "email"),
        ("Eig. Anschrift", "whole"),
        ("Mieter", "2.full"),
        ("Mieter Tel.", "2.mobile"),
        ("Mieter Mail", "2.email"),
    )
    assert (found["Eigentümer"], found["Eig. Tel."], found["Eig. Mail"]) == ("name.full", "phones", "emails")
    assert found["Mieter Tel."].startswith("attributes.")
    assert found["Mieter Mail"].startswith("attributes.")


@pytest.mark.parametrize(
    ("name", "phone"),
    [
        pytest.param("Nominated contact", "Nom. contact ph", id="a phrase with a word begun"),
        pytest.param("Small grp leader", "Ldr Cell", id="a word without its vowels"),
        pytest.param("Pate", "Pate Handy", id="a godparent"),
        pytest.param("Acct Holder", "Holder Phone", id="the last word"),
    ],
)
def test_a_phone_is_of_whom_a_cut_word_of_a_name_column_says(name: str, phone: str) -> None:
    found = guessed_fields(
        "DE",
        ROWS,
        ("Täufling", "full"),
        ("Geburtsdatum", "born"),
        (name, "2.full"),
        ("Mobil", "mobile"),
        (phone, "2.mobile"),
    )
    assert (found["Täufling"], found["Mobil"]) == ("name.full", "phones")
    assert found[phone].startswith("attributes.")


def test_whom_a_header_says_a_sheet_is_of_stands_before_whose_emails_it_has() -> None:
    found = guessed_fields(
        "FR", ROWS, ("Élève", "full"), ("Né le", "born"), ("Prof", "2.full"), ("Mail prof", "2.email")
    )
    assert (found["Élève"], found["Prof"].partition(".")[0]) == ("name.full", "attributes")
    assert found["Mail prof"].startswith("attributes.")


def test_a_few_phones_for_many_rows_are_of_shops() -> None:
    names = pa.array(
        [f"{given} Roe" for given in ("Oliver", "Emma", "George", "Sarah", "Thomas", "Anna") * 4]
    )
    own = pa.array([f"06 39 98 00 {number:02}" for number in range(24)])
    shops = pa.array(["01 99 00 11 22", "01 99 00 11 33"] * 12)
    table = pa.table({"Nom": names, "Portable": own, "Tel mag": shops})
    found = {guess.column: guess.field for guess in suggest(table)}
    assert (found["Portable"], found["Tel mag"].partition(".")[0]) == ("phones", "attributes")


def test_people_under_a_word_for_a_place_are_no_places() -> None:
    found = guessed_fields(
        "FR", ROWS, ("Copropriétaire", "2.full"), ("Locataire en place", "full"), ("Ville", "city")
    )
    assert not found["Locataire en place"].startswith("addresses.")


def test_what_stands_behind_a_second_of_a_kind_under_the_same_letter_is_theirs() -> None:
    found = guessed_fields(
        "DE",
        ROWS,
        ("Spieler A", "full"),
        ("Handy A", "mobile"),
        ("Mail A", "email"),
        ("Spieler B", "2.full"),
        ("Handy B", "2.mobile"),
        ("Mail B", "2.email"),
    )
    assert (found["Spieler A"], found["Handy A"], found["Mail A"]) == ("name.full", "phones", "emails")
    assert {found[one].partition(".")[0] for one in ("Spieler B", "Handy B", "Mail B")} == {"attributes"}


def test_the_named_insured_is_whom_a_policy_is_of() -> None:
    found = guessed_fields(
        "US",
        ROWS,
        ("Policy", "code"),
        ("Named Insured", "full"),
        ("Insured Cell", "mobile"),
        ("Driver", "2.full"),
    )
    assert (found["Named Insured"], found["Insured Cell"]) == ("name.full", "phones")
