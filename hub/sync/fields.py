"""Field by field: what a write changes, from JSON objects in columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from hub import columns
from hub.sync import few

_SCHEMA: Final = pa.schema([("payload", pa.string()), ("fields", pa.string()), ("cleared", pa.int64())])


def field_changes(rows: pa.Table, owners: Mapping[str, str]) -> pa.Table:
    """What each row sends: `payload` (JSON object of the fields to write), `fields` (JSON list of field, old,
    new, owner, by field) and `cleared`, how many fields lose their value; in the order of `rows`.

    `rows`: action, and the JSON objects payload (the hub's own fields), initial (written only on create) and
    confirmed (what the destination holds). What is removed loses every field.
    """
    if rows.num_rows == 0:
        return _SCHEMA.empty_table()
    if few.are_few(rows):
        return pa.Table.from_pylist(few.field_changes(rows, owners), schema=_SCHEMA)
    return many_field_changes(rows, owners)


def many_field_changes(rows: pa.Table, owners: Mapping[str, str]) -> pa.Table:
    """The same by column: quicker from some hundred rows on."""
    names = _names(rows)
    if not names:
        return columns.query(
            "SELECT '{}' AS payload, '[]' AS fields, 0 AS cleared FROM rows", rows=rows
        ).cast(_SCHEMA)
    cells = ", ".join(f"{_new(name)} AS n{k}, {_old(name)} AS o{k}" for k, name in enumerate(names))
    # an old value that is missing and one that is null are the same to a destination
    differ = [
        f"(n{k} IS NOT NULL AND n{k} IS DISTINCT FROM coalesce(o{k}, 'null'))" for k in range(len(names))
    ]
    sent = [
        f"CASE WHEN {differ[k]} AND action IN ('create', 'update')"
        f" THEN {_text(_name(name) + ':')} || n{k} END"
        for k, name in enumerate(names)
    ]
    told = [
        f"CASE WHEN {differ[k]} THEN {_text(_head(name) + ',' + _member('new'))} || n{k}"
        f" || {_text(',' + _member('old'))} || coalesce(o{k}, 'null')"
        f" || {_text(',' + _member('owner') + json.dumps(owners.get(name, 'hub')) + '}')} END"
        for k, name in enumerate(names)
    ]
    lost = [f"(CASE WHEN {differ[k]} AND n{k} = 'null' THEN 1 ELSE 0 END)" for k in range(len(names))]
    return columns.query(
        f"""
        WITH cells AS (SELECT place, action, {cells} FROM rows)
        SELECT '{{' || concat_ws(',', {", ".join(sent)}) || '}}' AS payload,
            '[' || concat_ws(',', {", ".join(told)}) || ']' AS fields,
            {" + ".join(lost)} AS cleared
        FROM cells ORDER BY place
        """,
        rows=rows.append_column("place", pa.array(range(rows.num_rows), pa.int64())),
    ).cast(_SCHEMA)


def _names(rows: pa.Table) -> list[str]:
    """Every name of a field in any of the objects, in order."""
    found = columns.query(
        """
        SELECT DISTINCT name FROM (
            SELECT unnest(json_keys(payload)) AS name FROM rows
            UNION ALL SELECT unnest(json_keys(initial)) FROM rows WHERE action = 'create'
            UNION ALL SELECT unnest(json_keys(confirmed)) FROM rows WHERE action IN ('archive', 'erase')
        ) WHERE name IS NOT NULL ORDER BY name
        """,
        rows=rows,
    )
    names: list[str] = found["name"].to_pylist()
    return names


def _new(name: str) -> str:
    path = _pointer(name)
    first = f"CASE WHEN action = 'create' THEN (initial->{path})::VARCHAR END"
    gone = f"CASE WHEN action IN ('archive', 'erase') AND (confirmed->{path}) IS NOT NULL THEN 'null' END"
    told = f"coalesce((payload->{path})::VARCHAR, {first})"
    return f"CASE WHEN action IN ('create', 'update') THEN {told} ELSE {gone} END"


def _old(name: str) -> str:
    return f"CASE WHEN action <> 'create' THEN (confirmed->{_pointer(name)})::VARCHAR END"


def _pointer(name: str) -> str:
    """A JSON pointer (RFC 6901): in it every name can be told, whatever it holds."""
    return _text("/" + name.replace("~", "~0").replace("/", "~1"))


def _head(name: str) -> str:
    return "{" + _member("field") + _name(name)


def _name(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _member(name: str) -> str:
    return f'"{name}":'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
