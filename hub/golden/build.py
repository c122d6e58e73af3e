"""Builds golden records, by column: all identities of a batch in a handful of queries."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from hub import columns
from hub.domain.contact import CONTACT_SCHEMA
from hub.domain.golden import GOLDEN_SCHEMA
from hub.golden.multi import multi_fields
from hub.golden.single import single_fields
from hub.golden.survivorship import SurvivorshipRules


def build_golden(contacts: pa.Table, members: pa.Table, rules: SurvivorshipRules) -> pa.Table:
    """Golden records (`GOLDEN_SCHEMA`, by identity id) of the identities in `members`.

    `contacts` has `CONTACT_RECORD_SCHEMA` and holds at least the members' records; `members` has record_id
    and identity_id. Pure, and independent of the order of both. A field of an identity with one record is
    that record's; nothing is computed for it.
    """
    if members.num_rows == 0:
        return GOLDEN_SCHEMA.empty_table()
    joined = _joined(contacts, members, rules)
    alone = pc.equal(joined["record_count"], 1)
    return pa.concat_tables(
        [_alone(joined.filter(alone)), _together(joined.filter(pc.invert(alone)), rules)]
    ).sort_by("identity_id")


def _joined(contacts: pa.Table, members: pa.Table, rules: SurvivorshipRules) -> pa.Table:
    """The members' contacts with identity_id, priority and record_count, in an order of their own."""
    ranks = pa.table(
        {
            "source": pa.array(list(rules.priorities), pa.string()),
            "priority": pa.array(list(rules.priorities.values()), pa.int64()),
        }
    )
    order = columns.query(
        """
        SELECT m.identity_id, c.position, coalesce(r.priority, 1000000) AS priority,
            count(*) OVER (PARTITION BY m.identity_id) AS record_count
        FROM members m
        JOIN (SELECT *, row_number() OVER () - 1 AS position FROM names) c USING (record_id)
        LEFT JOIN ranks r USING (source)
        ORDER BY m.identity_id, c.source, c.key
        """,
        members=members,
        names=contacts.select(["record_id", "source", "key"]),
        ranks=ranks,
    )
    joined = contacts.take(order["position"])
    for name in ("identity_id", "priority", "record_count"):
        joined = joined.append_column(name, order[name])
    return joined


def _alone(joined: pa.Table) -> pa.Table:
    origin = columns.query(
        "SELECT to_json({'only': {'source': source, 'key': key, 'at': updated_at}})::VARCHAR AS provenance"
        " FROM joined",
        joined=joined.select(["source", "key", "updated_at"]),
    )["provenance"]
    sources = columns.query("SELECT [source] AS sources FROM joined", joined=joined.select(["source"]))[
        "sources"
    ]
    return _golden(joined, {name: joined[name] for name in CONTACT_SCHEMA.names}, sources, origin)


def _together(joined: pa.Table, rules: SurvivorshipRules) -> pa.Table:
    singles, single_origins = single_fields(joined, rules)
    multis, multi_origins = multi_fields(joined, rules)
    groups = columns.query(
        """
        SELECT identity_id, any_value(record_count) AS record_count,
            list(DISTINCT source ORDER BY source) AS sources,
            min(created_at) AS created_at, max(updated_at) AS updated_at
        FROM joined GROUP BY identity_id ORDER BY identity_id
        """,
        joined=joined.select(["identity_id", "record_count", "source", "created_at", "updated_at"]),
    )
    origins = columns.query(
        """
        SELECT g.identity_id, to_json(map_from_entries(o.entries))::VARCHAR AS provenance
        FROM groups g LEFT JOIN (
            SELECT identity_id, list({'k': field, 'v': origin::JSON} ORDER BY field) AS entries
            FROM origins GROUP BY identity_id
        ) o USING (identity_id) ORDER BY g.identity_id
        """,
        groups=groups.select(["identity_id"]),
        origins=pa.concat_tables([single_origins, multi_origins]),
    )
    fields = {**singles, **multis, "created_at": groups["created_at"], "updated_at": groups["updated_at"]}
    return _golden(groups, fields, groups["sources"], origins["provenance"])


def _golden(
    groups: pa.Table,
    fields: dict[str, pa.ChunkedArray],
    sources: pa.ChunkedArray,
    provenance: pa.ChunkedArray,
) -> pa.Table:
    arrays = [
        groups["identity_id"],
        *(fields[name] for name in CONTACT_SCHEMA.names),
        sources,
        groups["record_count"],
        provenance,
    ]
    return pa.table(
        [array.cast(field.type) for array, field in zip(arrays, GOLDEN_SCHEMA, strict=True)],
        schema=GOLDEN_SCHEMA,
    )
