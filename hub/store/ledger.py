"""What each destination holds as far as it has confirmed it, what is under way, and what failed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.plan import Action, Change, Outcome, Receipt
from hub.store import bulk
from hub.store.tables import deliveries, intents, ledger


class LedgerState(StrEnum):
    CONFIRMED = "confirmed"
    PARKED = "parked"  # the last attempt failed; tried again in every later run
    PENDING = "pending"  # accepted, the result is collected later
    ARCHIVED = "archived"
    DROPPED = "dropped"  # a person said not to try again


LEDGER_SCHEMA: Final = pa.schema(
    [
        ("identity_id", pa.string()),
        ("remote_id", pa.string()),
        ("state", pa.string()),
        ("confirmed", pa.string()),
        ("confirmed_hash", pa.string()),
        ("attempted_hash", pa.string()),
        ("attempts", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Parked:
    """A row that its destination did not take."""

    destination: str
    identity_id: str
    attempts: int
    code: str
    sentence: str
    tried_at: str
    state: LedgerState


@dataclass(frozen=True, slots=True)
class Delivery:
    """A change that was sent, the hash of the whole payload it makes true, and the answer."""

    change: Change
    desired_hash: str | None
    receipt: Receipt


def held_by(connection: Connection, destination: str) -> pa.Table:
    """The destination's ledger (`LEDGER_SCHEMA`), by identity id."""
    chosen = (
        sa.select(*(ledger.c[name] for name in LEDGER_SCHEMA.names))
        .where(ledger.c.destination == destination)
        .order_by(ledger.c.identity_id)
    )
    return bulk.fetch(connection, chosen, LEDGER_SCHEMA)


def intend(
    connection: Connection, destination: str, changes: Sequence[Change], run_id: int, now: str
) -> None:
    """Notes what is about to be sent; committed before the call, so that a crash cannot hide it."""
    n = len(changes)
    rows = pa.table(
        {
            "destination": pa.repeat(destination, n),
            "identity_id": pa.array([change.identity_id for change in changes], pa.string()),
            "action": pa.array([change.action.value for change in changes], pa.string()),
            "payload": pa.array([_json(change.payload) for change in changes], pa.string()),
            "remote_id": pa.array([change.remote_id for change in changes], pa.string()),
            "run_id": pa.repeat(run_id, n),
            "intended_at": pa.repeat(now, n),
        }
    )
    bulk.upsert(connection, intents, rows)


def unsettled(connection: Connection, destination: str) -> int:
    """How many intents a run that died left behind: what they meant may or may not have arrived."""
    counted = sa.select(sa.func.count()).select_from(intents).where(intents.c.destination == destination)
    return int(connection.execute(counted).scalar_one())


def forget_intents(connection: Connection, destination: str) -> None:
    """Drops what a dead run intended: the next plan holds the same changes again, and a destination with
    an upsert key takes them twice without making a twin.
    """
    connection.execute(sa.delete(intents).where(intents.c.destination == destination))


def settle(
    connection: Connection, destination: str, delivered: Sequence[Delivery], run_id: int, now: str
) -> None:
    """Writes receipts: the ledger as confirmed or parked, the delivery log, the intents gone."""
    ids = [one.change.identity_id for one in delivered]
    before = {
        row["identity_id"]: row
        for row in bulk.fetch_where_in(
            connection,
            sa.select(*(ledger.c[name] for name in LEDGER_SCHEMA.names)).where(
                ledger.c.destination == destination
            ),
            ledger.c.identity_id,
            ids,
            LEDGER_SCHEMA,
        ).to_pylist()
    }
    rows = [_ledger_row(one, before.get(one.change.identity_id), now) for one in delivered]
    table = pa.Table.from_pylist(
        [{"destination": destination, "run_id": run_id, **row} for row in rows], schema=_LEDGER_ROW
    )
    bulk.upsert(connection, ledger, table)
    log = [_delivery_row(one, destination, run_id, now) for one in delivered]
    bulk.upsert(connection, deliveries, pa.Table.from_pylist(log, schema=_DELIVERY_ROW))
    for chunk in bulk.chunks(ids):
        connection.execute(
            sa.delete(intents).where(intents.c.destination == destination, intents.c.identity_id.in_(chunk))
        )


def parked(connection: Connection, destination: str | None = None) -> list[Parked]:
    """Rows that wait for another try, or that a person dropped."""
    chosen = (
        sa.select(ledger)
        .where(ledger.c.state.in_([LedgerState.PARKED, LedgerState.DROPPED]))
        .order_by(ledger.c.destination, ledger.c.identity_id)
    )
    if destination:
        chosen = chosen.where(ledger.c.destination == destination)
    return [
        Parked(
            row.destination,
            row.identity_id,
            row.attempts,
            row.code or "",
            row.sentence or "",
            row.tried_at or "",
            LedgerState(row.state),
        )
        for row in connection.execute(chosen)
    ]


