"""What the scheduler must remember: which due time of each job was handled last, which jobs are paused."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.instants import instant, moment
from hub.store.tables import schedule_state


def last_due(connection: Connection, job: str) -> datetime | None:
    """The last due time that was handled; None for a job that never was scheduled here."""
    text = connection.execute(
        sa.select(schedule_state.c.last_due).where(schedule_state.c.job == job)
    ).scalar()
    return moment(text) if text else None


def set_last_due(connection: Connection, job: str, due: datetime) -> None:
    _set(connection, job, last_due=instant(due))


def is_paused(connection: Connection, job: str) -> bool:
    return bool(
        connection.execute(sa.select(schedule_state.c.paused).where(schedule_state.c.job == job)).scalar()
    )


def set_paused(connection: Connection, job: str, *, paused: bool) -> None:
    _set(connection, job, paused=int(paused))


def _set(connection: Connection, job: str, **values: object) -> None:
    known = connection.execute(sa.update(schedule_state).where(schedule_state.c.job == job).values(**values))
    if known.rowcount == 0:
        connection.execute(sa.insert(schedule_state).values(**{"job": job, "paused": 0, **values}))
