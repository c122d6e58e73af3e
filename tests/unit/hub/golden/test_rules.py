"""Each rule that can be declared: what survives, by which rule, and what lost stays to be seen."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from hub.domain.contact import CONTACT_RECORD_SCHEMA
from hub.domain.provenance import read_provenance
from hub.golden import build as golden_building
from hub.golden.build import build_golden
from hub.golden.explain import Told, explained, tellers
from hub.golden.many import costs as many_costs
from hub.golden.said import _BY
from hub.golden.survivorship import (
    Criterion,
    FieldRule,
    Group,
    Step,
    SurvivorshipRules,
    by,
)
from mappings.rating import Rating

OLD, NEW = "2023-01-01T00:00:00Z", "2025-01-01T00:00:00Z"


@pytest.fixture(params=["few", "many"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test of these runs on both ways of building."""
    monkeypatch.setattr(golden_building, "_FEW", 200 if request.param == "few" else 0)


def record(key: str, source: str = "web", **fields: Any) -> dict[str, Any]:
    return {"source": source, "key": key, "kind": "person", **fields}


def mails(*values: str, first: str | None = None) -> list[dict[str, Any]]:
    return [{"value": one, "match": one, "primary": one == first} for one in values]


def attributes(**values: str) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def golden(*rows: dict[str, Any], today: str = "2025-06-01", **declared: Any) -> dict[str, Any]:
    """The golden record of rows; `declared` are rules by field, or parts of `SurvivorshipRules`."""
    whole = {
        name: declared.pop(name)
        for name in ("verified", "default", "priorities", "groups")
        if name in declared
    }
    fields = {name.replace("__", "."): rule for name, rule in declared.items()}
    told = [row | {"record_id": number} for number, row in enumerate(rows)]
    contacts = pa.Table.from_pylist(told, schema=CONTACT_RECORD_SCHEMA)
    members = pa.table([contacts["record_id"], ["g"] * len(rows)], names=["record_id", "identity_id"])
    rules = SurvivorshipRules(fields=fields, **whole).on(today)
    (found,) = build_golden(contacts, members, rules).to_pylist()
    return dict(found)


