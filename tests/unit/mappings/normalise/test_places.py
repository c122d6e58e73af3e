"""Postal codes and towns in one text."""

from __future__ import annotations

import pytest

from mappings.expressions import Expression
from mappings.normalise.places import Place, split_place


@pytest.mark.parametrize(
    ("text", "code", "town", "region"),
    [
        ("75011 Paris", "75011", "Paris", None),
        ("Paris 75011", "75011", "Paris", None),
        ("1011 AB Amsterdam", "1011 AB", "Amsterdam", None),
        ("2595 's-Gravenhage", "2595", "'s-Gravenhage", None),
        ("3000 LEUVEN", "3000", "LEUVEN", None),
        ("D-10115 Berlin", "D-10115", "Berlin", None),
        ("LS1 4AB Leeds", "LS1 4AB", "Leeds", None),
        ("Leeds, LS1 4AB", "LS1 4AB", "Leeds", None),
        ("Tulsa, OK 74103", "74103", "Tulsa", "OK"),
        ("00100 Roma (RM)", "00100", "Roma", "RM"),
        ("Madrid (28001)", "28001", "Madrid", None),
        ("44000 NANTES CEDEX 2", "44000", "NANTES CEDEX 2", None),
        ("13001 - Marseille", "13001", "Marseille", None),
        ("110 00 Praha", "110 00", "Praha", None),
        ("1234 AB", "1234 AB", None, None),
        ("33000", "33000", None, None),
        ("Paris 11e", None, "Paris 11e", None),
        ("12 rue de la Paix", None, "12 rue de la Paix", None),
        ("1190 Wien, Döbling", None, "1190 Wien, Döbling", None),
    ],
)
def test_a_place_is_taken_apart(text: str, code: str | None, town: str | None, region: str | None) -> None:
    assert split_place(text) == Place(code, town, region)


def test_blank_is_no_place() -> None:
    assert split_place("  ") is None
    assert Expression("split_place(a).postal_code").value({"a": None}) is None


def test_the_mapping_language_has_it() -> None:
    assert Expression('split_place("PLZ/Ort").locality').value({"PLZ/Ort": "10115 Berlin"}) == "Berlin"
