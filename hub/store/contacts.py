"""The contacts that the records became, read as columns."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import columns
from hub.domain.contact import CONTACT_RECORD_SCHEMA, CONTACT_SCHEMA
from hub.domain.quality import REFUSED_SCHEMA
from hub.store import bulk
from hub.store.tables import contacts, records

_CONTACT_ROW: Final = pa.schema(
    [
        ("record_id", pa.int64()),
        ("source", pa.string()),
        ("key", pa.string()),
        ("source_updated_at", pa.string()),
        ("contact", pa.string()),
    ]
)

_ROWS: Final = sa.select(
    records.c.id, records.c.source, records.c.key, records.c.source_updated_at, contacts.c.contact
).join_from(contacts, records, contacts.c.record_id == records.c.id)
_LIVE: Final = _ROWS.where(records.c.deleted_at.is_(None))


def live_contacts(connection: Connection) -> pa.Table:
    """Every contact whose record still exists at its source, as `CONTACT_RECORD_SCHEMA`, by record id."""
    return contact_records(bulk.fetch(connection, _LIVE.order_by(records.c.id), _CONTACT_ROW))


def live_contacts_of(connection: Connection, record_ids: list[int]) -> pa.Table:
    """The contacts (`CONTACT_RECORD_SCHEMA`) of those of the records that still exist at their source."""
    return contact_records(bulk.fetch_where_in(connection, _LIVE, records.c.id, record_ids, _CONTACT_ROW))


def contacts_of(connection: Connection, record_ids: list[int]) -> pa.Table:
    """The contacts of these records (`CONTACT_RECORD_SCHEMA`), deleted ones too."""
    return contact_records(bulk.fetch_where_in(connection, _ROWS, records.c.id, record_ids, _CONTACT_ROW))


def with_refusals(connection: Connection, source: str) -> tuple[pa.Table, pa.Table]:
    """A source's live contacts (`CONTACT_RECORD_SCHEMA`) and the values that they lack (`REFUSED_SCHEMA`)."""
    held = bulk.fetch(connection, _LIVE.where(records.c.source == source), _CONTACT_ROW)
    chosen = (
        sa.select(records.c.source, records.c.key, contacts.c.refusals)
        .join_from(contacts, records, contacts.c.record_id == records.c.id)
        .where(records.c.source == source, records.c.deleted_at.is_(None), contacts.c.refusals.is_not(None))
    )
    told = bulk.fetch(
        connection, chosen, pa.schema([(name, pa.string()) for name in ("source", "key", "json")])
    )
    return contact_records(held), _refused(told)


def _refused(told: pa.Table) -> pa.Table:
    found = columns.query(
        """
        SELECT source, key, x->>'field' AS field, x->>'reason' AS reason, x->>'raw' AS raw
        FROM (SELECT source, key, unnest(json::JSON[]) AS x FROM told)
        """,
        told=told,
    )
    return found.cast(REFUSED_SCHEMA)


def contact_records(rows: pa.Table) -> pa.Table:
    """`CONTACT_RECORD_SCHEMA` from record_id, source, key, source_updated_at and contact (JSON) columns."""
    table = columns.from_json(rows["contact"], CONTACT_SCHEMA)
    told = pc.coalesce(table["updated_at"], rows["source_updated_at"])
    table = table.set_column(table.column_names.index("updated_at"), "updated_at", told)
    arrays = [rows["record_id"], rows["source"], rows["key"], *table.columns]
    return pa.Table.from_arrays(arrays, schema=CONTACT_RECORD_SCHEMA)
