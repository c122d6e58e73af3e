"""Values with remarks, labels, signs of spreadsheets and habits of many countries around them."""

from __future__ import annotations

import pytest

from mappings.normalise.addresses import (
    normalise_country,
    normalise_locality,
    normalise_postal_code,
    normalise_region,
)
from mappings.normalise.dates import DateOrder, normalise_birth_date
from mappings.normalise.emails import Email, normalise_email
from mappings.normalise.identifiers import normalise_identifier
from mappings.normalise.names import Name, split_name
from mappings.normalise.one_line import split_address
from mappings.normalise.phones import Phone, normalise_phone
from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.places import split_place
from mappings.normalise.refusal import Refusal


@pytest.mark.parametrize(
    "text",
    [
        "zoe@a.fr (Zoé Roy)",
        "zoe@a.fr (pro)",
        "zoe@a.fr - perso",
        "zoe@a.fr NE PLUS UTILISER",
        "MAILTO:zoe@a.fr",
        "mailto:zoe@a.fr?subject=hi",
        "Mail : zoe@a.fr",
        "e-mail zoe@a.fr",
        "zoe＠a.fr",
        '="zoe@a.fr"',
        "[zoe@a.fr]",
        "zoe@a.fr/",
        "#zoe@a.fr#mailto:zoe@a.fr#",
        "zoe@a.fr#mailto:zoe@a.fr#",
        "[zoe@a.fr](mailto:zoe@a.fr)",
        "zoe @a.fr",
        "zoe@a. fr",
    ],
)
def test_an_address_is_found_in_what_stands_around_it(text: str) -> None:
    assert normalise_email(text) == Email("zoe@a.fr", "zoe@a.fr")


def test_an_address_with_more_letters_than_mail_allows_is_refused() -> None:
    assert normalise_email(f"{'a' * 65}@a.fr") == Refusal("not-an-email")


@pytest.mark.parametrize(
    ("text", "country", "value", "extension"),
    [
        ("0639980012 après 18h", "FR", "+33639980012", None),
        ("06 39 98 00 12 - bureau", "FR", "+33639980012", None),
        ("0161 496 0123 (after 6pm)", "GB", "+441614960123", None),
        ("01 99 00 11 22 poste 12", "FR", "+33199001122", "12"),
        ("01 99 00 11 22 p. 45", "FR", "+33199001122", "45"),
        ("030 23125123 App. 12", "DE", "+493023125123", "12"),
        ("212-555-0123 x45", "US", "+12125550123", "45"),
    ],
)
def test_a_phone_is_found_in_what_stands_around_it(
    text: str, country: str, value: str, extension: str | None
) -> None:
    assert normalise_phone(text, country) == Phone(value, value, extension)


def test_a_phone_that_lacks_a_digit_is_not_made_of_its_leading_zero() -> None:
    assert normalise_phone("06 39 98 00 1", "FR") == Refusal("invalid-phone")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3.März 1980", "1980-03-03"),
        ("* 3.5.1980", "1980-05-03"),
        ("1° maggio 1980", "1980-05-01"),
        ("3 de maio de 1980", "1980-05-03"),
        ("3 de março de 1980", "1980-03-03"),
        ("3 de setiembre de 1980", "1980-09-03"),
        ("3 maj 1980", "1980-05-03"),
        ("Saturday, May 3, 1980", "1980-05-03"),
        ("3.V.1980", "1980-05-03"),
        ("3-XII-1980", "1980-12-03"),
        ("'03/05/1980", "1980-05-03"),
        ('="03/05/1980"', "1980-05-03"),
        ("03\\05\\1980", "1980-05-03"),
        ("03//05//1980", "1980-05-03"),
        ("May 1980", "1980-05"),
        ("mai-80", "1980-05"),
        ("1980.0", "1980"),
        ("9999-12-31", Refusal("placeholder")),
        ("May-05", Refusal("not-a-date")),
        ("3.XIV.1980", Refusal("not-a-date")),
    ],
)
def test_births_as_people_write_them(text: str, found: str | Refusal) -> None:
    assert normalise_birth_date(text, DateOrder.DAY_FIRST) == found


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("J.P. de Vries", "J.P.", "de Vries"),
        ("Mevr. A.M. Jansen-de Boer", "A.M.", "Jansen-de Boer"),
        ("Jan van 't Hoff", "Jan", "van 't Hoff"),
        ("Berg, Jan van den", "Jan", "van den Berg"),
        ("DE LUCA GIOVANNI", "Giovanni", "De Luca"),
        ("Durand J.", "J.", "Durand"),
        ("Marie D.", "Marie", "D."),
        ("Mme. Durand, Marie", "Marie", "Durand"),
        ("Smith Jr., John", "John", "Smith"),
        ("Hans Müller, Dipl.-Ing.", "Hans", "Müller"),
        ("Dipl.-Ing. Hans Müller", "Hans", "Müller"),
        ("Mme veuve Durand", None, "Durand"),
        ("Jean Durand *", "Jean", "Durand"),
    ],
)
def test_names_with_initials_particles_and_titles_in_odd_places(
    text: str, given: str | None, family: str
) -> None:
    name = split_name(text)
    assert isinstance(name, Name)
    assert (name.given, name.family) == (given, family)


