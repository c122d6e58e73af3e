"""Records that somebody deleted at a destination, and those that another identity has taken over."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.plan import MERGED_THERE, REMOTE_GONE, UNKNOWN, Action, Receipt
from hub.store import bulk
from hub.store.ledger import LedgerState
from hub.store.sent import UNSURE, Sent, json_texts, parsed
from hub.store.tables import ledger

_NOTHING = {"confirmed": None, "confirmed_hash": None, "golden_hash": None, "next_try_at": None}


def forget_gone(connection: Connection, destination: str, answered: Sequence[tuple[Sent, Receipt]]) -> None:
    """Notes the survivors of merges that are gone there: the identity of one that was to be merged into it
    is then not sent to it again and again. Call it when receipts are stored.
    """
    into = [
        str(sent.change.payload.get("into"))
        for sent, receipt in answered
        if receipt.code == REMOTE_GONE and sent.change.action is Action.MERGE
    ]
    if into:
        gone = sa.update(ledger).where(
            ledger.c.destination == destination, ledger.c.confirmed_hash.is_not(None)
        )
        told = {"code": REMOTE_GONE, "sentence": "the destination no longer holds this record"}
        bulk.update_where_in(
            connection,
            gone.values(state=LedgerState.GONE.value, **_NOTHING, **told),
            ledger.c.identity_id,
            into,
        )


def set_free(connection: Connection, destination: str, answered: Sequence[tuple[Sent, Receipt]]) -> None:
    """Identities whose record somebody merged into one that is removed now have none: they are made anew.
    Call it when receipts are stored.
    """
    removed = [
        sent.change.remote_id
        for sent, receipt in answered
        if sent.change.action in {Action.ARCHIVE, Action.ERASE}
        and sent.change.remote_id
        and receipt.outcome.confirmed
    ]
    if removed:
        waiting = sa.update(ledger).where(
            ledger.c.destination == destination, ledger.c.state == LedgerState.MERGED.value
        )
        free = waiting.values(state=LedgerState.ARCHIVED.value, code=None, sentence=None, **_NOTHING)
        bulk.update_where_in(connection, free, ledger.c.remote_id, removed)


def doubt_missing(connection: Connection, destination: str, remote_ids: Sequence[str]) -> None:
    """Of records that the destination, read as a source, does not have (any more) nothing is claimed: the
    next push writes them, and its answer tells whether they are gone or part of another.
    """
    chosen = sa.select(ledger.c.identity_id, ledger.c.confirmed).where(
        ledger.c.destination == destination,
        ledger.c.state == LedgerState.CONFIRMED.value,
        ledger.c.confirmed_hash.is_not(None),
    )
    found = bulk.rows_where_in(connection, chosen, ledger.c.remote_id, remote_ids).all()
    if found:
        known = parsed([row.confirmed for row in found])
        rows = {
            "destination": [destination] * len(found),
            "identity_id": [row.identity_id for row in found],
            "confirmed": json_texts([dict.fromkeys(one or {}, UNKNOWN) for one in known]),
            "golden_hash": pa.nulls(len(found), pa.string()),
        }
        bulk.change(connection, ledger, pa.table(rows), confirmed_hash=UNSURE)


def hand_over(
    connection: Connection,
    destination: str,
    answered: Sequence[tuple[Sent, Receipt]],
    held: Collection[str],
) -> None:
    """A record that an identity has taken over is no longer that of the one that had it, and one that turned
    out to be gone, or part of another identity's, when it was to be taken over is nobody's. `held` are the
    identities of which the destination had a record before.
    """
    taken = [
        (sent.change.remote_id, sent.change.identity_id)
        for sent, receipt in answered
        if sent.change.action is Action.UPDATE
        and sent.change.remote_id
        and sent.change.identity_id not in held
        and (receipt.outcome.confirmed or receipt.code in {MERGED_THERE, REMOTE_GONE})
    ]
    if taken:
        others = sa.update(ledger).where(
            ledger.c.destination == destination,
            ledger.c.identity_id.not_in([identity for _, identity in taken]),
            ledger.c.confirmed_hash.is_not(None),
        )
        bulk.update_where_in(
            connection,
            others.values(state=LedgerState.ARCHIVED.value, **_NOTHING),
            ledger.c.remote_id,
            [remote for remote, _ in taken],
        )