def states(connection: Connection, identity_id: str) -> list[dict[str, Any]]:
    """What every destination knows of one identity."""
    chosen = sa.select(ledger).where(ledger.c.identity_id == identity_id).order_by(ledger.c.destination)
    names = ("destination", "remote_id", "state", "confirmed_at", "attempts", "code", "sentence")
    return [{name: getattr(row, name) for name in names} for row in connection.execute(chosen)]


def delivered_in(connection: Connection, run_id: int) -> list[dict[str, Any]]:
    """One row a change that a push tried, in the order of identities."""
    chosen = sa.select(deliveries).where(deliveries.c.run_id == run_id).order_by(deliveries.c.identity_id)
    return [dict(row._mapping) for row in connection.execute(chosen)]  # noqa: SLF001 - the documented name


_LEDGER_ROW: Final = pa.schema(
    [
        ("destination", pa.string()),
        ("identity_id", pa.string()),
        ("remote_id", pa.string()),
        ("state", pa.string()),
        ("confirmed", pa.string()),
        ("confirmed_hash", pa.string()),
        ("confirmed_at", pa.string()),
        ("attempted_hash", pa.string()),
        ("attempts", pa.int64()),
        ("code", pa.string()),
        ("sentence", pa.string()),
        ("ticket", pa.string()),
        ("tried_at", pa.string()),
        ("run_id", pa.int64()),
    ]
)
_DELIVERY_ROW: Final = pa.schema(
    [
        ("run_id", pa.int64()),
        ("identity_id", pa.string()),
        ("destination", pa.string()),
        ("action", pa.string()),
        ("outcome", pa.string()),
        ("remote_id", pa.string()),
        ("fields", pa.string()),
        ("code", pa.string()),
        ("sentence", pa.string()),
        ("delivered_at", pa.string()),
    ]
)


def _ledger_row(one: Delivery, before: dict[str, Any] | None, now: str) -> dict[str, Any]:
    old = before or {}
    change, receipt = one.change, one.receipt
    row = {
        "identity_id": change.identity_id,
        "remote_id": receipt.remote_id or change.remote_id or old.get("remote_id"),
        "attempted_hash": one.desired_hash,
        "tried_at": now,
        "confirmed": old.get("confirmed"),
        "confirmed_hash": old.get("confirmed_hash"),
        "ticket": receipt.ticket,
    }
    if not receipt.outcome.confirmed:
        waiting = receipt.outcome is Outcome.PENDING
        state = LedgerState.PENDING if waiting else LedgerState.PARKED
        attempts = int(old.get("attempts") or 0) + 1
        return {
            **row,
            "state": state,
            "attempts": attempts,
            "code": receipt.code,
            "sentence": receipt.sentence,
        }
    gone = change.action in {Action.ARCHIVE, Action.ERASE, Action.MERGE}
    confirmed = None if gone else _json({**json.loads(old.get("confirmed") or "{}"), **change.payload})
    return {
        **row,
        "state": LedgerState.ARCHIVED if gone else LedgerState.CONFIRMED,
        "confirmed": confirmed,
        "confirmed_hash": None if gone else one.desired_hash,
        "confirmed_at": now,
        "attempts": 0,
    }


def _delivery_row(one: Delivery, destination: str, run_id: int, now: str) -> dict[str, Any]:
    change, receipt = one.change, one.receipt
    fields = [{"field": f.field, "old": f.old, "new": f.new, "owner": f.owner} for f in change.fields]
    return {
        "run_id": run_id,
        "identity_id": change.identity_id,
        "destination": destination,
        "action": change.action.value,
        "outcome": receipt.outcome.value,
        "remote_id": receipt.remote_id,
        "fields": json.dumps(fields, sort_keys=True, ensure_ascii=False),
        "code": receipt.code,
        "sentence": receipt.sentence,
        "delivered_at": now,
    }


def _json(payload: Any) -> str:
    return json.dumps(dict(payload), sort_keys=True, ensure_ascii=False)


def count_confirmed(connection: Connection, destination: str) -> int:
    """How many records the destination has confirmed to hold."""
    counted = (
        sa.select(sa.func.count())
        .select_from(ledger)
        .where(ledger.c.destination == destination, ledger.c.confirmed_hash.is_not(None))
    )
    return int(connection.execute(counted).scalar_one())
