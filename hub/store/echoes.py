"""What is needed to recognise echoes: what was sent to a destination, and what was pulled there before."""

from __future__ import annotations

import json
from typing import Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.plan import Action
from hub.store import bulk
from hub.store.tables import contacts, intents, ledger, records

_SENT: Final = pa.schema([(name, pa.string()) for name in ("key", "identity_id", "sent")])
_BEFORE: Final = pa.schema([(name, pa.string()) for name in ("key", "before", "updated_at", "contact")])


def sent_to(connection: Connection, destination: str, keys: list[str]) -> pa.Table:
    """What the destination confirmed (JSON) of those of its records: key, identity_id, sent. With what is
    under way to them: it may have arrived.
    """
    chosen = sa.select(ledger.c.remote_id, ledger.c.identity_id, ledger.c.confirmed).where(
        ledger.c.destination == destination, ledger.c.confirmed.is_not(None)
    )
    found = bulk.fetch_where_in(connection, chosen, ledger.c.remote_id, keys, _SENT)
    going = sa.select(intents.c.remote_id, intents.c.payload).where(
        intents.c.destination == destination, intents.c.action == Action.UPDATE.value
    )
    under_way = {
        row.remote_id: row.payload for row in bulk.rows_where_in(connection, going, intents.c.remote_id, keys)
    }
    if not under_way:
        return found
    sent = [
        json.dumps({**json.loads(told), **json.loads(under_way.get(key, "{}"))}, ensure_ascii=False)
        for key, told in zip(found["key"].to_pylist(), found["sent"].to_pylist(), strict=True)
    ]
    return found.set_column(2, "sent", pa.array(sent, pa.string()))


def pulled_before(connection: Connection, source: str, keys: list[str]) -> pa.Table:
    """Those of a source's records that are stored: key, payload (`before`), `updated_at`, contact (JSON)."""
    chosen = (
        sa.select(records.c.key, records.c.payload, records.c.source_updated_at, contacts.c.contact)
        .join_from(records, contacts, contacts.c.record_id == records.c.id)
        .where(records.c.source == source, records.c.deleted_at.is_(None))
    )
    return bulk.fetch_where_in(connection, chosen, records.c.key, keys, _BEFORE)
