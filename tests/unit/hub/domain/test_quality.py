"""What each source tells in each field, counted by hand."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from hub.domain.contact import CONTACT_RECORD_SCHEMA
from hub.domain.quality import REFUSED_SCHEMA, Quality, measure
from hub.domain.skew import TOPS, Common, suspicious


def contacts(*rows: dict[str, Any]) -> pa.Table:
    """Contacts numbered from 1, whose key is their number; `source` is crm if none is given."""
    numbered = [{"record_id": n, "key": str(n), "source": "crm", **row} for n, row in enumerate(rows, 1)]
    return pa.Table.from_pylist(numbered, schema=CONTACT_RECORD_SCHEMA)


def refused(*rows: tuple[str, str, str, str]) -> pa.Table:
    """Refusals as key, field, reason, raw of the source crm."""
    names = ("key", "field", "reason", "raw")
    told = [{"source": "crm", **dict(zip(names, row, strict=True))} for row in rows]
    return pa.Table.from_pylist(told, schema=REFUSED_SCHEMA)


def one(found: list[Quality], field: str, source: str = "crm") -> Quality:
    (quality,) = [one for one in found if (one.source, one.field) == (source, field)]
    return quality


def mail(value: str, match: str | None = "same") -> dict[str, Any]:
    return {"value": value, "match": value if match == "same" else match, "type": None, "primary": True}


def test_records_and_values_are_counted_by_source_and_field() -> None:
    held = contacts(
        {"name": {"given": "Ana"}, "emails": [mail("a@x.example"), mail("b@x.example")]},
        {"name": {"given": "Ana"}, "emails": [mail("a@x.example")]},
        {"name": {"given": "Bo"}, "emails": [mail("test@test.test", None)]},
        {"name": {"family": "Roy"}},
        {"name": {"family": "Roy"}},
        {"source": "shop", "emails": [mail("a@x.example")]},
    )
    left_out = refused(
        ("1", "emails", "not-an-email", "a at x"),
        ("4", "emails", "not-an-email", "b at x"),
        ("4", "emails", "placeholder", "n/a"),
        ("5", "birth_date", "ambiguous-date", "03/04/1970"),
    )
    found = measure(held, left_out)
    emails = one(found, "emails")
    assert (emails.records, emails.filled, emails.valid) == (5, 4, 2)
    assert (emails.kept, emails.distinct, emails.refused) == (4, 3, 3)
    assert emails.reasons == (("not-an-email", 2), ("placeholder", 1))
    assert (emails.placeholders, round(emails.placeholder_share, 3)) == (2, round(2 / 7, 3))
    given = one(found, "name.given")
    assert (given.filled, given.valid, given.distinct, given.refused) == (3, 3, 2, 0)
    birth = one(found, "birth_date")
    assert (birth.filled, birth.valid, birth.kept, birth.distinct, birth.refused) == (1, 0, 0, 0, 1)
    assert one(found, "emails", "shop").records == 1
    assert [(q.source, q.field) for q in found] == [
        ("crm", "name.given"),
        ("crm", "name.family"),
        ("crm", "emails"),
        ("crm", "birth_date"),
        ("shop", "emails"),
    ]


def test_parts_of_addresses_and_attributes_are_fields_of_their_own() -> None:
    address = {"street": "2 rue A", "locality": "Lille", "primary": True}
    held = contacts(
        {"addresses": [address, {"locality": "Lyon", "primary": False}]},
        {
            "addresses": [address],
            "attributes": [
                {"name": "segment", "type": "text", "value": "A"},
                {"name": "visits", "type": "number", "value": "3"},
            ],
        },
    )
    found = measure(held, refused(("1", "attributes.visits", "not-a-number", "many")))
    counted = {q.field: (q.filled, q.valid, q.kept, q.distinct) for q in found}
    assert counted == {
        "addresses": (2, 2, 3, 2),
        "addresses.street": (2, 2, 2, 1),
        "addresses.locality": (2, 2, 3, 2),
        "attributes.segment": (1, 1, 1, 1),
        "attributes.visits": (2, 1, 1, 1),
    }


def test_what_no_contact_field_holds_is_still_told() -> None:
    found = measure(contacts({"name": {"given": "Ana"}}), refused(("1", "created_at", "not-a-date", "soon")))
    assert one(found, "created_at").reasons == (("not-a-date", 1),)


def test_nothing_gives_nothing() -> None:
    assert measure(contacts(), refused()) == []


ALONE = tuple((f"v{number}", 1) for number in range(200))
DAYS = tuple((f"1970-02-{number:02}", 30) for number in range(1, 29))


@pytest.mark.parametrize(
    ("field", "values", "told"),
    [
        pytest.param("emails", (*ALONE, ("info@", 50)), ["info@"], id="a shared mailbox"),
        pytest.param("emails", (*ALONE, ("info@", 50), ("x@", 40)), ["info@", "x@"], id="two of them"),
        pytest.param("phones", (*ALONE, ("family", 6)), [], id="a family's phone"),
        pytest.param("phones", (("switch", 60), ("other", 1)), ["switch"], id="few values"),
        pytest.param("birth_date", DAYS, [], id="dates that come again by nature"),
        pytest.param("birth_date", (*DAYS, ("1970-01-01", 900)), ["1970-01-01"], id="a form's default"),
        pytest.param("addresses.locality", (*ALONE, ("Lille", 90)), [], id="a town is common by nature"),
        pytest.param("name.given", (*ALONE, ("Marie", 90)), [], id="a first name too"),
        pytest.param(
            "attributes.code", (*ALONE, ("X", 50)), ["X"], id="an attribute that tells people apart"
        ),
        pytest.param("attributes.segment", (("A", 900), ("B", 3), ("C", 2)), [], id="a category"),
        pytest.param(
            "attributes.segment",
            (("A", 150), ("B", 120), ("C", 110), ("x", 1), ("y", 1)),
            [],
            id="with slips",
        ),
        pytest.param("emails", (), [], id="nothing"),
    ],
)
def test_a_value_in_far_more_records_than_others_is_suspicious(
    field: str, values: tuple[tuple[str, int], ...], told: list[str]
) -> None:
    ordered = sorted((Common(value, records) for value, records in values), key=lambda one: -one.records)
    sizes = Counter(records for _, records in values)
    assert [one.value for one in suspicious(field, ordered[:TOPS], sizes)] == told


def test_what_one_source_shares_is_measured_among_its_own_values() -> None:
    shared = [{"emails": [mail("info@x.example")]} for _ in range(20)]
    alone = [{"emails": [mail(f"{n}@x.example")]} for n in range(200)]
    even = [
        {"source": "shop", "emails": [mail(f"{name}@x.example")]}
        for name in ("info", "sales", "jobs", "press")
        for _ in range(20)
    ]
    found = measure(contacts(*shared, *alone, *even), refused())
    assert one(found, "emails").suspicious == (Common("info@x.example", 20),)
    assert one(found, "emails", "shop").suspicious == ()
