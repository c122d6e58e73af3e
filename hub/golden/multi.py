"""Fields that keep every distinct value: the best first, each with the records that hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from hub import columns
from hub.golden.single import ORIGIN_SCHEMA
from hub.golden.survivorship import MULTI_FIELDS, Criterion, SurvivorshipRules


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a field's items are told apart (`same`), measured (`filled`) and shown, in SQL on `item`."""

    same: str
    shown: str
    filled: str = "1"
    primary: bool = True


_FOLDED: Final = "regexp_replace(lower(strip_accents(coalesce({0}, ''))), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')"

_SHAPES: Final = {
    "emails": _Shape('coalesce(item."match", lower(item.value))', "item.value"),
    "phones": _Shape('coalesce(item."match", item.value)', "item.value"),
    "addresses": _Shape(
        "concat_ws('|', "
        + ", ".join(
            _FOLDED.format(f"item.{part}") for part in ("street", "postal_code", "locality", "country")
        )
        + ")",
        "concat_ws(', ', item.street, item.postal_code, item.locality, item.country)",
        "(item.street IS NOT NULL)::BIGINT + (item.locality IS NOT NULL)::BIGINT"
        " + (item.postal_code IS NOT NULL)::BIGINT + (item.country IS NOT NULL)::BIGINT",
    ),
    "urls": _Shape("lower(rtrim(item.value, '/'))", "item.value"),
    "identifiers": _Shape(
        "concat_ws('|', item.type, item.value)", "concat_ws(' ', item.type, item.value)", primary=False
    ),
    "tags": _Shape("lower(item)", "item", primary=False),
    # One value an attribute's name: the best.
    "attributes": _Shape("item.name", "item.value", primary=False),
}
_ORDER_BY: Final = {
    Criterion.PRIORITY: "min(priority) ASC",
    Criterion.RECENCY: "max(updated_at) DESC NULLS LAST",
    Criterion.FREQUENCY: "count(DISTINCT record_id) DESC",
    Criterion.COMPLETENESS: "max(filled) DESC",
}
_ITEM_ORDER_BY: Final = {
    Criterion.PRIORITY: "priority ASC",
    Criterion.RECENCY: "updated_at DESC NULLS LAST",
    Criterion.FREQUENCY: "said DESC",
    Criterion.COMPLETENESS: "filled DESC",
}


def multi_fields(joined: pa.Table, rules: SurvivorshipRules) -> tuple[dict[str, pa.ChunkedArray], pa.Table]:
    """Each multi-valued field's list, one a distinct identity in their order, and the origins."""
    identities = columns.query(
        "SELECT DISTINCT identity_id FROM joined ORDER BY identity_id", joined=joined.select(["identity_id"])
    )
    values, origins = {}, []
    for field in (*MULTI_FIELDS, "attributes"):
        values[field], found = _union(joined, identities, field, rules.order(field))
        origins.append(found)
    values["consents"], found = _consents(joined, identities)
    return values, pa.concat_tables([*origins, found])


def _union(
    joined: pa.Table, identities: pa.Table, field: str, order: tuple[Criterion, ...]
) -> tuple[pa.ChunkedArray, pa.Table]:
    shape = _SHAPES[field]
    best = ", ".join(_ITEM_ORDER_BY[criterion] for criterion in order)
    groups = ", ".join(_ORDER_BY[criterion] for criterion in order)
    first = 'max(coalesce(item."primary", false)::INT) DESC, ' if shape.primary else ""
    item = 'struct_update(item, "primary" := (rank = 1))' if shape.primary else "item"
    rule = "best" if field == "attributes" else "union"
    found = columns.query(
        f"""
        WITH items AS (
            SELECT identity_id, record_id, source, key, priority, updated_at, unnest("{field}") AS item
            FROM joined
        ), measured AS (
            SELECT *, {shape.same} AS same, {shape.shown} AS shown, {shape.filled} AS filled,
                count(*) OVER (PARTITION BY identity_id, {shape.same}, {shape.shown}) AS said
            FROM items WHERE item IS NOT NULL
        ), grouped AS (
            SELECT identity_id, same,
                first(item ORDER BY {best}, shown, source, key) AS item,
                first(shown ORDER BY {best}, shown, source, key) AS shown,
                list(DISTINCT {{'source': source, 'key': key, 'at': updated_at}}
                     ORDER BY {{'source': source, 'key': key, 'at': updated_at}}) AS records,
                list(DISTINCT shown ORDER BY shown) AS spellings,
                row_number() OVER (
                    PARTITION BY identity_id ORDER BY {first}{groups}, same
                ) AS rank
            FROM measured GROUP BY identity_id, same
        ), listed AS (
            SELECT identity_id, list({item} ORDER BY rank) AS items,
                to_json({{'rule': '{rule}', 'values': list(
                    {{'value': shown, 'records': records,
                      'others': list_filter(spellings, lambda x: x <> shown)}} ORDER BY rank
                )}})::VARCHAR AS origin
            FROM grouped GROUP BY identity_id
        )
        SELECT i.identity_id, l.items, l.origin
        FROM identities i LEFT JOIN listed l USING (identity_id) ORDER BY i.identity_id
        """,
        joined=joined.select(["identity_id", "record_id", "source", "key", "priority", "updated_at", field]),
        identities=identities,
    )
    return found["items"].cast(joined.schema.field(field).type), _as_origins(found, field)


# The most restrictive status wins for each channel and purpose; merging never widens a permission.
_RESTRICTS: Final = "CASE item.status WHEN 'granted' THEN 0 WHEN 'pending' THEN 1 ELSE 2 END"


def _consents(joined: pa.Table, identities: pa.Table) -> tuple[pa.ChunkedArray, pa.Table]:
    found = columns.query(
        f"""
        WITH items AS (
            SELECT identity_id, source, key, updated_at, unnest(consents) AS item FROM joined
        ), told AS (
            SELECT identity_id, item.channel AS channel, item.purpose AS purpose,
                first(item ORDER BY {_RESTRICTS} DESC, item.at DESC NULLS LAST, source, key) AS item,
                list({{'status': item.status, 'source': source, 'key': key, 'at': item.at}}
                     ORDER BY {_RESTRICTS} DESC, item.at DESC NULLS LAST, source, key) AS records
            FROM items WHERE item IS NOT NULL GROUP BY ALL
        ), listed AS (
            SELECT identity_id, list(item ORDER BY channel, purpose) AS items,
                to_json({{'rule': 'most_restrictive', 'values': list({{
                    'value': concat_ws(' ', channel, purpose, item.status), 'records': records
                }} ORDER BY channel, purpose)}})::VARCHAR AS origin
            FROM told GROUP BY identity_id
        )
        SELECT i.identity_id, l.items, l.origin
        FROM identities i LEFT JOIN listed l USING (identity_id) ORDER BY i.identity_id
        """,
        joined=joined.select(["identity_id", "source", "key", "updated_at", "consents"]),
        identities=identities,
    )
    return found["items"].cast(joined.schema.field("consents").type), _as_origins(found, "consents")


def _as_origins(found: pa.Table, field: str) -> pa.Table:
    return columns.query(
        f"SELECT identity_id, '{field}' AS field, origin FROM found WHERE origin IS NOT NULL",
        found=found.select(["identity_id", "origin"]),
    ).cast(ORIGIN_SCHEMA)
