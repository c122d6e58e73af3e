"""What came of what was sent: the ledger as confirmed or parked, and the delivery log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.instants import instant
from hub.domain.plan import Outcome, Receipt
from hub.store import bulk, intents
from hub.store.entries import NOTHING, Before, Entry, doubted, entry_of, kept_back
from hub.store.intents import Intent
from hub.store.left_there import forget_gone, hand_over, set_free
from hub.store.merged_there import doubt_survivors, write_anew
from hub.store.sent import Sent, json_texts, parsed
from hub.store.tables import deliveries, ledger


def doubt(
    connection: Connection, destination: str, unsure: Sequence[Intent], run_id: int, moment: datetime
) -> None:
    """Gives up knowing what became of these: of the fields that were sent the ledger claims nothing any more,
    so whatever the golden record says now, they are sent (again).
    """
    ids, now = [one.sent.change.identity_id for one in unsure], instant(moment)
    before = _before(connection, destination, ids)
    entries = [
        doubted(one.sent.change, before.get(one.sent.change.identity_id, NOTHING), now) for one in unsure
    ]
    _write(connection, destination, run_id, entries, before)
    intents.forget(connection, destination, ids)


def settle(
    connection: Connection,
    destination: str,
    answered: Sequence[tuple[Sent, Receipt]],
    run_id: int,
    moment: datetime,
    *,
    held_back: bool = False,
) -> None:
    """Writes receipts: the ledger as confirmed or parked, the delivery log, the intents gone (but of what is
    still pending). `held_back`: what is done now takes back what golden records want; it stays so until
    their records change or a person lifts it.
    """
    now = instant(moment)
    before = _before(connection, destination, [sent.change.identity_id for sent, _ in answered])
    entries = [
        entry_of(sent, receipt, before.get(sent.change.identity_id, NOTHING), moment, now)
        for sent, receipt in answered
    ]
    _write(connection, destination, run_id, [kept_back(e) for e in entries] if held_back else entries, before)
    write_anew(connection, destination, answered)
    doubt_survivors(connection, destination, answered)
    forget_gone(connection, destination, answered)
    set_free(connection, destination, answered)
    there = {identity for identity, was in before.items() if was.confirmed_hash is not None}
    hand_over(connection, destination, answered, there)
    _log(connection, destination, answered, run_id, now)
    done = [r.identity_id for _, r in answered if r.outcome is not Outcome.PENDING]
    intents.forget(connection, destination, done)
    for _, receipt in answered:
        if receipt.outcome is Outcome.PENDING:
            intents.wait(connection, destination, receipt.identity_id, receipt.ticket)


def _before(connection: Connection, destination: str, ids: list[str]) -> dict[str, Before]:
    found = bulk.rows_where_in(connection, _BEFORE, ledger.c.identity_id, ids, destination=destination)
    told: Sequence[Any] = found.all()  # taken apart by place: by name it takes four times as long
    known = parsed([confirmed for _, _, confirmed, _, _ in told])
    return {
        identity: Before(remote, shown, confirmed_hash, attempts)
        for (identity, remote, _, confirmed_hash, attempts), shown in zip(told, known, strict=True)
    }


_BEFORE: Final = sa.select(
    ledger.c.identity_id, ledger.c.remote_id, ledger.c.confirmed, ledger.c.confirmed_hash, ledger.c.attempts
).where(ledger.c.destination == sa.bindparam("destination"))


def _write(
    connection: Connection,
    destination: str,
    run_id: int,
    entries: Sequence[Entry],
    before: Mapping[str, Before],
) -> None:
    if not entries:
        return
    # A column that is not set needs no look at its index.
    settled = all(before.get(one.identity_id, NOTHING).remote_id == one.remote_id for one in entries)
    keep = ("remote_id",) if settled else ()
    columns: list[Sequence[object]] = list(zip(*entries, strict=True))
    columns[_CONFIRMED] = json_texts([entry.confirmed for entry in entries])
    bulk.upsert_listed(connection, ledger, _ENTRY, columns, keep=keep, destination=destination, run_id=run_id)


def _log(
    connection: Connection,
    destination: str,
    answered: Sequence[tuple[Sent, Receipt]],
    run_id: int,
    now: str,
) -> None:
    """One row a change in the delivery log."""
    sent, receipts = [one for one, _ in answered], [receipt for _, receipt in answered]
    rows: list[list[object]] = [
        [one.change.identity_id for one in sent],
        [one.change.action for one in sent],
        [receipt.outcome for receipt in receipts],
        [receipt.remote_id or one.change.remote_id for one, receipt in answered],
        [one.fields for one in sent],
        [receipt.code for receipt in receipts],
        [receipt.sentence or one.change.reason for one, receipt in answered],
    ]
    bulk.upsert_listed(
        connection, deliveries, _LOG, rows, run_id=run_id, destination=destination, delivered_at=now
    )


_ENTRY: Final = pa.schema(
    [(name, pa.int64() if name == "attempts" else pa.string()) for name in Entry._fields]
)
_CONFIRMED: Final = Entry._fields.index("confirmed")
_LOG: Final = pa.schema(
    [(n, pa.string()) for n in ("identity_id", "action", "outcome", "remote_id", "fields")]
    + [(n, pa.string()) for n in ("code", "sentence")]
)
