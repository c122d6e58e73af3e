"""One household is one however its street was written; another house, street or family is another."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.households import live_together, mark_of, same_street
from hub.folded import folded
from hub.store.relation_terms import marks

ONE = [
    ("12 rue de la Paix", "12, r. de la Paix"),
    ("12 rue de la Paix", "12 rue de la Paxi"),
    ("12 rue de la Paix", "12 rue de la Pai"),
    ("12 bis av. Jean Moulin", "12bis avenue J. Moulin"),
    ("3 bd Voltaire", "3 boulevard Voltaire"),
    ("8 rte de Lyon", "8 route de Lyon"),
    ("Hauptstr. 5", "Hauptstraße 5"),
    ("Haupt Str. 5", "Hauptstr. 5"),
    ("7 St Mary Rd", "7 Saint Mary Road"),
    ("40 Park Ave", "40 Park Avenue"),
    ("Lieu-dit le Bourg", "lieu dit le bourg"),
    ("12 rue de l'Été", "12 RUE DE L ETE"),
]
OTHER = [
    ("12 rue de la Paix", "21 rue de la Paix"),
    ("12 rue de la Paix", "12 bis rue de la Paix"),
    ("12 rue de Paris", "12 route de Paris"),
    ("12 rue Basse", "12 ruelle Basse"),
    ("12 A Street", "12 B Street"),
    ("12 rue de la Paxi", "12 rue du la Pain"),
    ("4 Elm Street", "4 Oak Street"),
    ("Apt 4, 12 Elm Street", "Apt 5, 12 Elm Street"),
]


@pytest.mark.parametrize(("one", "other"), ONE)
def test_ways_to_write_a_street(one: str, other: str) -> None:
    one, other = folded(one).strip(), folded(other).strip()
    assert same_street(one, other)
    assert same_street(other, one)
    assert mark_of(one) == mark_of(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_house_or_street(one: str, other: str) -> None:
    one, other = folded(one).strip(), folded(other).strip()
    assert not same_street(one, other)
    assert not same_street(other, one)


def at_home(family: str | None, **address: str) -> dict[str, Any]:
    told = {"street": "3 quai Perrache", "postal_code": "69002", "locality": "Lyon"}
    return {"name": {"family": family}, "addresses": [None, told | address]}


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("Martin", "MARTIN", True),
        ("Martin-Dupont", "Martin", True),
        ("Martin-Dupont", "Dupont Martin", True),
        ("van der Berg", "van der Meer", False),
        ("Martin", "Dupont", False),
        (None, "Martin", False),
        (None, None, False),
    ],
)
def test_a_family_may_have_a_double_name(one: str | None, other: str | None, together: bool) -> None:
    assert live_together(at_home(one), at_home(other)) is together


def test_another_place_is_another_household() -> None:
    assert not live_together(at_home("Martin"), at_home("Martin", postal_code="69003"))
    assert not live_together(at_home("Martin"), {"name": {"family": "Martin"}})


@given(st.text("ab12 éß", max_size=12))
def test_what_streets_have_in_common_is_found_by_column_too(text: str) -> None:
    street = folded(text).strip()
    assert marks(pa.array([street], pa.string())).to_pylist() == [mark_of(street)]
