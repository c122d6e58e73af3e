"""A few rows have the JSON, the digests and the columns that many have."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub import columns, few_rows
from hub.domain.contact import CONTACT_SCHEMA

TEXT = st.none() | st.text(st.characters(codec="utf-8"), max_size=6)


def values(kind: pa.DataType) -> st.SearchStrategy[Any]:
    if pa.types.is_struct(kind):
        return st.none() | st.fixed_dictionaries({member.name: values(member.type) for member in kind})
    if pa.types.is_list(kind):
        return st.none() | st.lists(values(kind.value_type), max_size=2)
    return st.none() | st.booleans() if pa.types.is_boolean(kind) else TEXT


CONTACTS = st.lists(
    st.fixed_dictionaries({field.name: values(field.type) for field in CONTACT_SCHEMA}),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(CONTACTS)
def test_few_rows_are_written_and_read_as_many_are(rows: list[dict[str, Any]]) -> None:
    few = pa.Table.from_pylist(rows, schema=CONTACT_SCHEMA)
    many = pa.concat_tables([few] * (few_rows.FEW + 1))
    assert few_rows.are_few(few, few.column_names)
    assert not few_rows.are_few(many, many.column_names)
    texts, digests = columns.hashed_json(few, few.column_names)
    every_text, every_digest = columns.hashed_json(many, many.column_names)
    assert texts.to_pylist() == every_text.slice(0, few.num_rows).to_pylist()
    assert digests.to_pylist() == every_digest.slice(0, few.num_rows).to_pylist()
    assert columns.digest(texts).to_pylist() == digests.to_pylist()
    read = columns.from_json(texts, CONTACT_SCHEMA)
    assert read.equals(columns.from_json(every_text, CONTACT_SCHEMA).slice(0, few.num_rows))


def test_every_control_character_and_an_escaped_backslash_are_written_alike() -> None:
    nasty = "".join(map(chr, range(0x30))) + "\\u001f \\ \x7f\x85\u2028 é 😀"
    few = pa.table({"text": [nasty], "more": [{"a": nasty, "b": None}]})
    many = pa.concat_tables([few] * (few_rows.FEW + 1))
    assert columns.json_text(few, ["text", "more"])[0] == columns.json_text(many, ["text", "more"])[0]


@pytest.mark.parametrize(
    "kind",
    [pa.int64(), pa.float64(), pa.timestamp("us"), pa.struct([("a", pa.struct([("b", pa.string())]))])],
    ids=str,
)
def test_what_is_written_in_other_ways_is_left_to_the_query(kind: pa.DataType) -> None:
    assert not few_rows.are_few(pa.table({"x": pa.nulls(1, kind)}), ["x"])