def told(found: dict[str, Any], field: str) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Value, records, rule and losers of a field, as a person is shown them."""
    return [_row(one) for one in explained(found, read_provenance(found["provenance"])) if one.field == field]


def _row(one: Told) -> tuple[str, str, str, list[tuple[str, str]]]:
    def names(origins: Any) -> str:
        return " ".join(map(str, origins))

    return one.value, names(one.origins), one.rule, [(v, names(origins)) for v, origins in one.lost]


A, B = record("1", "erp", job_title="a"), record("2", "web", job_title="b")


@pytest.mark.parametrize(
    ("rule", "rows", "winner", "why"),
    [
        pytest.param(
            FieldRule(priorities={"web": 1, "erp": 2}), [A, B], "b", "priority", id="a ranking of its own"
        ),
        pytest.param(FieldRule(by(Criterion.MAXIMUM)), [A, B], "b", "maximum", id="the greatest"),
        pytest.param(
            FieldRule(by(Criterion.MINIMUM)),
            [record("1", job_title="10"), record("2", job_title="9.5"), record("3", job_title="-1x")],
            "9.5",
            "minimum",
            id="the least number, not the first text",
        ),
        pytest.param(
            FieldRule((Step(Criterion.RECENCY, frozenset({"crm"})),)),
            [
                record("1", "crm", job_title="a", updated_at=OLD),
                record("2", "crm", job_title="b"),
                record("3", "web", job_title="c", updated_at=NEW),
            ],
            "a",
            "recency",
            id="the newest, but of one source only",
        ),
        pytest.param(
            FieldRule(expression=Rating("ends_with(value, 'b')")),
            [A, B],
            "b",
            "expression",
            id="an expression",
        ),
        pytest.param(
            FieldRule(expression=Rating("source == 'web' && `2` || `1`")),
            [record("1", "web", job_title="a"), record("2", "erp", job_title="b")],
            "a",
            "expression",
            id="an expression that looks at the source",
            marks=pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
        ),
        pytest.param(
            FieldRule(max_age=365),
            [record("1", "erp", job_title="a", updated_at=OLD), record("2", job_title="b", updated_at=NEW)],
            "b",
            "max_age",
            id="a younger value over one that is too old",
        ),
        pytest.param(
            FieldRule(max_age={"erp": 365}),
            [record("1", "erp", job_title="a", updated_at=OLD), record("2", job_title="b", updated_at=OLD)],
            "b",
            "max_age",
            id="a source whose values grow old gives way to one whose values do not",
        ),
        pytest.param(
            FieldRule(max_age={"web": 365}),
            [record("1", "erp", job_title="a", updated_at=OLD), record("2", job_title="b", updated_at=NEW)],
            "a",
            "priority",
            id="an age of another source",
        ),
        pytest.param(
            FieldRule(max_age=365),
            [record("1", "erp", job_title="a"), record("2", job_title="b", updated_at=NEW)],
            "b",
            "max_age",
            id="a younger value over one of unknown age",
        ),
        pytest.param(
            FieldRule(max_age=100),
            [record("1", "erp", job_title="a", updated_at=OLD), record("2", job_title="b", updated_at=NEW)],
            "a",
            "priority",
            id="what would decide without ages, where all are too old",
        ),
        pytest.param(FieldRule(only_from=frozenset({"web"})), [A, B], "b", "only_from", id="one source only"),
    ],
)
def test_the_rule_of_a_field_decides_and_is_named(
    rule: FieldRule, rows: list[dict[str, Any]], winner: str, why: str
) -> None:
    found = golden(*rows, job_title=rule, priorities={"erp": 1})
    ((value, _, named, lost),) = told(found, "job_title")
    assert (found["job_title"], value, named) == (winner, winner, why)
    assert {value for value, _ in lost} == {row["job_title"] for row in rows} - {winner}


def test_a_verified_value_beats_a_trusted_source_without_anything_declared() -> None:
    found = golden(
        record("1", "erp", emails=mails("a@x.org")),
        record("2", "web", emails=mails("b@x.org")),
        priorities={"erp": 1},
        verified={"web": frozenset({"emails"})},
    )
    assert [one["value"] for one in found["emails"]] == ["b@x.org", "a@x.org"]


def test_what_a_source_marks_as_first_stays_first_unless_the_field_has_an_order() -> None:
    rows = [
        record("1", "web", emails=mails("a@x.org", "b@x.org", first="b@x.org"), updated_at=OLD),
        record("2", "erp", emails=mails("c@x.org"), updated_at=NEW),
    ]
    assert golden(*rows, priorities={"erp": 1})["emails"][0]["value"] == "b@x.org"
    newest = golden(*rows, emails=FieldRule(by(Criterion.RECENCY)))
    assert [one["value"] for one in newest["emails"]] == ["c@x.org", "b@x.org", "a@x.org"]


def test_a_limit_keeps_the_best_and_shows_the_rest() -> None:
    rows = [record("1", "erp", emails=mails("a@x.org", "b@x.org")), record("2", emails=mails("c@x.org"))]
    found = golden(*rows, emails=FieldRule(limit=2), priorities={"erp": 1})
    assert [(one["value"], one["primary"]) for one in found["emails"]] == [
        ("a@x.org", True),
        ("b@x.org", False),
    ]
    assert told(found, "emails")[-1] == ("", "", "limit", [("c@x.org", "web:2")])


def test_a_limit_holds_for_a_record_that_is_alone() -> None:
    found = golden(record("1", emails=mails("a@x.org", "b@x.org")), emails=FieldRule(limit=1))
    assert [one["value"] for one in found["emails"]] == ["a@x.org"]
    assert told(found, "emails")[-1] == ("", "", "limit", [("b@x.org", "web:1")])


def test_of_a_list_what_is_too_old_goes_where_something_younger_is_there() -> None:
    old = record("1", emails=mails("a@x.org"), updated_at=OLD)
    new = record("2", emails=mails("b@x.org"), updated_at=NEW)
    found = golden(old, new, emails=FieldRule(max_age=365))
    assert [one["value"] for one in found["emails"]] == ["b@x.org"]
    assert told(found, "emails")[-1] == ("", "", "max_age", [("a@x.org", "web:1")])
    alone = golden(old, record("3"), emails=FieldRule(max_age=365))
    assert [one["value"] for one in alone["emails"]] == ["a@x.org"]


@pytest.mark.parametrize("others", [[], [record("2", "crm")]], ids=["alone", "with another"])
def test_a_field_that_may_not_be_taken_stays_empty_and_is_shown(others: list[dict[str, Any]]) -> None:
    row = record("1", "web", birth_date="1990-01-01", emails=mails("a@x.org"), attributes=attributes(vat="7"))
    only = FieldRule(only_from=frozenset({"erp"}))
    found = golden(row, *others, birth_date=only, emails=only, attributes__vat=only)
    assert (found["birth_date"], found["emails"], found["attributes"]) == (None, None, None)
    assert told(found, "birth_date") == [("", "", "only_from", [("1990-01-01", "web:1")])]
    assert told(found, "emails") == [("", "", "only_from", [("a@x.org", "web:1")])]
    assert told(found, "attributes") == [("", "", "only_from", [("vat = 7", "web:1")])]
    assert tellers(read_provenance(found["provenance"])) == sorted(["web:1", *("crm:2" for _ in others)])


def test_of_an_attribute_it_is_told_who_says_what() -> None:
    found = golden(
        record("1", "erp", attributes=attributes(segment="a", size="3")),
        record("2", "web", attributes=attributes(segment="b", size="3")),
        priorities={"erp": 1},
    )
    assert told(found, "attributes") == [
        ("segment = a", "erp:1", "priority", [("b", "web:2")]),
        ("size = 3", "erp:1 web:2", "agreed", []),
    ]


def test_attributes_may_have_a_rule_each() -> None:
    rows = [
        record("1", "erp", attributes=attributes(credit="900", since="2020", tier="a")),
        record("2", "web", attributes=attributes(credit="50", since="2019", tier="b")),
    ]
    found = golden(
        *rows,
        attributes__credit=FieldRule(by(Criterion.MINIMUM)),
        attributes__since=FieldRule(by(Criterion.MINIMUM)),
        priorities={"erp": 1},
    )
    assert {one["name"]: one["value"] for one in found["attributes"]} == {
        "credit": "50",
        "since": "2019",
        "tier": "a",
    }


def test_the_parts_of_an_address_and_of_a_name_survive_together() -> None:
    rows = [
        record(
            "1",
            "erp",
            name={"given": "Ann", "family": "Lee"},
            addresses=[{"street": "1 Main St", "locality": "Leeds", "country": "GB"}],
        ),
        record(
            "2",
            "web",
            name={"given": "Anna", "family": "Leigh", "suffix": "Jr"},
            addresses=[{"street": "2 High St", "postal_code": "M1", "locality": "Manchester"}],
        ),
    ]
    found = golden(
        *rows,
        name=FieldRule(by(Criterion.LENGTH)),
        addresses=FieldRule(by(Criterion.COMPLETENESS, Criterion.PRIORITY), limit=1),
        priorities={"erp": 1},
    )
    assert (found["name"]["given"], found["name"]["family"], found["name"]["suffix"]) == (
        "Anna",
        "Leigh",
        "Jr",
    )
    (address,) = found["addresses"]
    assert (address["street"], address["postal_code"], address["locality"]) == ("1 Main St", None, "Leeds")
    assert told(found, "addresses")[-1][2:] == ("limit", [("2 High St, M1, Manchester", "web:2")])


CONTRACTS = [
    record("1", "erp", job_title="Buyer", attributes=attributes(number="7", end="2024-12-31", tier="a")),
    record("2", "web", job_title="Director", attributes=attributes(number="8", tier="b"), updated_at=NEW),
    record("3", "crm", attributes=attributes(number="7", end="2024-12-31"), updated_at=OLD),
]


def contract(found: dict[str, Any]) -> list[str | None]:
    told = {one["name"]: one["value"] for one in found["attributes"] or ()}
    return [told.get("number"), told.get("end"), found["job_title"]]


@pytest.mark.parametrize(
    ("rule", "survives", "why"),
    [
        pytest.param(FieldRule(), ["7", "2024-12-31", "Buyer"], "completeness", id="the most complete"),
        pytest.param(FieldRule(by(Criterion.RECENCY)), ["8", None, "Director"], "recency", id="the newest"),
        pytest.param(
            FieldRule(priorities={"crm": 1}), ["7", "2024-12-31", None], "priority", id="the most trusted"
        ),
        pytest.param(
            FieldRule(by(Criterion.MAXIMUM)), ["8", None, "Director"], "maximum", id="the first field's size"
        ),
        pytest.param(
            FieldRule(expression=Rating("value == '8'")),
            ["8", None, "Director"],
            "expression",
            id="an expression of the first field",
        ),
        pytest.param(
            FieldRule(only_from=frozenset({"crm"})), ["7", "2024-12-31", None], "only_from", id="one source"
        ),
        pytest.param(FieldRule(max_age=365), ["8", None, "Director"], "max_age", id="what is not too old"),
    ],
)
def test_fields_that_are_declared_to_survive_together_come_from_one_record(
    rule: FieldRule, survives: list[str | None], why: str
) -> None:
    group = Group(("attributes.number", "attributes.end", "job_title"), rule)
    found = golden(*CONTRACTS, groups={"contract": group})
    assert contract(found) == survives
    assert [one["value"] for one in found["attributes"] if one["name"] == "tier"] == ["b"]
    (title,) = (
        one for one in explained(found, read_provenance(found["provenance"])) if one.field == "job_title"
    )
    assert (title.value, title.rule, title.group) == (survives[2] or "", why, "contract")
    texts = {"Buyer", "Director"}
    assert {value for value, _ in title.lost} == texts - {survives[2]}


def test_of_a_group_each_field_shows_who_says_so_and_what_lost() -> None:
    group = Group(("attributes.number", "attributes.end", "job_title"))
    found = golden(*CONTRACTS, groups={"contract": group}, priorities={"web": 1})
    assert told(found, "job_title") == [("Director", "web:2", "priority", [("Buyer", "erp:1")])]
    assert told(found, "attributes") == [
        ("number = 8", "web:2", "priority", [("7", "erp:1 crm:3")]),
        ("tier = b", "web:2", "priority", [("a", "erp:1")]),
        ("", "", "priority", [("end = 2024-12-31", "erp:1 crm:3")]),
    ]


def test_a_group_that_nobody_may_tell_is_empty_and_shown() -> None:
    group = Group(("attributes.number", "job_title"), FieldRule(only_from=frozenset({"shop"})))
    for rows in (CONTRACTS, CONTRACTS[:1]):
        found = golden(*rows, groups={"contract": group})
        assert contract(found)[::2] == [None, None]
        assert {row[2] for row in told(found, "job_title")} == {"only_from"}


def test_who_has_verified_one_field_of_a_group_has_verified_the_group() -> None:
    group = Group(("job_title", "attributes.number"))
    found = golden(
        *CONTRACTS,
        groups={"g": group},
        verified={"web": frozenset({"attributes.number"})},
        priorities={"erp": 1},
    )
    assert contract(found)[::2] == ["8", "Director"]


def test_of_a_consent_it_is_told_who_says_otherwise() -> None:
    def answer(status: str) -> list[dict[str, str]]:
        return [{"channel": "email", "purpose": "marketing", "status": status}]

    found = golden(
        record("1", "erp", consents=answer("granted")),
        record("2", "web", consents=answer("denied")),
        record("3", "web", consents=answer("denied")),
    )
    assert told(found, "consents") == [
        ("email marketing denied", "web:2 web:3", "most_restrictive", [("granted", "erp:1")])
    ]


def test_both_ways_know_every_criterion() -> None:
    assert set(_BY) == set(Criterion)
    assert many_costs._BY_SOURCE.keys() | many_costs._BY_VALUE.keys() == set(Criterion)


def test_an_expression_that_gives_no_number_comes_last() -> None:
    rating = Rating("to_number(value)")
    assert [rating.score({"value": text}) for text in ("7", "x", None)] == [7.0, None, None]
    rows = [record("1", job_title="x"), record("2", job_title="7"), record("3", job_title="nan")]
    assert golden(*rows, job_title=FieldRule(expression=rating))["job_title"] == "7"
