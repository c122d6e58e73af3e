"""Outbound expressions by column are worth what JMESPath makes of each row."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.golden import GOLDEN_SCHEMA
from mappings import by_column
from mappings.expressions import Expression
from mappings.outbound import PayloadMapper
from mappings.outbound_spec import OutboundSpec

VALUES = [
    "phones[?type!='mobile'] | [0].value",
    "phones[?type=='mobile'] | [0].value",
    "emails[?value!=''] | [0].type",
]
CONDITIONS = [
    "kind == 'person' && emails",
    "!tags || (organization != 'Müller''s')",
    "organization && kind != 'person'",
    "!(emails && phones)",
]
_text = st.sampled_from([None, "", "x", "mobile", "person", "q\"'é"])
_items = st.none() | st.lists(
    st.none()
    | st.fixed_dictionaries({"value": _text, "match": st.none(), "type": _text, "primary": st.none()}),
    max_size=3,
)
_people = st.lists(
    st.fixed_dictionaries(
        {
            "kind": _text,
            "organization": _text,
            "emails": _items,
            "phones": _items,
            "tags": st.none() | st.lists(_text, max_size=2),
        }
    ),
    min_size=1,
    max_size=12,
)


def table(people: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(
        [{"identity_id": f"i{n:02}", **person} for n, person in enumerate(people)], schema=GOLDEN_SCHEMA
    )


@pytest.mark.parametrize("text", VALUES)
@settings(max_examples=25)
@given(people=_people)
def test_a_value_is_the_same(text: str, people: list[dict[str, Any]]) -> None:
    expression = Expression(text)
    assert by_column.value_sql(expression.tree, GOLDEN_SCHEMA) is not None
    spec = OutboundSpec.model_validate({"mapping": 1, "fields": {"f": {"value": text, "empty": "clear"}}})
    payloads = PayloadMapper(spec, few=0).to_payloads(table(people))["payload"].to_pylist()
    by_row = [expression.value(row) or None for row in table(people).to_pylist()]
    assert [json.loads(payload)["f"] for payload in payloads] == by_row


@pytest.mark.parametrize("text", CONDITIONS)
@settings(max_examples=25)
@given(people=_people)
def test_a_condition_is_as_true(text: str, people: list[dict[str, Any]]) -> None:
    expression = Expression(text.replace("''", "\\'"))
    assert by_column.truth_sql(expression.tree, GOLDEN_SCHEMA) is not None
    spec = OutboundSpec.model_validate({"mapping": 1, "only": expression, "fields": {"f": "kind"}})
    found = PayloadMapper(spec, few=0).to_payloads(table(people))["identity_id"].to_pylist()
    rows = table(people).to_pylist()
    assert found == [row["identity_id"] for row in rows if expression.value(row)]
