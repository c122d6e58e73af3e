"""Records by the names that people give them, and the names most like one that is not stored."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.judgement import RecordName
from hub.store.records import find_ids, names_of
from hub.store.tables import records

_LIKELY: Final = 200  # keys compared letter by letter


def named(connection: Connection, record_ids: list[int]) -> dict[int, RecordName]:
    """Source and key of these records by their numbers."""
    table = names_of(connection, record_ids)
    return {
        number: RecordName(source, key)
        for number, source, key in zip(
            *(table[name].to_pylist() for name in ("record_id", "source", "key")), strict=True
        )
    }


def nearest(connection: Connection, source: str, key: str, limit: int = 3) -> list[str]:
    """Records (source:key) most like one that is not stored: of its source by key, else of other sources."""
    known = list(connection.execute(sa.select(records.c.source).distinct()).scalars())
    alike = [source] if source in known else get_close_matches(source, known, n=1, cutoff=0.5)
    for one in alike:
        of_it = sa.select(records.c.key).where(records.c.source == one)
        begun = of_it.where(records.c.key.startswith(key[: max(1, len(key) // 2)], autoescape=True))
        for chosen in (begun, of_it):
            keys = connection.execute(chosen.order_by(records.c.key).limit(_LIKELY)).scalars().all()
            near = get_close_matches(key, keys, n=limit, cutoff=0.5)
            if near:
                return [f"{one}:{found}" for found in near]
    return []


def stored(connection: Connection, names: Iterable[RecordName]) -> set[RecordName]:
    """Those of the records that are stored."""
    return {RecordName(*name) for name in find_ids(connection, list(names))}


def sources(connection: Connection) -> list[str]:
    """The sources of which records are stored."""
    return list(
        connection.execute(sa.select(records.c.source).distinct().order_by(records.c.source)).scalars()
    )
