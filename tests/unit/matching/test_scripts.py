"""Names, companies and towns written in several scripts."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from matching import LocalMatcher
from matching.comparators.names import FAMILY, GIVEN
from matching.comparators.organisations import ORGANISATION
from matching.comparators.places import PLACE, STREET
from matching.features.names import split_full_name
from matching.folding import folded
from matching.scripts import consonants, foreign, in_latin
from tests.fakes.people import contact, table
from tests.unit.matching.test_comparators import level


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Сергей Иванов", "Sergey Ivanov"),
        ("Юлия Щербакова", "Yuliia Shcherbakova"),
        ("Александр Кузнецов", "Alexander Kuznetsov"),
        ("Олександр Шевченко", "Oleksandr Shevchenko"),
        ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos"),
        ("Ευαγγελία Μπουρδάκη", "Evangelia Bourdaki"),
        ("محمد الحسن", "Mohamed Al Hassan"),
        ("عبد الله", "Abdullah"),
        ("משה לוי", "Moshe Levi"),
        ("李娜", "Li Na"),
        ("陈小明", "Chen Xiaoming"),
        ("たなか", "Tanaka"),
        ("राज शर्मा", "Raj Sharma"),
        ("Գևորգ Սարգսյան", "Gevorg Sargsyan"),
        ("გიორგი ბერიძე", "Giorgi Beridze"),
        ("トヨタ", "Toyota"),
    ],
)
def test_a_name_has_the_consonants_that_it_has_in_latin_letters(one: str, other: str) -> None:
    told = consonants(in_latin(folded(pa.array([one, other])))).to_pylist()
    assert told[0] == told[1]


def test_only_letters_that_are_not_latin_are_transliterated() -> None:
    values = pa.array(["hélène", "łódź", "李", "o2", "ß", "иван", "😀", None])
    assert foreign(values).tolist() == [2, 5]
    latin = pa.array(["garcía", "żółć"])
    assert in_latin(latin).equals(latin)


@pytest.mark.parametrize(
    ("field", "names", "one", "other", "expected"),
    [
        pytest.param("given", GIVEN, "Дмитрий", "Dmitry", "typing error", id="Russian"),
        pytest.param("given", GIVEN, "Роберт", "Bob", "nickname", id="a nickname of another script"),
        pytest.param("given", GIVEN, "Иван", "I.", "short form", id="an initial"),
        pytest.param("given", GIVEN, "Дмитрий", "Robert", "different", id="another name"),
        pytest.param("given", GIVEN, "伟", "Wei", "typing error", id="Chinese"),
        pytest.param("given", GIVEN, "太郎", "Tarou", None, id="a Japanese reading is not known"),
        pytest.param("given", GIVEN, "伟", "偉", "different", id="two Chinese names that sound alike"),
        pytest.param("family", FAMILY, "Παπαδόπουλος", "Papadopoulos", "typing error", id="Greek"),
        pytest.param("family", FAMILY, "חסן", "حسن", "typing error", id="Hebrew and Arabic"),
        pytest.param("family", FAMILY, "Иванов", "Petrov", "different", id="another family"),
    ],
)
def test_names_of_two_scripts_are_compared_as_they_sound(
    field: str, names: tuple[str, ...], one: str, other: str, expected: str | None
) -> None:
    assert level(field, names, {field: one}, {field: other}) == expected


@pytest.mark.parametrize(
    ("given", "family", "expected"),
    [
        pytest.param(
            "Qiang", "Wang", ("different", "typing error"), id="the family is read alike, and the rest not"
        ),
        pytest.param("Wei", "Zhang", ("typing error", "different"), id="the given name is read alike"),
        pytest.param("Tarou", "Tanaka", (None, None), id="neither is known to be read so"),
    ],
)
def test_signs_of_which_one_name_is_read_alike_are_read_so_in_the_other(
    given: str, family: str, expected: tuple[str | None, str | None]
) -> None:
    one, other = {"given": "伟", "family": "王"}, {"given": given, "family": family}
    found = tuple(level(name, names, one, other) for name, names in (("given", GIVEN), ("family", FAMILY)))
    assert found == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("ООО Газпром", "Gazprom OOO", "equal"),
        ("株式会社トヨタ", "Toyota K.K.", "equal"),
        ("上海贸易有限公司", "Shanghai Maoyi", "nearly equal"),
    ],
)
def test_companies_of_two_scripts_are_compared_as_they_sound(one: str, other: str, expected: str) -> None:
    companies = ({"kind": "organization", "organization": name} for name in (one, other))
    assert level("name", ORGANISATION, *companies) == expected


def test_towns_and_streets_of_two_scripts_are_equal() -> None:
    one, other = (
        {"street": "ул. Ленина 5", "town": "Москва"},
        {"street": "Ul. Lenina 5", "town": "Moskva"},
    )
    assert level("street", STREET, one, other) == STREET[-1]
    assert level("place", PLACE, one, other) not in {None, PLACE[0]}


@pytest.mark.parametrize(
    ("full", "given", "family"),
    [
        ("王伟", "伟", "王"),
        ("欧阳娜娜", "娜娜", "欧阳"),
        ("諸葛亮", "亮", "諸葛"),
        ("김민수", "민수", "김"),
        ("山田太郎", "太郎", "山田"),
        ("Иван Петров", "Иван", "Петров"),
    ],
)
def test_a_name_in_one_word_of_chinese_characters_begins_with_the_family(
    full: str, given: str, family: str
) -> None:
    assert split_full_name(full)[:2] == (given, family)


RUSSIAN = ("Сергей", "Дмитрий", "Юлия", "Наталья", "Михаил", "Ольга", "Павел", "Светлана")
ENGLISH = ("Sergey", "Dmitry", "Yulia", "Natalia", "Mikhail", "Olga", "Pavel", "Svetlana")
FAMILIES = ("Иванов", "Петров", "Кузнецов", "Соколов", "Морозов", "Волков", "Козлов", "Новиков")
ROMANISED = ("Ivanov", "Petrov", "Kuznetsov", "Sokolov", "Morozov", "Volkov", "Kozlov", "Novikov")


def people() -> list[dict[str, Any]]:
    """Everyone twice, once in each script, with nothing but the birth date and the town besides."""
    rows = []
    for number in range(64):
        g, f = number % 8, number // 8
        born = f"19{50 + number % 47:02}-{1 + number % 12:02}-{1 + number % 28:02}"
        rows.append(contact(2 * number, given=RUSSIAN[g], family=FAMILIES[f], birth_date=born, town="Казань"))
        rows.append(
            contact(2 * number + 1, given=ENGLISH[g], family=ROMANISED[f], birth_date=born, town="Kazan")
        )
    return rows


def test_people_are_found_across_scripts() -> None:
    clusters = LocalMatcher().match(table(people())).clusters
    found = dict(zip(clusters["record_id"].to_pylist(), clusters["cluster"].to_pylist(), strict=True))
    together = sum(found[2 * i] == found[2 * i + 1] for i in range(64))
    assert together >= 60
    assert len(set(found.values())) >= 64
