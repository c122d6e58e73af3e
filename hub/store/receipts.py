"""What is under way to a destination and what came of it: intents before a call, receipts after it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.instants import instant
from hub.domain.plan import (
    MERGED_THERE,
    REMOTE_GONE,
    UNKNOWN,
    Action,
    Change,
    FieldChange,
    Outcome,
    Receipt,
)
from hub.store import bulk
from hub.store.ledger import DELIVERED_SCHEMA, LedgerState, held
from hub.store.left_there import forget_gone, hand_over, set_free
from hub.store.merged_there import doubt_empty, write_anew
from hub.store.sent import REMOVED, UNSURE, Sent
from hub.store.tables import deliveries, intents, ledger

_SOON, _LATER, _LONGEST = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_DOUBLINGS: Final = 12


@dataclass(frozen=True, slots=True)
class Intent:
    """What an earlier run was about to send, or has a `ticket` for."""

    sent: Sent
    ticket: str | None


def intend(
    connection: Connection, destination: str, sent: Sequence[Sent], run_id: int, moment: datetime
) -> None:
    """Notes what is about to be sent; committed before the call, so that a crash cannot hide it."""
    now = instant(moment)
    rows = [
        {
            "destination": destination,
            "identity_id": one.change.identity_id,
            "action": one.change.action.value,
            "payload": _json(one.change.payload),
            "remote_id": one.change.remote_id,
            "fields": one.fields,
            "payload_hash": one.payload_hash,
            "golden_hash": one.golden_hash,
            "mapping_hash": one.mapping_hash,
            "ticket": None,
            "run_id": run_id,
            "intended_at": now,
        }
        for one in sent
    ]
    bulk.upsert(connection, intents, pa.Table.from_pylist(rows, schema=_INTENT_ROW))


def open_intents(connection: Connection, destination: str) -> list[Intent]:
    """What was intended and has no receipt, by identity."""
    chosen = sa.select(intents).where(intents.c.destination == destination).order_by(intents.c.identity_id)
    return [
        Intent(
            Sent(
                Change(
                    row.identity_id,
                    Action(row.action),
                    json.loads(row.payload),
                    row.remote_id,
                    tuple(
                        FieldChange(one["field"], one["old"], one["new"], one["owner"])
                        for one in json.loads(row.fields or "[]")
                    ),
                ),
                row.payload_hash,
                row.golden_hash,
                row.mapping_hash,
                row.fields or "[]",
            ),
            row.ticket,
        )
        for row in connection.execute(chosen)
    ]


def unsettled(connection: Connection, destination: str) -> int:
    """How many intents a run that died left behind: what they meant may or may not have arrived."""
    counted = (
        sa.select(sa.func.count())
        .select_from(intents)
        .where(intents.c.destination == destination, intents.c.ticket.is_(None))
    )
    return int(connection.execute(counted).scalar_one())


def doubt(
    connection: Connection, destination: str, unsure: Sequence[Intent], run_id: int, moment: datetime
) -> None:
    """Gives up knowing what became of these: of the fields that were sent the ledger claims nothing any more,
    so whatever the golden record says now, they are sent (again).
    """
    before = _before(connection, destination, [one.sent.change.identity_id for one in unsure])
    rows = [
        {
            "destination": destination,
            "run_id": run_id,
            "tried_at": instant(moment),
            **_doubted(one.sent.change, before.get(one.sent.change.identity_id) or {}),
        }
        for one in unsure
    ]
    bulk.upsert(connection, ledger, pa.Table.from_pylist(rows, schema=_LEDGER_ROW))
    _forget(connection, destination, [one.sent.change.identity_id for one in unsure])


def _doubted(change: Change, old: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "identity_id": change.identity_id,
        "remote_id": old.get("remote_id") or change.remote_id,
        "state": LedgerState.PARKED,
        **_sure_of(change, old),
        "attempts": int(old.get("attempts") or 0) + 1,
        "code": "unsettled",
        "sentence": "a run ended while this was under way: whether it arrived is not known",
    }


def _sure_of(change: Change, old: Mapping[str, Any]) -> dict[str, Any]:
    """What the ledger may still claim when it is not known whether a change was made."""
    known = json.loads(old.get("confirmed") or "{}")
    removes = change.action not in {Action.CREATE, Action.UPDATE}
    doubtful = known if removes else change.payload
    sure = {**known, **dict.fromkeys(doubtful, UNKNOWN)}
    there = old.get("confirmed_hash") is not None
    creates = change.action is Action.CREATE and not there  # it may be there: see `hub.store.unanswered`
    mark = REMOVED if removes or old.get("confirmed_hash") == REMOVED else UNSURE
    return {
        **({"remote_id": None} if creates else {}),
        "confirmed": _json(sure) if there or creates else None,
        "confirmed_hash": mark if there else None,
        "golden_hash": None,
    }


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
    ids, now = [sent.change.identity_id for sent, _ in answered], instant(moment)
    before = _before(connection, destination, ids)
    alike = {"destination": destination, "run_id": run_id}
    rows = [
        {**alike, **_ledger_row(sent, receipt, before.get(sent.change.identity_id) or {}, moment, now)}
        for sent, receipt in answered
    ]
    if held_back:
        rows = [_held_back(row) for row in rows]
    bulk.upsert(connection, ledger, pa.Table.from_pylist(rows, schema=_LEDGER_ROW))
    write_anew(connection, destination, answered)
    doubt_empty(connection, destination, answered)
    forget_gone(connection, destination, answered)
    set_free(connection, destination, answered)
    hand_over(connection, destination, answered, before)
    log = [{**alike, **_delivery_row(sent, receipt, now)} for sent, receipt in answered]
    bulk.upsert(connection, deliveries, pa.Table.from_pylist(log, schema=DELIVERED_SCHEMA))
    done = [r.identity_id for _, r in answered if r.outcome is not Outcome.PENDING]
    _forget(connection, destination, done)
    for sent, receipt in answered:
        if receipt.outcome is Outcome.PENDING:
            connection.execute(
                sa.update(intents)
                .where(intents.c.destination == destination, intents.c.identity_id == sent.change.identity_id)
                .values(ticket=receipt.ticket)
            )


def _before(connection: Connection, destination: str, ids: list[str]) -> dict[str, dict[str, Any]]:
    found = held(connection, destination, ids)
    return {row["identity_id"]: row for row in found.to_pylist()}


def _forget(connection: Connection, destination: str, ids: Iterable[str]) -> None:
    of_destination = sa.delete(intents).where(intents.c.destination == destination)
    bulk.delete_where_in(connection, of_destination, intents.c.identity_id, list(ids))


def _ledger_row(
    sent: Sent, receipt: Receipt, old: Mapping[str, Any], moment: datetime, now: str
) -> dict[str, Any]:
    change = sent.change
    row = {
        "identity_id": change.identity_id,
        "remote_id": _remote_id(change, receipt, old),
        "attempted_hash": sent.payload_hash,
        "tried_at": now,
        "confirmed": old.get("confirmed"),
        "confirmed_hash": old.get("confirmed_hash"),
        "ticket": receipt.ticket,
    }
    if not receipt.outcome.confirmed:
        attempts = int(old.get("attempts") or 0) + 1
        state = _state_of(change, receipt, old)
        waiting = receipt.outcome is Outcome.PENDING
        away = state in {LedgerState.GONE, LedgerState.MERGED, LedgerState.ARCHIVED}
        maybe = receipt.unsure or (receipt.retryable and change.action is not Action.MERGE)
        return {
            **row,
            **(_sure_of(change, old) if maybe and not waiting else {}),
            **({"confirmed": None, "confirmed_hash": None} if away else {}),
            "state": state,
            "attempts": attempts,
            "code": receipt.code,
            "sentence": receipt.sentence,
            "next_try_at": None
            if waiting or away
            else instant(moment + _wait(attempts, soon=receipt.retryable)),
        }
    gone = change.action in {Action.ARCHIVE, Action.ERASE, Action.MERGE}
    known = json.loads(old.get("confirmed") or "{}")
    moved = _is_another(change, receipt)
    if moved:  # what its merge there left of the other fields is not known: the next push sends them
        known = dict.fromkeys(known, UNKNOWN)
    doubtful = moved or _is_unknown(known, change)
    return {
        **row,
        "state": LedgerState.ARCHIVED if gone else LedgerState.CONFIRMED,
        "confirmed": None if gone else _json({**known, **change.payload}),
        "confirmed_hash": None if gone else UNSURE if doubtful else sent.payload_hash or UNSURE,
        "confirmed_at": now,
        "golden_hash": None if gone or doubtful else sent.golden_hash,
        "mapping_hash": None if gone else sent.mapping_hash,
        "attempts": 0,
    }


def _remote_id(change: Change, receipt: Receipt, old: Mapping[str, Any]) -> str | None:
    """The record there. A merge names that of the survivor: when it was not made, the loser keeps its own."""
    own: str | None = old.get("remote_id")
    if change.action is Action.MERGE and not receipt.outcome.confirmed:
        return own
    return receipt.remote_id or change.remote_id or own


def _is_another(change: Change, receipt: Receipt) -> bool:
    """Whether an update was written to another record than was meant: the one into which it was merged."""
    return (
        change.action is Action.UPDATE
        and change.remote_id is not None
        and receipt.remote_id not in {None, change.remote_id}
    )


def _is_unknown(known: Mapping[str, Any], change: Change) -> bool:
    """Whether there are fields that this change did not write, of which nobody knows what they show: since an
    earlier create's answer was lost, or since somebody else was written over the record meanwhile.
    """
    return any(value == UNKNOWN for name, value in known.items() if name not in change.payload)


def _state_of(change: Change, receipt: Receipt, old: Mapping[str, Any]) -> LedgerState:
    """Of a change that was not confirmed."""
    if receipt.code in {MERGED_THERE, REMOTE_GONE} and old.get("confirmed_hash") == REMOVED:
        return LedgerState.ARCHIVED  # the hub did that: it is made anew
    if receipt.code == MERGED_THERE:
        return LedgerState.MERGED  # to try again would write over another's record
    if receipt.code == REMOTE_GONE and change.action is Action.UPDATE:
        return LedgerState.GONE
    return LedgerState.PENDING if receipt.outcome is Outcome.PENDING else LedgerState.PARKED


def _held_back(row: dict[str, Any]) -> dict[str, Any]:
    if row["state"] not in {LedgerState.CONFIRMED, LedgerState.ARCHIVED}:
        return row
    there = row["confirmed_hash"] is not None
    return {
        **row,
        "state": LedgerState.DROPPED,
        "confirmed_hash": UNSURE if there else None,
        "golden_hash": None,
        "code": "undone",
        "sentence": "a person took the change back",
    }


def _wait(attempts: int, *, soon: bool) -> timedelta:
    """Until the next try: twice as long each time; what only a person can mend is not hurried."""
    doublings: int = 2 ** min(attempts - 1, _DOUBLINGS)
    return min((_SOON if soon else _LATER) * doublings, _LONGEST)


def _delivery_row(sent: Sent, receipt: Receipt, now: str) -> dict[str, Any]:
    return {
        "identity_id": sent.change.identity_id,
        "action": sent.change.action.value,
        "outcome": receipt.outcome.value,
        "remote_id": receipt.remote_id or sent.change.remote_id,
        "fields": sent.fields,
        "code": receipt.code,
        "sentence": receipt.sentence or sent.change.reason,
        "delivered_at": now,
    }


def _json(payload: Any) -> str:
    return json.dumps(dict(payload), sort_keys=True, ensure_ascii=False)


_TEXT: Final = pa.string()
_LEDGER_ROW: Final = pa.schema(
    [(n, _TEXT) for n in ("destination", "identity_id", "remote_id", "state", "confirmed", "confirmed_hash")]
    + [(n, _TEXT) for n in ("confirmed_at", "attempted_hash", "golden_hash", "mapping_hash")]
    + [("attempts", pa.int64())]
    + [(n, _TEXT) for n in ("code", "sentence", "ticket", "tried_at", "next_try_at")]
    + [("run_id", pa.int64())]
)
_INTENT_ROW: Final = pa.schema(
    [(n, _TEXT) for n in ("destination", "identity_id", "action", "payload", "remote_id", "fields")]
    + [(n, _TEXT) for n in ("payload_hash", "golden_hash", "mapping_hash", "ticket")]
    + [("run_id", pa.int64()), ("intended_at", _TEXT)]
)
