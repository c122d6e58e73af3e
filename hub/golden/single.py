"""Fields with one value: the best candidate wins, with what decided and what lost."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from hub import columns
from hub.domain.contact import NAME_PARTS
from hub.golden.survivorship import SINGLE_FIELDS, Criterion, SurvivorshipRules

# A field's origin as JSON: the rule that decided, the records that say so, the values that lost.
ORIGIN_SCHEMA: Final = pa.schema(
    [("identity_id", pa.string()), ("field", pa.string()), ("origin", pa.string())]
)

_ORDER_BY: Final = {
    Criterion.PRIORITY: "priority ASC",
    Criterion.RECENCY: "updated_at DESC NULLS LAST",
    Criterion.FREQUENCY: "frequency DESC",
    Criterion.COMPLETENESS: "completeness DESC",
}
_DIFFERS: Final = {
    Criterion.PRIORITY: "w.priority <> l.priority",
    Criterion.RECENCY: "w.updated_at IS DISTINCT FROM l.updated_at",
    Criterion.FREQUENCY: "w.frequency <> l.frequency",
    Criterion.COMPLETENESS: "w.completeness <> l.completeness",
}


def single_fields(joined: pa.Table, rules: SurvivorshipRules) -> tuple[dict[str, pa.ChunkedArray], pa.Table]:
    """Each single field's surviving value, one a distinct identity in their order, and the origins.

    `joined` is sorted by identity_id and holds the contacts with identity_id and priority.
    """
    identities = columns.query(
        "SELECT DISTINCT identity_id FROM joined ORDER BY identity_id", joined=joined.select(["identity_id"])
    )
    values, origins = {}, [ORIGIN_SCHEMA.empty_table()]
    for field in SINGLE_FIELDS:
        ranked = _ranked(joined, field, rules.order(field))
        winners = columns.query(
            """
            SELECT i.identity_id, r.position FROM identities i
            LEFT JOIN (SELECT * FROM ranked WHERE rank = 1) r USING (identity_id) ORDER BY i.identity_id
            """,
            identities=identities,
            ranked=ranked,
        )
        values[field] = joined[field].take(winners["position"])
        if ranked.num_rows:
            origins.append(_origins(ranked, field, rules.order(field)))
    return values, pa.concat_tables(origins)


def _ranked(joined: pa.Table, field: str, order: tuple[Criterion, ...]) -> pa.Table:
    """One row a record that fills the field: its value as text, how it ranks, and its measures."""
    value, filled = _as_text(joined[field])
    candidates = pa.table(
        {
            "identity_id": joined["identity_id"],
            "source": joined["source"],
            "key": joined["key"],
            "priority": joined["priority"],
            "updated_at": joined["updated_at"],
            "position": pa.array(range(joined.num_rows), pa.int64()),
            "value": value,
            "filled": filled,
        }
    )
    criteria = ", ".join(_ORDER_BY[criterion] for criterion in order)
    return columns.query(
        f"""
        WITH counted AS (
            SELECT *, count(*) OVER (PARTITION BY identity_id, lower(value)) AS frequency,
                filled * 1000 + least(length(value), 999) AS completeness
            FROM candidates WHERE value IS NOT NULL
        )
        SELECT *, row_number() OVER (
            PARTITION BY identity_id ORDER BY {criteria}, value, source, key
        ) AS rank FROM counted
        """,
        candidates=candidates,
    )


def _origins(ranked: pa.Table, field: str, order: tuple[Criterion, ...]) -> pa.Table:
    decided = " ".join(f"WHEN {_DIFFERS[criterion]} THEN '{criterion}'" for criterion in order)
    return columns.query(
        f"""
        WITH w AS (SELECT * FROM ranked WHERE rank = 1),
        lost AS (
            SELECT r.identity_id, r.value, min(r.rank) AS best,
                list({{'source': r.source, 'key': r.key, 'at': r.updated_at}} ORDER BY r.rank) AS records
            FROM ranked r JOIN w USING (identity_id)
            WHERE lower(r.value) <> lower(w.value) GROUP BY r.identity_id, r.value
        ),
        losers AS (
            SELECT identity_id, min(best) AS best,
                list({{'value': value, 'records': records}} ORDER BY best) AS lost
            FROM lost GROUP BY identity_id
        ),
        agreeing AS (
            SELECT r.identity_id,
                list({{'source': r.source, 'key': r.key, 'at': r.updated_at}} ORDER BY r.rank) AS records
            FROM ranked r JOIN w USING (identity_id)
            WHERE lower(r.value) = lower(w.value) GROUP BY r.identity_id
        )
        SELECT w.identity_id, '{field}' AS field, to_json({{
            'rule': CASE WHEN l.identity_id IS NULL THEN 'agreed' {decided} ELSE 'tie' END,
            'records': a.records, 'lost': coalesce(s.lost, [])
        }})::VARCHAR AS origin
        FROM w JOIN agreeing a USING (identity_id)
        LEFT JOIN losers s USING (identity_id)
        LEFT JOIN ranked l ON l.identity_id = s.identity_id AND l.rank = s.best
        """,
        ranked=ranked,
    ).cast(ORIGIN_SCHEMA)


def _as_text(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """A field as one text (a name as its parts in reading order) and how many of its parts are filled.

    An initial is no filled given name.
    """
    if not pa.types.is_struct(column.type):
        return column, pc.cast(pc.is_valid(column), pa.int64())
    parts = pa.table({part: pc.struct_field(column, part) for part in NAME_PARTS})
    found = columns.query(
        """
        SELECT
            coalesce(nullif(concat_ws(' ', prefix, given, additional, family, suffix), ''), "full") AS value,
            (length(replace(coalesce(given, ''), '.', '')) > 1)::BIGINT * 2
                + (family IS NOT NULL)::BIGINT * 2 + (additional IS NOT NULL)::BIGINT AS filled
        FROM parts
        """,
        parts=parts,
    )
    return found["value"], found["filled"]
