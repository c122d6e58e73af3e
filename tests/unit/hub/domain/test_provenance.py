"""Provenance names each record once, and is read in full."""

from __future__ import annotations

import json

from hub.domain.provenance import read_provenance

CRM = {"source": "crm", "key": "1", "at": "2024-01-01T00:00:00.000000Z"}
ERP = {"source": "erp", "key": "7", "at": None}


def test_the_numbers_of_records_are_read_as_the_records() -> None:
    lost = [{"value": "B", "records": [1]}]
    stored = {"told_by": [CRM, ERP], "organization": {"rule": "tie", "records": [0], "lost": lost}}
    read = {"rule": "tie", "records": [CRM], "lost": [{"value": "B", "records": [ERP]}]}
    assert read_provenance(json.dumps(stored)) == {"organization": read}


def test_records_that_are_told_in_full_stay() -> None:
    consent = {"value": "email marketing", "records": [{**CRM, "status": "granted"}]}
    stored = {"told_by": [CRM], "consents": {"rule": "most_restrictive", "values": [consent]}}
    assert read_provenance(json.dumps(stored))["consents"]["values"] == [consent]


def test_what_an_earlier_hub_stored_is_read_as_it_is() -> None:
    stored = {"organization": {"rule": "agreed", "records": [CRM, ERP], "lost": []}}
    assert read_provenance(json.dumps(stored)) == stored


def test_a_golden_record_of_one_record_names_it() -> None:
    assert read_provenance(json.dumps({"only": CRM})) == {"only": CRM}


def test_without_provenance_nothing_is_told() -> None:
    assert read_provenance(None) == {}
