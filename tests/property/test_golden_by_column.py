"""Golden records of many identities at once are those built one after the other, to the last byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.contact import ADDRESS, CONSENT, CONTACT_RECORD_SCHEMA, EMAIL, NAME, PHONE
from hub.domain.provenance import read_provenance
from hub.golden import build
from hub.golden.explain import explained
from hub.golden.survivorship import (
    MULTI_FIELDS,
    ORDERING,
    SINGLE_FIELDS,
    FieldRule,
    Group,
    Step,
    SurvivorshipRules,
)

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
SOURCES = st.sampled_from(["erp", "web", "é"])
SOME = st.none() | st.frozensets(SOURCES, max_size=2)
PRIORITIES = st.dictionaries(SOURCES, st.integers(1, 2))


@dataclass(frozen=True)
class Rating:
    """A stand-in for an expression: rates by length, not at all what has none."""

    text: str = "length(value)"

    def score(self, told: Mapping[str, object]) -> float | None:
        value, source = told["value"], told["source"]
        if value is None or (told["parts"] is None and source == "erp"):
            return None
        return len(str(value)) % 3 - (told["updated_at"] is None)


AGE = st.sampled_from([100, 400, 9000])
ORDER = st.lists(st.builds(Step, st.sampled_from(ORDERING), SOME), min_size=1, max_size=3, unique=True)
FIELD = st.builds(
    FieldRule,
    order=st.just(()) | ORDER.map(tuple),
    priorities=st.none() | PRIORITIES,
    only_from=SOME,
    max_age=st.none() | AGE | st.dictionaries(SOURCES, AGE, min_size=1),
    limit=st.none() | st.integers(1, 2),
    expression=st.none() | st.just(Rating()),
)
DECLARED = st.sampled_from([*SINGLE_FIELDS, *MULTI_FIELDS, "attributes", "attributes.a", "attributes.É"])
ONE_VALUE = st.sampled_from([*SINGLE_FIELDS, "attributes.a", "attributes.É", "attributes.b"])
GROUPS = st.lists(ONE_VALUE, min_size=2, max_size=5, unique=True).flatmap(
    lambda fields: st.builds(
        lambda at, one, other: {
            name: Group(tuple(mine), rule)
            for name, mine, rule in (('é"', fields[:at], one), ("b", fields[at:], other))
            if mine
        },
        st.integers(0, len(fields)),
        FIELD,
        FIELD,
    )
)
RULES = st.builds(
    SurvivorshipRules,
    groups=st.just({}) | GROUPS,
    priorities=PRIORITIES,
    default=ORDER.map(tuple),
    fields=st.dictionaries(DECLARED, FIELD, max_size=6),
    verified=st.dictionaries(SOURCES, st.frozensets(DECLARED, max_size=3)),
    today=st.none() | st.just("2025-06-01"),
    authorities=st.frozensets(SOURCES),
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


@settings(max_examples=100)
@given(st.lists(ROW, min_size=1, max_size=6), RULES)
def test_nothing_that_was_said_is_discarded(rows: list[dict[str, Any]], rules: SurvivorshipRules) -> None:
    for golden in built(rows, rules, few=len(rows)).to_pylist():
        told = explained(golden, read_provenance(golden["provenance"]))
        shown: dict[str, set[str]] = {}
        for one in told:
            texts = {one.value, *(value for value, _ in one.lost)}
            shown.setdefault(one.field, set()).update(text.lower() for text in texts)
        mine = [row for row in rows if row["group"] == golden["identity_id"]]
        for row in mine:
            if row["job_title"] is not None:
                assert row["job_title"].lower() in shown["job_title"]
            for tag in row["tags"] or ():
                assert tag is None or tag.lower() in shown["tags"]
            for mail in row["emails"] or ():
                assert not mail or mail["value"] is None or mail["value"].lower() in shown["emails"]
            for one in filter(None, row["attributes"] or ()):
                if one["value"] is not None:
                    whole = f"{one['name']} = {one['value']}"
                    assert {one["value"].lower(), whole.lower()} & shown["attributes"]


def _one_value(row: dict[str, Any], field: str) -> str:
    """What a record, or a golden record, says of a field of a group, as far as it can be compared."""
    root, _, attribute = field.partition(".")
    if not attribute:
        parts = row[root] if isinstance(row[root], dict) else {root: row[root]}
        said = row[root] if any(part is not None for part in parts.values()) else None
        return json.dumps(said, sort_keys=True)
    told = [one["value"] for one in row[root] or () if one and one["name"] == attribute]
    return json.dumps(next((value for value in told if value is not None), None))


@settings(max_examples=150)
@given(st.lists(ROW, min_size=2, max_size=6), RULES.filter(lambda rules: bool(rules.groups)))
def test_what_survives_together_is_what_one_record_says(
    rows: list[dict[str, Any]], rules: SurvivorshipRules
) -> None:
    for golden in built(rows, rules, few=len(rows)).to_pylist():
        mine = [row for row in rows if row["group"] == golden["identity_id"]]
        for group in rules.groups.values():
            survived = [_one_value(golden, field) for field in group.fields]
            said = [[_one_value(row, field) for field in group.fields] for row in mine]
            empty = all(json.loads(one) is None for one in survived)
            assert survived in said or (empty and len(mine) > 1) or group.rule.only_from is not None


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
            [{"emails": [rich(EMAIL, value="a", match="b")]}, {"emails": [rich(EMAIL, match="b")]}],
            id="an item whose value another record has",
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
    rules = SurvivorshipRules(groups={"one": Group(("name", "language"), FieldRule())})
    assert built(told, rules, few=9).to_pylist() == built(told, rules, few=0).to_pylist()
    rules = SurvivorshipRules()
    assert built(told, rules, few=9).to_pylist() == built(told, rules, few=0).to_pylist()
