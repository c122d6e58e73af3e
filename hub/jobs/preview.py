"""Preview: the plan that a push would apply now, with nothing written anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hub.jobs.deliver import Delivery
from hub.jobs.open_ends import collect, find_unanswered, settle_dead
from hub.jobs.planning import PushRequest, plan_push
from hub.jobs.undo import plan_undo
from hub.ports import Clock
from hub.store import intents, unanswered
from hub.store.engine import Store
from hub.store.leases import Lease
from hub.store.rehearsal import BEFORE_A_PLAN, rehearsing
from hub.store.runs import RunLog
from hub.sync.plan import Plan


def preview(store: Store, clock: Clock, request: PushRequest, undone: int | None = None) -> Plan:
    """The plan of a push, or of the undo of a run.

    What earlier runs left open is settled first, as a push would: the destination is asked what became of it,
    upon a snapshot that nobody else sees. Raises as asking does.
    """
    with _settled(store, clock, request, finding=undone is None) as stage:
        return plan_push(stage, request) if undone is None else plan_undo(stage, request, undone)


@contextmanager
def _settled(store: Store, clock: Clock, request: PushRequest, *, finding: bool) -> Iterator[Store]:
    """The store as it would be when open ends are settled; as it is where there are none."""
    name = request.name
    with store.reading() as connection:
        is_open = intents.open_intents(connection, name) or unanswered.unanswered(connection, name)
    if not is_open:
        yield store
        return
    with rehearsing(store, BEFORE_A_PLAN) as stage:
        lease = Lease(stage, clock, f"preview {name}", owner="")  # nobody else is kept from anything
        delivery = Delivery(stage, clock, request.destination, RunLog(0), lease)
        settle_dead(delivery, name)
        if finding:
            collect(delivery, name)
            find_unanswered(delivery, name)
        yield stage
