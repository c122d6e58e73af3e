"""Creates that may have arrived: their answer was lost, so their record's id at the destination is not known.

Such a row of the ledger is parked and has no remote id; `confirmed` names the fields that were sent, without
a hash, since nothing was confirmed (see `hub.store.receipts`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.store import bulk
from hub.store.ledger import LedgerState
from hub.store.sent import UNSURE
from hub.store.tables import ledger

_FOUND: Final = pa.schema([(name, pa.string()) for name in ("destination", "identity_id", "remote_id")])
# What a person dropped may be there too; once found it is told of as dropped, and still left alone.
_OPEN: Final = sa.and_(
    ledger.c.remote_id.is_(None),
    ledger.c.confirmed_hash.is_(None),
    ledger.c.confirmed.is_not(None),
    ledger.c.state.in_([LedgerState.PARKED.value, LedgerState.DROPPED.value]),
)


def chosen(destination: str) -> sa.Select[Any]:
    """Selects those identities; not in order, which would be by another index."""
    return sa.select(ledger.c.identity_id).where(ledger.c.destination == destination, _OPEN)


def unanswered(connection: Connection, destination: str) -> list[str]:
    """The identities whose create may have arrived, in order."""
    return sorted(row.identity_id for row in connection.execute(chosen(destination)))


def found(connection: Connection, destination: str, remote_ids: Mapping[str, str]) -> int:
    """Notes the records of such identities; gives how many. Of their fields nothing is claimed, so the next
    plan writes them anew or removes the record. A record that is another identity's, or that would be that
    of two, is nobody's answer.
    """
    told = Counter(remote_ids.values())
    held = sa.select(ledger.c.remote_id).where(
        ledger.c.destination == destination, ledger.c.confirmed_hash.is_not(None)
    )
    taken = set(bulk.rows_where_in(connection, held, ledger.c.remote_id, list(told)).scalars())
    still = set(unanswered(connection, destination))
    rows = [
        {"destination": destination, "identity_id": identity, "remote_id": remote}
        for identity, remote in sorted(remote_ids.items())
        if identity in still and remote and remote not in taken and told[remote] == 1
    ]
    noted = pa.Table.from_pylist(rows, schema=_FOUND)
    noted = noted.append_column("next_try_at", pa.nulls(len(rows), pa.string()))
    bulk.change(connection, ledger, noted, confirmed_hash=UNSURE)
    return len(rows)


def absent(connection: Connection, destination: str, identity_ids: Sequence[str], before: str) -> None:
    """Of these the destination holds none. Those last sent before that moment did not arrive: nobody asks for
    them again. Others may still be on their way.
    """
    settled = sa.update(ledger).where(ledger.c.destination == destination, _OPEN, ledger.c.tried_at < before)
    bulk.update_where_in(connection, settled.values(confirmed=None), ledger.c.identity_id, identity_ids)
