"""A flat table as contacts, for those who use the matching alone, without mappings.

    people = contacts(table, key="id", fields={"first": "name.given", "mail": "emails", ...})

Values are taken as they are; only e-mails are put in lower case and phones reduced to digits to have a form
for matching. Every column that no field names becomes an attribute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import ADDRESS_PARTS, CONTACT_RECORD_SCHEMA, NAME_PARTS
from hub.errors import ConfigurationError

_PLAIN: Final = ("organization", "job_title", "birth_date", "gender", "language", "kind")


class Relation(Protocol):
    """What DuckDB calls a relation."""

    def to_arrow_table(self) -> pa.Table: ...


def contacts(
    table: pa.Table | Relation,
    fields: Mapping[str, str],
    *,
    key: str | None = None,
    source: str | None = None,
) -> pa.Table:
    """An Arrow table or a DuckDB relation in `CONTACT_RECORD_SCHEMA`; record ids are row numbers from 1.

    `fields`: column → `name.given`, `emails`, `phones`, `addresses.street`, `birth_date`,
    `identifiers.vat`, …
    `key` and `source` name columns. Raises `ConfigurationError` for a column or field that does not exist.
    """
    table = table if isinstance(table, pa.Table) else table.to_arrow_table()
    n = table.num_rows
    _check(table, {*fields, *([key] if key else []), *([source] if source else [])})
    by_field: dict[str, list[pa.Array]] = {}
    for column, field in fields.items():
        by_field.setdefault(field, []).append(_text(table[column]))
    rest = [name for name in table.column_names if name not in {*fields, key, source}]
    ids = pa.array(range(1, n + 1), pa.int64())
    columns: dict[str, pa.Array] = {
        "record_id": ids,
        "source": _text(table[source]) if source else pa.repeat("table", n),
        "key": _text(table[key]) if key else ids.cast(pa.string()),
        "name": _name({part: by_field.pop(f"name.{part}", []) for part in NAME_PARTS}, n),
        "addresses": _addresses({part: by_field.pop(f"addresses.{part}", []) for part in ADDRESS_PARTS}, n),
        "emails": _listed(by_field.pop("emails", []), pc.utf8_lower, "emails", n),
        "phones": _listed(by_field.pop("phones", []), _digits, "phones", n),
        "attributes": _named({name: _text(table[name]) for name in rest}, "name", "attributes", n),
        "identifiers": _named(_prefixed(by_field, "identifiers."), "type", "identifiers", n),
    }
    for field in _PLAIN:
        found = by_field.pop(field, None)
        columns[field] = found[0] if found else pa.nulls(n, pa.string())
    if by_field:
        raise ConfigurationError(
            "unknown-field",
            f"there is no field {min(by_field)} to match on",
            hint="fields are name.given, emails, phones, addresses.street, identifiers.TYPE, …",
        )
    if "kind" not in fields.values():
        columns["kind"] = pa.repeat("person", n)
    return pa.table(
        [columns.get(field.name, pa.nulls(n, field.type)) for field in CONTACT_RECORD_SCHEMA],
        schema=CONTACT_RECORD_SCHEMA,
    )


def _check(table: pa.Table, needed: set[str]) -> None:
    for column in sorted(needed - set(table.column_names)):
        raise ConfigurationError(
            "unknown-column",
            f"the table has no column {column}",
            hint=f"it has {', '.join(table.column_names[:20])}",
        )


def _text(column: pa.ChunkedArray) -> pa.Array:
    texts = pc.utf8_trim_whitespace(column.cast(pa.string()).combine_chunks())
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _digits(texts: pa.Array) -> pa.Array:
    digits = pc.replace_substring_regex(texts, "[^0-9]+", "")
    return pc.if_else(pc.equal(digits, ""), None, digits)


def _prefixed(by_field: dict[str, list[pa.Array]], prefix: str) -> dict[str, pa.Array]:
    names = [name for name in by_field if name.startswith(prefix)]
    return {name.removeprefix(prefix): by_field.pop(name)[0] for name in names}


def _name(parts: Mapping[str, list[pa.Array]], n: int) -> pa.Array:
    type_ = CONTACT_RECORD_SCHEMA.field("name").type
    arrays = [parts[f.name][0] if parts[f.name] else pa.nulls(n, f.type) for f in type_]
    return pa.StructArray.from_arrays(arrays, fields=list(type_))


def _addresses(parts: Mapping[str, list[pa.Array]], n: int) -> pa.Array:
    joined = {part: _joined(found) for part, found in parts.items() if found}
    if not joined:
        return pa.nulls(n, CONTACT_RECORD_SCHEMA.field("addresses").type)
    some = pa.array([False] * n)
    for column in joined.values():
        some = pc.or_(some, pc.is_valid(column))
    return _lists([(joined, some)], "addresses", n)


def _joined(columns: list[pa.Array]) -> pa.Array:
    # Not `null_handling="skip"`: pyarrow 26 then drops the rows in which everything is null.
    if len(columns) == 1:
        return columns[0]
    texts = pc.binary_join_element_wise(*(pc.fill_null(column, "") for column in columns), " ")
    return _text(pa.chunked_array([pc.replace_substring_regex(texts, " +", " ")]))


def _listed(columns: list[pa.Array], form: Callable[[pa.Array], pa.Array], field: str, n: int) -> pa.Array:
    matched = [(column, form(column)) for column in columns]
    return _lists([({"value": c, "match": m}, pc.is_valid(c)) for c, m in matched], field, n)


def _named(columns: Mapping[str, pa.Array], label: str, field: str, n: int) -> pa.Array:
    items = [
        ({label: pa.repeat(name, n), "value": column}, pc.is_valid(column))
        for name, column in columns.items()
    ]
    return _lists(items, field, n)


def _lists(items: Sequence[tuple[Mapping[str, pa.Array], pa.Array]], field: str, n: int) -> pa.Array:
    """A list column: of each row those items whose mask is true, in the order of `items`."""
    type_ = CONTACT_RECORD_SCHEMA.field(field).type
    if not items:
        return pa.nulls(n, type_)
    item = type_.value_type
    structs = [
        pa.StructArray.from_arrays([parts.get(f.name, pa.nulls(n, f.type)) for f in item], fields=list(item))
        for parts, _ in items
    ]
    kept = [pc.fill_null(mask, fill_value=False) for _, mask in items]
    rows = pc.indices_nonzero(pa.concat_arrays(kept))
    owners = pc.subtract(
        rows,
        pc.multiply(pc.divide(rows, pa.scalar(max(n, 1), pa.uint64())), pa.scalar(max(n, 1), pa.uint64())),
    )
    order = pc.sort_indices(
        pa.table({"owner": owners, "row": rows}), [("owner", "ascending"), ("row", "ascending")]
    )
    flat = pa.concat_arrays(structs).take(rows.take(order))
    sizes = pa.array([0], pa.int32())
    counts = kept[0].cast(pa.int32())
    for mask in kept[1:]:
        counts = pc.add(counts, mask.cast(pa.int32()))
    offsets = pa.concat_arrays([sizes, pc.cumulative_sum(counts).cast(pa.int32())])
    return pa.ListArray.from_arrays(offsets, flat)
