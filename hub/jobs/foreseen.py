"""In which values golden records would differ from what they are."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import columns
from hub.domain.contact import CONTACT_SCHEMA
from hub.domain.identity import IdentityState
from hub.golden.explain import full_name, shown
from hub.store import bulk
from hub.store.tables import golden

_FIELDS: Final = tuple(name for name in CONTACT_SCHEMA.names if name not in {"created_at", "updated_at"})
_CONTACT: Final = pa.schema([("identity_id", pa.string()), ("contact", pa.string())])
_ACTIVE: Final = sa.select(golden.c.identity_id, golden.c.contact).where(
    golden.c.state == IdentityState.ACTIVE.value
)
_SAME: Final = "same"  # of the counts: no field differs
_AT_ONCE: Final = 20_000  # golden records that are held against what is stored


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One field of one golden record: its values (as people read them) until now and then."""

    identity_id: str
    name: str
    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Differences:
    """By field how many active golden records would have another value, and the first `sample` of them."""

    def __init__(self, sample: int) -> None:
        self._sample = sample
        self._counts: Counter[str] = Counter()
        self._first: dict[str, tuple[str, str]] = {}
        self.other_origins = 0  # active golden records whose values stay, and come from elsewhere

    def add(self, connection: Connection, rows: pa.Table) -> None:
        """Holds golden records (identity_id, contact) as they would be against what is stored."""
        for start in range(0, rows.num_rows, _AT_ONCE):
            self._add(connection, rows.select(_CONTACT.names).slice(start, _AT_ONCE))

    def fields(self) -> dict[str, int]:
        return {name: self._counts[name] for name in _FIELDS if self._counts[name]}

    def values(self) -> tuple[ValueChange, ...]:
        return tuple(change for one, both in self._first.items() for change in _told(one, *both))

    def _add(self, connection: Connection, ahead: pa.Table) -> None:
        ids = ahead["identity_id"].to_pylist()
        held = bulk.fetch_where_in(connection, _ACTIVE, golden.c.identity_id, ids, _CONTACT)
        if held.num_rows == 0:
            return
        counts, first = _DIFFERENCES
        found = columns.query(counts, ahead=ahead, held=held).to_pylist()[0]
        self.other_origins += found.pop(_SAME)
        self._counts.update(found)
        some = columns.query(f"{first} LIMIT {self._sample}", ahead=ahead, held=held).to_pylist()
        self._first |= {row["identity_id"]: (row["before"], row["after"]) for row in some}
        self._first = {one: self._first[one] for one in sorted(self._first)[: self._sample]}


def _differences() -> tuple[str, str]:
    told = {name: f"(ahead.contact->'{name}') IS DISTINCT FROM (held.contact->'{name}')" for name in _FIELDS}
    both = "FROM ahead JOIN held USING (identity_id)"
    any_differs = " OR ".join(told.values())
    asked = {**told, _SAME: f"NOT ({any_differs})"}
    counts = ", ".join(f"count(*) FILTER (WHERE {differs}) AS {name}" for name, differs in asked.items())
    first = "identity_id, held.contact AS before, ahead.contact AS after"
    return (
        f"SELECT {counts} {both}",
        f"SELECT {first} {both} WHERE {any_differs} ORDER BY identity_id",
    )


_DIFFERENCES: Final = _differences()


def _told(identity: str, before: str, after: str) -> list[ValueChange]:
    contacts: list[dict[str, Any]] = [json.loads(one) for one in (before, after)]
    now, then = (shown(one) for one in contacts)
    name = full_name(contacts[1].get("name")) or contacts[1].get("organization") or ""
    return [
        ValueChange(identity, name, field, tuple(now.get(field, ())), tuple(then.get(field, ())))
        for field in _FIELDS
        if now.get(field, []) != then.get(field, [])
    ]
