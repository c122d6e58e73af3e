"""The change feed: every version of every golden record in the order of their numbers, and who read how far.

Numbers are taken in the transaction that makes a change, and whoever takes one waits for those before it, so
they become visible in their order: who has read up to a number has missed nothing before it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.identity import IdentityState
from hub.store.tables import consumers, counters, golden, golden_history, identities

_COLUMNS: Final = (
    "seq",
    "identity_id",
    "version",
    "state",
    "contact",
    "record_count",
    "run_id",
    "valid_from",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a golden record: what it became. `redirect_to` is where a redirected one leads today."""

    seq: int
    identity_id: str
    version: int
    state: IdentityState
    contact: dict[str, Any]
    record_count: int
    run_id: int
    at: str
    redirect_to: str | None = None


@dataclass(frozen=True, slots=True)
class Consumer:
    """A reader of the feed, and the number of the last change that it has dealt with."""

    name: str
    seq: int
    moved_at: str


def changes(connection: Connection, after: int, limit: int) -> list[Change]:
    """The first changes after that number, in their order."""
    parts = []
    for table in (golden_history, golden):
        chosen = sa.select(*(table.c[name] for name in _COLUMNS)).where(table.c.seq > after)
        # each part limited by itself: both are read along their index, however long the feed is
        parts.append(sa.select(chosen.order_by(table.c.seq).limit(limit).subquery()))
    both = sa.union_all(*parts).subquery()
    told = (
        sa.select(both, identities.c.redirect_to)
        .join_from(both, identities, identities.c.id == both.c.identity_id)
        .order_by(both.c.seq)
        .limit(limit)
    )
    return [_change(row) for row in connection.execute(told)]


def newest(connection: Connection) -> int:
    """The number of the last change there is, 0 before the first."""
    value = connection.execute(sa.select(counters.c.value).where(counters.c.name == "golden_change")).scalar()
    return int(value or 0)


def consumer(connection: Connection, name: str) -> Consumer | None:
    row = connection.execute(sa.select(consumers).where(consumers.c.name == name)).one_or_none()
    return Consumer(row.name, row.seq, row.moved_at) if row else None


def all_consumers(connection: Connection) -> list[Consumer]:
    rows = connection.execute(sa.select(consumers).order_by(consumers.c.name))
    return [Consumer(row.name, row.seq, row.moved_at) for row in rows]


def hold(connection: Connection, name: str, now: str) -> Consumer:
    """The consumer, made where it is new, and nobody else's until this transaction ends."""
    row = connection.execute(_HOLD, {"name": name, "now": now}).one()
    return Consumer(row.name, row.seq, row.moved_at)


_HOLD: Final = sa.text(
    "INSERT INTO consumers (name, seq, moved_at) VALUES (:name, 0, :now)"
    " ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING name, seq, moved_at"
)


def move(connection: Connection, name: str, seq: int, now: str) -> None:
    connection.execute(sa.update(consumers).where(consumers.c.name == name).values(seq=seq, moved_at=now))


def forget(connection: Connection, name: str) -> None:
    connection.execute(sa.delete(consumers).where(consumers.c.name == name))


def _change(row: sa.Row[Any]) -> Change:
    state = IdentityState(row.state)
    return Change(
        row.seq,
        row.identity_id,
        row.version,
        state,
        json.loads(row.contact),
        row.record_count,
        row.run_id,
        row.valid_from,
        row.redirect_to if state is IdentityState.REDIRECTED else None,
    )
