"""What nobody wants to match: nothing, everything alike, values of a megabyte, scripts, broken numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hub.errors import ConfigurationError
from matching import LocalMatcher
from matching.comparison import MOST, Compared, over_values
from matching.encoding import Ints, Vocabulary, no_values, several_values
from matching.features import extract
from matching.folding import LONGEST
from tests.fakes.people import contact, table

Filled = Callable[[str], dict[str, Any]]


def plain(field: str) -> Filled:
    return lambda text: {field: text}


def within(field: str, member: str) -> Filled:
    return lambda text: {field: {member: text}}


def listed(field: str, member: str, form: str = "{}", **more: str) -> Filled:
    return lambda text: {field: [{**more, member: form.format(text)}]}


# Every place where a contact holds text, filled with one value.
TEXT_FIELDS: dict[str, Filled] = {
    **{part: within("name", part) for part in ("full", "given", "family", "additional")},
    **{field: plain(field) for field in ("organization", "job_title", "gender", "birth_date")},
    "email": listed("emails", "match", "a@{}"),
    "phone": listed("phones", "match"),
    **{
        part: listed("addresses", part) for part in ("street", "locality", "region", "postal_code", "country")
    },
    "url": listed("urls", "value", "https://{}"),
    "identifier": listed("identifiers", "value", type="vat"),
    "attribute": listed("attributes", "value", name="note"),
    "attribute name": listed("attributes", "name", value="1"),
}


def cluster_count(contacts: pa.Table) -> int:
    return len(LocalMatcher().match(contacts).clusters["cluster"].unique())


def together(contacts: pa.Table, a: int, b: int) -> bool:
    found = LocalMatcher().match(contacts).clusters
    label = dict(zip(found["record_id"].to_pylist(), found["cluster"].to_pylist(), strict=True))
    return bool(label[a] == label[b])


def names(number: int) -> dict[str, str]:
    """Different people, whose names are far apart."""
    letters = "bcdfghklmnprstvz"
    again = number // 256  # from which on given names come again, with other family names
    first = letters[number % 16] + "a" + letters[number // 16 % 16]
    last = letters[(number * 7 + again * 5) % 16] + "oi"[again] + letters[(number * 3 + again * 9) % 16]
    return {"given": f"{first}in".title(), "family": f"{last}er{number}".title()}


def test_columns_without_any_value_leave_every_record_alone() -> None:
    assert cluster_count(table([contact(n) for n in range(1, 40)])) == 39


@pytest.mark.parametrize("count", [0, 1])
def test_no_record_and_one_record_are_as_many_clusters(count: int) -> None:
    assert cluster_count(table([contact(n + 1, given="Ann", family="Lee") for n in range(count)])) == count


def test_records_that_are_all_equal_and_tell_enough_are_one() -> None:
    told = {"given": "Ann", "family": "Lee", "email": "ann.lee@example.com", "birth_date": "1980-02-03"}
    assert cluster_count(table([contact(n, **told) for n in range(1, 300)])) == 1


@pytest.mark.parametrize(
    "shared", [{"email": "info@example.com"}, {"phone": "+33199000000"}], ids=["mailbox", "switchboard"]
)
def test_a_value_that_half_of_all_records_share_makes_nobody_one(shared: dict[str, str]) -> None:
    rows = [contact(n, **names(n), **(shared if n % 2 else {})) for n in range(1, 301)]
    assert cluster_count(table(rows)) == 300


def test_a_hundred_thousand_namesakes_of_one_city_cost_no_more_than_the_budget() -> None:
    rows = table([contact(1, given="Jean", family="Martin", town="Lyon")]).take(pa.array([0] * 100_000))
    rows = rows.set_column(0, "record_id", pa.array(range(1, 100_001), pa.int64()))
    rows = rows.set_column(2, "key", pa.array([f"k{n}" for n in range(100_000)]))
    report: dict[str, Any] = LocalMatcher().match(rows).report
    assert report["kinds"]["person"]["candidates"] <= 50 * 100_000


@pytest.mark.parametrize("kind", ["person", "organization"])
@pytest.mark.parametrize("field", sorted(TEXT_FIELDS))
def test_a_value_of_a_megabyte_counts_like_its_beginning(field: str, kind: str) -> None:
    def clusters(length: int) -> list[str]:
        rows: list[dict[str, object]] = [contact(n, **names(n), kind=kind) for n in range(20, 40)]
        for number in range(1, 7):
            text = ("7ab c" if number % 2 else "9éd, e") * (length // 5)
            told = dict(contact(number, **names(number // 3), kind=kind))
            filled = TEXT_FIELDS[field](text[:length])
            nested = {"name": {**told["name"], **filled["name"]}} if "name" in filled else {}  # type: ignore[dict-item]
            rows.append({**told, **filled, **nested})
        found = LocalMatcher().match(table(rows)).clusters.sort_by("record_id")
        return [str(label) for label in found["cluster"].to_pylist()]

    assert clusters(1_000_000) == clusters(2 * LONGEST)


def test_half_a_character_is_refused() -> None:
    torn = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\3\0\0\0"), pa.py_buffer(b"\xed\xa0\x80"))
    rows = table([contact(1, given="Ann")])
    rows = rows.set_column(rows.schema.get_field_index("gender"), "gender", torn)
    with pytest.raises(ConfigurationError, match="UTF-8") as refused:
        LocalMatcher().match(rows)
    assert refused.value.code == "invalid-table"


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (("Élodie", "Ångström"), ("E\u0301lodie", "A\u030angstro\u0308m"), True),
        (("محمد", "الخطيب"), ("محمد", "الخطيب"), True),
        (("李", "小龙"), ("李", "小龙"), True),
        (("דוד", "כהן"), ("משה", "לוי"), False),
        (("😀", "🎉"), ("🚀", "🌍"), False),
        (("Ann\x00", "Lee\u200b"), ("Ann", "Lee"), True),
    ],
    ids=["combining marks", "arabic", "chinese", "hebrew", "emoji", "control characters"],
)
def test_names_of_every_script_are_compared(a: tuple[str, str], b: tuple[str, str], same: bool) -> None:
    told = {"email": "one.two@example.com", "birth_date": "1980-02-03"}
    other = told if same else {"email": "else@example.org", "birth_date": "1991-11-23"}
    rows = [contact(n, **names(n)) for n in range(10, 60)]
    rows += [
        contact(1, given=a[0], family=a[1], **told),
        contact(2, given=b[0], family=b[1], **other),
    ]
    assert together(table(rows), 1, 2) == same


@pytest.mark.parametrize("value", ["nan", "NaN", "inf", "-inf", "1e999", "-0", "∞"])
def test_broken_numbers_in_attributes_are_values_like_others(value: str) -> None:
    rows = [
        contact(n, **names(n), attributes=[{"name": "score", "value": value if n % 2 else str(n)}])
        for n in range(1, 60)
    ]
    assert cluster_count(table(rows)) == 59


def test_one_key_twice_is_two_records_and_one_record_twice_is_refused() -> None:
    twice = [contact(1, key="k", given="Ann", family="Lee"), contact(2, key="k", given="Bo", family="Kim")]
    assert cluster_count(table(twice)) == 2
    with pytest.raises(ConfigurationError, match="more than once"):
        LocalMatcher().match(table([contact(1, given="Ann"), contact(1, given="Ann")]))


@pytest.mark.parametrize("shared", ["first", "last"])
def test_ten_thousand_addresses_in_one_contact_are_compared_few_by_few(shared: str) -> None:
    """All with all would be a hundred million comparisons; a shared address is found wherever it stands."""
    many = [[f"box{n}of{side}@example.com" for n in range(10_000)] for side in (0, 1)]
    place = 0 if shared == "first" else -1
    many[1][place] = many[0][place]
    rows: list[dict[str, object]] = [contact(n, **names(n)) for n in range(1, 30)]
    for number, addresses in enumerate(many):
        told = contact(100 + number, given="Ilse", family="Wolff", birth_date="1980-02-03")
        rows.append({**told, "emails": [{"value": text, "match": text} for text in addresses]})
    features = extract(table(rows))
    a, b = (int(np.flatnonzero(features.record_ids == number)[0]) for number in (100, 101))
    compared: list[int] = []

    def compare(one: Ints, other: Ints) -> Compared:
        compared.append(len(one))
        return np.where(one == other, 1, 0).astype(np.int8), np.zeros(len(one), np.float32)

    found = over_values(features.emails.address, np.array([a]), np.array([b]), compare)
    assert found.levels.tolist() == [1]
    assert sum(compared) <= MOST * MOST + 1
    assert together(table(rows), 100, 101)
    assert cluster_count(table(rows)) == 30


def test_records_with_many_values_are_compared_in_pieces() -> None:
    """Twenty values in each of many records: what is held at a time does not grow with the pairs."""
    values = several_values(
        2_000,
        np.repeat(np.arange(2_000), 20),
        np.arange(40_000, dtype=np.int32) % 977,
        no_values(0).vocabulary,
    )
    values = replace(values, vocabulary=Vocabulary(pa.array([str(n) for n in range(977)])))
    sizes: list[int] = []

    def compare(one: Ints, other: Ints) -> Compared:
        sizes.append(len(one))
        return np.where(one == other, 1, 0).astype(np.int8), np.zeros(len(one), np.float32)

    a, b = (side.ravel() for side in np.meshgrid(np.arange(200), np.arange(200, 400), indexing="ij"))
    found = over_values(values, a, b, compare).levels
    sets = [set(values.codes[values.rows == row].tolist()) for row in range(400)]
    assert found.tolist() == [
        int(bool(sets[x] & sets[y])) for x, y in zip(a.tolist(), b.tolist(), strict=True)
    ]
    assert len(sizes) > 1
    assert max(sizes) < 6_000_000


def test_names_of_a_thousand_words_are_compared_by_their_first() -> None:
    draw = random.Random(4)
    words = [f"w{n}" for n in range(50)]
    rows = [
        contact(n, organization=" ".join(draw.choices(words, k=1_000)), town="Hull", kind="organization")
        for n in range(1, 101)
    ]
    assert cluster_count(table(rows)) == 100


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "-", "...", "\u200b", "\x00", "\ufeff", "�"], ids=repr)
def test_texts_that_say_nothing_make_nobody_one(blank: str) -> None:
    fields = ("given", "family", "full", "email", "phone", "street", "town", "postal", "birth_date")
    rows = [contact(n, **dict.fromkeys(fields, blank)) for n in range(1, 20)]
    assert cluster_count(table(rows)) == 19
