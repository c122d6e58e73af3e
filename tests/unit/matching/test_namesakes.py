"""In a file of several languages strangers share names and towns more often than chance says."""

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


def _townspeople(people: int) -> list[dict[str, object]]:
    """People of whom each language has three towns of its own, a fifth told twice."""
    draw = random.Random(11)
    rows: list[dict[str, str]] = []
    for _ in range(people):
        language = draw.randrange(len(_LANGUAGES))
        given, family = _LANGUAGES[language]
        town = f"Town {'abcdefghijklmnopqr'[3 * language + draw.randrange(3)]}"
        rows.append({"given": draw.choice(given), "family": draw.choice(family), "town": town})
    return [contact(n, **row) for n, row in enumerate(rows + rows[::5])]


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
    factors = {tuple(c["fields"]): c["factor"] for c in model["kinds"]["person"]["coincidences"]}
    assert factors["given", "family"] == pytest.approx(len(_LANGUAGES), rel=0.35)


def test_namesakes_born_on_other_days_stay_apart() -> None:
    rows, people = _crowd(500)
    found = {
        row["record_id"]: row["cluster"] for row in LocalMatcher().match(table(rows)).clusters.to_pylist()
    }
    assert len({found[n] for n in range(people)}) >= people - 10


def test_it_is_learnt_how_much_more_often_people_of_one_language_have_one_town() -> None:
    model = json.loads(LocalMatcher().match(table(_townspeople(500))).model)
    factors = {tuple(c["fields"]): c["factor"] for c in model["kinds"]["person"]["coincidences"]}
    assert factors["given", "place"] == pytest.approx(len(_LANGUAGES), rel=0.35)


def test_a_given_name_and_a_town_in_common_do_not_make_two_families_one() -> None:
    rows = _townspeople(500)
    found = LocalMatcher().scored(table(rows))
    names = {row["record_id"]: row["name"]["family"] for row in rows}  # type: ignore[index]
    pairs = zip(*(found[name].to_pylist() for name in ("record_a", "record_b", "probability")), strict=True)
    said = [p for a, b, p in pairs if sum(map(str.__ne__, names[a], names[b])) == len("gln")]
    assert len(said) > 100
    assert max(said) < 0.05


def test_where_names_have_nothing_to_do_with_towns_nothing_is_taken_off() -> None:
    draw = random.Random(5)
    rows = [
        {**row, "addresses": [{"locality": f"Town {draw.choice('abcdefghijklmnopqr')}"}]}
        for row in _townspeople(500)
    ]
    model = json.loads(LocalMatcher().match(table(rows)).model)
    factors = {tuple(c["fields"]): c["factor"] for c in model["kinds"]["person"]["coincidences"]}
    assert factors["given", "place"] == pytest.approx(1.0, abs=0.3)
