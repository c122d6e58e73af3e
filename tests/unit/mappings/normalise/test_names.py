"""Personal names of many countries, as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.normalise.names import Name, normalise_family, normalise_given, split_name
from mappings.normalise.refusal import Refusal


@pytest.mark.parametrize(
    ("text", "given_name", "family", "prefix", "suffix"),
    [
        pytest.param("Jeanne Martin", "Jeanne", "Martin", None, None, id="plain"),
        pytest.param("DUPONT Jean", "Jean", "Dupont", None, None, id="French order, family in capitals"),
        pytest.param("Jean DUPONT", "Jean", "Dupont", None, None, id="family in capitals behind"),
        pytest.param("Martin, Mary Ann", "Mary Ann", "Martin", None, None, id="comma form"),
        pytest.param("Smith, John, Jr.", "John", "Smith", None, "Jr.", id="comma form with suffix"),
        pytest.param("John Smith, Jr.", "John", "Smith", None, "Jr.", id="suffix behind a comma"),
        pytest.param("Dr. Jan van der Berg", "Jan", "van der Berg", "Dr", None, id="title and particles"),
        pytest.param(
            "MME MARIE-CLAIRE O'NEIL",
            "Marie-Claire",
            "O'Neil",
            "Mme",
            None,
            id="capitals, hyphen, apostrophe",
        ),
        pytest.param("jean-pierre dupond", "Jean-Pierre", "Dupond", None, None, id="small letters"),
        pytest.param("José", "José", None, None, None, id="mononym"),
        pytest.param("李小龙", "李小龙", None, None, None, id="another script stays as it is"),
        pytest.param("M. Paul Durand", "Paul", "Durand", "M.", None, id="French title"),
        pytest.param("JosÃ© GarcÃ­a", "José", "García", None, None, id="a broken encoding"),
    ],
)
def test_a_whole_name_is_divided(
    text: str, given_name: str | None, family: str | None, prefix: str | None, suffix: str | None
) -> None:
    name = split_name(text)
    assert isinstance(name, Name)
    assert (name.given, name.family, name.prefix, name.suffix) == (given_name, family, prefix, suffix)


@pytest.mark.parametrize(
    ("text", "given", "additional", "family"),
    [
        pytest.param("Орлова Анна Ильинична", "Анна", "Ильинична", "Орлова", id="family name first"),
        pytest.param("Анна Ильинична Орлова", "Анна", "Ильинична", "Орлова", id="family name last"),
        pytest.param("Мороз Тарас Григорович", "Тарас", "Григорович", "Мороз", id="Ukrainian"),
        pytest.param("Kovalenko Olena Ivanivna", "Olena", "Ivanivna", "Kovalenko", id="Latin letters"),
        pytest.param("ORLOV PAVEL ILYICH", "Pavel", "Ilyich", "Orlov", id="capitals"),
        pytest.param("Marko Jovan Petrovich", "Marko Jovan", None, "Petrovich", id="a family name like one"),
        pytest.param("Pavel Petrovich", "Pavel", None, "Petrovich", id="two words"),
    ],
)
def test_a_fathers_name_tells_where_the_family_name_stands(
    text: str, given: str, additional: str | None, family: str
) -> None:
    name = split_name(text)
    assert isinstance(name, Name)
    assert (name.given, name.additional, name.family) == (given, additional, family)


@pytest.mark.parametrize("text", ["n/a", "-", "Unknown", "xxx", "Inconnu"])
def test_a_placeholder_is_no_name(text: str) -> None:
    assert split_name(text) == Refusal("placeholder")


def test_an_address_in_a_name_field_is_refused() -> None:
    assert normalise_given("jean@example.org") == Refusal("not-a-name")


@given(st.text(max_size=40))
def test_dividing_a_given_name_twice_changes_nothing(text: str) -> None:
    once = normalise_given(text)
    if isinstance(once, Name) and once.given is not None:
        again = normalise_given(once.given)
        assert isinstance(again, Name)
        assert again.given == once.given


@given(st.from_regex(r"[A-Za-zÀ-ÿ'-]{1,12}( [A-Za-zÀ-ÿ'-]{1,12})?", fullmatch=True))
def test_normalising_a_family_name_twice_changes_nothing(text: str) -> None:
    once = normalise_family(text)
    if isinstance(once, Name) and once.family is not None:
        again = normalise_family(once.family)
        assert not isinstance(again, Name) or again.family == once.family


@pytest.mark.parametrize(
    ("text", "given", "family", "prefix"),
    [
        ("Dr. med. Uta Brandner", "Uta", "Brandner", "Dr med."),
        ("Prof. Dr. rer. nat. Ulf Quell", "Ulf", "Quell", "Prof. Dr rer. nat."),
        ("Uta Brandner (verzogen)", "Uta", "Brandner", None),
        ("Uta Brandner geb. Quell", "Uta", "Brandner", None),
        ("Zoé Roy née Blanc", "Zoé", "Roy", None),
        ("VAN DAM, J.P.", "J.P.", "van Dam", None),
    ],
)
def test_what_stands_around_a_name_is_no_part_of_it(
    text: str, given: str, family: str, prefix: str | None
) -> None:
    found = split_name(text)
    assert isinstance(found, Name)
    assert (found.given, (found.family or "").lower(), found.prefix) == (given, family.lower(), prefix)
