"""What the ledger says of a record when an answer has come, or none will: worked out from what it said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from hub.domain.instants import instant
from hub.domain.plan import MERGED_THERE, REMOTE_GONE, UNKNOWN, Action, Change, Outcome, Payload, Receipt
from hub.store.ledger import LedgerState
from hub.store.sent import REMOVED, UNSURE, Sent

_SOON, _LATER, _LONGEST = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_DOUBLINGS: Final = 12
_REMOVALS: Final = frozenset((Action.ARCHIVE, Action.ERASE, Action.MERGE))


class Entry(NamedTuple):
    """What the ledger says of one identity's record, beside the destination."""

    identity_id: str
    remote_id: str | None
    state: LedgerState
    confirmed: Payload | None
    confirmed_hash: str | None
    confirmed_at: str | None = None
    attempted_hash: str | None = None
    golden_hash: str | None = None
    mapping_hash: str | None = None
    attempts: int = 0
    code: str | None = None
    sentence: str | None = None
    ticket: str | None = None
    tried_at: str | None = None
    next_try_at: str | None = None


class Before(NamedTuple):
    """What of it matters to what comes next: as it was before an answer."""

    remote_id: str | None = None
    confirmed: Payload | None = None
    confirmed_hash: str | None = None
    attempts: int = 0


NOTHING: Final = Before()


def doubted(change: Change, old: Before, now: str) -> Entry:
    """Of a change that was under way when its run ended."""
    entry = Entry(
        change.identity_id,
        old.remote_id or change.remote_id,
        LedgerState.PARKED,
        None,
        None,
        attempts=old.attempts + 1,
        code="unsettled",
        sentence="a run ended while this was under way: whether it arrived is not known",
        tried_at=now,
    )
    return _claiming_less(entry, change, old)


def _claiming_less(entry: Entry, change: Change, old: Before) -> Entry:
    """What the ledger may still claim when it is not known whether a change was made."""
    known = old.confirmed or {}
    removes = change.action in _REMOVALS
    doubtful = known if removes else change.payload
    sure = {**known, **dict.fromkeys(doubtful, UNKNOWN)}
    there = old.confirmed_hash is not None
    creates = change.action is Action.CREATE and not there  # it may be there: see `hub.store.unanswered`
    mark = REMOVED if removes or old.confirmed_hash == REMOVED else UNSURE
    return entry._replace(
        remote_id=None if creates else entry.remote_id,
        confirmed=sure if there or creates else None,
        confirmed_hash=mark if there else None,
        golden_hash=None,
    )


def entry_of(sent: Sent, receipt: Receipt, old: Before, moment: datetime, now: str) -> Entry:
    """Of a change that was answered; `now` is `moment` as text."""
    if not receipt.outcome.confirmed:
        return _unconfirmed(sent, receipt, old, moment, now)
    change, known = sent.change, old.confirmed or {}
    moved = is_another(change, receipt)
    if moved:  # what its merge there left of the other fields is not known: the next push sends them
        known = dict.fromkeys(known, UNKNOWN)
    shown = {**known, **change.payload}
    # fields that this change did not write, of which nobody knows what they show: since an earlier create's
    # answer was lost, or since somebody else was written over the record meanwhile
    doubtful = moved or UNKNOWN in shown.values()
    gone = change.action in _REMOVALS
    return Entry(
        change.identity_id,
        _remote_id(change, receipt, old),
        LedgerState.ARCHIVED if gone else LedgerState.CONFIRMED,
        None if gone else shown,
        None if gone else UNSURE if doubtful else sent.payload_hash or UNSURE,
        confirmed_at=now,
        attempted_hash=sent.payload_hash,
        golden_hash=None if gone or doubtful else sent.golden_hash,
        mapping_hash=None if gone else sent.mapping_hash,
        ticket=receipt.ticket,
        tried_at=now,
    )


def _unconfirmed(sent: Sent, receipt: Receipt, old: Before, moment: datetime, now: str) -> Entry:
    change, attempts = sent.change, old.attempts + 1
    state = _state_of(change, receipt, old)
    waiting = receipt.outcome is Outcome.PENDING
    away = state in {LedgerState.GONE, LedgerState.MERGED, LedgerState.ARCHIVED}
    later = instant(moment + _wait(attempts, soon=receipt.retryable))
    entry = Entry(
        change.identity_id,
        _remote_id(change, receipt, old),
        state,
        old.confirmed,
        old.confirmed_hash,
        attempted_hash=sent.payload_hash,
        attempts=attempts,
        code=receipt.code,
        sentence=receipt.sentence,
        ticket=receipt.ticket,
        tried_at=now,
        next_try_at=None if waiting or away else later,
    )
    maybe = receipt.unsure or (receipt.retryable and change.action is not Action.MERGE)
    if maybe and not waiting:
        entry = _claiming_less(entry, change, old)
    return entry._replace(confirmed=None, confirmed_hash=None) if away else entry


def _remote_id(change: Change, receipt: Receipt, old: Before) -> str | None:
    """The record there. A merge names that of the survivor: when it was not made, the loser keeps its own."""
    if change.action is Action.MERGE and not receipt.outcome.confirmed:
        return old.remote_id
    return receipt.remote_id or change.remote_id or old.remote_id


def is_another(change: Change, receipt: Receipt) -> bool:
    """Whether an update was written to another record than was meant: the one into which it was merged."""
    return (
        change.action is Action.UPDATE
        and change.remote_id is not None
        and receipt.remote_id not in {None, change.remote_id}
    )


def _state_of(change: Change, receipt: Receipt, old: Before) -> LedgerState:
    """Of a change that was not confirmed."""
    if receipt.code == REMOTE_GONE and change.action is Action.MERGE:
        return LedgerState.PARKED  # it is the survivor that is gone: see `hub.store.left_there`
    if receipt.code in {MERGED_THERE, REMOTE_GONE} and old.confirmed_hash == REMOVED:
        return LedgerState.ARCHIVED  # the hub did that: it is made anew
    if receipt.code == MERGED_THERE:
        return LedgerState.MERGED  # to try again would write over another's record
    if receipt.code == REMOTE_GONE and change.action is Action.UPDATE:
        return LedgerState.GONE
    return LedgerState.PENDING if receipt.outcome is Outcome.PENDING else LedgerState.PARKED


def kept_back(entry: Entry) -> Entry:
    """The same of a change that takes back what the golden record wants: it stays so."""
    if entry.state not in {LedgerState.CONFIRMED, LedgerState.ARCHIVED}:
        return entry
    return entry._replace(
        state=LedgerState.DROPPED,
        confirmed_hash=None if entry.confirmed_hash is None else UNSURE,
        golden_hash=None,
        code="undone",
        sentence="a person took the change back",
    )


def _wait(attempts: int, *, soon: bool) -> timedelta:
    """Until the next try: twice as long each time; what only a person can mend is not hurried."""
    doublings: int = 2 ** min(attempts - 1, _DOUBLINGS)
    return min((_SOON if soon else _LATER) * doublings, _LONGEST)
