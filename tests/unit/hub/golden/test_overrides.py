"""People's values over golden records: who said so, and what the sources say instead, can be seen."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from hub.domain.contact import ADDRESS
from hub.domain.golden import GOLDEN_SCHEMA
from hub.domain.judgement import Override
from hub.domain.provenance import read_provenance
from hub.golden.corrections import correction
from hub.golden.explain import Told, explained
from hub.golden.overrides import misfit, overridden, value_at

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


def laid(*told: Override, **fields: Any) -> tuple[dict[str, Any], list[Told]]:
    row = overridden(golden(**fields), {"x": told}).to_pylist()[0]
    contact = {
        name: value
        for name, value in row.items()
        if value is not None and name not in {"identity_id", "sources", "record_count", "provenance"}
    }
    return row, explained(contact, read_provenance(row["provenance"]))


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
    assert list(read_provenance(row["provenance"])["overridden"]["values"]) == ["name"]


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


def address(street: str | None, code: str | None = None, town: str | None = None) -> dict[str, Any]:
    parts = {"street": street, "postal_code": code, "locality": town}
    return dict.fromkeys((one.name for one in ADDRESS), None) | parts


TYPO, OTHER = address("1 rue Hote", "59000", "Lille"), address("9 quai Bas", "69001", "Lyon")
MENDED = "1 rue Haute, 59000, Lille"
STREET = said("addresses", correction(TYPO, {"street": "1 rue Haute"}), 7, "by phone")


def lines(row: dict[str, Any]) -> list[str]:
    parts = ("street", "postal_code", "locality")
    return [", ".join(one[part] for part in parts if one[part]) for one in row["addresses"] or ()]


@pytest.mark.parametrize(
    ("sources_say", "shown"),
    [
        pytest.param([TYPO, OTHER], [MENDED, "9 quai Bas, 69001, Lyon"], id="as it was"),
        pytest.param([OTHER, TYPO], ["9 quai Bas, 69001, Lyon", MENDED], id="in another place of the list"),
        pytest.param([address("1 RUE HOTE", None, "Lille")], ["1 rue Haute, Lille"], id="less of it is told"),
        pytest.param([address("2 rue Basse", "59000", "Lille")], [MENDED], id="the part that a person set"),
        pytest.param([OTHER], ["9 quai Bas, 69001, Lyon"], id="another address altogether"),
        pytest.param(
            [address("1 rue Haute", "59000", "Lille"), TYPO], [MENDED], id="somebody else says it right"
        ),
        pytest.param(None, [], id="nothing"),
    ],
)
def test_a_correction_of_an_address_changes_that_part_of_that_address_only(
    sources_say: list[dict[str, Any]] | None, shown: list[str]
) -> None:
    row, told = laid(STREET, addresses=sources_say)
    assert lines(row) == shown
    assert [one["primary"] for one in row["addresses"] or ()] == [place == 0 for place in range(len(shown))]
    by = {one.value: one.by for one in told if one.field == "addresses"}
    assert by.get("9 quai Bas, 69001, Lyon") is None
    assert by.get(MENDED) in {None, "anna on 2026-01-02: by phone"}


def test_of_a_corrected_address_it_is_told_who_did_and_what_the_sources_say() -> None:
    row, told = laid(STREET, addresses=[OTHER, TYPO])
    mine = {one.value: (one.rule, one.lost) for one in told if one.field == "addresses"}
    assert mine["9 quai Bas, 69001, Lyon"] == ("only", ())
    rule, ((lost, (origin,)),) = mine[MENDED]
    assert (rule, lost, str(origin)) == ("override", "1 rue Hote, 59000, Lille", "crm:1")
    assert list(read_provenance(row["provenance"])["overridden"]["values"]) == ["addresses.2.street"]


def test_an_address_is_taken_out_and_seen_to_be() -> None:
    row, told = laid(said("addresses", correction(TYPO, None)), addresses=[TYPO, OTHER])
    assert lines(row) == ["9 quai Bas, 69001, Lyon"]
    (out,) = (one for one in told if one.field == "addresses" and not one.value)
    assert (out.lost[0][0], out.by) == ("1 rue Hote, 59000, Lille", "anna on 2026-01-02")


def test_a_correction_whose_address_nobody_tells_any_more_waits_for_it() -> None:
    row, _ = laid(STREET, addresses=[OTHER])
    assert list(read_provenance(row["provenance"])["overridden"]["values"]) == ["addresses.waiting.7"]


def test_a_whole_address_of_a_person_stays_when_the_sources_tell_another() -> None:
    whole = {"street": "5 rue Neuve", "postal_code": "75001", "locality": "Paris"}
    for was, sources_say in ((TYPO, [OTHER]), (None, None), (None, [OTHER])):
        row, told = laid(said("addresses", correction(was, whole)), addresses=sources_say)
        assert lines(row) == ["5 rue Neuve, 75001, Paris"] + ["9 quai Bas, 69001, Lyon"] * bool(sources_say)
        assert next(one for one in told if one.field == "addresses").by == "anna on 2026-01-02"


def test_one_of_two_corrections_taken_back_leaves_the_other() -> None:
    code = said("addresses", correction(TYPO, {"postal_code": "59800"}), 8)
    for told, shown in (
        ((STREET, code), "1 rue Haute, 59800, Lille"),
        ((code, STREET), "1 rue Haute, 59800, Lille"),
        ((code,), "1 rue Hote, 59800, Lille"),
        ((STREET,), MENDED),
    ):
        assert lines(laid(*told, addresses=[TYPO])[0]) == [shown]


def test_a_list_that_is_kept_whole_is_corrected_too() -> None:
    kept = said("addresses", [TYPO], 1)
    assert lines(laid(kept, STREET, addresses=[OTHER])[0]) == [MENDED]
    assert lines(laid(STREET, kept, addresses=[OTHER])[0]) == ["1 rue Hote, 59000, Lille"]


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ({"was": None, "set": {"street": "x"}}, None),
        ({"was": {"street": "x"}, "set": None}, None),
        ({"was": None, "set": None}, "it says nothing of any address"),
        (
            {"was": {"street": "x"}, "set": {"strt": "y"}},
            "an address has street, locality, region, postal_code",
        ),
        ({"was": {"street": 7}, "set": None}, "the value has not the form of the field"),
        ({"set": {"street": "x"}}, "the value has not the form of the field"),
        ({"add": [{"street": "x"}]}, None),
        ({"add": []}, "it adds nothing"),
        ({"add": ["x"]}, "the value has not the form of the field"),
        ({"add": {"add": [{"street": "x"}]}}, "it adds nothing"),
    ],
)
def test_what_is_no_correction_is_refused(value: dict[str, Any], wrong: str | None) -> None:
    found = misfit("addresses", value)
    assert found == wrong or (wrong and found and found.startswith(wrong))


@pytest.mark.parametrize(
    ("path", "less", "wrong"),
    [
        ("emails", [{"value": "a@x.org"}], None),
        ("emails", [], "it takes nothing out"),
        ("emails", ["a@x.org"], "the value has not the form of the field"),
        ("identifiers.vat", [{"type": "siret", "value": "1"}], "not all of its items are of vat"),
        ("addresses", [{"street": "x"}], "the value has not the form of the field"),
    ],
)
def test_what_takes_nothing_out_of_a_list_is_refused(path: str, less: list[Any], wrong: str | None) -> None:
    assert misfit(path, {"remove": less}) == wrong


def test_what_is_left_of_a_list_has_a_first_value_and_another_type_stays() -> None:
    mails = [{**MAIL, "value": "a@x.org"}, {**MAIL, "value": "b@x.org", "primary": False}]
    less = {"remove": [{**MAIL, "value": "A@x.org"}]}, {"remove": [{"type": "vat", "value": "1"}]}
    row, told = laid(said("emails", less[0]), said("identifiers.vat", less[1], 2), emails=mails)
    assert [(one["value"], one["primary"]) for one in row["emails"]] == [("b@x.org", True)]
    assert row["identifiers"] == [{"type": "customer", "value": "7"}]
    assert [one.rule for one in told if one.field == "identifiers"] == ["only", "override"]
