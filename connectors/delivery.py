"""Delivering changes so that every one gets its receipt, whatever happens to the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from hub.domain.plan import Change, Outcome, Receipt
from hub.errors import HubError, RecordError, RetryableError

# Writes all of its changes or none, and gives a receipt for each; raises `RecordError` when one of them
# makes the other side refuse them all.
Send = Callable[[Sequence[Change]], Sequence[Receipt]]


class RowBusyError(RecordError):
    """One record cannot be written just now; the same change may pass later without anybody mending it."""


def deliver(work: Sequence[tuple[Sequence[Change], Send]]) -> list[Receipt]:
    """Sends the batches one after the other, each with its own `Send`, and gives one receipt a change.

    A batch that is refused as a whole is halved until the culprits stand alone: for c culprits among n
    changes about 2 c log2 n calls. Any other error ends the delivery: it is raised while nothing is
    known to be written, later the changes that are left come back as rejected and retryable.
    """
    receipts: list[Receipt] = []
    waiting = [(batch, send) for batch, send in reversed(work) if batch]
    while waiting:
        batch, send = waiting.pop()
        try:
            receipts.extend(send(batch))
        except RecordError as error:
            if len(batch) == 1:
                receipts.append(rejected(batch[0], error))
            else:
                middle = len(batch) // 2
                waiting += [(batch[middle:], send), (batch[:middle], send)]
        except HubError as error:
            if not any(receipt.outcome.confirmed for receipt in receipts):
                raise
            left = [change for rest, _ in [(batch, send), *reversed(waiting)] for change in rest]
            return receipts + [replace(rejected(change, error), retryable=True) for change in left]
    return receipts


def rejected(change: Change, error: HubError) -> Receipt:
    """The receipt of a change that was not made, with the error's code and sentence."""
    return Receipt(
        change.identity_id,
        Outcome.REJECTED,
        change.remote_id,
        error.code,
        f"{error.sentence} ({error.hint})" if error.hint else error.sentence,
        retryable=isinstance(error, RetryableError | RowBusyError),
    )


def refuse_all(code: str, sentence: str) -> Send:
    """A `Send` that writes nothing and rejects its changes, for what a destination does not do."""
    error = RecordError(code, sentence)
    return lambda changes: [rejected(change, error) for change in changes]
