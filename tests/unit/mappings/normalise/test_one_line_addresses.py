"""Addresses in one line, as people of several countries write them."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.expressions import Expression
from mappings.guess import looks_of, suggest
from mappings.home_country import home_country
from mappings.normalise.one_line import Line, split_address


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "12 rue de la Paix, 75002 Paris, France",
            Line("12 rue de la Paix", "75002", "Paris", None, "FR"),
        ),
        ("10 Downing St, London SW1A 2AA", Line("10 Downing St", "SW1A 2AA", "London")),
        ("Hauptstr. 5, 10115 Berlin", Line("Hauptstr. 5", "10115", "Berlin")),
        (
            "1600 Amphitheatre Pkwy, Mountain View, CA 94043, USA",
            Line("1600 Amphitheatre Pkwy", "94043", "Mountain View", "CA", "US"),
        ),
        (
            "Flat 3, Rose Court, 12 Mill Lane, Truro, TR1 2HD, UK",
            Line("Flat 3, Rose Court, 12 Mill Lane", "TR1 2HD", "Truro", None, "GB"),
        ),
        ("Via Garibaldi 4, 12100 Cuneo CN", Line("Via Garibaldi 4", "12100", "Cuneo", "CN")),
        ("Via Garibaldi 4 - 12100 Cuneo (CN)", Line("Via Garibaldi 4", "12100", "Cuneo", "CN")),
        ("C/ Mayor, 12, 28013 Madrid, España", Line("C/ Mayor, 12", "28013", "Madrid", None, "ES")),
        ("Rua do Sol 4, 1000-205 Lisboa", Line("Rua do Sol 4", "1000-205", "Lisboa")),
        ("ul. Długa 4/2, 00-950 Warszawa", Line("ul. Długa 4/2", "00-950", "Warszawa")),
        ("Dorpsweg 118, 1011 AB Amsterdam", Line("Dorpsweg 118", "1011 AB", "Amsterdam")),
        ("12 rue des Lilas 29000 Quimper", Line("12 rue des Lilas", "29000", "Quimper")),
        ("1 George St, Sydney NSW 2000", Line("1 George St", "2000", "Sydney", "NSW")),
        ("Bahnhofstrasse 3\n8001 Zürich\nSchweiz", Line("Bahnhofstrasse 3", "8001", "Zürich", None, "CH")),
        ("10115 Berlin", Line(None, "10115", "Berlin")),
        ("12 rue de la Paix", Line("12 rue de la Paix")),
        ("12 rue de la Paix, Paris", Line("12 rue de la Paix, Paris")),
        ("Place de France", Line("Place de France")),
        ("PO Box 12345", Line("PO Box 12345")),
        ("12 Main St, Apt 1234", Line("12 Main St, Apt 1234")),
        ("Hauptstr. 5, Hof 1234", Line("Hauptstr. 5, Hof 1234")),
        ("Paseo del Prado 4, 28014 MADRID", Line("Paseo del Prado 4", "28014", "MADRID")),
        ("2 rue X, 44000 NANTES CEDEX 2", Line("2 rue X", "44000", "NANTES CEDEX 2")),
        ("24 Sussex Dr, Ottawa, ON K1M 1M4, Canada", Line("24 Sussex Dr", "K1M 1M4", "Ottawa", "ON", "CA")),
    ],
)
def test_an_address_in_one_line_is_taken_apart(text: str, line: Line) -> None:
    assert split_address(text) == line


def test_blank_is_no_address() -> None:
    assert split_address(" ") is None
    assert Expression("split_address(a).street").value({"a": None}) is None


@given(st.text(alphabet="aB1 5,;-\n(", max_size=30))
def test_nothing_of_an_address_is_lost(text: str) -> None:
    found = split_address(text)
    said = (
        "".join(filter(None, (found.street, found.postal_code, found.locality, found.region)))
        if found
        else ""
    )
    assert sorted(filter(str.isalnum, said)) == sorted(filter(str.isalnum, text))


_LINES = ["Hauptstr. 5, 10115 Berlin", "Lindenweg 12a, 50667 Köln", "Am Anger 3, 29221 Celle", "Postfach 12"]


def test_suggest_takes_a_column_of_whole_addresses_apart() -> None:
    guesses = suggest(pa.table({"Name": ["Uta Brand", "Max Klein", "Eva Roy", "Jan Bos"], "Adresse": _LINES}))
    assert guesses[1].field == "addresses.street"
    assert guesses[1].holds == ("street", "postal_code", "locality")


def test_a_column_of_streets_stays_whole() -> None:
    streets = ["Hauptstr. 5", "Lindenweg 12a, Hinterhaus", "Am Anger 3", "Place de France"]
    assert suggest(pa.table({"Adresse": streets}))[0].holds == ()


def test_rows_of_many_countries_are_at_home_in_none() -> None:
    lines = [
        "12 rue de la Paix, 75002 Paris, France",
        "Hauptstr. 5, 10115 Berlin",
        "1600 Elm Pkwy, Mountain View, CA 94043, USA",
        "C/ Mayor 12, 28013 Madrid, España",
        "Via Garibaldi 4, 12100 Cuneo CN",
        "Am Anger 3, 29221 Celle",
    ]
    phones = ["030 23125 123", "0171 691234", "030 23125 124", "0171 691235", "030 23125 126", "0171 691238"]
    looks = looks_of(sheet := pa.table({"Name": ["Uta Brand"] * 6, "Anschrift": lines, "Tel": phones}))
    assert home_country(suggest(sheet), looks) is None
