"""Resolve: find which records are the same, keep their identities, rebuild what changed."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from hub.ahead import ahead
from hub.domain.deletions import DeletionPolicy
from hub.domain.identity import Assignment, IdentityState
from hub.domain.instants import instant
from hub.domain.runs import ResolveTally
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.deletions import settle
from hub.jobs.resolving import (
    Counts,
    Resolved,
    Seen,
    counts,
    last_seen,
    remember,
    remember_counts,
    seen_now,
    whole,
)
from hub.jobs.resolving_part import may_be_partial, part
from hub.jobs.surroundings import StoredSurroundings
from hub.kept_memory import give_back, kept_memory
from hub.ports import Clock, Matcher
from hub.store import blocks, deletions, edges, golden_writing, identities, lookup, models, runs
from hub.store.engine import Store
from hub.store.leases import hold

_MANY: Final = 100_000  # records; storing fewer takes a few seconds however it is done


@dataclass(frozen=True, slots=True)
class ResolveRequest:
    """`matcher_hash` names the matcher's settings; `full` matches everything and rebuilds every golden
    record, where otherwise a change is matched against what is stored around it. `retrain` makes a new
    model. `deletions`: by source what becomes of records that are gone from it; they are removed where it
    says nothing.
    """

    matcher: Matcher
    matcher_hash: str
    rules: SurvivorshipRules
    full: bool = False
    retrain: bool = False
    deletions: Mapping[str, DeletionPolicy] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResolveResult:
    """What changed: `merges` id → the id it now redirects to, `splits` ids that lost members to others,
    `archived` those without records left. `partial` tells that only what changed was matched.
    """

    tally: ResolveTally
    merges: dict[str, str] = field(default_factory=dict)
    splits: list[str] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)
    run_id: int | None = None
    report: dict[str, object] = field(default_factory=dict)
    partial: bool = False


def resolve(store: Store, clock: Clock, request: ResolveRequest) -> ResolveResult:
    """Matches the contacts, moves records between identities, rebuilds the golden records that are touched.

    Everything is stored in one transaction: a killed resolve leaves nothing, the next one does it all.
    When nothing changed since the last one, nothing is done.
    """
    at = instant(clock.now())
    with hold(store, clock, "resolve"):
        settle(store, request.deletions)
        with store.reading() as connection:
            before, now = last_seen(connection), _seen(connection, request, at)
            if before == now and not (request.full or request.retrain):
                return ResolveResult(as_it_was(connection))
        same_rules = before is not None and before.rules == now.rules
        looked_at = now.change - (before.change if before is not None and same_rules else 0)
        with kept_memory(looked_at), runs.started(store, clock, "resolve", "all") as run:
            with store.reading() as connection:
                # What came since `now` was seen is looked at again by the next resolve.
                resolved = _worked_out(connection, request, before, now)
                result = result_of(resolved, tally_of(connection, resolved))
            with _writing(store, resolved) as connection:
                changed, review = _store(connection, resolved, run.id, instant(clock.now()))
                del resolved
                give_back()  # the system needs as much to write the store
                remember(connection, replace(now, model=models.active_number(connection)))
                tally = result.tally
                remember_counts(connection, Counts(tally.records, tally.identities, review))
                told = {"golden_changed": changed, "review": review}
                tally = ResolveTally(**{**tally.as_dict(), **told})
                run.count(connection, tally.as_dict())
            return replace(result, tally=tally, run_id=run.id)


def _writing(store: Store, resolved: Resolved) -> AbstractContextManager[Connection]:
    """A first resolve of many fills the store: until then there is nothing that others could look up."""
    if resolved.part is not None:
        return store.writing()
    first = resolved.before.num_rows == 0
    many = resolved.assignment.members.num_rows >= _MANY
    return store.filling() if first and many else store.writing(checked=False)


def pending(connection: Connection, request: ResolveRequest, at: str) -> bool:
    """Whether there is anything that no resolve has seen yet."""
    changed = last_seen(connection) != _seen(connection, request, at)
    return changed or bool(deletions.unsettled(connection, request.deletions))


def foreseen(connection: Connection, request: ResolveRequest, at: str) -> Resolved | None:
    """What a resolve would come to now, None where there is nothing to do; stores nothing."""
    before, now = last_seen(connection), _seen(connection, request, at)
    if before == now and not (request.full or request.retrain):
        return None
    return _worked_out(connection, request, before, now)


def built_anew(connection: Connection, request: ResolveRequest, at: str) -> Resolved:
    """Everything matched and built anew with the model that decides; stores nothing."""
    full = replace(request, full=True, retrain=False)
    return _worked_out(connection, full, last_seen(connection), _seen(connection, request, at))


def _seen(connection: Connection, request: ResolveRequest, at: str) -> Seen:
    return seen_now(connection, request.matcher_hash, request.rules, at)


def _worked_out(connection: Connection, request: ResolveRequest, before: Seen | None, now: Seen) -> Resolved:
    model = None if request.retrain else models.active(connection)
    text = model.text if model else None
    if text is not None and before is not None and not request.full:
        around = StoredSurroundings(connection)
        change = may_be_partial(connection, before, now, around, request.matcher, text, request.rules)
        if change is not None:
            return part(connection, change, around, request.matcher, text, request.rules, now)
    return whole(connection, before, now, request.matcher, text, request.rules, rebuild=request.full)


def as_it_was(connection: Connection) -> ResolveTally:
    """What a resolve comes to where there is nothing to do."""
    known = counts(connection)
    return ResolveTally(
        records=known.records,
        identities=known.identities,
        merged_records=known.records - known.identities,
        review=known.review,
    )


def _store(connection: Connection, resolved: Resolved, run_id: int, now: str) -> tuple[int, int]:
    """Stores what was worked out; gives how many golden records changed, and how many pairs wait."""
    golden, changed = resolved.golden, 0
    with ThreadPoolExecutor(1) as thread:
        index = lookup.Indexing(connection)
        built = index.following(golden.parts(), thread) if resolved.part is None else golden.parts()
        # which takes as long as all that is stored before them
        parts = golden_writing.written(built, few=golden.few)
        _store_identities(connection, resolved, now)
        for some in golden_writing.replace(connection, parts, run_id, now):
            index.add(some)
            changed += some.num_rows
        changed += _retire(connection, resolved.assignment, index, run_id, now)
        waiting = _store_pairs(connection, resolved, now)
        index.finish()
    return changed, waiting


def _store_identities(connection: Connection, resolved: Resolved, now: str) -> None:
    """The identities with their members, and what later records are compared by."""
    change, entries = resolved.part, resolved.matching.blocks
    packed = ahead(blocks.packed(entries)) if change is None and entries is not None else None
    identities.apply(connection, resolved.assignment, resolved.before, now)
    if packed is not None:
        blocks.replace_all(connection, packed)
    elif change is None:
        blocks.forget(connection)
    else:
        blocks.change(connection, change.indexed, change.blocks)


def _store_pairs(connection: Connection, resolved: Resolved, now: str) -> int:
    """Gives how many pairs wait for a person now."""
    matching, change = resolved.matching, resolved.part
    if change is None:
        model = models.store(connection, matching.model, now)
        edges.replace_all(connection, matching.edges, matching.review, model)
        return int(matching.review.num_rows)
    concerned = matching.clusters["record_id"].combine_chunks()
    model = models.active_number(connection)
    before = counts(connection).review
    return before + edges.replace_among(
        connection, concerned, change.looked_at, matching.edges, matching.review, model
    )


def _retire(
    connection: Connection, assignment: Assignment, index: lookup.Indexing, run_id: int, now: str
) -> int:
    redirected = assignment.redirected["id"].to_pylist()
    retired = golden_writing.retire(connection, redirected, IdentityState.REDIRECTED, run_id, now)
    retired += golden_writing.retire(connection, assignment.archived, IdentityState.ARCHIVED, run_id, now)
    index.remove([*redirected, *assignment.archived])
    return retired


def tally_of(connection: Connection, resolved: Resolved) -> ResolveTally:
    """Of everything, also when only a part was looked at; asked before anything is stored."""
    assignment = resolved.assignment
    after = _counted(assignment.members, resolved.matching.review.num_rows)
    if resolved.part is not None:
        known, before = counts(connection), _counted(resolved.before, 0)
        after = Counts(
            known.records + after.records - before.records,
            known.identities + after.identities - before.identities,
            known.review,  # until it is stored
        )
    return ResolveTally(
        records=after.records,
        identities=after.identities,
        merged_records=after.records - after.identities,
        review=after.review,
        created=len(assignment.created) + len(assignment.revived),
        redirected=assignment.redirected.num_rows,
        split=len(assignment.split),
        archived=len(assignment.archived),
        golden_changed=resolved.golden.count,
        review_left_out=resolved.matching.told().left_out,
    )


def _counted(members: pa.Table, review: int) -> Counts:
    return Counts(members.num_rows, pc.count_distinct(members["identity_id"]).as_py(), review)


def result_of(resolved: Resolved, tally: ResolveTally) -> ResolveResult:
    redirected = resolved.assignment.redirected
    return ResolveResult(
        tally,
        dict(zip(redirected["id"].to_pylist(), redirected["redirect_to"].to_pylist(), strict=True)),
        resolved.assignment.split,
        resolved.assignment.archived,
        report=resolved.matching.report,
        partial=resolved.part is not None,
    )
