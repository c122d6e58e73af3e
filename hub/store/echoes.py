"""What is needed to recognise echoes: what was sent to a destination, and what was pulled there before."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.store import bulk
from hub.store.tables import contacts, ledger, records

_SENT: Final = pa.schema([(name, pa.string()) for name in ("key", "identity_id", "sent")])
_BEFORE: Final = pa.schema([(name, pa.string()) for name in ("key", "before", "updated_at", "contact")])


def sent_to(connection: Connection, destination: str, keys: list[str]) -> pa.Table:
    """What the destination confirmed (JSON) of those of its records: key, identity_id, sent."""
    chosen = sa.select(ledger.c.remote_id, ledger.c.identity_id, ledger.c.confirmed).where(
        ledger.c.destination == destination, ledger.c.confirmed.is_not(None)
    )
    return bulk.fetch_where_in(connection, chosen, ledger.c.remote_id, keys, _SENT)


def pulled_before(connection: Connection, source: str, keys: list[str]) -> pa.Table:
    """Those of a source's records that are stored: key, payload (`before`), `updated_at`, contact (JSON)."""
    chosen = (
        sa.select(records.c.key, records.c.payload, records.c.source_updated_at, contacts.c.contact)
        .join_from(records, contacts, contacts.c.record_id == records.c.id)
        .where(records.c.source == source, records.c.deleted_at.is_(None))
    )
    return bulk.fetch_where_in(connection, chosen, records.c.key, keys, _BEFORE)
