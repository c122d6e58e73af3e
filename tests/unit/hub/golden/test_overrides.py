"""People's values over golden records: who said so, and what the sources say instead, can be seen."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from hub.domain.golden import GOLDEN_SCHEMA
from hub.domain.judgement import Override
from hub.golden.explain import Told, explained
from hub.golden.overrides import overridden, value_at

MAIL = {"match": None, "type": None, "primary": True}
ORIGIN = {"source": "crm", "key": "1", "at": None}


def golden(**fields: Any) -> pa.Table:
    row = {
        "identity_id": "x",
        "kind": "person",
        "name": {"given": "Jeane", "family": "Martin", "full": "Jeane Martin"},
        "emails": [{**MAIL, "value": "a@x.org"}],
        "identifiers": [{"type": "vat", "value": "1"}, {"type": "customer", "value": "7"}],
        "sources": ["crm"],
        "record_count": 1,
        "provenance": json.dumps({"only": ORIGIN}),
        **fields,
    }
    return pa.Table.from_pylist([row], schema=GOLDEN_SCHEMA)


def said(path: str, value: Any, number: int = 1, reason: str | None = None) -> Override:
    return Override(number, "x", path, value, "anna", reason, "2026-01-02T00:00:00.000000Z")


def laid(*told: Override) -> tuple[dict[str, Any], list[Told]]:
    row = overridden(golden(), {"x": told}).to_pylist()[0]
    contact = {
        name: value
        for name, value in row.items()
        if value is not None and name not in {"identity_id", "sources", "record_count", "provenance"}
    }
    return row, explained(contact, json.loads(row["provenance"]))


def only(told: list[Told], field: str) -> Told:
    (found,) = (one for one in told if one.field == field)
    return found


def test_a_value_of_a_person_stands_before_what_the_sources_say() -> None:
    row, told = laid(said("job_title", "Director", reason="by phone"))
    assert row["job_title"] == "Director"
    assert only(told, "job_title").by == "anna on 2026-01-02: by phone"
    assert only(told, "name").rule == "only"


def test_a_part_of_a_name_changes_that_part() -> None:
    row, told = laid(said("name.given", "Jeanne"))
    assert (row["name"]["given"], row["name"]["family"], row["name"]["full"]) == ("Jeanne", "Martin", None)
    assert only(told, "name").lost[0][0] == "Jeane Martin"


def test_a_list_is_taken_as_it_is_told_and_what_was_in_it_is_seen_beside_it() -> None:
    row, told = laid(said("emails", [{**MAIL, "value": "b@x.org"}]))
    assert [one["value"] for one in row["emails"]] == ["b@x.org"]
    assert only(told, "emails").lost[0][0] == "a@x.org"


def test_one_identifier_is_set_and_the_others_stay_with_their_origin() -> None:
    row, told = laid(said("identifiers.vat", [{"type": "vat", "value": "2"}]))
    assert row["identifiers"] == [{"type": "vat", "value": "2"}, {"type": "customer", "value": "7"}]
    rules = {one.value: one.rule for one in told if one.field == "identifiers"}
    assert rules == {"vat 2": "override", "customer 7": "only"}


def test_a_cleared_field_is_empty_and_says_who_cleared_it() -> None:
    row, told = laid(said("emails", None))
    assert row["emails"] is None
    assert only(told, "emails").lost[0][0] == "a@x.org"


def test_a_whole_field_said_later_takes_the_place_of_its_parts() -> None:
    row, _ = laid(said("name.given", "Jeanne", 1), said("name", {"given": "Ann", "family": "Lee"}, 2))
    assert (row["name"]["given"], row["name"]["family"]) == ("Ann", "Lee")
    assert list(json.loads(row["provenance"])["overridden"]["values"]) == ["name"]


def test_golden_records_of_others_stay_as_they_are() -> None:
    assert overridden(golden(), {"y": [said("job_title", "Director")]}).equals(golden())


def test_a_text_of_the_values_that_comes_along_does_not_outlive_a_change() -> None:
    beside = golden().append_column("contact", pa.array(["{}"]))
    found = overridden(beside, {"x": [said("job_title", "Director")]})
    assert found["contact"].to_pylist() == [None]
    assert found.schema == beside.schema


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name.given", "Jeane"),
        ("identifiers.customer", [{"type": "customer", "value": "7"}]),
        ("identifiers.none", None),
        ("job_title", None),
    ],
)
def test_what_is_pinned_is_what_stands_there(path: str, value: Any) -> None:
    assert value_at(golden().to_pylist()[0], path) == value
