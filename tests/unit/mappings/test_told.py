"""Values that a person types are read as a source's are, and refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from mappings.told import Refused, read_values


@pytest.mark.parametrize(
    ("told", "value"),
    [
        pytest.param({"job_title": ["Director"]}, "Director", id="one text"),
        pytest.param({"birth_date": ["1980-02-03"]}, "1980-02-03", id="a date"),
        pytest.param({"name.given": ["jeanne"]}, "Jeanne", id="a part of a name"),
        pytest.param({"kind": ["company"]}, "organization", id="a kind"),
        pytest.param({"tags": ["a", "b"]}, ["a", "b"], id="tags"),
        pytest.param({"job_title": [""]}, None, id="cleared"),
        pytest.param({"emails": [" "]}, None, id="a list cleared"),
    ],
)
def test_a_value_is_read_for_its_field(told: dict[str, list[str]], value: Any) -> None:
    assert read_values(told) == ({next(iter(told)): value}, [])


def test_a_whole_name_is_taken_apart() -> None:
    values, refused = read_values({"name": ["Jeanne MARTIN"]})
    assert (values["name"]["given"], values["name"]["family"], refused) == ("Jeanne", "Martin", [])


@pytest.mark.parametrize(
    ("told", "values"),
    [
        pytest.param(
            {"addresses.street": ["1 rue Haute"], "addresses.locality": ["Lille"]},
            {"addresses": {"street": "1 rue Haute", "locality": "Lille"}},
            id="of the first",
        ),
        pytest.param(
            {"addresses.2.country": ["france"], "addresses.2.region": [" "], "addresses.3": [""]},
            {"addresses.2": {"country": "FR", "region": None}, "addresses.3": None},
            id="of others",
        ),
        pytest.param({"addresses": [""]}, {"addresses": None}, id="all cleared"),
        pytest.param(
            {"addresses+.locality": ["Lille"], "addresses+.country": ["france"]},
            {"addresses+": {"locality": "Lille", "country": "FR"}},
            id="of one more",
        ),
    ],
)
def test_of_an_address_the_parts_are_told_by_name(told: dict[str, list[str]], values: dict[str, Any]) -> None:
    assert read_values(told, country="FR") == (values, [])


@pytest.mark.parametrize("sign", ["+", "-"])
def test_what_comes_beside_the_others_or_is_taken_out_is_read_as_they_are(sign: str) -> None:
    told = {f"emails{sign}": ["a@x.org", "b@x.org"], f"identifiers.siret{sign}": ["x", "y"]}
    values, refused = read_values(told)
    assert [one["value"] for one in values[f"emails{sign}"]] == ["a@x.org", "b@x.org"]
    assert refused == [Refused(f"identifiers.siret{sign}", "invalid-siret")]


def test_phones_are_read_for_the_country_at_hand() -> None:
    values, _ = read_values({"phones": ["06 39 98 00 12"]}, country="FR")
    assert values["phones"][0]["value"] == "+33639980012"


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        pytest.param({"emails": ["junk"]}, Refused("emails", "not-an-email"), id="no e-mail"),
        pytest.param({"emails": ["a@x.org", "junk"]}, Refused("emails", "not-an-email"), id="one of two"),
        pytest.param({"birth_date": ["31/31/2000"]}, Refused("birth_date", "not-a-date"), id="no date"),
        pytest.param({"kind": ["zork"]}, Refused("kind", "it is person or organization"), id="no kind"),
        pytest.param(
            {"job_titel": ["x"]},
            Refused("job_titel", "there is no such field", "job_title"),
            id="no field",
        ),
        pytest.param(
            {"organization": ["a", "b"]}, Refused("organization", "it has one value"), id="two for one"
        ),
        pytest.param(
            {"addresses": ["x"]},
            Refused("addresses", "an address is told by its parts", "addresses.street"),
            id="a whole address",
        ),
        pytest.param(
            {"job_title+": ["x"]},
            Refused("job_title+", "it has one value", "job_title"),
            id="one more",
        ),
        pytest.param({"emial+": ["x"]}, Refused("emial+", "there is no such field", "emails"), id="no list"),
        pytest.param({"emails+": [" "]}, Refused("emails+", "it names nothing to add"), id="nothing more"),
        pytest.param(
            {"emails-": [""]}, Refused("emails-", "it names nothing to take out"), id="nothing less"
        ),
        pytest.param({"gender-": ["f"]}, Refused("gender-", "it has one value", "gender"), id="one less"),
        pytest.param(
            {"addresses-.street": ["x"]},
            Refused("addresses-.street", "an address is taken out by its place", "addresses.1="),
            id="an address less",
        ),
        pytest.param(
            {"addresses-": ["x"]},
            Refused("addresses-", "an address is taken out by its place", "addresses.1="),
            id="a whole address less",
        ),
        pytest.param({"addresses+": [""]}, Refused("addresses+", "it names nothing to add"), id="no more"),
        pytest.param(
            {"addresses+.country": ["FR"]},
            Refused("addresses+", "it names no street, postal_code or locality"),
            id="an address of a country",
        ),
        pytest.param({"kind": [""]}, Refused("kind", "it is person or organization"), id="kind cleared"),
        pytest.param(
            {"addresses.2.stret": ["x"]},
            Refused("addresses.2.stret", "an address is told by its parts", "addresses.2.street"),
            id="no part of an address",
        ),
        pytest.param(
            {"addresses.0.street": ["x"]},
            Refused("addresses.0.street", "addresses are counted from 1", "addresses.1.street"),
            id="no address",
        ),
        pytest.param(
            {"addresses.2": [""], "addresses.2.street": ["x"]},
            Refused("addresses.2", "it is cleared and set at once"),
            id="an address cleared and set",
        ),
        pytest.param(
            {"addresses.country": ["Frnce"]}, Refused("addresses.country", "unknown-country"), id="no country"
        ),
    ],
)
def test_what_is_no_value_of_its_field_is_refused(told: dict[str, list[str]], refused: Refused) -> None:
    assert read_values(told) == ({}, [refused])


def test_nobody_widens_a_consent_by_hand() -> None:
    (refused,) = read_values({"consents": ["yes"]})[1]
    assert "widen" in refused.reason
