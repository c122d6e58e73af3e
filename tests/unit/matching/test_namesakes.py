"""In a file of several languages strangers have one name more often than chance says."""

from __future__ import annotations

import json
import random
from itertools import product
from typing import Final

import pytest

from matching import LocalMatcher
from tests.fakes.people import contact, table

_VOWELS: Final = ("a", "e", "i", "o", "u", "y")
_LANGUAGES: Final = tuple(
    (
        [f"{first}{vowel}{last}" for first, last in product("bdkl", "nst")],
        [f"{first}{vowel}{middle}ar{last}" for first, middle, last in product("mgpv", "rl", "kns")],
    )
    for vowel in _VOWELS
)


def _crowd(people: int) -> tuple[list[dict[str, object]], int]:
    """People whose given and family names are of one language, a fifth told twice, half without a birthday;
    how many records there are of the first telling.
    """
    draw = random.Random(7)
    told = []
    for _ in range(people):
        given, family = draw.choice(_LANGUAGES)
        day = f"{draw.randint(1940, 2000)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        told.append((draw.choice(given), draw.choice(family), day))
    again = [(given, family, None if n % 2 else day) for n, (given, family, day) in enumerate(told[::5])]
    rows = [
        contact(n, given=given.title(), family=family.title(), birth_date=day)
        for n, (given, family, day) in enumerate(told + again)
    ]
    return rows, people


def test_it_is_learnt_how_much_more_often_namesakes_of_one_language_meet() -> None:
    rows, _ = _crowd(500)
    model = json.loads(LocalMatcher().match(table(rows)).model)
    (found,) = model["kinds"]["person"]["coincidences"]
    assert found["factor"] == pytest.approx(len(_LANGUAGES), rel=0.35)


def test_namesakes_born_on_other_days_stay_apart() -> None:
    rows, people = _crowd(500)
    found = {
        row["record_id"]: row["cluster"] for row in LocalMatcher().match(table(rows)).clusters.to_pylist()
    }
    assert len({found[n] for n in range(people)}) >= people - 10
