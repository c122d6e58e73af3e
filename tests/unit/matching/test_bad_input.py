"""What nobody wants to match: nothing, everything alike, values of a megabyte, scripts, broken numbers."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from hub.errors import ConfigurationError
from matching import LocalMatcher
from tests.fakes.people import contact, table


def cluster_count(contacts: pa.Table) -> int:
    return len(LocalMatcher().match(contacts).clusters["cluster"].unique())


def together(contacts: pa.Table, a: int, b: int) -> bool:
    found = LocalMatcher().match(contacts).clusters
    label = dict(zip(found["record_id"].to_pylist(), found["cluster"].to_pylist(), strict=True))
    return bool(label[a] == label[b])


def names(number: int) -> dict[str, str]:
    """Different people, whose names are far apart."""
    letters = "bcdfghklmnprstvz"
    first, last = letters[number % 16] + "a" + letters[number // 16 % 16], letters[number * 7 % 16] + "o"
    return {"given": f"{first}in".title(), "family": f"{last}{letters[number * 3 % 16]}er{number}".title()}


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


@pytest.mark.parametrize(
    "field", ["given", "family", "full", "email", "phone", "street", "town", "organization"]
)
@pytest.mark.parametrize("kind", ["person", "organization"])
def test_a_value_of_a_megabyte_is_matched_as_any_other(field: str, kind: str) -> None:
    long = "ab c" * 250_000
    rows = [contact(n, **names(n) | {field: long + str(n % 3)}, kind=kind) for n in range(1, 7)]
    rows += [contact(n + 10, **names(n), kind=kind) for n in range(1, 7)]
    assert cluster_count(table(rows)) >= 2


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


def test_thousands_of_addresses_in_one_contact_are_looked_at_within_bounds() -> None:
    many = [{"value": f"a{n}@example.com", "match": f"a{n}@example.com"} for n in range(3_000)]
    rows = table([contact(n, **names(n)) for n in range(1, 30)]).to_pylist()
    rows[0]["emails"] = many
    rows[1]["emails"] = many[1:]
    assert cluster_count(table(rows)) >= 28
