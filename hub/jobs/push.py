"""Push: plan what a destination lacks, show it, apply it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy.engine import Connection

from hub.domain.runs import PushTally, RunState
from hub.jobs.deliver import Delivery, deliver
from hub.ports import Clock, DestinationWithCapabilities, OutboundMapper
from hub.store import golden, identities, ledger, runs
from hub.store.engine import Store
from hub.store.leases import hold
from hub.sync.diff import difference
from hub.sync.plan import Guards, Plan, check_guards, make_plan


@dataclass(frozen=True, slots=True)
class PushRequest:
    """One destination to push to. `allow_many` lifts the guards for this push."""

    name: str
    destination: DestinationWithCapabilities
    mapper: OutboundMapper
    guards: Guards = Guards()  # noqa: RUF009 - frozen
    allow_many: bool = False


@dataclass(frozen=True, slots=True)
class PushResult:
    """What was planned and what became of it; `unsettled` counts changes that a dead run left open."""

    plan: Plan
    tally: PushTally
    unsettled: int = 0
    run_id: int | None = None

    @property
    def partly(self) -> bool:
        return self.tally.parked > 0


def plan_push(store: Store, request: PushRequest) -> Plan:
    """What a push would do now; writes nothing anywhere."""
    with store.reading() as connection:
        wanted = request.mapper.to_payloads(golden.active(connection))
        held = ledger.held_by(connection, request.name)
        redirects = _redirects(connection, held, wanted)
    return make_plan(
        request.name,
        difference(wanted, held, redirects, request.destination.capabilities),
        holds=held.num_rows - held["confirmed_hash"].null_count,
    )


def push(
    store: Store,
    clock: Clock,
    request: PushRequest,
    *,
    approve: Callable[[Plan], bool] = lambda _plan: True,
    progress: Callable[[PushTally], None] = lambda _tally: None,
    stopping: Callable[[], bool] = lambda: False,
) -> PushResult:
    """Plans and applies one destination's changes.

    Sends only differences; a row that the destination does not take is parked with its reason and tried
    again in every later push. `approve` sees the plan before anything is sent. Raises `ConflictError` when
    a guard stops it.
    """
    with hold(store, clock, f"push {request.name}") as lease:
        with store.reading() as connection:
            unsettled = ledger.unsettled(connection, request.name)
        plan = plan_push(store, request)
        if not request.allow_many:
            check_guards(plan, request.guards)
        if not approve(plan):
            return PushResult(plan, PushTally(), unsettled)
        with runs.started(store, clock, "push", request.name) as run:
            with store.writing() as connection:
                ledger.forget_intents(connection, request.name)
            tally = deliver(
                Delivery(store, clock, request.destination, run, lease),
                plan,
                progress=progress,
                stopping=stopping,
            )
            with store.writing() as connection:
                run.count(connection, tally.as_dict())
            run.state = RunState.PARTLY if tally.parked else RunState.DONE
            return PushResult(plan, tally, unsettled, run.id)


def _redirects(connection: Connection, held: pa.Table, wanted: pa.Table) -> pa.Table:
    """Ledger ids that are not golden any more, with the active identity they stand for today."""
    orphans = held.join(wanted.select(["identity_id"]), "identity_id", join_type="left anti")
    found = {
        old: today
        for old in orphans["identity_id"].to_pylist()
        if (today := identities.resolve_id(connection, old)) not in {None, old}
    }
    return pa.table(
        {"id": pa.array(list(found), pa.string()), "redirect_to": pa.array(list(found.values()), pa.string())}
    )
