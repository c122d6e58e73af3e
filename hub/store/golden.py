"""Golden records with their history and the change feed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import columns
from hub.domain.contact import CONTACT_SCHEMA
from hub.domain.golden import GOLDEN_SCHEMA
from hub.domain.identity import IdentityState
from hub.domain.provenance import read_provenance
from hub.errors import ConfigurationError
from hub.store import bulk
from hub.store.tables import golden, golden_history

ROW_SCHEMA: Final = pa.schema(
    [
        ("identity_id", pa.string()),
        ("contact", pa.string()),
        ("provenance", pa.string()),
        ("sources", pa.string()),
        ("record_count", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class GoldenRecord:
    """One golden record as stored: contact and provenance decoded from their JSON."""

    identity_id: str
    state: IdentityState
    contact: dict[str, Any]
    provenance: dict[str, Any]
    sources: list[str]
    record_count: int
    version: int
    valid_from: str


def active(connection: Connection) -> pa.Table:
    """Every active golden record, as `GOLDEN_SCHEMA`, by identity id."""
    chosen = (
        sa.select(
            golden.c.identity_id,
            golden.c.contact,
            golden.c.provenance,
            golden.c.sources,
            golden.c.record_count,
        )
        .where(golden.c.state == IdentityState.ACTIVE.value)
        .order_by(golden.c.identity_id)
    )
    return as_records(bulk.fetch(connection, chosen, ROW_SCHEMA))


def as_records(rows: pa.Table) -> pa.Table:
    """Golden records (`GOLDEN_SCHEMA`) from their stored columns identity_id, contact (JSON), sources (JSON),
    record_count and, where it is wanted, provenance.
    """
    contacts = columns.from_json(rows["contact"], CONTACT_SCHEMA)
    sources = columns.lists_from_json(rows["sources"])
    untold = "provenance" not in rows.column_names
    provenance = pa.nulls(rows.num_rows, pa.string()) if untold else rows["provenance"]
    arrays = [rows["identity_id"], *contacts.columns, sources, rows["record_count"], provenance]
    return pa.Table.from_arrays(arrays, schema=GOLDEN_SCHEMA)


def find(connection: Connection, identity_id: str, as_of: str | None = None) -> GoldenRecord | None:
    """The golden record of an identity now, or as it was at an instant; None when it was not there yet."""
    now = connection.execute(sa.select(golden).where(golden.c.identity_id == identity_id)).one_or_none()
    if as_of is None or (now is not None and now.valid_from <= as_of):
        return _record(now) if now else None
    then = connection.execute(
        sa.select(golden_history)
        .where(
            golden_history.c.identity_id == identity_id,
            golden_history.c.valid_from <= as_of,
            golden_history.c.valid_to > as_of,
        )
        .order_by(golden_history.c.version.desc())
    ).first()
    return _record(then) if then else None


def find_all(connection: Connection, identity_ids: list[str]) -> list[GoldenRecord]:
    """The golden records of these identities as they are now, in the order of their ids."""
    rows = bulk.rows_where_in(connection, _WHOLE, golden.c.identity_id, identity_ids)
    return sorted((_record(row) for row in rows), key=lambda record: record.identity_id)


_WHOLE: Final = sa.select(golden)


def contacts_of(connection: Connection, identity_ids: list[str]) -> dict[str, dict[str, Any]]:
    """By identity what its golden record says now."""
    rows = bulk.rows_where_in(connection, _CONTACTS, golden.c.identity_id, identity_ids)
    return {row.identity_id: json.loads(row.contact) for row in rows}


_CONTACTS: Final = sa.select(golden.c.identity_id, golden.c.contact)


def versions(connection: Connection, identity_id: str) -> list[GoldenRecord]:
    """Every version of a golden record, the oldest first."""
    past = connection.execute(
        sa.select(golden_history)
        .where(golden_history.c.identity_id == identity_id)
        .order_by(golden_history.c.version)
    )
    found = [_record(row) for row in past]
    now = find(connection, identity_id)
    return [*found, now] if now else found


def richest(connection: Connection) -> str:
    """The active golden record from most sources, then most records; ties by id."""
    row = connection.execute(
        sa.select(golden.c.identity_id)
        .where(golden.c.state == IdentityState.ACTIVE.value)
        .order_by(sa.func.length(golden.c.sources).desc(), golden.c.record_count.desc(), golden.c.identity_id)
    ).first()
    if row is None:
        raise ConfigurationError("no-golden", "there are no golden records yet", hint="run `hub resolve`")
    found: str = row.identity_id
    return found


def count_active(connection: Connection) -> int:
    return int(
        connection.execute(
            sa.select(sa.func.count()).select_from(golden).where(golden.c.state == IdentityState.ACTIVE.value)
        ).scalar_one()
    )


def _record(row: sa.Row[Any]) -> GoldenRecord:
    return GoldenRecord(
        identity_id=row.identity_id,
        state=IdentityState(row.state),
        contact=json.loads(row.contact),
        provenance=read_provenance(row.provenance),
        sources=json.loads(row.sources),
        record_count=row.record_count,
        version=row.version,
        valid_from=row.valid_from,
    )
