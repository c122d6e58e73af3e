"""Where each source's reading stands."""

from __future__ import annotations

import json

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.records import Cursor
from hub.store.tables import cursors


def get(connection: Connection, source: str, stream: str) -> Cursor | None:
    """The cursor to read on from; None before the first page."""
    text = connection.execute(
        sa.select(cursors.c.cursor).where(cursors.c.source == source, cursors.c.stream == stream)
    ).scalar()
    cursor: Cursor | None = json.loads(text) if text else None
    return cursor


def put(connection: Connection, source: str, stream: str, cursor: Cursor | None, now: str) -> None:
    """Moves the cursor, in the transaction that stores its page."""
    where = (cursors.c.source == source, cursors.c.stream == stream)
    text = json.dumps(dict(cursor), sort_keys=True) if cursor is not None else None
    moved = connection.execute(sa.update(cursors).where(*where).values(cursor=text, moved_at=now))
    if moved.rowcount == 0:
        connection.execute(sa.insert(cursors).values(source=source, stream=stream, cursor=text, moved_at=now))
