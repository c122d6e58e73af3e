"""Records as pulled and the contacts made of them: which there are, where they belong, what changed."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.records import TIME, page_schema
from hub.store import bulk
from hub.store.tables import contacts, members, records

_NAMES: Final = sa.select(records.c.id, records.c.source, records.c.key)
# Those at their source, and those that stay although they are gone from it.
IN_IDENTITIES: Final = sa.or_(records.c.deleted_at.is_(None), records.c.deletion.is_not(None))
_LIVE: Final = sa.select(records.c.id).where(IN_IDENTITIES)
_NAME: Final = pa.schema([("record_id", pa.int64()), ("source", pa.string()), ("key", pa.string())])


def mark_seen(connection: Connection, record_ids: list[int], now: str, sweep: int) -> None:
    """Notes that a whole read met these unchanged records."""
    met = sa.update(records).values(seen_in=sweep, seen_at=now)
    bulk.update_where_in(connection, met, records.c.id, record_ids)


def not_seen(connection: Connection, source: str, sweep: int) -> list[int]:
    """The live records of a source that the whole read numbered `sweep` did not meet."""
    unseen = sa.select(records.c.id).where(
        records.c.source == source, records.c.deleted_at.is_(None), records.c.seen_in < sweep
    )
    return list(connection.execute(unseen).scalars())


def count_live(connection: Connection, source: str | None = None) -> int:
    counted = sa.select(sa.func.count()).select_from(records).where(records.c.deleted_at.is_(None))
    return int(
        connection.execute(counted.where(records.c.source == source) if source else counted).scalar_one()
    )


def names_of(connection: Connection, record_ids: list[int]) -> pa.Table:
    """record_id, source and key of these records."""
    return bulk.fetch_where_in(connection, _NAMES, records.c.id, record_ids, _NAME)


def live_among(connection: Connection, record_ids: list[int]) -> list[int]:
    """Those of the records that belong in an identity: they are at their source, or stay although they are
    gone.
    """
    schema = pa.schema([("id", pa.int64())])
    return sorted(bulk.fetch_where_in(connection, _LIVE, records.c.id, record_ids, schema)["id"].to_pylist())


def changed_since(connection: Connection, seq: int) -> list[int]:
    """Record ids whose contact changed (or went) after that place in the order of changes."""
    return list(
        connection.execute(sa.select(contacts.c.record_id).where(contacts.c.changed_seq > seq)).scalars()
    )


def last_change(connection: Connection) -> int:
    return int(
        connection.execute(sa.select(sa.func.coalesce(sa.func.max(contacts.c.changed_seq), 0))).scalar_one()
    )


def payloads_mapped_otherwise(connection: Connection, source: str, mapping_hash: str) -> pa.Table:
    """Live records of a source whose contact another mapping made, as a page (payload JSON text)."""
    chosen = (
        sa.select(records.c.key, records.c.source_updated_at, records.c.payload)
        .join_from(records, contacts, contacts.c.record_id == records.c.id)
        .where(
            records.c.source == source,
            records.c.deleted_at.is_(None),
            contacts.c.mapping_hash != mapping_hash,
        )
        .order_by(records.c.id)
    )
    rows = bulk.fetch(
        connection,
        chosen,
        pa.schema([("key", pa.string()), ("updated_at", pa.string()), ("payload", pa.string())]),
    )
    rows = rows.add_column(2, "deleted", pa.array([False] * rows.num_rows, pa.bool_()))
    return _as_page(rows)


def find_ids(connection: Connection, pairs: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """(source, key) → record id, for those that are stored."""
    found: dict[tuple[str, str], int] = {}
    for source in {source for source, _ in pairs}:
        for chunk in bulk.chunks([key for owner, key in pairs if owner == source]):
            rows = connection.execute(
                sa.select(records.c.key, records.c.id).where(
                    records.c.source == source, records.c.key.in_(chunk)
                )
            )
            found.update({(source, row.key): row.id for row in rows})
    return found


def _as_page(rows: pa.Table) -> pa.Table:
    return pa.table(
        [rows["key"], rows["updated_at"].cast(TIME), rows["deleted"], rows["payload"]],
        schema=page_schema(pa.string()),
    )


def of_identity(connection: Connection, identity_id: str) -> list[tuple[str, str]]:
    """(source, key) of an identity's records, in that order."""
    rows = connection.execute(
        sa.select(records.c.source, records.c.key)
        .join_from(members, records, members.c.record_id == records.c.id)
        .where(members.c.identity_id == identity_id)
        .order_by(records.c.source, records.c.key)
    )
    return [(row.source, row.key) for row in rows]
