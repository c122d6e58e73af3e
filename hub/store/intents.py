"""What is under way to a destination: noted before a call, gone with its receipt."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.instants import instant
from hub.domain.plan import Action, Change, FieldChanges
from hub.store import bulk
from hub.store.sent import Sent
from hub.store.tables import intents


@dataclass(frozen=True, slots=True)
class Intent:
    """What an earlier run was about to send, or has a `ticket` for."""

    sent: Sent
    ticket: str | None


def intend(
    connection: Connection, destination: str, sent: Sequence[Sent], run_id: int, moment: datetime
) -> None:
    """Notes what is about to be sent; committed before the call, so that a crash cannot hide it."""
    changes = [one.change for one in sent]
    rows: list[list[object]] = [
        [change.identity_id for change in changes],
        [change.action for change in changes],
        [one.payload for one in sent],
        [change.remote_id for change in changes],
        [one.fields for one in sent],
        [one.payload_hash for one in sent],
        [one.golden_hash for one in sent],
        [one.mapping_hash for one in sent],
        [None] * len(sent),
    ]
    now = instant(moment)
    bulk.upsert_listed(
        connection, intents, _ROW, rows, destination=destination, run_id=run_id, intended_at=now
    )


def open_intents(connection: Connection, destination: str) -> list[Intent]:
    """What was intended and has no receipt, by identity."""
    chosen = sa.select(intents).where(intents.c.destination == destination).order_by(intents.c.identity_id)
    found = []
    for row in connection.execute(chosen):
        told = row.fields or "[]"
        payload = json.loads(row.payload)
        change = Change(row.identity_id, Action(row.action), payload, row.remote_id, FieldChanges(told))
        sent = Sent(change, row.payload, row.payload_hash, row.golden_hash, row.mapping_hash, told)
        found.append(Intent(sent, row.ticket))
    return found


def unsettled(connection: Connection, destination: str) -> int:
    """How many intents a run that died left behind: what they meant may or may not have arrived."""
    counted = (
        sa.select(sa.func.count())
        .select_from(intents)
        .where(intents.c.destination == destination, intents.c.ticket.is_(None))
    )
    return int(connection.execute(counted).scalar_one())


def forget(connection: Connection, destination: str, identity_ids: Iterable[str]) -> None:
    """Of these it is known what became of them."""
    bulk.delete_where_in(
        connection, _OF_DESTINATION, intents.c.identity_id, list(identity_ids), destination=destination
    )


def wait(connection: Connection, destination: str, identity_id: str, ticket: str | None) -> None:
    """The destination answers later, to this ticket."""
    connection.execute(
        sa.update(intents)
        .where(intents.c.destination == destination, intents.c.identity_id == identity_id)
        .values(ticket=ticket)
    )


_OF_DESTINATION: Final = sa.delete(intents).where(intents.c.destination == sa.bindparam("destination"))
_ROW: Final = pa.schema(
    [(n, pa.string()) for n in ("identity_id", "action", "payload", "remote_id", "fields")]
    + [(n, pa.string()) for n in ("payload_hash", "golden_hash", "mapping_hash", "ticket")]
)
