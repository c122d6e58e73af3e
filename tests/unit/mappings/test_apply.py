"""A page through a mapping: columns in, contacts out; nothing is lost."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.records import MAPPED_SCHEMA, TIME, Mapped, page_schema
from mappings.apply import ContactMapper
from mappings.expressions import Expression
from mappings.spec import MappingSpec

MAPPING: dict[str, Any] = {
    "mapping": 1,
    "defaults": {"country": "FR", "dates": "day-first"},
    "fields": {
        "name.given": "first",
        "name.family": "last",
        "organization": "company",
        "emails": ["mail", "mail2"],
        "phones": [{"value": "mobile", "type": "mobile"}, "phone"],
        "addresses": [
            {"street": "join_filled([no, street], ' ')", "postal_code": "zip", "country": "country"}
        ],
        "birth_date": "born",
        "identifiers": [{"type": "siren", "value": "siren"}],
        "consents": [
            {
                "channel": "email",
                "purpose": "marketing",
                "status": "news",
                "values": {"Absolument": "granted"},
            }
        ],
        "attributes.segment": "segment",
    },
}
FIELDS = [
    "first",
    "last",
    "company",
    "mail",
    "mail2",
    "mobile",
    "phone",
    "no",
    "street",
    "zip",
    "country",
    "born",
    "siren",
    "news",
    "segment",
]


def page(rows: list[dict[str, str | None]], *, as_json: bool = False) -> pa.Table:
    keys = [str(i) for i in range(len(rows))]
    if as_json:
        payload = pa.array([json.dumps(row) for row in rows], pa.string())
    else:
        payload = pa.array(
            [{name: row.get(name) for name in FIELDS} for row in rows],
            pa.struct([(name, pa.string()) for name in FIELDS]),
        )
    columns = [keys, pa.nulls(len(rows), TIME), [False] * len(rows), payload]
    return pa.table(columns, schema=page_schema(payload.type))


def mapped(rows: list[dict[str, str | None]], *, as_json: bool = False) -> Mapped:
    return ContactMapper(MappingSpec.model_validate(MAPPING)).to_contacts(page(rows, as_json=as_json))


def one(**row: str | None) -> dict[str, Any]:
    found = mapped([row])
    assert found.rejects.num_rows == 0
    contact: dict[str, Any] = found.contacts.to_pylist()[0]
    return contact


def test_several_columns_of_a_field_are_one_list_in_their_order() -> None:
    contact = one(mail="b@x.org", mail2="a@x.org; b@x.org")
    assert [mail["value"] for mail in contact["emails"]] == ["b@x.org", "a@x.org", "b@x.org"]
    assert [mail["primary"] for mail in contact["emails"]] == [True, False, False]


def test_the_records_own_country_reads_its_phone_before_the_default() -> None:
    assert one(mobile="0170 1234567", country="Allemagne")["phones"][0]["value"] == "+491701234567"
    assert one(mobile="06 39 98 00 12")["phones"][0]["value"] == "+33639980012"


def test_a_default_country_is_no_fact_about_an_address() -> None:
    assert one(street="1 rue X", zip="1000")["addresses"][0]["country"] is None
    assert one(street="1 rue X", zip="1000")["addresses"][0]["postal_code"] == "01000"


def test_an_expression_over_columns_leaves_out_what_is_empty() -> None:
    assert one(no="12", street="rue X")["addresses"][0]["street"] == "12 rue X"
    assert one(street="rue X")["addresses"][0]["street"] == "rue X"


def test_a_refused_value_never_refuses_its_row() -> None:
    contact = one(first="Zoé", mail="nobody", siren="1", born="31/02/1990")
    assert contact["name"]["given"] == "Zoé"
    assert contact["emails"] is None
    assert {(r["field"], r["reason"], r["raw"]) for r in contact["refusals"]} == {
        ("emails", "not-an-email", "nobody"),
        ("identifiers", "invalid-siren", "1"),
        ("birth_date", "not-a-date", "31/02/1990"),
    }


@pytest.mark.parametrize(
    ("said", "status"),
    [("Absolument", "granted"), ("oui", "granted"), ("NON", "denied"), ("peut-être", None)],
)
def test_a_consent_is_only_what_is_certain(said: str, status: str | None) -> None:
    contact = one(first="A", news=said)
    found = contact["consents"][0]["status"] if contact["consents"] else None
    assert found == status


def test_who_has_only_a_company_is_an_organisation() -> None:
    assert one(company="Atelier Dubois")["kind"] == "organization"
    assert one(company="Atelier Dubois", last="Dubois")["kind"] == "person"


def test_a_row_that_tells_nobody_is_rejected_with_its_payload() -> None:
    found = mapped([{"segment": "gold"}, {"first": "A"}])
    (reject,) = found.rejects.to_pylist()
    assert (reject["key"], reject["code"]) == ("0", "nothing-identifying")
    assert json.loads(reject["payload"])["segment"] == "gold"
    assert found.contacts["key"].to_pylist() == ["1"]


def test_an_empty_page_gives_empty_tables_of_the_right_schema() -> None:
    found = mapped([])
    assert found.contacts.schema.equals(MAPPED_SCHEMA)
    assert found.contacts.num_rows == found.rejects.num_rows == 0


CELL = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "",
            " ",
            "n/a",
            "Zoé",
            "MARTIN",
            "a@x.org",
            "a@x.org;b@x.org",
            "06 39 98 00 12",
            "12",
            "oui",
            "75001",
            "FR",
        ]
    ),
    st.text(max_size=8),
)
FEW = settings(max_examples=40)
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(FIELDS, CELL)), max_size=5)


@FEW
@given(ROWS)
def test_every_record_is_a_contact_or_a_reject(rows: list[dict[str, str | None]]) -> None:
    found = mapped(rows)
    keys = [*found.contacts["key"].to_pylist(), *found.rejects["key"].to_pylist()]
    assert sorted(keys) == sorted(str(i) for i in range(len(rows)))


@FEW
@given(ROWS)
def test_columns_and_json_say_the_same(rows: list[dict[str, str | None]]) -> None:
    assert mapped(rows).contacts.to_pylist() == mapped(rows, as_json=True).contacts.to_pylist()


@FEW
@given(ROWS, st.integers(0, 8))
def test_a_row_maps_the_same_on_whatever_page_it_stands(rows: list[dict[str, str | None]], cut: int) -> None:
    mapper = ContactMapper(MappingSpec.model_validate(MAPPING))
    whole = page(rows)
    parts = [mapper.to_contacts(part).contacts for part in (whole.slice(0, cut), whole.slice(cut))]
    assert pa.concat_tables(parts).to_pylist() == mapper.to_contacts(whole).contacts.to_pylist()


OTHERS: list[dict[str, str | None]] = [
    {
        "first": f"Zoé{chr(97 + i % 26)}", "last": f"Roy{chr(97 + i // 26)}o", "company": f"Garage {i}",
        "mail": f"z{i}@roy.fr", "mobile": f"06 39 98 {i:02} 12", "street": f"rue {i}", "zip": f"690{i:02}",
        "born": f"1980-01-{1 + i % 28:02}", "segment": f"s{i}", "siren": f"{i}", "no": str(i),
    }
    for i in range(90)
]  # fmt: skip


@FEW
@given(ROWS, st.booleans())
def test_a_row_maps_the_same_among_a_hundred_as_alone(
    rows: list[dict[str, str | None]], as_json: bool
) -> None:
    whole = mapped([*rows, *OTHERS], as_json=as_json)
    alone = mapped(rows, as_json=as_json)
    assert whole.contacts.slice(0, alone.contacts.num_rows).to_pylist() == alone.contacts.to_pylist()
    assert whole.contacts.num_rows == alone.contacts.num_rows + len(OTHERS)


def test_plain_rows_map_the_same_among_a_hundred_as_alone() -> None:
    whole = mapped(OTHERS).contacts.to_pylist()
    for number, row in enumerate(OTHERS):
        assert {**one(**row), "key": str(number)} == whole[number]


@pytest.mark.parametrize("text", ["join_filled(values({a: @.first, b: @.last}), ' ')", "@.first", "*|[0]"])
@pytest.mark.parametrize("others", [[], OTHERS], ids=["alone", "among many"])
def test_an_expression_about_the_whole_record_means_the_same_in_columns_and_json(
    text: str, others: list[dict[str, str | None]]
) -> None:
    spec = MappingSpec.model_validate({"mapping": 1, "fields": {"organization": text, "emails": "mail"}})
    rows: list[dict[str, str | None]] = [
        {**dict.fromkeys(FIELDS), "first": "Zoé", "last": "Roy", "mail": "z@roy.fr"},
        *others,
    ]
    told = [ContactMapper(spec).to_contacts(page(rows, as_json=way)).contacts for way in (False, True)]
    assert told[0].to_pylist() == told[1].to_pylist()
    assert told[0]["organization"][0].as_py() in {"Zoé", "Zoé Roy"}


def test_answers_by_their_labels_are_understood_in_columns_too() -> None:
    spec = MappingSpec.model_validate(
        {"mapping": 1, "labels": "answers", "fields": {"emails": 'said."emails"', "tags": "mail"}}
    )
    answers = {"E-mail": "zoe@roy.fr"}
    struct = pa.array([{"answers": answers}])
    columns = [["1"], pa.nulls(1, TIME), [False], struct]
    in_columns = pa.table(columns, schema=page_schema(struct.type))
    as_json = pa.table([*columns[:3], [json.dumps({"answers": answers})]], schema=page_schema(pa.string()))
    told = [ContactMapper(spec).to_contacts(one).contacts.to_pylist() for one in (in_columns, as_json)]
    assert told[0] == told[1]
    assert told[0][0]["emails"][0]["value"] == "zoe@roy.fr"


def test_nested_values_are_attributes_as_json_and_never_as_python_writes_them() -> None:
    fields = {
        "name.full": "name",
        "attributes.meta": "meta",
        "attributes.items": "items",
        "attributes.tagz": "tagz",
    }
    record = {"name": "Zoé Roy", "meta": {"a": True, "b": None}, "items": [{"n": 1}, "é"], "tagz": ["x", 2]}
    page = pa.table(
        [["1"], pa.nulls(1, TIME), [False], [json.dumps(record)]], schema=page_schema(pa.string())
    )
    mapper = ContactMapper(MappingSpec.model_validate({"mapping": 1, "fields": fields}))
    (row,) = mapper.to_contacts(page).contacts.to_pylist()
    said = {one["name"]: one["value"] for one in row["attributes"]}
    assert json.loads(said["meta"]) == {"a": True, "b": None}
    assert json.loads(said["items"]) == [{"n": 1}, "é"]
    assert said["tagz"] == "x; 2"


def test_joined_parts_are_written_as_json_has_them() -> None:
    assert Expression("join_filled([a, b], '-')").value({"a": True, "b": 3.0}) == "true-3"
