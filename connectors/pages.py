"""Pages made of single rows, for sources whose rows are read one by one (messages, cards, submissions)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa

from connectors.text import storable
from hub.domain.records import REJECT_SCHEMA, Cursor, Page, page_schema

_SCHEMA: Final = page_schema(pa.string())
_KEPT: Final = 4096  # characters of a row that could not be read


@dataclass(frozen=True, slots=True, repr=False)
class Good:
    """A record: its key, its payload as JSON text with sorted members, and when it changed."""

    key: str
    payload: str
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Bad:
    """A row that cannot be used: where it is, why, and what was read of it.

    Without `key` it may be any record's (a torn line): after a whole read that met one, the hub calls nothing
    deleted. A row that was read well and is of no use gets a key of its own, see `own_key`.
    """

    position: str
    code: str
    reason: str
    payload: str
    key: str | None = None


def own_key(content: str | bytes) -> str:
    """A key that no record has, from what was read."""
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    return f"#{hashlib.blake2b(data, digest_size=12).hexdigest()}"


def as_page(rows: Iterable[Good | Bad], cursor: Cursor | None, *, starts_over: bool = False) -> Page:
    """One page; of records with the same key the first stays.

    The hub does the same over several pages when payloads are equal (the record is unchanged), so how rows
    fall into pages changes nothing.
    """
    good: dict[str, Good] = {}
    bad: list[Bad] = []
    for row in rows:
        if isinstance(row, Good):
            good.setdefault(row.key, row)
        else:
            bad.append(row)
    columns = [
        [one.key for one in good.values()],
        [one.updated_at for one in good.values()],
        [False] * len(good),
        [one.payload for one in good.values()],
    ]
    return Page(pa.table(columns, schema=_SCHEMA), _rejects(bad), cursor, starts_over)


def _rejects(bad: list[Bad]) -> pa.Table:
    columns = [
        [one.key for one in bad],
        [storable(one.position) for one in bad],
        [one.code for one in bad],
        [one.reason for one in bad],
        [storable(one.payload[:_KEPT]) for one in bad],
    ]
    return pa.table(columns, schema=REJECT_SCHEMA)
