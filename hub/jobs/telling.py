"""Telling: each change of a golden record to somebody outside, one after the other in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hub.domain.instants import instant
from hub.jobs.feed import BATCH, peek
from hub.ports import Clock
from hub.store import feed
from hub.store.engine import Store
from hub.store.feed import Change
from hub.store.leases import Lease, hold


@dataclass(frozen=True, slots=True)
class Told:
    """How many changes were told; the last one that is dealt with, and the last there is."""

    sent: int
    upto: int
    newest: int


def tell(
    store: Store,
    clock: Clock,
    name: str,
    send: Callable[[Change], None],
    *,
    from_now: bool = False,
    stopping: Callable[[], bool] = lambda: False,
) -> Told:
    """Tells a consumer of the feed what it does not know yet. A new one begins with the first change, or
    `from_now` with the next.

    The consumer is moved on when `send` has come back, one change at a time: whatever dies, nothing is left
    out, and at most the change that was under way is told again, the same under the same number. What `send`
    raises ends it there; the next call begins with that change. One tells at a time.
    """
    sent = 0
    with hold(store, clock, f"tell {name}") as lease:
        _begin(store, clock, name, from_now=from_now)
        while True:
            found = peek(store, name, BATCH)
            for change in found.changes:
                if stopping():
                    return Told(sent, change.seq - 1, found.newest)
                send(change)
                _done(store, clock, lease, name, change.seq)
                sent += 1
            if not found.changes:
                return Told(sent, found.upto, found.newest)


def _begin(store: Store, clock: Clock, name: str, *, from_now: bool) -> None:
    with store.writing() as connection:
        if feed.consumer(connection, name) is None:
            now = instant(clock.now())
            feed.hold(connection, name, now)
            if from_now:
                feed.move(connection, name, feed.newest(connection), now)


def _done(store: Store, clock: Clock, lease: Lease, name: str, seq: int) -> None:
    with store.writing() as connection:
        if not lease.kept(connection):
            raise lease.lost()
        feed.move(connection, name, seq, instant(clock.now()))
