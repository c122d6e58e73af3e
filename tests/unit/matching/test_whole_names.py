"""Names told as one text, whose order nobody knows."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from matching import LocalMatcher
from matching.comparators.names import FAMILY, GIVEN
from matching.features import extract
from matching.keys import make
from tests.fakes.people import contact, table
from tests.unit.matching.test_comparators import level


@pytest.mark.parametrize(
    ("one", "other", "given", "family"),
    [
        pytest.param("Orlov Pavel Ilyich", "Pavel Orlov", "swapped", "equal", id="a patronymic last"),
        pytest.param("Orlov Pavel Ilyich", "Pavel Ilyich Orlov", "swapped", "equal", id="the same words"),
        pytest.param("Орлов Павел Ильич", "Pavel Orlov", "swapped", "typing error", id="another script"),
        pytest.param("Lim Min Yan", "Min Yan Lim", "swapped", "equal", id="a Chinese name"),
        pytest.param("Harriet M. Jones", "Jones Haqriet", "swapped", "equal", id="a slip"),
        pytest.param("Jones H Mary", "Harriet Mary Jones", "swapped", "equal", id="an initial"),
        pytest.param("Ana Ruiz Vega", "Ana Ruiz", "swapped", "equal", id="a second family name"),
        pytest.param("Kim Minjun", "Min-jun Kim", "swapped", "equal", id="one word or two"),
        pytest.param("胡艳文", "Hu Yan Wen", "swapped", "equal", id="one word or two in another script"),
        pytest.param("Jan van der Berg", "Berg Jan", "swapped", "equal", id="small words do not count"),
        pytest.param("Orlov Pavel Ilyich", "Pavel Popov", "different", "different", id="one word only"),
        pytest.param("J. Orlov P.", "Pavel J. Popov", "different", "different", id="initials alone"),
    ],
)
def test_names_told_as_one_text_are_compared_word_by_word(
    one: str, other: str, given: str, family: str
) -> None:
    told = [{"full": name} for name in (one, other)]
    assert (level("given", GIVEN, *told), level("family", FAMILY, *told)) == (given, family)


def test_names_told_in_parts_keep_their_parts() -> None:
    one, other = {"given": "Orlov Pavel", "family": "Ilyich"}, {"given": "Pavel", "family": "Orlov"}
    assert level("family", FAMILY, one, other) == "different"


def test_every_two_words_of_a_name_told_as_one_text_and_all_its_letters_are_keys() -> None:
    names = ("Orlov Pavel Ilyich", "Pavel Orlov", "Pavel Popov", "Kim Minjun", "Min-jun Kim")
    features = extract(table([contact(number, full=name) for number, name in enumerate(names, 1)]))
    keys = make(features, "names")
    by_record = {
        int(features.record_ids[row]): set(keys.hashes[keys.rows == row].tolist())
        for row in range(features.n)
    }
    assert by_record[1] & by_record[2]
    assert by_record[4] & by_record[5]
    assert not by_record[1] & by_record[3]
    assert (np.diff(keys.rows) >= 0).all()


def _file(seed: int) -> tuple[pa.Table, dict[int, int]]:
    """People whose names are written in any order, with a middle name or without."""
    draw = random.Random(seed)
    starts, ends = ("ba", "ko", "ri", "ne", "su", "ta", "vi", "lo"), ("mir", "nas", "dov", "lek")
    words = [start + end + last for start in starts for end in ends for last in ("a", "en", "o")]
    rows: list[dict[str, object]] = []
    truth: dict[int, int] = {}
    for person in range(150):
        given, middle, family = draw.sample(words, 3)
        forms = (f"{given} {middle} {family}", f"{family} {given} {middle}", f"{family} {given}")
        born = f"19{draw.randint(30, 99)}-0{draw.randint(1, 9)}-{draw.randint(10, 28)}"
        for form in draw.sample(forms, 2):
            truth[len(rows)] = person
            told = born if draw.random() < 0.7 else None
            rows.append(contact(len(rows), full=form.title(), birth_date=told))
    return table(rows), truth


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_people_are_found_whatever_the_order_of_their_names(seed: int) -> None:
    contacts, truth = _file(seed)
    clusters = LocalMatcher().match(contacts).clusters
    groups: dict[int, list[int]] = {}
    for row in clusters.to_pylist():
        groups.setdefault(row["cluster"], []).append(truth[row["record_id"]])
    right = sum(len(group) == 2 and len(set(group)) == 1 for group in groups.values())
    assert right >= 0.95 * 150
