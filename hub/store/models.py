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
_REMEMBERED: Final = 2  # texts
_read: Final[dict[str, str]] = {}


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


def active_number(connection: Connection) -> int:
    """The number of the model that decides now; 0 before the first resolve."""
    return int(facts.get(connection, _FACT) or 0)


def active(connection: Connection) -> StoredModel | None:
    """The model that decides now; None before the first resolve."""
    number = active_number(connection)
    return find(connection, number) if number else None


def find(connection: Connection, number: int) -> StoredModel | None:
    chosen = sa.select(models.c.id, models.c.model_hash, models.c.created_at).where(models.c.id == number)
    row = connection.execute(chosen).one_or_none()
    return StoredModel(row.id, _text(connection, row.id, row.model_hash), row.created_at) if row else None


def _text(connection: Connection, number: int, digest: str) -> str:
    """The text of a model, read once in a process: it has megabytes, and is read for every change."""
    text = _read.get(digest)
    if text is None:
        text = str(connection.execute(sa.select(models.c.model).where(models.c.id == number)).scalar_one())
        if len(_read) >= _REMEMBERED:
            _read.clear()
        _read[digest] = text
    return text


def versions(connection: Connection) -> list[tuple[int, str]]:
    """Number and time of every model, the newest first."""
    rows = connection.execute(sa.select(models.c.id, models.c.created_at).order_by(models.c.id.desc()))
    return [(row.id, row.created_at) for row in rows]
