"""How much of a coincidence counts for what two records agree on."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from matching.coincidences import counting, positions
from matching.defaults import shipped
from matching.level_bits import shown
from matching.model import Coincidence

PERSONS: Final = shipped("person")


def part(**levels: str) -> float:
    fields = [PERSONS.fields[at] for at in positions(PERSONS, Coincidence(tuple(levels), 2.0))]
    places = [
        np.array([[level.name for level in f.levels].index(levels[f.name]) + 1 if levels[f.name] else 0])
        for f in fields
    ]
    return float(counting(fields, [shown(f, "same") for f in fields], places)[0])


@pytest.mark.parametrize(
    ("given", "family", "expected"),
    [
        ("equal", "equal", 1.0),
        ("swapped", "equal", 1.0),
        ("typing error", "typing error", 0.5),
        ("equal", "typing error", 0.5),
        ("equal", "different", 0.0),
        ("equal", "", 0.0),
    ],
)
def test_names_that_are_merely_alike_count_half(given: str, family: str, expected: float) -> None:
    assert part(given=given, family=family) == expected


@pytest.mark.parametrize(
    ("given", "place", "expected"),
    [
        ("equal", "same town", 1.0),
        ("equal", "same postal code", 1.0),
        ("typing error", "same town", 1.0),
        ("equal", "same region", 0.0),
        ("different", "same town", 0.0),
    ],
)
def test_a_town_in_common_counts_whole_beside_any_name_in_common(
    given: str, place: str, expected: float
) -> None:
    assert part(given=given, place=place) == expected


def test_a_country_in_common_counts_though_many_have_it() -> None:
    assert part(given="equal", country="equal") == 1.0