@pytest.mark.parametrize(
    ("text", "country", "found"),
    [
        ("'06200", "FR", "06200"),
        ('="06200"', "FR", "06200"),
        ("75.002", "FR", "75002"),
        ("75002 CEDEX", "FR", "75002"),
        ("1016-GV", "NL", "1016 GV"),
        ("021391123", "US", "02139-1123"),
        ("1100053", "PT", "1100-053"),
        ("184.0", "IT", "00184"),
    ],
)
def test_postal_codes_as_spreadsheets_and_people_write_them(text: str, country: str, found: str) -> None:
    assert normalise_postal_code(text, country) == found


def test_a_states_code_is_no_placeholder() -> None:
    assert [normalise_region(text) for text in ("NC", "n/a", "Kent")] == [
        "NC",
        Refusal("placeholder"),
        "Kent",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "k.A.",
        "entfällt",
        "sin datos",
        "no consta",
        "N/D",
        "non disponibile",
        "n.v.t.",
        "geen",
        "sans objet",
        "tbc",
        "(blank)",
        "(leer)",
        "#REF!",
        "#WERT!",
        "#NV",
        "#DIV/0!",
        "não aplicável",
        "not known",
        "à compléter",
        "TEST TEST",
        "Anonyme",
        "N.N.",
    ],
)
def test_what_says_nothing_in_many_languages_is_a_placeholder(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["Nilsson", "Geenen", "Leer", "Vide-Grenier", "NA Holding", "#1 Plumbing!"])
def test_what_only_looks_like_it_is_none(text: str) -> None:
    assert not is_placeholder(text)
    assert normalise_locality(text) == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("20121 Milano MI", ("20121", "Milano", "MI")),
        ("20121 MILANO MI", ("20121", "MILANO MI", None)),
        ("44000 Nantes", ("44000", "Nantes", None)),
    ],
)
def test_a_province_stands_behind_its_town(text: str, parts: tuple[str, str, str | None]) -> None:
    place = split_place(text)
    assert place is not None
    assert (place.postal_code, place.locality, place.region) == parts


@pytest.mark.parametrize(
    ("text", "street", "locality", "region"),
    [
        ("12 Church Lane, Leeds, West Yorkshire, LS1 4AB", "12 Church Lane", "Leeds", "West Yorkshire"),
        ("12 Main St, Suite 200, Austin, Texas 78704", "12 Main St, Suite 200", "Austin", "Texas"),
        ("12 Main St, New York 10118", "12 Main St", "New York", None),
        ("12 rue de la Paix / 75002 Paris", "12 rue de la Paix", "Paris", None),
    ],
)
def test_a_county_or_state_in_full_stands_behind_its_town(
    text: str, street: str, locality: str, region: str | None
) -> None:
    line = split_address(text)
    assert line is not None
    assert (line.street, line.locality, line.region) == (street, locality, region)


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("TVA FR44732829320", "vat", "FR44732829320"),
        ("USt-IdNr. DE136695976", "vat", "DE136695976"),
        ("732829320.0", "siren", "732829320"),
    ],
)
def test_identifiers_with_a_label_or_as_a_number(text: str, kind: str, found: str) -> None:
    assert normalise_identifier(text, kind, "FR") == found


def test_a_country_is_known_where_the_keyboard_had_no_umlaut() -> None:
    assert normalise_country("Oesterreich") == "AT"


@pytest.mark.parametrize("text", ["Total", "Sous-total", "Grand total :", "Zwischensumme", "Totaal"])
def test_a_word_before_sums_is_nobodys_name(text: str) -> None:
    assert split_name(text) == Refusal("not-a-name")
