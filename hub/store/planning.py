"""What a plan has to look at: golden records that a destination may lack, and what it holds of nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.identity import IdentityState
from hub.domain.plan import HEIR_SCHEMA, REDIRECT_SCHEMA, UNKNOWN
from hub.store import bulk
from hub.store.identities import stand_for
from hub.store.ledger import LEDGER_SCHEMA, LedgerState, remote_records
from hub.store.tables import golden, ledger, withheld

# A golden record as stored, with the destination's ledger beside it: `state` is null where it has none.
SUSPECT_SCHEMA: Final = pa.schema(
    [
        ("identity_id", pa.string()),
        ("contact", pa.string()),
        ("sources", pa.string()),
        ("record_count", pa.int64()),
        ("golden_hash", pa.string()),
        *(field for field in LEDGER_SCHEMA if field.name != "identity_id"),
    ]
)
PART: Final = 50_000  # golden records that are worked on at a time
_TEXTS: Final = pa.schema([("reason", pa.string()), ("count", pa.int64())])
_WITHHELD: Final = pa.schema([("identity_id", pa.string()), ("reason", pa.string())])


def suspects(connection: Connection, destination: str, mapping_hash: str) -> Iterator[pa.Table]:
    """The active golden records (`SUSPECT_SCHEMA`, by id) for which it has to be worked out what to do.

    Left out are those of which ledger or withheld rows say that they come from this very golden record and
    mapping. An empty `mapping_hash` is that of a mapping nobody knows: then all are looked at.
    """
    held = [ledger.c[field.name] for field in LEDGER_SCHEMA if field.name != "identity_id"]
    plain = [golden.c[n] for n in ("identity_id", "contact", "sources", "record_count", "golden_hash")]
    chosen = (
        sa.select(*plain, *held)
        .select_from(_beside(destination))
        .where(
            golden.c.state == IdentityState.ACTIVE.value,
            sa.not_(_known(mapping_hash)) if mapping_hash else sa.true(),
        )
        .order_by(golden.c.identity_id)
    )
    parts = bulk.fetch_in_parts(connection, chosen, SUSPECT_SCHEMA)
    return bulk.in_tables(parts, SUSPECT_SCHEMA, PART)


def _beside(destination: str) -> Any:
    """Golden records with their ledger and withheld rows."""
    joined = sa.outerjoin(
        golden,
        ledger,
        sa.and_(ledger.c.destination == destination, ledger.c.identity_id == golden.c.identity_id),
    )
    return joined.outerjoin(
        withheld,
        sa.and_(withheld.c.destination == destination, withheld.c.identity_id == golden.c.identity_id),
    )


def _known(mapping_hash: str) -> sa.ColumnElement[bool]:
    confirmed = sa.and_(
        ledger.c.state == LedgerState.CONFIRMED.value,
        ledger.c.golden_hash == golden.c.golden_hash,
        ledger.c.mapping_hash == mapping_hash,
    )
    # a record that the destination holds all the same has to go, so it is looked at
    out = sa.and_(
        ledger.c.confirmed_hash.is_(None),
        withheld.c.golden_hash == golden.c.golden_hash,
        withheld.c.mapping_hash == mapping_hash,
    )
    return sa.func.coalesce(sa.or_(confirmed, out), sa.false())


def orphans(connection: Connection, destination: str) -> pa.Table:
    """What the destination holds (`LEDGER_SCHEMA`) of identities that have no active golden record."""
    active = sa.and_(
        golden.c.identity_id == ledger.c.identity_id, golden.c.state == IdentityState.ACTIVE.value
    )
    chosen = (
        sa.select(*(ledger.c[name] for name in LEDGER_SCHEMA.names))
        .select_from(sa.outerjoin(ledger, golden, active))
        .where(
            ledger.c.destination == destination,
            ledger.c.confirmed_hash.is_not(None),
            golden.c.identity_id.is_(None),
        )
        .order_by(ledger.c.identity_id)
    )
    return bulk.fetch(connection, chosen, LEDGER_SCHEMA)


def redirects(connection: Connection, destination: str, ids: list[str]) -> pa.Table:
    """Of these ids those that redirect (`REDIRECT_SCHEMA`)."""
    ends = stand_for(connection, ids)
    states = ledger.c.identity_id, ledger.c.state
    chosen = sa.select(*states).where(ledger.c.destination == destination)
    found = bulk.rows_where_in(connection, chosen, ledger.c.identity_id, sorted(set(ends.values())))
    left = {row.identity_id for row in found if row.state == LedgerState.GONE.value}
    return pa.Table.from_pylist(
        [{"id": one, "redirect_to": end, "left": end in left} for one, end in ends.items()],
        schema=REDIRECT_SCHEMA,
    )


def heirs(connection: Connection, destination: str, held: pa.Table, redirects: pa.Table) -> pa.Table:
    """Who takes over a record (`HEIR_SCHEMA`): active identities that the destination does not hold, though
    it holds one that was merged into them (`held`, as `orphans` gives it); the first where it holds several.
    """
    ends = dict(zip(redirects["id"].to_pylist(), redirects["redirect_to"].to_pylist(), strict=True))
    there = {
        one
        for one, (_, confirmed, _) in remote_records(
            connection, destination, sorted(set(ends.values()))
        ).items()
        if confirmed
    }
    found: dict[str, dict[str, str]] = {}
    for row in held.sort_by("identity_id").to_pylist():
        heir = ends.get(row["identity_id"])
        usable = row["remote_id"] and row["state"] in {LedgerState.CONFIRMED, LedgerState.PARKED}
        if heir is None or heir in there or heir in found or not usable:
            continue
        unknown = dict.fromkeys(json.loads(row["confirmed"] or "{}"), UNKNOWN)
        found[heir] = {
            "identity_id": heir,
            "remote_id": row["remote_id"],
            "confirmed": json.dumps(unknown, sort_keys=True, ensure_ascii=False),
        }
    return pa.Table.from_pylist(list(found.values()), schema=HEIR_SCHEMA)


def counts(connection: Connection, destination: str) -> tuple[int, int]:
    """How many records the destination holds, and of how many of them it has confirmed the last change."""
    holds = sa.func.count(ledger.c.confirmed_hash)
    settled = sa.func.sum(sa.case((ledger.c.state == LedgerState.CONFIRMED.value, 1), else_=0))
    row = connection.execute(sa.select(holds, settled).where(ledger.c.destination == destination)).one()
    return int(row[0] or 0), int(row[1] or 0)


def known_withheld(connection: Connection, destination: str, mapping_hash: str) -> pa.Table:
    """Identities that are withheld for a reason, as is known without working it out: identity_id, reason."""
    chosen = (
        sa.select(withheld.c.identity_id, withheld.c.reason)
        .select_from(_beside(destination))
        .where(
            golden.c.state == IdentityState.ACTIVE.value,
            withheld.c.reason.is_not(None),
            ledger.c.confirmed_hash.is_(None),
            withheld.c.golden_hash == golden.c.golden_hash,
            withheld.c.mapping_hash == mapping_hash,
        )
        .order_by(withheld.c.identity_id)
    )
    return bulk.fetch(connection, chosen, _WITHHELD)


def remember(
    connection: Connection, destination: str, same: pa.Table, out: pa.Table, mapping_hash: str
) -> None:
    """Notes what a plan worked out, so that the next one need not.

    `same` (identity_id, payload_hash, golden_hash): the destination holds what these would give; what was
    parked of them is settled. `out` (identity_id, reason, golden_hash): it does not get these.
    """
    if not mapping_hash:
        return
    rows = same.append_column("destination", pa.repeat(destination, same.num_rows))
    confirmed = rows.append_column("confirmed_hash", rows["payload_hash"])
    fresh = confirmed.rename_columns(
        ["attempted_hash" if name == "payload_hash" else name for name in confirmed.column_names]
    )
    for name in ("code", "sentence", "next_try_at"):
        fresh = fresh.append_column(name, pa.nulls(fresh.num_rows, pa.string()))
    settled = LedgerState.CONFIRMED.value
    bulk.change(connection, ledger, fresh, mapping_hash=mapping_hash, state=settled, attempts=0)
    bulk.upsert(connection, withheld, out, destination=destination, mapping_hash=mapping_hash)
