"""Sending a batch: one receipt a change, whatever the destination does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hub.domain.plan import Action, Change, Outcome, Receipt
from hub.errors import ConfigurationError, FatalError, HubError, RetryableError
from hub.ports import DestinationWithCapabilities
from hub.store import ledger
from hub.store.engine import Store

Answer = tuple[list[Receipt], HubError | None]


def send(destination: DestinationWithCapabilities, changes: Sequence[Change]) -> Answer:
    """A receipt for each change, in their order, and the error that should end the push, if there was one.

    A batch that is refused as a whole is halved until the culprits are alone. A merge whose survivor the
    destination does not hold (its create failed) is not sent, nor one of two that have one record.
    """
    ready = [change for change in changes if change.action is not Action.MERGE or _can_merge(change)]
    receipts, stopped_by = _halving(destination, ready) if ready else ([], None)
    answered = {receipt.identity_id: receipt for receipt in receipts}
    return [answered.get(change.identity_id) or _unsent(change) for change in changes], stopped_by


def with_survivors(store: Store, destination: str, batch: Sequence[Change]) -> list[Change]:
    """Merges get the survivor's remote record now that it exists: `remote_id` stays, the other goes.

    What is archived because it was merged becomes such a merge where the survivor has taken its record over
    (that record stays), and where the survivor was not taken just now: it waits, for it may hold what the
    survivor was to get.
    """
    into = {change.identity_id: str(change.payload["into"]) for change in batch if "into" in change.payload}
    if batch[0].action not in {Action.MERGE, Action.ARCHIVE} or not into:
        return list(batch)
    with store.reading() as connection:
        remote = ledger.remote_records(connection, destination, sorted(set(into.values())))
    return [_with_survivor(change, remote.get(into.get(change.identity_id, ""))) for change in batch]


def _with_survivor(change: Change, survivor: tuple[str | None, bool, bool] | None) -> Change:
    remote_id, there, parked = survivor or (None, False, False)
    if change.action is Action.ARCHIVE and not parked and not (there and change.remote_id == remote_id):
        return replace(change, payload={})
    there = there and not (parked and change.action is Action.ARCHIVE)
    return replace(
        change,
        action=Action.MERGE,
        remote_id=remote_id if there else None,
        merged_remote_ids=(change.remote_id,) if change.remote_id else (),
    )


def _can_merge(change: Change) -> bool:
    return change.remote_id is not None and change.remote_id not in change.merged_remote_ids


def _halving(destination: DestinationWithCapabilities, changes: Sequence[Change]) -> Answer:
    try:
        answered = {receipt.identity_id: receipt for receipt in destination.write(changes)}
    except (ConfigurationError, FatalError, RetryableError) as error:
        return [replace(_rejected(change, error), unsure=True) for change in changes], error
    except HubError as error:
        if len(changes) == 1:
            return [_rejected(changes[0], error)], None
        middle = len(changes) // 2
        first, stopped_by = _halving(destination, changes[:middle])
        if stopped_by is not None:
            return [*first, *(_rejected(change, stopped_by) for change in changes[middle:])], stopped_by
        second, stopped_by = _halving(destination, changes[middle:])
        return [*first, *second], stopped_by
    return [answered.get(change.identity_id) or unanswered(change.identity_id) for change in changes], None


def _rejected(change: Change, error: HubError) -> Receipt:
    retryable = isinstance(error, RetryableError)
    return Receipt(
        change.identity_id, Outcome.REJECTED, code=error.code, sentence=error.sentence, retryable=retryable
    )


def _unsent(change: Change) -> Receipt:
    """Of a merge that was not sent."""
    if change.remote_id is not None:
        return Receipt(change.identity_id, Outcome.MERGED, change.remote_id)
    return Receipt(
        change.identity_id,
        Outcome.REJECTED,
        code="no-survivor",
        sentence="the record to merge into is not at the destination yet, as it should be",
        retryable=True,
    )


def unanswered(identity_id: str) -> Receipt:
    """Of a change that an answer does not mention."""
    return Receipt(
        identity_id,
        Outcome.REJECTED,
        code="no-receipt",
        sentence="the destination's answer does not mention this row",
        retryable=True,
        unsure=True,
    )
