"""Export: what the hub holds, as flat tables for files."""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.golden.flat import flat
from hub.store import bulk, edges, golden, ledger
from hub.store.engine import Store
from hub.store.tables import edges as edges_table
from hub.store.tables import members, records, rejects


class Exported(StrEnum):
    GOLDEN = "golden"
    MEMBERS = "members"
    EDGES = "edges"
    RECORDS = "records"
    REJECTS = "rejects"
    REVIEW = "review"
    DELIVERIES = "deliveries"


def export(store: Store, what: Exported) -> pa.Table:
    """One table of plain columns, always in the same order of rows."""
    with store.reading() as connection:
        match what:
            case Exported.GOLDEN:
                return flat(golden.active(connection))
            case Exported.MEMBERS:
                return _members(connection)
            case Exported.EDGES:
                return _edges(connection)
            case Exported.RECORDS:
                return _columns(
                    connection, records, ("source", "key", "payload", "source_updated_at", "deleted_at")
                )
            case Exported.REJECTS:
                names = ("source", "key", "position", "code", "reason", "state", "attempts", "payload")
                return _columns(connection, rejects, names)
            case Exported.REVIEW:
                return edges.review_rows(connection)
            case Exported.DELIVERIES:
                return ledger.deliveries_of(connection)


def _members(connection: Connection) -> pa.Table:
    chosen = (
        sa.select(records.c.source, records.c.key, members.c.identity_id)
        .join_from(members, records, members.c.record_id == records.c.id)
        .order_by(records.c.source, records.c.key)
    )
    return bulk.fetch(connection, chosen, _texts("source", "key", "golden_id"))


def _edges(connection: Connection) -> pa.Table:
    a, b = records.alias("a"), records.alias("b")
    chosen = (
        sa.select(a.c.source, a.c.key, b.c.source, b.c.key, edges_table.c.probability, edges_table.c.evidence)
        .select_from(edges_table)
        .join(a, a.c.id == edges_table.c.record_a)
        .join(b, b.c.id == edges_table.c.record_b)
        .order_by(a.c.source, a.c.key, b.c.source, b.c.key)
    )
    schema = _texts("source_a", "key_a", "source_b", "key_b", "probability", "evidence")
    return bulk.fetch(connection, chosen, schema.set(4, pa.field("probability", pa.float64())))


def _columns(connection: Connection, table: sa.Table, names: tuple[str, ...]) -> pa.Table:
    chosen = sa.select(*(table.c[name] for name in names)).order_by(table.c.source, table.c.key, table.c.id)
    schema = pa.schema([(name, pa.int64() if name == "attempts" else pa.string()) for name in names])
    return bulk.fetch(connection, chosen, schema)


def _texts(*names: str) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in names])
