"""Deliver: send a plan's changes in batches, each intended before and settled after."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Final

from hub.domain.plan import Action, Change, Outcome, Receipt
from hub.domain.runs import PushTally
from hub.errors import HubError
from hub.jobs.sending import Answer, send, with_survivors
from hub.ports import Clock, DestinationWithCapabilities
from hub.store import intents, receipts, runs
from hub.store.engine import Store
from hub.store.leases import Lease
from hub.store.merged_there import merged_there
from hub.store.sent import Sent
from hub.sync.changes import Changes
from hub.sync.plan import Plan

Batch = list[Sent]
_AS_PLANNED: Final = frozenset((Action.CREATE, Action.UPDATE))

# How many batches are noted as under way for each line: with the next one at hand no line waits for the
# store, and what comes back meanwhile is noted in one transaction.
_AT_HAND: Final = 2


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a plan is delivered to, and the run it belongs to. `held_back`: see
    `hub.store.receipts.settle`.
    """

    store: Store
    clock: Clock
    destination: DestinationWithCapabilities
    run: runs.RunLog
    lease: Lease
    held_back: bool = False


def deliver(
    delivery: Delivery,
    plan: Plan,
    changes: Changes,
    before: PushTally,
    *,
    progress: Callable[[PushTally], None],
    stopping: Callable[[], bool],
) -> PushTally:
    """Sends these changes of the plan; gives `before` with what became of them.

    As many batches are under way at a time as the destination allows; the store is written by this thread
    alone, the receipts of one batch with the intents of the next. Raises what stops a push as a whole (wrong
    credentials, a destination that is away); what was settled before stays settled, the batch that met it is
    parked, the rest was never sent and comes again.
    """
    tally = before
    lines = max(1, delivery.destination.capabilities.concurrency)
    with ExitStack() as stack:
        line: Line = _inline(delivery.destination)
        room = 1
        if lines > 1:
            line = _threaded(delivery.destination, stack.enter_context(ThreadPoolExecutor(lines)))
            room = lines * _AT_HAND
        for phase in changes.phases():
            work = _Work(delivery, plan, line, room, progress, stopping)
            tally, stopped_by = _go_through(work, phase, tally)
            if stopped_by is not None:
                raise stopped_by
    return tally


Line = Callable[[Sequence[Change]], Future[Answer]]


@dataclass(frozen=True, slots=True)
class _Work:
    """How a phase is gone through: each batch sent by `line`, with at most `room` noted as under way."""

    delivery: Delivery
    plan: Plan
    line: Line
    room: int
    progress: Callable[[PushTally], None]
    stopping: Callable[[], bool]


def _go_through(work: _Work, phase: Changes, tally: PushTally) -> tuple[PushTally, HubError | None]:
    """Sends the changes of one phase; the tally with them, and what stopped it."""
    coming = phase.batches(work.delivery.destination.capabilities.batch_size)
    under_way: dict[Future[Answer], Batch] = {}
    stopped_by: HubError | None = None
    while True:
        done = [future for future in under_way if future.done()]
        answers = [(under_way.pop(future), future.result()) for future in done]
        stopped_by = stopped_by or next((error for _, (_, error) in answers if error), None)
        halted = stopped_by is not None or work.stopping()
        unsent = [under_way.pop(future) for future in list(under_way) if halted and future.cancel()]
        free = 0 if halted else work.room - len(under_way)
        fresh = [_batch(work, some) for some in islice(coming, free)]
        tally = _note(work.delivery, work.plan.destination, fresh, answers, tally, unsent)
        if answers:
            work.progress(tally)
        if not fresh and not under_way:
            return tally, stopped_by
        under_way |= {work.line([sent.change for sent in batch]): batch for batch in fresh}
        wait(under_way, return_when=FIRST_COMPLETED)


def _batch(work: _Work, some: Changes) -> Batch:
    ready = with_survivors(work.delivery.store, work.plan.destination, list(some))
    return sent_of(ready, some, work.plan.mapping_hash)


def sent_of(ready: Sequence[Change], some: Changes, mapping_hash: str) -> Batch:
    """These changes, made ready, with what the ledger has to know of them."""
    told = [some.table[name].to_pylist() for name in ("payload", "payload_hash", "golden_hash", "fields")]
    mapping = mapping_hash or None
    return [
        Sent(change, _told(change, payload), payload_hash, golden_hash, mapping, fields)
        for change, payload, payload_hash, golden_hash, fields in zip(ready, *told, strict=True)
    ]


def _told(change: Change, planned: str) -> str:
    """A change's payload as JSON: as planned, but where it says whom a record is merged into."""
    return planned if change.action in _AS_PLANNED else json.dumps(change.payload)


def _note(
    delivery: Delivery,
    destination: str,
    fresh: Sequence[Batch],
    answers: Sequence[tuple[Batch, Answer]],
    before: PushTally,
    unsent: Sequence[Batch],
) -> PushTally:
    """One transaction: the receipts of what came back, the intents of what goes next, and none of what was
    to go and does not.
    """
    moment = delivery.clock.now()
    answered = [pair for batch, (found, _) in answers for pair in zip(batch, found, strict=True)]
    tally = before
    with delivery.store.writing() as connection:
        ours = delivery.lease.kept(connection)
        answered = merged_there(connection, destination, answered)
        tally += counted([receipt for _, receipt in answered])
        if answered:
            back = delivery.held_back
            receipts.settle(connection, destination, answered, delivery.run.id, moment, held_back=back)
            delivery.run.count(connection, tally.as_dict())
        ids = [one.change.identity_id for batch in unsent for one in batch]
        intents.forget(connection, destination, ids)
        if ours and fresh:
            sent = [one for batch in fresh for one in batch]
            intents.intend(connection, destination, sent, delivery.run.id, moment)
    if not ours:
        raise delivery.lease.lost()
    return tally


def _inline(destination: DestinationWithCapabilities) -> Line:
    """A line that has its answer at once: this thread sends."""

    def line(changes: Sequence[Change]) -> Future[Answer]:
        future: Future[Answer] = Future()
        future.set_result(send(destination, changes))
        return future

    return line


def _threaded(destination: DestinationWithCapabilities, threads: ThreadPoolExecutor) -> Line:
    return lambda changes: threads.submit(send, destination, changes)


def counted(found: Sequence[Receipt]) -> PushTally:
    outcomes = Counter(receipt.outcome for receipt in found)
    return PushTally(
        created=outcomes[Outcome.CREATED],
        updated=outcomes[Outcome.UPDATED],
        merged=outcomes[Outcome.MERGED],
        archived=outcomes[Outcome.ARCHIVED] + outcomes[Outcome.ERASED],
        unchanged=outcomes[Outcome.UNCHANGED],
        parked=outcomes[Outcome.REJECTED],
        pending=outcomes[Outcome.PENDING],
    )
