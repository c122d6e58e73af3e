"""Rows that a destination refused, of identities that it is not to get any more: nobody has to mind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.identity import IdentityState
from hub.domain.instants import instant
from hub.domain.plan import Action, Outcome
from hub.store import bulk
from hub.store.ledger import LedgerState
from hub.store.tables import deliveries, golden, ledger, withheld

NO_LONGER_WANTED: Final = "no-longer-wanted"
_KEYS: Final = pa.schema([("destination", pa.string()), ("identity_id", pa.string())])


def unwanted(
    connection: Connection, destination: str, out: pa.Table, mapping_hash: str
) -> dict[str, str | None]:
    """Parked identities that have no golden record now, or one that the destination does not get, with the
    reason where a mapping gave one.

    `out` (identity_id, reason) is what a plan by this mapping just found. Left out are those of which it is
    not known that the destination does not hold them.
    """
    active = sa.and_(
        golden.c.identity_id == ledger.c.identity_id, golden.c.state == IdentityState.ACTIVE.value
    )
    known = sa.and_(
        withheld.c.destination == ledger.c.destination,
        withheld.c.identity_id == ledger.c.identity_id,
        withheld.c.golden_hash == golden.c.golden_hash,
        withheld.c.mapping_hash == mapping_hash,
    )
    chosen = (
        sa.select(ledger.c.identity_id, golden.c.identity_id, withheld.c.identity_id, withheld.c.reason)
        .select_from(sa.outerjoin(sa.outerjoin(ledger, golden, active), withheld, known))
        .where(
            ledger.c.destination == destination,
            ledger.c.state == LedgerState.PARKED.value,
            ledger.c.confirmed_hash.is_(None),
            ledger.c.confirmed.is_(None),  # it may be there: see `hub.store.unanswered`
        )
    )
    rows = connection.execute(chosen).all()
    parked = pa.array([row[0] for row in rows], pa.string())
    some = out.filter(pc.is_in(out["identity_id"], value_set=parked))
    found: dict[str, str | None] = {row[0]: row[3] for row in rows if row[1] is None or row[2] is not None}
    return found | dict(zip(some["identity_id"].to_pylist(), some["reason"].to_pylist(), strict=True))


def let_go(
    connection: Connection, destination: str, reasons: Mapping[str, str], run_id: int, moment: datetime
) -> None:
    """These are not tried again: they count as what the destination does not hold. The log says why."""
    names = pa.table([[destination] * len(reasons), list(reasons)], schema=_KEYS)
    none = pa.nulls(len(reasons), pa.string())
    cleared = names.append_column("code", none).append_column("sentence", none)
    state = LedgerState.ARCHIVED.value
    bulk.change(connection, ledger, cleared.append_column("next_try_at", none), state=state, attempts=0)
    told = pa.array([f"not tried again: {reason}" for reason in reasons.values()], pa.string())
    bulk.upsert(
        connection,
        deliveries,
        names.append_column("sentence", told),
        run_id=run_id,
        action=Action.BLOCKED.value,
        outcome=Outcome.UNCHANGED.value,
        fields="[]",
        code=NO_LONGER_WANTED,
        delivered_at=instant(moment),
    )
