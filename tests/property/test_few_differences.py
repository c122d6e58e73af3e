"""A few differences come to what many do, to the last byte: row by row here, by query there."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from hub import columns
from hub.domain.golden import GOLDEN_SCHEMA
from hub.domain.plan import HEIR_SCHEMA, REDIRECT_SCHEMA, Capabilities
from hub.store.ledger import LEDGER_SCHEMA
from hub.sync import changes, diff, few, fields
from hub.sync.asked import Asked
from mappings.outbound import PAYLOAD_SCHEMA, PayloadMapper
from mappings.outbound_spec import OutboundSpec

_value = st.sampled_from([None, "", "a", 'q"\\é\x1f', True, 0, 7, ["x", None], {"b": "1", "a": None}])
_name = st.sampled_from(["mail", "a/b~c", "it's", 'q"é'])
_object = st.dictionaries(_name, _value, max_size=3).map(json.dumps)
_hash = st.sampled_from(["h1", "h2"])
_maybe = st.none() | _hash
_identity = st.sampled_from([f"p{n}" for n in range(20)])
STATES = ("confirmed", "parked", "pending", "dropped", "archived", "gone", "merged")
_desired = st.fixed_dictionaries(
    {
        "identity_id": _identity,
        "payload": _object,
        "initial": _object,
        "blocked": st.sampled_from([None, None, "no permission"]),
        "golden_hash": _maybe,
        "payload_hash": _hash,
    }
)
_held = st.fixed_dictionaries(
    {
        "identity_id": _identity,
        "remote_id": st.sampled_from([None, "r1"]),
        "state": st.sampled_from(STATES),
        "confirmed": st.none() | _object,
        "confirmed_hash": _maybe,
        "attempted_hash": _maybe,
        "next_try_at": st.sampled_from([None, "2026-01-01", "2026-01-03"]),
    }
)
_redirect = st.fixed_dictionaries({"id": _identity, "redirect_to": st.just("p9"), "left": st.booleans()})
_heir = st.fixed_dictionaries({"identity_id": _identity, "remote_id": st.just("r9"), "confirmed": _object})
_DESIRED = pa.schema([*PAYLOAD_SCHEMA, ("golden_hash", pa.string()), ("payload_hash", pa.string())])


def _each(rows: st.SearchStrategy[Any], key: str, schema: pa.Schema) -> st.SearchStrategy[pa.Table]:
    found = st.lists(rows, min_size=5, max_size=15, unique_by=lambda row: row[key])
    return found.map(lambda told: pa.Table.from_pylist(told, schema=schema))


@settings(max_examples=15)
@given(
    _each(_desired, "identity_id", _DESIRED),
    _each(_held, "identity_id", LEDGER_SCHEMA),
    _each(_redirect, "id", REDIRECT_SCHEMA),
    _each(_heir, "identity_id", HEIR_SCHEMA),
    st.builds(
        Capabilities,
        batch_size=st.just(3),
        upsert_key=st.just(True),
        merge=st.booleans(),
        archive=st.booleans(),
        erase=st.booleans(),
        moves_key=st.booleans(),
    ),
    st.builds(Asked, st.sampled_from([None, "2026-01-02"]), recreate=st.booleans(), erase=st.booleans()),
)
def test_the_same_is_done_to_few_as_to_many(
    desired: pa.Table,
    held: pa.Table,
    redirects: pa.Table,
    heirs: pa.Table,
    able: Capabilities,
    asked: Asked,
) -> None:
    told = few.decided(desired, held, redirects, heirs, able, asked)
    assert told.equals(diff.decided(desired, held, redirects, heirs, able, asked))
    rows = told.filter(pc.is_in(told["action"], value_set=pa.array(["create", "update", "archive", "erase"])))
    if rows.num_rows:
        by_column = fields.many_field_changes(rows, {"mail": "first"})
        assert few.field_changes(rows, {"mail": "first"}) == by_column.to_pylist()
    bare = desired.drop_columns("payload_hash")
    whole = diff.difference(bare, held, redirects, able, asked=asked, heirs=heirs)
    assert few.lines_hash(whole) == changes.lines_hash(whole)


_text = st.sampled_from([None, "", "x", "mobile", 'q"\\é\x1f\x7f'])
_items = st.none() | st.lists(st.none() | st.fixed_dictionaries({"value": _text, "type": _text}), max_size=2)
_consent = st.none() | st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["email", "phone"]),
        "purpose": st.just("marketing"),
        "status": st.sampled_from([None, "granted", "denied"]),
    }
)
_people = st.lists(
    st.fixed_dictionaries(
        {
            "identity_id": st.just("i"),
            "organization": _text,
            "name": st.none() | st.fixed_dictionaries({"given": _text, "family": _text}),
            "emails": _items,
            "phones": _items,
            "tags": st.none() | st.lists(_text, max_size=2),
            "consents": st.none() | st.lists(_consent, max_size=2),
            "sources": st.lists(st.sampled_from(["crm", "é"]), max_size=2),
        }
    ),
    min_size=1,
    max_size=12,
)
_MAPPING = OutboundSpec.model_validate(
    {
        "mapping": 1,
        "only": "emails && organization != 'mobile'",
        "require": {"channel": "email", "purpose": "marketing"},
        "fields": {
            "mail": "emails[0].value",
            "mobile": {"value": "phones[?type=='mobile'] | [0].value", "empty": "clear"},
            "name": {"value": "name", "owner": "first"},
            "tags": {"value": "tags", "empty": "clear"},
            "it's": {"value": "organization", "empty": 'q"'},
            "records": "record_count",
            "worked out": "length(sources)",
        },
    }
)


@settings(max_examples=10)
@given(_people)
def test_few_payloads_are_those_of_many(people: list[dict[str, Any]]) -> None:
    golden = pa.Table.from_pylist(people, schema=GOLDEN_SCHEMA)
    mapped = PayloadMapper(_MAPPING).to_payloads(golden)
    assert mapped.equals(PayloadMapper(_MAPPING, few=0).to_payloads(golden))


@given(st.lists(st.lists(_text, max_size=3), min_size=1, max_size=3))
def test_few_lists_are_read_as_many_are(lists: list[list[str | None]]) -> None:
    few_texts = pa.array([json.dumps(one) for one in lists])
    many = pa.array(few_texts.to_pylist() * 600)
    assert columns.lists_from_json(few_texts).to_pylist() == lists
    assert columns.lists_from_json(many).slice(0, len(lists)).to_pylist() == lists
