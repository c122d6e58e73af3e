"""Rejected records: kept with payload and reason until they pass or a person drops them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import columns
from hub.store import bulk
from hub.store.tables import rejects


class RejectState(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Reject:
    """One record set aside. `payload` is JSON text, or the raw text when it could not even be read."""

    id: int
    source: str
    key: str | None
    position: str | None
    code: str
    reason: str
    payload: str
    state: RejectState
    attempts: int
    rejected_at: str


def set_aside(connection: Connection, source: str, found: pa.Table, run_id: int, now: str) -> int:
    """Keeps rejected records (`REJECT_SCHEMA`); gives how many were handed in.

    They are numbered in their order. The same payload met again is the same reject, opened anew and tried
    once more, not a second one.
    """
    if found.num_rows == 0:
        return 0
    marked = columns.query(
        """
        SELECT * EXCLUDE (place)
        FROM (
            SELECT key, position, code, reason, coalesce(payload, '') AS payload,
                md5(concat_ws(chr(31), coalesce(key, position, ''), code, payload)) AS fingerprint,
                row_number() OVER () AS place
            FROM found
        )
        QUALIFY row_number() OVER (PARTITION BY fingerprint ORDER BY position, place) = 1
        ORDER BY place
        """,
        found=found,
    )
    first = bulk.next_numbers(connection, "reject", marked.num_rows)
    for offset, row in enumerate(marked.to_pylist()):  # few: what is good never comes here
        known = connection.execute(
            sa.update(rejects)
            .where(rejects.c.source == source, rejects.c.fingerprint == row["fingerprint"])
            .values(
                attempts=rejects.c.attempts + 1,
                run_id=run_id,
                reason=row["reason"],
                state=sa.case(
                    (rejects.c.state == RejectState.DROPPED, RejectState.DROPPED), else_=RejectState.OPEN
                ),
            )
        )
        if known.rowcount == 0:
            connection.execute(
                sa.insert(rejects).values(
                    id=first + offset,
                    source=source,
                    **row,
                    state=RejectState.OPEN,
                    attempts=1,
                    run_id=run_id,
                    rejected_at=now,
                )
            )
    return int(found.num_rows)


def mark_resolved(connection: Connection, source: str, keys: list[str]) -> None:
    """The records with these keys have been stored: what was set aside of them is settled."""
    if connection.execute(
        sa.select(rejects.c.id)
        .where(rejects.c.source == source, rejects.c.state == RejectState.OPEN)
        .limit(1)
    ).first():
        passed = sa.update(rejects).where(rejects.c.source == source, rejects.c.state == RejectState.OPEN)
        bulk.update_where_in(connection, passed.values(state=RejectState.RESOLVED), rejects.c.key, keys)


def listed(
    connection: Connection, source: str | None = None, state: RejectState | None = RejectState.OPEN
) -> list[Reject]:
    """Rejects by source and id; all states when `state` is None."""
    chosen = sa.select(rejects).order_by(rejects.c.source, rejects.c.id)
    if source:
        chosen = chosen.where(rejects.c.source == source)
    if state:
        chosen = chosen.where(rejects.c.state == state)
    return [_reject(row) for row in connection.execute(chosen)]


def find(connection: Connection, reject_id: int) -> Reject | None:
    row = connection.execute(sa.select(rejects).where(rejects.c.id == reject_id)).one_or_none()
    return _reject(row) if row else None


def set_state(connection: Connection, reject_ids: list[int], state: RejectState) -> None:
    for chunk in bulk.chunks(reject_ids):
        connection.execute(sa.update(rejects).where(rejects.c.id.in_(chunk)).values(state=state))


def _reject(row: sa.Row[tuple[object, ...]]) -> Reject:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name
    return Reject(
        id=values["id"],
        source=values["source"],
        key=values["key"],
        position=values["position"],
        code=values["code"],
        reason=values["reason"],
        payload=values["payload"],
        state=RejectState(values["state"]),
        attempts=values["attempts"],
        rejected_at=values["rejected_at"],
    )
