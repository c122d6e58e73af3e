"""Golden records of many identities at once are those built one after the other, to the last byte."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.contact import ADDRESS, CONSENT, CONTACT_RECORD_SCHEMA, NAME, PHONE
from hub.golden import build
from hub.golden.survivorship import Criterion, SurvivorshipRules

# Texts that meet when case, accents or marks are taken away, that JSON escapes, that sort beyond the BMP.
TEXT = st.none() | st.sampled_from(
    [
        "a",
        "A",
        "b",
        "",
        "É",
        "e\u0301",
        "é",
        'q"\\',
        "\t\x1f",
        "İ",
        "i̇",
        "ΑΣ",
        "ας",
        "ß",
        "SS",
        "𐐀",
        "\ufb01",
        "a/",
    ]
)
FLAG = st.none() | st.booleans()
TIME = st.none() | st.sampled_from(["", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"])
STATUS = st.none() | st.sampled_from(["granted", "pending", "denied", "odd"])


def struct(kind: pa.StructType, **special: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    fields = {field.name: FLAG if pa.types.is_boolean(field.type) else TEXT for field in kind}
    return st.none() | st.fixed_dictionaries(fields | special)


def items(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.lists(of, max_size=3)


def value(field: pa.Field) -> st.SearchStrategy[Any]:
    if field.name in {"created_at", "updated_at"}:
        return TIME
    if field.name == "consents":
        return items(struct(CONSENT, status=STATUS, at=TIME))
    if pa.types.is_list(field.type):
        of = field.type.value_type
        return items(struct(of) if pa.types.is_struct(of) else TEXT)
    return struct(field.type) if pa.types.is_struct(field.type) else TEXT


ROW = st.fixed_dictionaries(
    {field.name: value(field) for field in CONTACT_RECORD_SCHEMA if field.name not in {"record_id", "key"}}
    | {"source": st.sampled_from(["erp", "web", "é"]), "group": st.sampled_from("ghij")}
)
ORDER = st.lists(st.sampled_from(Criterion), min_size=1, max_size=3, unique=True).map(tuple)
RULES = st.builds(
    SurvivorshipRules,
    priorities=st.dictionaries(st.sampled_from(["erp", "web"]), st.integers(1, 2)),
    default=ORDER,
    fields=st.dictionaries(st.sampled_from(["name", "kind", "emails", "addresses", "tags"]), ORDER),
    authorities=st.frozensets(st.sampled_from(["erp", "web"])),
)


def built(rows: list[dict[str, Any]], rules: SurvivorshipRules, *, few: int) -> pa.Table:
    records = [row | {"record_id": n, "key": f"k{n}"} for n, row in enumerate(rows)]
    contacts = pa.Table.from_pylist(records, schema=CONTACT_RECORD_SCHEMA)
    groups = pa.array([row["group"] for row in rows], pa.string())
    members = pa.table({"record_id": contacts["record_id"], "identity_id": groups})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(build, "_FEW", few)
        return build.build_golden(contacts, members, rules)


@settings(max_examples=150)
@given(st.lists(ROW, min_size=2, max_size=9), RULES)
def test_both_ways_build_the_same(rows: list[dict[str, Any]], rules: SurvivorshipRules) -> None:
    one_by_one, by_column = built(rows, rules, few=len(rows)), built(rows, rules, few=0)
    for name in one_by_one.column_names:
        assert by_column[name].to_pylist() == one_by_one[name].to_pylist(), name
    assert by_column.schema.equals(one_by_one.schema)


def rich(kind: pa.StructType, **told: Any) -> dict[str, Any]:
    return dict.fromkeys((field.name for field in kind), None) | told


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([{"kind": None}, {"kind": None}], id="records that say nothing"),
        pytest.param(
            [{"name": rich(NAME, full="J")}, {"name": rich(NAME)}, {"name": None}], id="names without parts"
        ),
        pytest.param(
            [{"phones": [rich(PHONE, primary=True), None]}, {"phones": [rich(PHONE, value="1")]}],
            id="items without a value",
        ),
        pytest.param(
            [{"addresses": [rich(ADDRESS)]}, {"addresses": [rich(ADDRESS, street="", region="x")]}],
            id="addresses without a place",
        ),
    ],
)
def test_both_ways_agree_on_what_is_hardly_there(rows: list[dict[str, Any]]) -> None:
    told = [{"source": "erp", "group": "g"} | row for row in rows]
    rules = SurvivorshipRules()
    assert built(told, rules, few=9).to_pylist() == built(told, rules, few=0).to_pylist()
