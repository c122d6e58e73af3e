"""Deliver: send a plan's changes in batches, each intended before and settled after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from hub.domain.instants import instant
from hub.domain.plan import Action, Change, Outcome, Receipt
from hub.domain.runs import PushTally
from hub.errors import ConfigurationError, FatalError, HubError, RetryableError
from hub.ports import Clock, DestinationWithCapabilities
from hub.store import ledger, runs
from hub.store.engine import Store
from hub.store.leases import Lease
from hub.sync.plan import Plan


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a plan is delivered to, and the run it belongs to."""

    store: Store
    clock: Clock
    destination: DestinationWithCapabilities
    run: runs.RunLog
    lease: Lease


def deliver(
    delivery: Delivery,
    plan: Plan,
    *,
    progress: Callable[[PushTally], None],
    stopping: Callable[[], bool],
) -> PushTally:
    """Sends every change of the plan; gives what became of them.

    Raises what stops a push as a whole (wrong credentials, a destination that is away); what was settled
    before stays settled, the batch that met it is parked, the rest was never sent and comes again.
    """
    tally = PushTally(
        unchanged=plan.counts[Action.UNCHANGED],
        blocked=plan.counts[Action.BLOCKED],
        conflict=plan.counts[Action.CONFLICT],
    )
    for batch in _batches(plan.changes, delivery.destination.capabilities.batch_size):
        sendable = _with_survivors(delivery, plan.destination, batch)
        with delivery.store.writing() as connection:
            ledger.intend(
                connection, plan.destination, sendable, delivery.run.id, instant(delivery.clock.now())
            )
        receipts, stopped_by = _send_ready(delivery.destination, sendable)
        tally += _settle(delivery, plan, sendable, receipts, tally)
        progress(tally)
        if stopped_by is not None:
            raise stopped_by
        delivery.lease.renew()
        if stopping():
            break
    return tally


def _batches(changes: Sequence[Change], size: int) -> Iterator[Sequence[Change]]:
    """Batches of one phase each: what creates before what merges before what archives."""
    start = 0
    while start < len(changes):
        end = start
        while end < len(changes) and end - start < size and _phase(changes[end]) == _phase(changes[start]):
            end += 1
        yield changes[start:end]
        start = end


def _phase(change: Change) -> Action:
    return Action.CREATE if change.action is Action.UPDATE else change.action


def _with_survivors(delivery: Delivery, destination: str, batch: Sequence[Change]) -> list[Change]:
    """Merges get the survivor's remote record now that it exists: `remote_id` stays, the other goes."""
    if batch[0].action is not Action.MERGE:
        return list(batch)
    with delivery.store.reading() as connection:
        found = {
            into: [
                state["remote_id"]
                for state in ledger.states(connection, into)
                if state["destination"] == destination
            ]
            for into in {str(change.payload["into"]) for change in batch}
        }
    ready = []
    for change in batch:
        survivors = [remote for remote in found[str(change.payload["into"])] if remote is not None]
        losers = (change.remote_id,) if change.remote_id else ()
        ready.append(replace(change, remote_id=survivors[0] if survivors else None, merged_remote_ids=losers))
    return ready


def _send_ready(
    destination: DestinationWithCapabilities, changes: Sequence[Change]
) -> tuple[list[Receipt], HubError | None]:
    """Sends all but the merges whose survivor the destination does not hold (its create failed)."""
    ready = [change for change in changes if change.action is not Action.MERGE or change.remote_id]
    receipts, stopped_by = _send(destination, ready) if ready else ([], None)
    answered = {receipt.identity_id: receipt for receipt in receipts}
    return [answered.get(change.identity_id) or _no_survivor(change) for change in changes], stopped_by


def _send(
    destination: DestinationWithCapabilities, changes: Sequence[Change]
) -> tuple[list[Receipt], HubError | None]:
    """One receipt a change; a batch that is refused as a whole is halved until the culprits are alone."""
    try:
        answered = {receipt.identity_id: receipt for receipt in destination.write(changes)}
    except (ConfigurationError, FatalError, RetryableError) as error:
        return [_rejected(change, error) for change in changes], error
    except HubError as error:
        if len(changes) == 1:
            return [_rejected(changes[0], error)], None
        middle = len(changes) // 2
        first, stopped_by = _send(destination, changes[:middle])
        if stopped_by is not None:
            return [*first, *(_rejected(change, stopped_by) for change in changes[middle:])], stopped_by
        second, stopped_by = _send(destination, changes[middle:])
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
    )


def _settle(
    delivery: Delivery, plan: Plan, batch: Sequence[Change], receipts: Sequence[Receipt], before: PushTally
) -> PushTally:
    delivered = [
        ledger.Delivery(change, plan.desired_hashes.get(change.identity_id), receipt)
        for change, receipt in zip(batch, receipts, strict=True)
    ]
    tally = _counted(receipts)
    with delivery.store.writing() as connection:
        ledger.settle(connection, plan.destination, delivered, delivery.run.id, instant(delivery.clock.now()))
        delivery.run.count(connection, (before + tally).as_dict())
    return tally


def _counted(receipts: Sequence[Receipt]) -> PushTally:
    def how_many(*outcomes: Outcome) -> int:
        return sum(receipt.outcome in outcomes for receipt in receipts)

    return PushTally(
        created=how_many(Outcome.CREATED),
        updated=how_many(Outcome.UPDATED),
        merged=how_many(Outcome.MERGED),
        archived=how_many(Outcome.ARCHIVED, Outcome.ERASED),
        unchanged=how_many(Outcome.UNCHANGED),
        parked=how_many(Outcome.REJECTED),
        pending=how_many(Outcome.PENDING),
    )
