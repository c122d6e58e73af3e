"""Match models: every version ever used, and the one that decides now."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.store import bulk, facts
from hub.store.tables import models

_FACT: Final = "model"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """`text` is the model's JSON; `number` grows with every new model."""

    number: int
    text: str
    created_at: str


def store(connection: Connection, text: str, now: str) -> int:
    """The number of a model, stored once however often it is used; it decides from now on."""
    digest = sha256(text.encode()).hexdigest()
    known = connection.execute(sa.select(models.c.id).where(models.c.model_hash == digest)).scalar()
    if known is None:
        known = bulk.next_numbers(connection, "model", 1)
        connection.execute(sa.insert(models).values(id=known, model=text, model_hash=digest, created_at=now))
    facts.put(connection, _FACT, str(known))
    return int(known)


def use(connection: Connection, number: int) -> None:
    """Lets a stored model decide from the next resolve on."""
    facts.put(connection, _FACT, str(number))


def active(connection: Connection) -> StoredModel | None:
    """The model that decides now; None before the first resolve."""
    number = facts.get(connection, _FACT)
    return find(connection, int(number)) if number else None


def find(connection: Connection, number: int) -> StoredModel | None:
    row = connection.execute(
        sa.select(models.c.id, models.c.model, models.c.created_at).where(models.c.id == number)
    ).one_or_none()
    return StoredModel(row.id, row.model, row.created_at) if row else None


def versions(connection: Connection) -> list[tuple[int, str]]:
    """Number and time of every model, the newest first."""
    rows = connection.execute(sa.select(models.c.id, models.c.created_at).order_by(models.c.id.desc()))
    return [(row.id, row.created_at) for row in rows]
