"""Answers under labels of many languages mean the same fields."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from hub.domain.records import TIME, page_schema
from mappings.apply import ContactMapper
from mappings.load import load_builtin


def contact(fields: dict[str, Any]) -> dict[str, Any]:
    spec = load_builtin("webform")
    assert spec is not None
    payload = json.dumps({"fields": fields, "form_id": "f"}, sort_keys=True)
    page = pa.table([["1"], pa.nulls(1, TIME), [False], [payload]], schema=page_schema(pa.string()))
    (found,) = ContactMapper(spec).to_contacts(page).contacts.to_pylist()
    return dict(found)


@pytest.mark.parametrize(
    ("fields", "given", "family"),
    [
        pytest.param({"First name": "Zoé", "Last name": "Martin"}, "Zoé", "Martin", id="English"),
        pytest.param({"Prénom": "Zoé", "Nom": "Martin"}, "Zoé", "Martin", id="French"),
        pytest.param({"Vorname": "Zoé", "Nachname": "Martin"}, "Zoé", "Martin", id="German"),
        pytest.param({"Prénom et nom": "Zoé Martin"}, "Zoé", "Martin", id="one field"),
        pytest.param({"Nom": "Zoé Martin"}, "Zoé", "Martin", id="a name without a given name beside it"),
        pytest.param({"Votre nom de famille": "Martin", "votre prénom": "Zoé"}, "Zoé", "Martin", id="polite"),
    ],
)
def test_names_are_found(fields: dict[str, str], given: str, family: str) -> None:
    name = contact(fields)["name"]
    assert (name["given"], name["family"]) == (given, family)


def test_contact_points_and_consent_are_found() -> None:
    found = contact(
        {
            "Adresse e-mail": "z@courrier.example",
            "Tel. portable": "+33 6 39 98 00 12",
            "Ville": "Lyon",
            "Code postal": "69003",
            "Recevoir la newsletter ?": True,
        }
    )
    assert found["emails"][0]["value"] == "z@courrier.example"
    assert found["phones"][0]["value"] == "+33639980012"
    assert (found["addresses"][0]["locality"], found["addresses"][0]["postal_code"]) == ("Lyon", "69003")
    assert found["consents"][0]["status"] == "granted"


def test_the_same_answers_mean_the_same_beside_others() -> None:
    alone = contact({"Nom": "Zoé Martin", "Email": "z@x.org"})
    beside = contact({"Nom": "Zoé Martin", "Email": "z@x.org", "Quelle couleur ?": "bleu", "Budget": 12})
    assert {**alone, "refusals": None} == {**beside, "refusals": None}
