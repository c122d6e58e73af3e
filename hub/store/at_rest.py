"""How far a push has dealt with the change feed, and whether there is anything to plan since.

A push that found nothing at all to look at is a consumer of the feed that stands at its end. While the feed
ends there, and what is kept of the destination is as it was then, there is nothing to look at either.
"""

from __future__ import annotations

import json
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.store import facts, feed
from hub.store.ledger import LedgerState
from hub.store.tables import ledger, withheld

_QUIET: Final = (LedgerState.CONFIRMED.value, LedgerState.ARCHIVED.value)


def consumer_of(destination: str) -> str:
    """The name by which a push is known as a consumer; no webhook has it."""
    return f"push {destination}"


def mark(connection: Connection, destination: str, mapping_hash: str, seq: int, now: str) -> None:
    """Notes that a plan found nothing to look at, up to a change of the feed; not while a row is open."""
    found = _state(connection, destination, mapping_hash, seq)
    if mapping_hash and found is not None:
        known = feed.hold(connection, consumer_of(destination), now)
        if known.seq != seq:
            feed.move(connection, known.name, seq, now)
        facts.put(connection, consumer_of(destination), found)


def is_at_rest(connection: Connection, destination: str, mapping_hash: str) -> bool:
    """Whether the next plan would find nothing to look at. Says no where it is not sure."""
    known = feed.consumer(connection, consumer_of(destination))
    newest = feed.newest(connection)
    if not mapping_hash or known is None or known.seq != newest:
        return False
    told = facts.get(connection, consumer_of(destination))
    return told is not None and told == _state(connection, destination, mapping_hash, newest)


def _state(connection: Connection, destination: str, mapping_hash: str, seq: int) -> str | None:
    """What tells that nothing was written about the destination since; None while a row of it is open."""
    other = sa.func.coalesce(ledger.c.mapping_hash != mapping_hash, sa.true())
    unknown = sa.or_(ledger.c.golden_hash.is_(None), other)
    settled = ledger.c.state == LedgerState.CONFIRMED.value
    is_open = sa.or_(ledger.c.state.not_in(_QUIET), sa.and_(settled, unknown))
    counted = [sa.func.count(), *map(sa.func.count, (ledger.c.confirmed_hash, ledger.c.golden_hash))]
    last = [*map(sa.func.max, (ledger.c.run_id, ledger.c.confirmed_at, ledger.c.tried_at))]
    opened = sa.func.sum(sa.case((is_open, 1), else_=0))
    in_ledger = sa.select(opened, *counted, *last).where(ledger.c.destination == destination)
    rows, *told = connection.execute(in_ledger).one()
    if rows:
        return None
    left_out = sa.select(sa.func.count()).where(withheld.c.destination == destination)
    told.append(connection.execute(left_out).scalar_one())
    return json.dumps([seq, mapping_hash, *told])
