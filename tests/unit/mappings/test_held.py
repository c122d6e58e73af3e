"""Values of another hub are held to their field as typed ones are, and come out as they went in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hub.domain.contact import ADDRESS
from mappings.held import held
from mappings.told import read_values

LATEST = date(2026, 1, 1)
ADDRESS_OF_A_RECORD = dict.fromkeys((one.name for one in ADDRESS), None)
NUMBER_OF_NO_COUNTRY = {"value": "412863", "match": "412863", "extension": None, "type": "work"}


def phone(value: str) -> dict[str, Any]:
    return {"value": value, "match": value, "extension": None, "type": None, "primary": True}


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("kind", None, "it is person or organization"),
        ("kind", "robot", "it is person or organization"),
        ("birth_date", "31/31/2000", "not-a-date"),
        ("birth_date", "2031-01-01", "date-to-come"),
        ("emails", [{"value": "a@x.org"}, {"value": "junk"}], "not-an-email"),
        ("phones", [{"value": "12"}], "not-a-phone"),
        ("phones", [phone("+33639980012"), phone("+3363998")], "invalid-phone"),
        ("urls", [{"value": "x"}], "not-a-url"),
        ("identifiers.vat", [{"type": "vat", "value": "FR00403032650"}], "invalid-vat"),
        ("identifiers", [{"type": "siren", "value": "1"}], "invalid-siren"),
        ("identifiers", [{"type": None, "value": "1"}], "it needs a type"),
        ("addresses", [{"street": "1 rue Haute", "country": "Frnce"}], "unknown-country"),
        ("addresses", {"was": None, "set": {"country": "Frnce"}}, "unknown-country"),
        ("addresses", {"was": {"street": "x"}, "set": {"postal_code": "none"}}, "not-understood"),
        ("phones", {"add": [{"value": "12"}]}, "not-a-phone"),
        ("addresses", {"add": [{"street": "1 rue Haute", "country": "Frnce"}]}, "unknown-country"),
        ("name.given", "n/a", "placeholder"),
        ("name", {"given": "Ann", "family": "n/a"}, "placeholder"),
        ("job_title", "n/a", "placeholder"),
        ("attributes.credit", [{"name": "credit", "type": "number", "value": "much"}], "it is no number"),
    ],
)
def test_what_is_no_value_of_its_field_is_refused(path: str, value: Any, reason: str) -> None:
    _, refused = held(path, value, country="FR", latest=LATEST)
    assert [one.reason for one in refused] == [reason]


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("phones", [{"value": "06 39 98 00 12"}], [phone("+33639980012")]),
        ("phones", [{"value": "0639980012"}], [phone("+33639980012")]),
        ("identifiers.vat", [{"type": "vat", "value": "40303265045"}],
         [{"type": "vat", "value": "FR40303265045"}]),
        ("emails", [{"value": "A@X.org", "type": "work"}],
         [{"value": "A@x.org", "match": "a@x.org", "type": "work", "primary": True}]),
        ("addresses", {"was": None, "set": {"country": "france", "street": None}},
         {"was": None, "set": {"country": "FR", "street": None}}),
        ("phones", {"add": [{"value": "06 39 98 00 12"}]},
         {"add": [{**phone("+33639980012"), "primary": False}]}),
        ("name.given", "jeanne", "Jeanne"),
        ("job_title", " ", None),
        ("tags", ["a; b", "a"], ["a", "b"]),
    ],
)  # fmt: skip
def test_what_a_person_wrote_is_read_as_on_the_command_line(path: str, value: Any, found: Any) -> None:
    assert held(path, value, country="FR", latest=LATEST) == (found, [])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("phones", [{**NUMBER_OF_NO_COUNTRY, "primary": True}], id="of no known country"),
        pytest.param("phones", [{**phone("+33639980012"), "extension": "7"}], id="an extension"),
        pytest.param("emails", [{"value": "a@x.org", "match": "a@x.org", "type": "home", "primary": True}],
                     id="a type"),
        pytest.param("addresses", [{**ADDRESS_OF_A_RECORD, "postal_code": "1067", "primary": True}],
                     id="a postal code of another country"),
        pytest.param("addresses", {"was": {"street": "1 rue Hote"}, "set": None}, id="an address taken out"),
        pytest.param("name", {"full": "Jeane MARTIN", "given": "Jeane", "family": "Martin"}, id="a name"),
        pytest.param("name.full", "Jeane MARTIN", id="a name as it was written"),
        pytest.param("birth_date", "1977-09", id="half a date"),
        pytest.param("birth_date", None, id="cleared"),
        pytest.param("attributes.credit", [{"name": "credit", "type": "number", "value": "12.5"}],
                     id="a number"),
    ],
)  # fmt: skip
def test_what_a_golden_record_held_comes_out_as_it_went_in(path: str, value: Any) -> None:
    assert held(path, value, country="FR", latest=LATEST) == (value, [])


@pytest.mark.parametrize(
    "told",
    [
        {"emails": ["A@x.org", "b@x.org"]}, {"phones": ["06 39 98 00 12", "+49 30 412863"]},
        {"urls": ["x.org/a"]}, {"identifiers.vat": ["40303265045"]}, {"name": ["Dr. Jeanne MARTIN"]},
        {"name.family": ["van der berg"]}, {"gender": ["f"]}, {"language": ["français"]}, {"tags": ["a;b"]},
        {"kind": ["company"]}, {"organization": ["Brume A/S"]}, {"attributes.credit": ["12"]},
    ],
)  # fmt: skip
def test_what_was_typed_once_is_held_as_it_was_read(told: dict[str, list[str]]) -> None:
    values, refused = read_values(told, country="FR", latest=LATEST)
    assert not refused
    ((path, value),) = values.items()
    assert held(path, value, country="FR", latest=LATEST) == (value, [])
