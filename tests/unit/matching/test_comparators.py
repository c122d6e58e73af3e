"""Levels of agreement, on one pair at a time and against RapidFuzz called directly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, JaroWinkler

from matching.comparators.contact_points import EMAIL, PHONE
from matching.comparators.dates import BIRTH
from matching.comparators.names import FAMILY, GIVEN
from matching.comparators.organisations import ORGANISATION
from matching.comparators.places import COUNTRY, PLACE, STREET
from matching.compare_records import comparators, compare
from matching.comparison import Agreements
from matching.encoding import Vocabulary
from matching.features import extract
from matching.frequencies import Frequencies
from matching.similarity import by_distinct_pair, edits, jaro_winkler
from tests.fakes.people import contact, table

TEXTS = st.lists(st.text("abcdé李 -'", min_size=1, max_size=12), min_size=1, max_size=12)


def agreements(left: Mapping[str, Any], right: Mapping[str, Any]) -> Agreements:
    rows = [contact(number, **told) for number, told in ((1, left), (2, right))]
    features = extract(table(rows))
    organisations = left.get("kind") == "organization"
    found = comparators(features, Frequencies(features, np.arange(2)), organisations=organisations)
    return compare(found, np.array([0]), np.array([1]))


def level(
    field: str, names: tuple[str, ...], left: Mapping[str, Any], right: Mapping[str, Any]
) -> str | None:
    found = agreements(left, right)
    back = agreements(right, left)
    assert found[field].levels[0] == back[field].levels[0], "a comparison must be symmetric"
    number = int(found[field].levels[0])
    return None if number < 0 else names[number]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("Hélène", "HELENE", "equal", id="case and accents"),
        pytest.param("Robert", "Bob", "nickname", id="nickname"),
        pytest.param("Kate", "Katherine", "nickname", id="one of several formal names"),
        pytest.param("Fritz", "Friedrich", "nickname", id="German nickname"),
        pytest.param("Paco", "Francisco", "nickname", id="Spanish nickname"),
        pytest.param("Gosia", "Małgorzata", "nickname", id="Polish nickname"),
        pytest.param("Саша", "Александр", "nickname", id="Russian nickname"),
        pytest.param("Yevgeny", "Евгений", "nickname", id="one of the Latin spellings of a Russian name"),
        pytest.param("Houcine", "Hussein", "nickname", id="two Latin spellings of an Arabic name"),
        pytest.param("J", "Jasper", "short form", id="initial"),
        pytest.param("Jean", "Jean-Pierre", "short form", id="first of two names"),
        pytest.param("Jean P.", "Jean-Pierre", "short form", id="initial of the second name"),
        pytest.param("María Luisa", "María del Carmen Luisa", "short form", id="a name left out"),
        pytest.param("Jean-Pierre", "Jean-Luc", "alike", id="another second name"),
        pytest.param("Anna Lena", "Jean Sophie", "different", id="two other names"),
        pytest.param("Jean-Pierre", "Jean Piere", "typing error", id="a letter missing of two names"),
        pytest.param("Maria Luisa", "Maria Lucia", "alike", id="another second name, though alike"),
        pytest.param("Margaret", "Margret", "typing error", id="a letter missing"),
        pytest.param("Jasper", "Jsaper", "typing error", id="letters swapped"),
        pytest.param("Helene", "Hjlene", "typing error", id="a letter that comes again"),
        pytest.param("Dino", "Gino", "different", id="short names of one letter's difference"),
        pytest.param("Ann", "Zoltan", "different", id="different"),
        pytest.param("Ann", None, None, id="not told"),
        pytest.param("李", "李", "equal", id="Chinese"),
    ],
)
def test_given_names(left: str, right: str | None, expected: str | None) -> None:
    assert level("given", GIVEN, {"given": left}, {"given": right}) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("O'Neill", "o neill", "equal", id="punctuation"),
        pytest.param("Castellan", "Castelan", "typing error", id="typing error"),
        pytest.param("Lindqvist-Moreau", "Moreau", "part in common", id="double name"),
        pytest.param("Wolff", "Tanaka", "different", id="different"),
    ],
)
def test_family_names(left: str, right: str, expected: str) -> None:
    assert level("family", FAMILY, {"family": left}, {"family": right}) == expected


def test_swapped_names_are_told_once() -> None:
    left, right = {"given": "Tanaka", "family": "Jasper"}, {"given": "Jasper", "family": "Tanaka"}
    assert level("given", GIVEN, left, right) == "swapped"
    assert level("family", FAMILY, left, right) == "equal"


def test_a_full_name_meets_its_parts() -> None:
    left, right = {"full": "Wolff, Ilse"}, {"given": "Ilse", "family": "Wolff"}
    assert level("given", GIVEN, left, right) == level("family", FAMILY, left, right) == "equal"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("1980-02-03", "1980-02-03", "equal", id="equal"),
        pytest.param("1980-02-03", "1980-03-02", "day and month swapped", id="swapped"),
        pytest.param("1980-02-03", "1980-02-08", "one digit", id="one digit"),
        pytest.param("1980-02-03", "1980-02-14", "two parts equal", id="another day"),
        pytest.param("1980-02-03", "1980-02", "one is less exact", id="month only"),
        pytest.param("1980-02-03", "1980-01-01", "one is less exact", id="first of January"),
        pytest.param("1980-02-03", "1980-11-24", "same year", id="same year"),
        pytest.param("1980-02-03", "1931-11-24", "different", id="different"),
    ],
)
def test_birth_dates(left: str, right: str, expected: str) -> None:
    assert level("birth_date", BIRTH, {"birth_date": left}, {"birth_date": right}) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("owl@example.com", "owl@example.com", "equal", id="equal"),
        pytest.param("nightowl7@example.com", "nightowl7@exmaple.com", "typing error", id="typing error"),
        pytest.param("nightowl7@example.com", "nightowl7@example.org", "same mailbox name", id="domain"),
        pytest.param("nightowl7@example.com", "nightowl8@example.org", "alike", id="another number"),
        pytest.param("owl@example.com", "badger@example.com", "different", id="different"),
    ],
)
def test_emails(left: str, right: str, expected: str) -> None:
    assert level("email", EMAIL, {"email": left}, {"email": right}) == expected


def test_emails_alike_because_both_are_made_of_the_name_differ() -> None:
    left = {"given": "Ilse", "family": "Wolff", "email": "ilse.wolff2@example.com"}
    right = {"given": "Ilse", "family": "Wolff", "email": "ilse.wolff@example.org"}
    assert level("email", EMAIL, left, right) == "different"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("+447900900123", "+447900900123", "equal", id="equal"),
        pytest.param("07900900123", "+447900900123", "same ending", id="trunk prefix"),
        pytest.param("+447900900123", "+447900900124", "typing error", id="one digit"),
        pytest.param("+447900900123", "+447900111222", "different", id="different"),
    ],
)
def test_phones(left: str, right: str, expected: str) -> None:
    assert level("phone", PHONE, {"phone": left}, {"phone": right}) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("12 Elm Street", "12 ELM ST.", "equal", id="English abbreviation"),
        pytest.param("4, rue de la Gare", "4 RUE GARE", "equal", id="French articles"),
        pytest.param("Gartenstraße 9", "Gartenstr. 9", "equal", id="German ending"),
        pytest.param("12 Elm Street", "12 Elmm Street", "alike", id="typing error"),
        pytest.param("12 Elm Street", "14 Elm Street", "same street", id="neighbours"),
        pytest.param("12 Elm Street", "12 Harbour Road", "different", id="different"),
    ],
)
def test_streets(left: str, right: str, expected: str) -> None:
    assert level("street", STREET, {"street": left}, {"street": right}) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(("Leeds", "LS1 4AP"), ("Leeds", "ls14ap"), "same postal code", id="spaces"),
        pytest.param(("Leeds", "LS1 4AP"), ("LEEDS", None), "same town", id="town only"),
        pytest.param((None, "69003"), (None, "69008"), "alike", id="one digit"),
        pytest.param(("Leeds", "LS1 4AP"), ("Lyon", "69003"), "different", id="different"),
    ],
)
def test_places(left: tuple[str, str], right: tuple[str, str], expected: str) -> None:
    one, other = ({"town": town, "postal": postal} for town, postal in (left, right))
    assert level("place", PLACE, one, other) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("Harbour Foods Ltd", "HARBOUR FOODS LIMITED", "equal", id="legal form"),
        pytest.param("Foods, Harbour", "Harbour Foods", "equal", id="order of words"),
        pytest.param("Harbour Foods", "Harbour Fods", "nearly equal", id="typing error"),
        pytest.param("Harbour Foods of Leeds", "Harbour Foods", "one holds the other", id="longer name"),
        pytest.param("Harbour Foods", "Northern Motors", "different", id="different"),
        pytest.param("The Harbour & Pier", "Harbour and Pier", "equal", id="articles and conjunctions"),
        pytest.param("Harborough Foundry", "Hraborough Foundary", "nearly equal", id="two typing errors"),
        pytest.param("The And", "The And", "equal", id="nothing but articles"),
        pytest.param("Société à responsabilité limitée Brume", "Brume SARL", "equal", id="French in full"),
        pytest.param("Limited Liability Company Brume", "Brume LLC", "equal", id="English in full"),
        pytest.param("Brume Sp. z o.o. Sp. k.", "BRUME", "equal", id="Polish, one form within another"),
        pytest.param("Brume S.A. de C.V.", "Brume", "equal", id="Mexican"),
        pytest.param("Brume A/S", "Brume", "equal", id="Danish"),
        pytest.param("Общество с ограниченной ответственностью «Туман»", "ООО Туман", "equal", id="Russian"),
        pytest.param("ТОВ «Мряка»", "Товариство з обмеженою відповідальністю Мряка", "equal", id="Ukrainian"),
        pytest.param("(株)キリ", "キリ株式会社", "equal", id="Japanese, short and in full"),
        pytest.param('שמש בע"מ', "שמש", "equal", id="Hebrew"),
        pytest.param("ООО", "ООО", "equal", id="nothing but a legal form in other letters"),
        pytest.param("株式会社", "有限会社", "different", id="two names that are nothing but legal forms"),
    ],
)
def test_organisations(left: str, right: str, expected: str) -> None:
    one, other = ({"full": name, "kind": "organization"} for name in (left, right))
    assert level("name", ORGANISATION, one, other) == expected


def test_a_rare_word_in_common_is_shared_by_fewer_than_a_common_one() -> None:
    names = ["Zabrinski", "Zabrinski Foods", "Harbour", "Harbour Foods"]
    names += [f"Harbour {word}" for word in ("Steel", "Media", "Hotels", "Trading", "Bank", "Energy")]
    rows = [contact(i, full=name, kind="organization") for i, name in enumerate(names, 1)]
    features = extract(table(rows))
    row = {int(number): i for i, number in enumerate(features.record_ids)}
    found = comparators(features, Frequencies(features, np.arange(len(rows))), organisations=True)
    pairs = [np.array([row[number] for number in side]) for side in ((1, 3), (2, 4))]
    agreed = compare(found, *pairs)["name"]
    assert (agreed.levels > 1).all()
    assert agreed.shares[0] < 0.1 * agreed.shares[1]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(("FR", None), ("FR", None), "equal", id="nothing nearer is told"),
        pytest.param(("FR", None), ("DE", "Kiel"), "different", id="a town on one side only"),
        pytest.param(("FR", "Lyon"), ("FR", "Lyon"), None, id="the towns have spoken"),
        pytest.param((None, None), ("FR", None), None, id="not told"),
    ],
)
def test_countries_speak_where_nothing_nearer_does(
    left: tuple[str, str], right: tuple[str, str], expected: str
) -> None:
    one, other = ({"country": country, "town": town} for country, town in (left, right))
    assert level("country", COUNTRY, one, other) == expected


def test_of_several_values_the_best_pair_counts() -> None:
    rows = [contact(1, email="owl@example.com"), contact(2, email="owl@example.com")]
    rows[0]["emails"] = [
        {"value": mail, "match": mail}
        for mail in ("other@example.net", "owl@example.com", "third@example.org")
    ]
    features = extract(table(rows))
    found = comparators(features, Frequencies(features, np.arange(2)), organisations=False)
    assert EMAIL[compare(found, np.array([0]), np.array([1]))["email"].levels[0]] == "equal"


@settings(max_examples=60)
@given(TEXTS, st.data())
def test_similarities_are_those_of_rapidfuzz(texts: list[str], data: st.DataObject) -> None:
    index = st.integers(0, len(texts) - 1)
    pairs = data.draw(st.lists(st.tuples(index, index), min_size=1, max_size=20))
    a, b = (np.array([pair[i] for pair in pairs], np.int32) for i in (0, 1))
    words = Vocabulary(pa.array(texts))
    close = by_distinct_pair(a, b, lambda x, y: jaro_winkler(words, x, y, 0.0))
    apart = by_distinct_pair(a, b, lambda x, y: edits(words, x, y, 2))
    for i, (x, y) in enumerate(pairs):
        assert close[i] == pytest.approx(JaroWinkler.similarity(texts[x], texts[y]), abs=1e-6)
        assert apart[i] == min(OSA.distance(texts[x], texts[y]), 3)
