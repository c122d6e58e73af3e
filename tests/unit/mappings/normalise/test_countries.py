"""Countries as people and systems write them."""

from __future__ import annotations

import pytest

from mappings.normalise.countries import country_code


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("GB", ["U.K.", "Gran Bretaña", "Großbritannien", "Pays de Galles", "Schotland", "united  kingdom"]),
        ("US", ["U.S.A", "EE.UU.", "Vereinigte Staaten", "Etats-Unis d'Amérique", "Stati Uniti d'America"]),
        (
            "NL",
            ["Pays Bas", "Países Bajos", "Kingdom of the Netherlands", "Koninkrijk der Nederlanden", "NLD"],
        ),
        ("CZ", ["Tschechien", "Czechia", "Česká republika", "CZE"]),
        ("KR", ["Republic of Korea", "South Korea", "Corée du Sud"]),
        ("CI", ["Cote d Ivoire", "Côte d’Ivoire", "Ivory Coast"]),
        ("CD", ["RDC", "Democratic Republic of the Congo"]),
        ("CG", ["Congo", "République du Congo"]),
        ("DO", ["Dominican Republic", "República Dominicana"]),
        ("FR", ["République française", "FR - France", "France (FR)", "F"]),
        ("IE", ["Éire", "Republic of Ireland"]),
    ],
)
def test_a_country_is_known_by_its_names_and_forms(code: str, names: list[str]) -> None:
    assert {name: country_code(name) for name in names} == dict.fromkeys(names, code)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Danmark", "DK"),
        ("Sverige", "SE"),
        ("Suomi", "FI"),
        ("Polska", "PL"),
        ("Magyarország", "HU"),
        ("Ελλάδα", "GR"),
        ("Türkiye", "TR"),
        ("Hrvatska", "HR"),
    ],
)
def test_a_country_is_known_by_what_its_people_call_it(name: str, code: str) -> None:
    assert country_code(name) == code


@pytest.mark.parametrize(
    "text", ["", "-", "Paris", "DE - France", "Republic", "Kingdom of", "xx", "Jean (FR)"]
)
def test_what_is_no_country_is_none(text: str) -> None:
    assert country_code(text) is None
