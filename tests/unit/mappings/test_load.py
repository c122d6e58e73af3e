"""Mapping files: every error at its place, with what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from hub.domain.golden import GOLDEN_SCHEMA
from hub.errors import ConfigurationError, ConfigurationErrors
from mappings.check import missing_columns
from mappings.load import (
    builtin_names,
    fingerprint,
    load_builtin,
    load_builtin_outbound,
    load_mapping,
    load_outbound,
)
from mappings.outbound import PayloadMapper
from mappings.write import spec_text


def _write(folder: Path, text: str) -> Path:
    path = folder / "m.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "line", "column", "hint"),
    [
        pytest.param("mapping: 1\nfields:\n  name.gven: a\n", 3, 3, "name.given", id="a misspelt field"),
        pytest.param("mapping: 1\nfeilds: {}\n", 2, 1, "fields", id="a misspelt section"),
        pytest.param(
            "mapping: 1\nfields:\n  phones:\n    - {value: a, typ: x}\n", 4, 18, "type", id="a misspelt part"
        ),
        pytest.param('mapping: 1\nfields:\n  emails: "a["\n', 3, 3, None, id="an expression left open"),
        pytest.param("mapping: 1\nextends: trytn\n", 2, 1, "tryton", id="a misspelt built-in"),
        pytest.param("mapping: 1\nfields:\n\temails: a\n", 3, 1, None, id="a tab"),
        pytest.param(
            "mapping: 1\nfields:\n  attributes.a: {value: a, type: numbr}\n", 3, 28, "number", id="a type"
        ),
        pytest.param("mapping: 1\nfields: []\n", 2, 1, None, id="a list where a block should be"),
        pytest.param("mapping: 2\n", 1, 1, "valid here: 1", id="another version"),
        pytest.param("mapping: 1\ndefaults: {dates: dayfirst}\n", 2, 12, "day-first", id="a misspelt choice"),
        pytest.param("mapping: 1\ndefaults: {contry: FR}\n", 2, 12, "country", id="a misspelt default"),
        pytest.param(
            "mapping: 1\nfields:\n  phones: {type: home}\n", 3, 3, "value", id="a phone without a value"
        ),
        pytest.param(
            "mapping: 1\nfields:\n  consents:\n    - {channel: email, status: x}\n",
            4,
            7,
            "purpose",
            id="no purpose",
        ),
    ],
)
def test_an_error_has_its_place(tmp_path: Path, text: str, line: int, column: int, hint: str | None) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_mapping(_write(tmp_path, text))
    error = refused.value
    assert error.place is not None
    assert (error.place.line, error.place.column) == (line, column)
    if hint is not None:
        assert hint in (error.hint or "")


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        pytest.param("only: emials", "m.yaml:2:1", "emails", id="a misspelt field of the golden record"),
        pytest.param('fields: {a: "emails[0].valu"}', "m.yaml:2:10", "value", id="a misspelt part of it"),
        pytest.param("fields: {a: emails.value}", "m.yaml:2:10", "[0]", id="a list without a place"),
        pytest.param("fields: {a: lowr(kind)}", "m.yaml:2:10", "lower", id="a misspelt function"),
        pytest.param("fields: {a: {value: kind, owner: hubb}}", "m.yaml:2:27", "hub", id="an owner"),
        pytest.param("fields: {a: {valu: kind, value: kind}}", "m.yaml:2:14", "value", id="a misspelt part"),
        pytest.param("fields: {a: {owner: hub}}", "m.yaml:2:10", "value", id="a part that is missing"),
        pytest.param(
            "require: {chanel: email, channel: a, purpose: b}", "m.yaml:2:11", "channel", id="a permission"
        ),
        pytest.param("requir: {channel: a, purpose: b}", "m.yaml:2:1", "require", id="a misspelt section"),
    ],
)
def test_an_error_of_an_outbound_mapping_has_its_place(
    tmp_path: Path, text: str, place: str, hint: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_outbound(_write(tmp_path, f"mapping: 1\n{text}\n"))
    error = refused.value
    assert error.place is not None
    assert f"{error.place.file}:{error.place.line}:{error.place.column}" == place
    assert hint in (error.hint or "")


def test_all_errors_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationErrors) as refused:
        load_mapping(_write(tmp_path, "mapping: 1\nfields:\n  nam: a\n  emials: b\n"))
    assert [error.place.line for error in refused.value.errors if error.place] == [3, 4]


def test_a_column_that_is_not_there_is_told_with_the_probable_one(tmp_path: Path) -> None:
    path = _write(tmp_path, "mapping: 1\nfields:\n  emails: [email, emial2]\n")
    (error,) = missing_columns(load_mapping(path), ["email", "email2"], path)
    assert error.place is not None
    assert (error.place.line, error.hint) == (3, "did you mean `email2`?")


def test_a_column_that_is_not_there_is_told_where_it_is_named(tmp_path: Path) -> None:
    fields = "phones:\n    - {type: work, value: telefn}\n  addresses: {locality: ort, street: strase}\n"
    path = _write(tmp_path, f"mapping: 1\nfields:\n  {fields}")
    errors = missing_columns(load_mapping(path), ["telefon", "ort", "strasse"], path)
    places = {(one.place.line, one.place.column) for one in errors if one.place is not None}
    assert places == {(4, 20), (5, 30)}
    assert [one.hint for one in errors] == ["did you mean `strasse`?", "did you mean `telefon`?"]


def test_a_project_overrides_a_built_in_mapping_by_writing_only_what_differs(tmp_path: Path) -> None:
    spec = load_mapping(_write(tmp_path, "mapping: 1\nextends: tryton\nfields:\n  name.full: code\n"))
    built_in = load_builtin("tryton")
    assert built_in is not None
    assert spec.fields["name.full"][0].parts["value"].text == "code"
    assert spec.fields["emails"] == built_in.fields["emails"]


@pytest.mark.parametrize("name", builtin_names("in"))
def test_what_show_prints_of_a_built_in_mapping_is_the_same_mapping(tmp_path: Path, name: str) -> None:
    spec = load_builtin(name)
    assert spec is not None
    assert fingerprint(load_mapping(_write(tmp_path, spec_text(spec)))) == fingerprint(spec)


@pytest.mark.parametrize("name", builtin_names("out"))
def test_every_built_in_outbound_mapping_fills_its_fields(tmp_path: Path, name: str) -> None:
    spec = load_builtin_outbound(name)
    assert spec is not None
    assert fingerprint(load_outbound(_write(tmp_path, spec_text(spec)))) == fingerprint(spec)
    assert PayloadMapper(spec).to_payloads(GOLDEN_SCHEMA.empty_table()).num_rows == 0


GOLDEN = pa.Table.from_pylist(
    [
        {
            "identity_id": "a",
            "kind": "person",
            "name": {"given": "Zoé", "family": "Martin"},
            "emails": [{"value": "z@x.org"}, {"value": "y@x.org"}],
            "phones": [{"value": "+331", "type": "work"}, {"value": "+332", "type": "mobile"}],
            "consents": [{"channel": "email", "purpose": "marketing", "status": "granted"}],
            "attributes": [{"name": "segment", "type": "text", "value": "gold"}],
            "sources": ["erp"],
            "record_count": 2,
        },
        {
            "identity_id": "b",
            "kind": "person",
            "name": {"given": "Éva"},
            "sources": ["web"],
            "record_count": 1,
        },
        {
            "identity_id": "c",
            "kind": "organization",
            "organization": "A",
            "sources": ["web"],
            "record_count": 1,
        },
    ],
    schema=GOLDEN_SCHEMA,
)
OUT = """
mapping: 1
only: kind == 'person'
require: {channel: email, purpose: marketing}
fields:
  mail: emails[0].value
  second: emails[1].value
  mobile: "phones[?type=='mobile'] | [0].value"
  name: {value: "join_filled([name.given, name.family], ' ')", owner: destination}
  tier: {value: attributes.segment, empty: clear}
  level: {value: job_title, empty: none}
  count: record_count
  note: {value: birth_date, owner: destination}
"""


def test_an_outbound_mapping_gives_the_hubs_fields_and_those_only_for_a_new_record(tmp_path: Path) -> None:
    found = PayloadMapper(load_outbound(_write(tmp_path, OUT))).to_payloads(GOLDEN).to_pylist()
    assert found == [
        {
            "identity_id": "a",
            "payload": '{"count":2,"level":"none","mail":"z@x.org","mobile":"+332",'
            '"second":"y@x.org","tier":"gold"}',
            "initial": '{"name":"Zoé Martin"}',
            "blocked": None,
        },
        {
            "identity_id": "b",
            "payload": '{"count":1,"level":"none","tier":null}',
            "initial": '{"name":"Éva"}',
            "blocked": "no permission for marketing by email",
        },
    ]


def test_a_field_that_most_records_lack_costs_no_record_its_row(tmp_path: Path) -> None:
    """A join of columns once dropped the rows in which all of them are null."""
    spec = load_outbound(
        _write(tmp_path, "mapping: 1\nfields:\n  title: job_title\n  note: attributes.segment\n")
    )
    found = PayloadMapper(spec).to_payloads(GOLDEN)
    assert found["payload"].to_pylist() == ['{"note":"gold"}', "{}", "{}"]
