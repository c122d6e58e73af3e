"""Records that a destination has merged since: two identities of the hub in one remote record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.plan import MERGED_THERE, UNKNOWN, Action, Outcome, Receipt
from hub.store import bulk, identities
from hub.store.entries import is_another
from hub.store.sent import UNSURE, Sent
from hub.store.tables import ledger


def merged_there(
    connection: Connection, destination: str, answered: Sequence[tuple[Sent, Receipt]]
) -> list[tuple[Sent, Receipt]]:
    """The receipts, with a rejection for each update that was written to another identity's record.

    The destination answers for the surviving record where it has merged the one that was meant. What was
    written over is written anew in the next push; the identity that lost its record waits for a person, or
    the two would overwrite each other for ever.
    """
    moved = [receipt.remote_id for sent, receipt in answered if _moved(sent, receipt)]
    if not moved:
        return list(answered)
    chosen = sa.select(ledger.c.identity_id, ledger.c.remote_id).where(
        ledger.c.destination == destination, ledger.c.confirmed_hash.is_not(None)
    )
    rows = bulk.rows_where_in(connection, chosen, ledger.c.remote_id, moved).all()
    ends = identities.stand_for(connection, sorted({row.identity_id for row in rows}))
    holders: dict[str, str] = {}
    for row in rows:  # one that was made one with another here too is that other
        holders.setdefault(row.remote_id, ends.get(row.identity_id, row.identity_id))
    found = []
    for sent, receipt in answered:
        if _moved(sent, receipt):
            own = sent.change.identity_id  # of several that came to be one record the first has it
            holder = holders.setdefault(receipt.remote_id or "", own)
            found.append((sent, receipt if holder == own else _refused(receipt, holder)))
        else:
            found.append((sent, receipt))
    return found


def _moved(sent: Sent, receipt: Receipt) -> bool:
    """Whether an update was written to another record than was meant."""
    return receipt.outcome.confirmed and is_another(sent.change, receipt)


def write_anew(connection: Connection, destination: str, answered: Sequence[tuple[Sent, Receipt]]) -> None:
    """Of records that were written over the ledger claims nothing any more, so that they are written anew.
    Call it when receipts are stored.
    """
    over = {
        receipt.remote_id: sent.change.payload
        for sent, receipt in answered
        if receipt.code == MERGED_THERE and receipt.remote_id
    }
    if not over:
        return
    chosen = sa.select(ledger.c.identity_id, ledger.c.remote_id, ledger.c.confirmed).where(
        ledger.c.destination == destination, ledger.c.confirmed_hash.is_not(None)
    )
    for row in bulk.rows_where_in(connection, chosen, ledger.c.remote_id, list(over)).all():
        names = {**json.loads(row.confirmed or "{}"), **over[row.remote_id]}
        _claim_nothing(connection, destination, row.identity_id, dict.fromkeys(names, UNKNOWN))


def doubt_survivors(
    connection: Connection, destination: str, answered: Sequence[tuple[Sent, Receipt]]
) -> None:
    """Merging fills what the survivor has empty from the others: what the hub had cleared is cleared anew.
    Where people had merged the survivor's record into another, be it the very one that was to go, the answer
    names that: all that the survivor wants is sent anew, to that record; unless that is of another identity:
    then to its own, and the answer tells whose it is now. Call it when receipts are stored.
    """
    merged = [
        (str(sent.change.payload.get("into")), sent.change, receipt.remote_id)
        for sent, receipt in answered
        if sent.change.action is Action.MERGE and receipt.outcome.confirmed
    ]
    survivors = [into for into, _, _ in merged]
    went = {into: remote for into, change, remote in merged if remote not in {None, change.remote_id}}
    if not survivors:
        return
    chosen = sa.select(ledger.c.identity_id, ledger.c.remote_id, ledger.c.confirmed).where(
        ledger.c.destination == destination, ledger.c.confirmed_hash.is_not(None)
    )
    taken = bulk.rows_where_in(connection, chosen, ledger.c.remote_id, list(went.values())).all()
    others = {row.remote_id for row in taken if went.get(row.identity_id) != row.remote_id}
    for row in bulk.rows_where_in(connection, chosen, ledger.c.identity_id, survivors).all():
        held = json.loads(row.confirmed or "{}")
        if remote := went.get(row.identity_id):
            unknown = dict.fromkeys(held, UNKNOWN)
            lives_in = row.remote_id if remote in others else remote
            _claim_nothing(connection, destination, row.identity_id, unknown, remote_id=lives_in)
        elif empty := [name for name, value in held.items() if value in (None, "")]:
            _claim_nothing(connection, destination, row.identity_id, held | dict.fromkeys(empty, UNKNOWN))


def _claim_nothing(
    connection: Connection, destination: str, identity_id: str, known: dict[str, Any], **besides: str
) -> None:
    """Of a record that is to be looked at anew, the ledger still claims what is known."""
    connection.execute(
        sa.update(ledger)
        .where(ledger.c.destination == destination, ledger.c.identity_id == identity_id)
        .values(
            confirmed=json.dumps(known, sort_keys=True, ensure_ascii=False),
            confirmed_hash=UNSURE,
            golden_hash=None,
            **besides,
        )
    )


def _refused(receipt: Receipt, holder: str) -> Receipt:
    sentence = (
        f"somebody has merged this record there with that of {holder}: merge the two here too, or take them"
        " apart there and take this one up again"
    )
    return replace(receipt, outcome=Outcome.REJECTED, code=MERGED_THERE, sentence=sentence)
