"""What each destination holds as far as it has confirmed it, what is under way, and what failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.store import bulk
from hub.store.tables import deliveries, ledger


class LedgerState(StrEnum):
    CONFIRMED = "confirmed"
    PARKED = "parked"  # the last attempt failed; tried again in every later run
    PENDING = "pending"  # accepted, the result is collected later
    ARCHIVED = "archived"
    DROPPED = "dropped"  # a person said not to try again
    GONE = "gone"  # somebody deleted the record there
    MERGED = "merged"  # somebody merged the record there with that of another identity


# What waits for a person, and is not tried again by itself.
LEFT_ALONE: Final = (LedgerState.DROPPED, LedgerState.GONE, LedgerState.MERGED)


LEDGER_SCHEMA: Final = pa.schema(
    [
        ("identity_id", pa.string()),
        ("remote_id", pa.string()),
        ("state", pa.string()),
        ("confirmed", pa.string()),
        ("confirmed_hash", pa.string()),
        ("attempted_hash", pa.string()),
        ("attempts", pa.int64()),
        ("next_try_at", pa.string()),
        ("run_id", pa.int64()),
    ]
)


# One row a change that a push tried: what was sent (`fields`: JSON list of field, old, new, owner), and what
# became of it.
DELIVERED_SCHEMA: Final = pa.schema(
    [("run_id", pa.int64())]
    + [(name, pa.string()) for name in ("identity_id", "destination", "action", "outcome", "remote_id")]
    + [(name, pa.string()) for name in ("fields", "code", "sentence", "delivered_at")]
)
_HELD: Final = sa.select(*(ledger.c[name] for name in LEDGER_SCHEMA.names))


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
    next_try_at: str | None = None


def held_by(connection: Connection, destination: str) -> pa.Table:
    """The destination's ledger (`LEDGER_SCHEMA`), by identity id."""
    chosen = _HELD.where(ledger.c.destination == destination).order_by(ledger.c.identity_id)
    return bulk.fetch(connection, chosen, LEDGER_SCHEMA)


def held(connection: Connection, destination: str, identity_ids: list[str]) -> pa.Table:
    """The rows (`LEDGER_SCHEMA`) of these identities."""
    chosen = _HELD.where(ledger.c.destination == destination)
    return bulk.fetch_where_in(connection, chosen, ledger.c.identity_id, identity_ids, LEDGER_SCHEMA)


def parked(connection: Connection, destination: str | None = None) -> list[Parked]:
    """Rows that wait for another try, or for a person."""
    chosen = (
        sa.select(ledger)
        .where(ledger.c.state.in_([LedgerState.PARKED, *LEFT_ALONE]))
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
            row.next_try_at,
        )
        for row in connection.execute(chosen)
    ]


def drop(connection: Connection, destination: str, identity_ids: list[str]) -> int:
    """Rows that a person will not have tried again, until their golden record changes; gives how many."""
    return _turn(connection, destination, identity_ids, (LedgerState.PARKED,), LedgerState.DROPPED)


def take_up(connection: Connection, destination: str, identity_ids: list[str]) -> int:
    """Rows that are left alone are to be tried again after all; gives how many. What is gone there is made
    again.
    """
    return _turn(connection, destination, identity_ids, LEFT_ALONE, LedgerState.PARKED)


def _turn(
    connection: Connection,
    destination: str,
    identity_ids: list[str],
    was: Sequence[LedgerState],
    becomes: LedgerState,
) -> int:
    turned = 0
    for chunk in bulk.chunks(identity_ids):
        statement = sa.update(ledger).where(
            ledger.c.destination == destination,
            ledger.c.identity_id.in_(chunk),
            ledger.c.state.in_(was),
        )
        turned += connection.execute(statement.values(state=becomes.value, next_try_at=None)).rowcount
    return turned


def remote_records(
    connection: Connection, destination: str, identity_ids: list[str]
) -> dict[str, tuple[str | None, bool, bool]]:
    """The remote records of those of these identities that the ledger knows, whether the destination has
    confirmed to hold them, and whether they are parked.
    """
    chosen = sa.select(ledger.c.identity_id, ledger.c.remote_id, ledger.c.confirmed_hash, ledger.c.state)
    chosen = chosen.where(ledger.c.destination == destination)
    found = bulk.rows_where_in(connection, chosen, ledger.c.identity_id, identity_ids)
    return {
        row.identity_id: (
            row.remote_id,
            row.confirmed_hash is not None and row.remote_id is not None,
            row.state == LedgerState.PARKED.value,
        )
        for row in found
    }


def confirmed_remote_ids(
    connection: Connection, destination: str, identity_ids: list[str], run_id: int
) -> dict[str, str]:
    """The remote records of those of these identities that the destination confirmed in a run."""
    chosen = sa.select(ledger.c.identity_id, ledger.c.remote_id).where(
        ledger.c.destination == destination,
        ledger.c.state == LedgerState.CONFIRMED.value,
        ledger.c.remote_id.is_not(None),
        ledger.c.run_id == run_id,
    )
    found = bulk.rows_where_in(connection, chosen, ledger.c.identity_id, identity_ids)
    return {row.identity_id: row.remote_id for row in found}


def states(connection: Connection, identity_id: str) -> list[dict[str, Any]]:
    """What every destination knows of one identity."""
    chosen = sa.select(ledger).where(ledger.c.identity_id == identity_id).order_by(ledger.c.destination)
    names = ("destination", "remote_id", "state", "confirmed_at", "attempts", "code", "sentence")
    return [{name: getattr(row, name) for name in names} for row in connection.execute(chosen)]


def delivered_in(connection: Connection, run_id: int) -> list[dict[str, Any]]:
    """One row a change that a push tried, in the order of identities."""
    found: list[dict[str, Any]] = deliveries_of(connection, run_id).to_pylist()
    return found


def deliveries_of(connection: Connection, run_id: int | None = None) -> pa.Table:
    """The delivery log (`DELIVERED_SCHEMA`) of a run, or of all, by run and identity."""
    chosen = sa.select(*(deliveries.c[name] for name in DELIVERED_SCHEMA.names))
    if run_id is not None:
        chosen = chosen.where(deliveries.c.run_id == run_id)
    return bulk.fetch(
        connection, chosen.order_by(deliveries.c.run_id, deliveries.c.identity_id), DELIVERED_SCHEMA
    )


def count_confirmed(connection: Connection, destination: str) -> int:
    """How many records the destination has confirmed to hold."""
    counted = (
        sa.select(sa.func.count())
        .select_from(ledger)
        .where(ledger.c.destination == destination, ledger.c.confirmed_hash.is_not(None))
    )
    return int(connection.execute(counted).scalar_one())
