"""Resolve: find which records are the same, keep their identities, rebuild what changed."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from hub import columns
from hub.domain.identity import Assignment, IdentityState, assign
from hub.domain.instants import instant
from hub.domain.matching import Matching
from hub.domain.runs import ResolveTally
from hub.golden.build import build_golden
from hub.golden.survivorship import SurvivorshipRules
from hub.ports import Clock, Matcher
from hub.store import edges, facts, golden, identities, lookup, records, runs
from hub.store.engine import Store
from hub.store.leases import hold

_RESOLVED = "resolved"  # the fact that names the state of things the last resolve saw


@dataclass(frozen=True, slots=True)
class ResolveRequest:
    """`matcher_hash` names the matcher's settings and model; `full` rebuilds every golden record.

    `dry_run` computes everything and stores nothing.
    """

    matcher: Matcher
    matcher_hash: str
    rules: SurvivorshipRules
    full: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ResolveResult:
    """What changed: `merges` id → the id it now redirects to, `splits` ids that lost members to others."""

    tally: ResolveTally
    merges: dict[str, str] = field(default_factory=dict)
    splits: list[str] = field(default_factory=list)
    run_id: int | None = None
    report: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _World:
    """One snapshot of everything that resolving looks at."""

    contacts: pa.Table
    judgements: pa.Table
    members: pa.Table
    identities: pa.Table
    merged: pa.Table
    changed: list[int]
    seen: str
    seen_before: str | None
    golden_count: int
    review_count: int


def resolve(store: Store, clock: Clock, request: ResolveRequest) -> ResolveResult:
    """Matches the contacts, moves records between identities, rebuilds the golden records that are touched.

    Everything is stored in one transaction: a killed resolve leaves nothing, the next one does it all.
    When nothing changed since the last one, nothing is done.
    """
    if request.dry_run:
        return _worked_out(_look(store, request), request)[0]
    with hold(store, clock, "resolve"):
        world = _look(store, request)
        if world.seen == world.seen_before and not request.full:
            return ResolveResult(_idle(world))
        with runs.started(store, clock, "resolve", "all") as run:
            result, matching, assignment, built = _worked_out(world, request)
            now = instant(clock.now())
            with store.writing() as connection:
                changed = _store(connection, world, matching, assignment, built, run.id, now)
                facts.put(connection, _RESOLVED, world.seen)
                tally = _with_changes(result.tally, changed)
                run.count(connection, tally.as_dict())
            return ResolveResult(tally, result.merges, result.splits, run.id, result.report)


def _look(store: Store, request: ResolveRequest) -> _World:
    with store.reading() as connection:
        before = facts.get(connection, _RESOLVED)
        last = records.last_change(connection)
        judgements = edges.judged(connection)
        rules = request.rules.fingerprint()
        judged = columns.digest(pa.array([str(judgements.to_pylist())]))[0].as_py()
        seen = "\n".join([str(last), rules, request.matcher_hash, judged])
        same_rules = before is not None and before.split("\n")[1] == rules
        since = int(before.split("\n")[0]) if before and same_rules and not request.full else 0
        unchanged = seen == before and not request.full and not request.dry_run
        return _World(
            contacts=records.live_contacts(connection) if not unchanged else pa.table({}),
            judgements=judgements,
            members=identities.all_members(connection),
            identities=identities.all_identities(connection),
            merged=identities.all_merged(connection),
            changed=records.changed_since(connection, since),
            seen=seen,
            seen_before=before,
            golden_count=golden.count_active(connection),
            review_count=edges.count_review(connection),
        )


def _worked_out(
    world: _World, request: ResolveRequest
) -> tuple[ResolveResult, Matching, Assignment, pa.Table]:
    matching = request.matcher.match(world.contacts, world.judgements)
    assignment = assign(
        matching.clusters,
        world.contacts.select(["record_id", "source", "key"]),
        world.members,
        world.identities,
        world.merged,
    )
    touched = _touched(assignment.members, world.members, world.changed)
    built = build_golden(world.contacts, touched, request.rules)
    identity_count = pc.count_distinct(assignment.members["identity_id"]).as_py()
    tally = ResolveTally(
        records=world.contacts.num_rows,
        identities=identity_count,
        merged_records=world.contacts.num_rows - identity_count,
        review=matching.review.num_rows,
        created=len(assignment.created) + len(assignment.revived),
        redirected=assignment.redirected.num_rows,
        split=len(assignment.split),
        archived=len(assignment.archived),
        golden_changed=built.num_rows,
    )
    merges = dict(
        zip(
            assignment.redirected["id"].to_pylist(),
            assignment.redirected["redirect_to"].to_pylist(),
            strict=True,
        )
    )
    result = ResolveResult(tally, merges, assignment.split, report=matching.report)
    return result, matching, assignment, built


def _touched(after: pa.Table, before: pa.Table, changed: list[int]) -> pa.Table:
    """The members of every identity that gained, lost or changed a record."""
    return columns.query(
        """
        WITH moved AS (
            SELECT coalesce(a.identity_id, b.identity_id) AS now, b.identity_id AS earlier
            FROM after a FULL JOIN before b USING (record_id)
            WHERE a.identity_id IS DISTINCT FROM b.identity_id
               OR record_id IN (SELECT record_id FROM changed)
        )
        SELECT record_id, identity_id FROM after
        WHERE identity_id IN (SELECT now FROM moved UNION SELECT earlier FROM moved)
        ORDER BY record_id
        """,
        after=after,
        before=before,
        changed=pa.table({"record_id": pa.array(changed, pa.int64())}),
    )


def _store(
    connection: Connection,
    world: _World,
    matching: Matching,
    assignment: Assignment,
    built: pa.Table,
    run_id: int,
    now: str,
) -> int:
    identities.apply(connection, assignment, world.members, now)
    changed = golden.replace(connection, built, run_id, now)
    indexed = pc.is_in(built["identity_id"], value_set=pa.array(changed, pa.string()))
    lookup.replace(connection, built.filter(indexed))
    redirected = assignment.redirected["id"].to_pylist()
    retired = golden.retire(connection, redirected, IdentityState.REDIRECTED, run_id, now)
    retired += golden.retire(connection, assignment.archived, IdentityState.ARCHIVED, run_id, now)
    lookup.remove(connection, [*redirected, *assignment.archived])
    model = edges.store_model(connection, matching.model, now)
    edges.replace_all(connection, matching.edges, matching.review, model)
    return len(changed) + retired


def _idle(world: _World) -> ResolveTally:
    return ResolveTally(
        records=world.members.num_rows,
        identities=world.golden_count,
        merged_records=world.members.num_rows - world.golden_count,
        review=world.review_count,
    )


def _with_changes(tally: ResolveTally, changed: int) -> ResolveTally:
    return ResolveTally(**{**tally.as_dict(), "golden_changed": changed})
