"""How the sources are, for what is pushed from them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.store.tables import records


def is_emptied(connection: Connection, source: str) -> bool:
    """Whether the source had records and all of them are gone."""
    of_source = sa.select(records.c.id).where(records.c.source == source).limit(1)
    live = of_source.where(records.c.deleted_at.is_(None))
    return connection.execute(live).first() is None and connection.execute(of_source).first() is not None
