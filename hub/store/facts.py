"""Small facts that the store keeps about itself, such as how far resolve has read."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.store.tables import facts

_VALUE: Final = sa.select(facts.c.value).where(facts.c.name == sa.bindparam("wanted"))


def get(connection: Connection, name: str) -> str | None:
    value: str | None = connection.execute(_VALUE, {"wanted": name}).scalar()
    return value


def put(connection: Connection, name: str, value: str | None) -> None:
    """Sets the fact; None forgets it."""
    if value is None:
        connection.execute(sa.delete(facts).where(facts.c.name == name))
    else:
        connection.execute(_SET, {"name": name, "value": value})


_SET: Final = sa.text(
    "INSERT INTO facts (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
