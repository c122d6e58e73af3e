"""Push: plan what a destination lacks, show it, apply it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hub.domain.instants import instant
from hub.domain.plan import Action
from hub.domain.runs import PushTally, RunState
from hub.errors import ConflictError
from hub.jobs.canary import send_canary
from hub.jobs.deliver import Delivery, deliver
from hub.jobs.open_ends import collect, find_unanswered, let_go, settle_dead, settle_echoes
from hub.jobs.planning import PushRequest, plan_push
from hub.jobs.upstream import check_upstream
from hub.ports import Clock
from hub.store import at_rest, feed, intents, planning, runs
from hub.store.engine import Store
from hub.store.leases import hold
from hub.sync.guards import check_guards
from hub.sync.plan import Plan

__all__ = ["PushRequest", "PushResult", "plan_push", "push", "stopped_by"]


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
    again in later pushes. What a dead run left open is settled first, what was pending is collected.
    `approve` sees the plan before anything is sent. Raises `ConflictError` when a guard stops it, when a
    source failed or is empty, or when the plan is not the one that was saved.
    """
    with hold(store, clock, f"push {request.name}") as lease:
        with store.reading() as connection:
            unsettled = intents.unsettled(connection, request.name)
        with runs.started(store, clock, "push", request.name) as run:
            if not request.allow_failed_source:
                check_upstream(store, request.sources)
            delivery = Delivery(store, clock, request.destination, run, lease)
            settle_dead(delivery, request.name)
            collected = collect(delivery, request.name)
            find_unanswered(delivery, request.name)
            with store.reading() as connection:
                newest = feed.newest(connection)  # the plan may see later changes, never fewer
            plan = plan_push(store, request, now=instant(clock.now()))
            check_unmoved(plan, request.expect)
            if not request.allow_many:
                check_guards(plan, request.guards)
            if not approve(plan):
                return PushResult(plan, PushTally(), unsettled, run.id)
            tally = apply(delivery, plan, request, collected, progress=progress, stopping=stopping)
            if plan.idle:
                with store.writing() as connection:
                    at_rest.mark(connection, request.name, request.mapping_hash, newest, instant(clock.now()))
            run.state = RunState.PARTLY if tally.parked else RunState.DONE
            return PushResult(plan, tally, unsettled, run.id)


def apply(
    delivery: Delivery,
    plan: Plan,
    request: PushRequest,
    before: PushTally,
    *,
    progress: Callable[[PushTally], None] = lambda _tally: None,
    stopping: Callable[[], bool] = lambda: False,
) -> PushTally:
    """Notes what the next plan need not work out again; sends this one: a canary first, then the rest."""
    tally = before + PushTally(
        unchanged=plan.counts[Action.UNCHANGED],
        blocked=plan.counts[Action.BLOCKED],
        conflict=plan.counts[Action.CONFLICT],
    )
    settle_echoes(delivery, plan)
    # before anything is sent: what is learnt in sending, that a record was written over, is newer
    with delivery.store.writing() as connection:
        planning.remember(connection, plan.destination, plan.same, plan.out, plan.mapping_hash)
        let_go(delivery, connection, plan)
    tally, rest = send_canary(delivery, plan, request.guards.canary, tally)
    tally = deliver(delivery, plan, rest, tally, progress=progress, stopping=stopping)
    tally += collect(delivery, plan.destination)
    with delivery.store.writing() as connection:
        delivery.run.count(connection, tally.as_dict())
    return tally


def stopped_by(store: Store, request: PushRequest, plan: Plan) -> ConflictError | None:
    """What would stop this plan from being applied: a source that failed or is empty, or a guard."""
    try:
        if not request.allow_failed_source:
            check_upstream(store, request.sources)
        if not request.allow_many:
            check_guards(plan, request.guards)
    except ConflictError as error:
        return error
    return None


def check_unmoved(plan: Plan, expected: str | None) -> None:
    """Raises `ConflictError` when the plan is another than the one that somebody saved and looked at."""
    if expected is not None and plan.hash != expected:
        raise ConflictError(
            "plan-moved",
            f"the plan for {plan.destination} is {plan.hash} now, and was {expected} when it was saved:"
            " golden records, mapping or what the destination holds have changed; nothing was sent",
            hint="save the plan again with `hub push --dry-run --out FILE`, and look at it",
        )
