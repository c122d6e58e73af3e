"""Rehearse: what the next resolve would change, and what each destination would get, before anything moves.

The jobs' own work is done, upon a snapshot that nobody else sees: what is told is what would happen, and
nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.engine import Connection

from hub.domain.identity import IdentityState
from hub.domain.instants import instant
from hub.domain.runs import PullTally
from hub.errors import HubError
from hub.jobs.deletions import settle
from hub.jobs.foreseen import Differences, ValueChange
from hub.jobs.intake import Intake
from hub.jobs.planning import plan_in
from hub.jobs.push import PushRequest
from hub.jobs.remap import remap
from hub.jobs.resolve import ResolveRequest, ResolveResult, as_it_was, foreseen, result_of, tally_of
from hub.jobs.resolving import Resolved
from hub.ports import Clock
from hub.store import edges, golden_writing, identities
from hub.store.engine import Store
from hub.store.rehearsal import Ahead, rehearsing
from hub.store.tables import golden as golden_table
from hub.store.tables import identities as identities_table
from hub.sync.plan import Plan

SAMPLE: Final = 20  # identities whose values are told one by one


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a resolve would come to. `remapped`: by source, contacts that the present mapping makes otherwise.
    `fields` counts the golden records that would change in a field; `values` shows some of them;
    `other_origins` counts those whose values stay, but come from other records or by another rule. `plans`
    are what the destinations would get; `unplanned` those of which that cannot be told, with the reason.
    """

    result: ResolveResult
    remapped: dict[str, PullTally]
    fields: dict[str, int]
    values: tuple[ValueChange, ...]
    plans: tuple[Plan, ...]
    unplanned: tuple[tuple[str, HubError], ...]
    other_origins: int = 0


Pushes = Sequence[tuple[str, Callable[[], PushRequest]]]


def rehearse(
    store: Store,
    clock: Clock,
    request: ResolveRequest,
    intakes: Sequence[Intake],
    pushes: Pushes = (),
    *,
    sample: int = SAMPLE,
) -> Rehearsed:
    """What mapping anew, resolving and pushing would change. `pushes` open each destination when asked."""
    with rehearsing(store) as stage:
        remapped = {intake.source: remap(stage, clock, intake) for intake in intakes}
        settle(stage, request.deletions)
        now = instant(clock.now())
        with stage.reading() as connection:
            differences = Differences(sample)
            result = _resolved(connection, request, now, differences)
            plans, unplanned = _plans(connection, pushes, now)
    told = {source: tally for source, tally in remapped.items() if tally.read}
    fields, values = differences.fields(), differences.values()
    origins = differences.other_origins
    return Rehearsed(result, told, fields, values, tuple(plans), tuple(unplanned), origins)


def _resolved(
    connection: Connection, request: ResolveRequest, now: str, differences: Differences
) -> ResolveResult:
    """The resolve worked out; golden records and identities as they would be stand in the place of those that
    are stored.
    """
    resolved = foreseen(connection, request, now)
    if resolved is None:
        return ResolveResult(as_it_was(connection))
    tally = tally_of(connection, resolved)
    changed = _put_golden(connection, resolved, now, differences)
    part = resolved.part
    if part is not None:
        concerned = resolved.matching.clusters["record_id"].combine_chunks()
        more = edges.more_for_review(connection, concerned, part.looked_at, resolved.matching.review)
        tally = replace(tally, review=tally.review + more)
    return result_of(resolved, replace(tally, golden_changed=changed))


def _put_golden(connection: Connection, resolved: Resolved, now: str, differences: Differences) -> int:
    """Gives how many golden records would change."""
    ahead = Ahead(connection, golden_table)
    alike: dict[str, str | int] = {"seq": 0, "run_id": 0, "valid_from": now}
    changed = 0
    for rows in golden_writing.differing(
        connection, golden_writing.written(resolved.golden.parts(), few=resolved.golden.few)
    ):
        differences.add(connection, rows)
        ahead.put(rows, state=IdentityState.ACTIVE.value, **alike)
        changed += rows.num_rows
    assignment = resolved.assignment
    retired = [
        (IdentityState.REDIRECTED, assignment.redirected["id"].to_pylist()),
        (IdentityState.ARCHIVED, assignment.archived),
    ]
    for state, ids in retired:
        rows = golden_writing.retiring(connection, ids, state)
        ahead.put(rows, state=state.value, **alike)
        changed += rows.num_rows
    known = Ahead(connection, identities_table)
    known.put(identities.assigned(assignment), born_seq=0, created_at=now, changed_at=now)
    ahead.show()
    known.show()
    return changed


def _plans(connection: Connection, pushes: Pushes, now: str) -> tuple[list[Plan], list[tuple[str, HubError]]]:
    plans: list[Plan] = []
    unplanned: list[tuple[str, HubError]] = []
    for name, opened in pushes:
        try:
            # a rehearsal asks nothing of the other side: `hub push --dry-run` does
            plans.append(plan_in(connection, replace(opened(), look_first=False), now=now))
        except HubError as error:
            unplanned.append((name, error))
    return plans, unplanned
