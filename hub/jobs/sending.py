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
    destination does not hold (its create failed) is not sent.
    """
    ready = [change for change in changes if change.action is not Action.MERGE or change.remote_id]
    receipts, stopped_by = _halving(destination, ready) if ready else ([], None)
    answered = {receipt.identity_id: receipt for receipt in receipts}
    return [answered.get(change.identity_id) or _no_survivor(change) for change in changes], stopped_by


def with_survivors(store: Store, destination: str, batch: Sequence[Change]) -> list[Change]:
    """Merges get the survivor's remote record now that it exists: `remote_id` stays, the other goes."""
    if batch[0].action is not Action.MERGE:
        return list(batch)
    with store.reading() as connection:
        remote = ledger.remote_ids(connection, destination, sorted({str(c.payload["into"]) for c in batch}))
    return [
        replace(
            change,
            remote_id=remote.get(str(change.payload["into"])),
            merged_remote_ids=(change.remote_id,) if change.remote_id else (),
        )
        for change in batch
    ]


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
    return [answered.get(change.identity_id) or _unanswered(change) for change in changes], None


def _rejected(change: Change, error: HubError) -> Receipt:
    retryable = isinstance(error, RetryableError)
    return Receipt(
        change.identity_id, Outcome.REJECTED, code=error.code, sentence=error.sentence, retryable=retryable
    )


def _no_survivor(change: Change) -> Receipt:
    return Receipt(
        change.identity_id,
        Outcome.REJECTED,
        code="no-survivor",
        sentence="the record to merge into is not at the destination yet",
        retryable=True,
    )


def _unanswered(change: Change) -> Receipt:
    return Receipt(
        change.identity_id,
        Outcome.REJECTED,
        code="no-receipt",
        sentence="the destination's answer does not mention this row",
        retryable=True,
        unsure=True,
    )
