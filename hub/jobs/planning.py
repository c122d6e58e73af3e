"""Planning a push: golden records mapped and compared a part at a time, only where something may be to do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from hub.domain.plan import HEIR_SCHEMA, REDIRECT_SCHEMA, Action
from hub.ports import DestinationWithCapabilities, OutboundMapper, ReadBack
from hub.store import at_rest, golden, ledger, planning
from hub.store.engine import Store
from hub.store.ledger import LEDGER_SCHEMA, LedgerState
from hub.sync.asked import Asked
from hub.sync.diff import difference, with_both_sides
from hub.sync.guards import Guards
from hub.sync.look import looked_at
from hub.sync.moving import Loser, Moves, gains_alone, moves, telling, with_gains
from hub.sync.plan import Findings, Plan, make_plan, sorted_out
from hub.sync.reasons import TAKES_OVER
from hub.sync.survivors import Survivors, waiting_for_nobody, without_survivor

_NOBODY = REDIRECT_SCHEMA.empty_table()


@dataclass(frozen=True, slots=True)
class PushRequest:
    """One destination to push to.

    `mapping_hash` tells whether a payload was made by this very mapping; without one everything is mapped
    anew. `owners` are the owners of fields that are not the hub's. `allow_many` lifts the guards for this
    push. `patient`: a parked row waits until it is due (for jobs that run by themselves, every few minutes);
    else each is tried in every run. `sources` are those that the golden records come from: one that failed or
    came up empty stops the push, unless `allow_failed_source`. `expect` is the hash of a plan that was saved.
    `look_first`: the destination is asked what it shows before it is updated (see `hub.sync.look`).
    `recreate` and `erase`: see `hub.sync.diff.Asked`.
    `restrictive` are fields that say no, with the value by which they do: see `hub.sync.moving`.
    """

    name: str
    destination: DestinationWithCapabilities
    mapper: OutboundMapper
    guards: Guards = Guards()  # noqa: RUF009 - frozen
    allow_many: bool = False
    mapping_hash: str = ""
    owners: dict[str, str] = field(default_factory=dict)
    patient: bool = False
    sources: tuple[str, ...] = ()
    allow_failed_source: bool = False
    expect: str | None = None
    look_first: bool = False
    recreate: bool = False
    erase: bool = False
    restrictive: Mapping[str, object] = field(default_factory=dict)

    def asked(self, due: str | None) -> Asked:
        return Asked(due, self.recreate, self.erase)


def plan_push(store: Store, request: PushRequest, *, now: str | None = None) -> Plan:
    """What a push would do now; writes nothing anywhere.

    Where nothing came since a push found nothing to look at, there is nothing to plan.
    """
    with store.reading() as connection:
        if at_rest.is_at_rest(connection, request.name, request.mapping_hash):
            return _nothing(connection, request)
        return plan_in(connection, request, now=now)


def plan_in(connection: Connection, request: PushRequest, *, now: str | None = None) -> Plan:
    """The same in a transaction; `now` is what a patient push goes by."""
    holds, settled = planning.counts(connection, request.name)
    due = now if request.patient else None
    looked_at, idle = 0, True

    def coming() -> Iterator[Findings]:
        nonlocal looked_at, idle
        for one in _findings(connection, request, due):
            looked_at, idle = looked_at + one.settled, False
            yield one.findings

    plan = make_plan(
        request.name,
        coming(),
        holds=holds,
        unchanged=lambda: settled - looked_at,
        known=planning.known_withheld(connection, request.name, request.mapping_hash),
        mapping_hash=request.mapping_hash,
    )
    return replace(plan, idle=idle)


def _nothing(connection: Connection, request: PushRequest) -> Plan:
    """What `plan_in` comes to where it has nothing to look at."""
    holds, settled = planning.counts(connection, request.name)
    known = planning.known_withheld(connection, request.name, request.mapping_hash)
    mapping = request.mapping_hash
    plan = make_plan(
        request.name, (), holds=holds, unchanged=lambda: settled, known=known, mapping_hash=mapping
    )
    return replace(plan, idle=True)


@dataclass(frozen=True, slots=True)
class _Part:
    """What was found for a part, and how many of its records the ledger calls confirmed."""

    findings: Findings
    settled: int


@dataclass(frozen=True, slots=True)
class _Merging:
    """What has to be known of merges while golden records are compared; two of the three take note."""

    heirs: pa.Table
    moving: Moves
    survivors: Survivors


def _findings(connection: Connection, request: PushRequest, due: str | None) -> Iterator[_Part]:
    held = planning.orphans(connection, request.name)
    redirects = planning.redirects(connection, request.name, held["identity_id"].to_pylist())
    nothing = _desired(request, golden.as_records(planning.SUSPECT_SCHEMA.empty_table()), held)
    can = request.destination.capabilities
    orphaned = difference(nothing, held, redirects, can, asked=request.asked(due))
    heirs = HEIR_SCHEMA.empty_table()
    if can.moves_key:
        heirs = planning.heirs(connection, request.name, held, redirects)
    into = sorted(set(redirects["redirect_to"].to_pylist()))
    staying = ledger.held(connection, request.name, into).to_pylist()
    there = {row["identity_id"]: row for row in staying if row["confirmed_hash"] is not None}
    records = {identity: row["remote_id"] for identity, row in there.items()}
    merging = _Merging(heirs, _moves(request, orphaned, held, there), Survivors(into, records))
    moving = merging.moving
    for rows in planning.suspects(connection, request.name, request.mapping_hash):
        yield _compared(rows, golden.as_records(rows), merging, request, due)
    moving.give_up(merging.survivors.unwanted())
    orphaned = without_survivor(
        orphaned, merging.survivors, lambda: _removed(nothing, held, redirects, request, due)
    )
    if moving.gained:
        alone = ledger.held(connection, request.name, sorted(moving.gained))
        alone = alone.filter(pc.equal(alone["state"], LedgerState.CONFIRMED.value))
        yield _Part(Findings(gains_alone(alone.to_pylist(), moving)), alone.num_rows)
    if held.num_rows:
        going = waiting_for_nobody(telling(orphaned, moving), merging.survivors)
        yield _Part(Findings(going), _settled(held))


def _removed(
    nothing: pa.Table, held: pa.Table, redirects: pa.Table, request: PushRequest, due: str | None
) -> pa.Table:
    """The differences where nothing can be merged, and no survivor's record was deleted by somebody."""
    onward = redirects.drop_columns("left").append_column("left", pa.repeat(False, redirects.num_rows))
    can = replace(request.destination.capabilities, merge=False)
    return difference(nothing, held, onward, can, asked=request.asked(due))


def _moves(
    request: PushRequest, orphaned: pa.Table, held: pa.Table, staying: Mapping[str, Mapping[str, Any]]
) -> Moves:
    """What goes over from records that are archived, because they were merged, to those that stay. Only where
    the destination cannot merge and can be asked. Raises as reading it does.
    """
    destination = request.destination
    merged = pc.and_(
        pc.equal(orphaned["action"], Action.ARCHIVE.value),
        pc.and_(pc.is_valid(orphaned["merge_into"]), pc.is_valid(orphaned["remote_id"])),
    )
    going = orphaned.filter(merged)
    readable = destination.capabilities.read_back and isinstance(destination, ReadBack)
    if not (readable and going.num_rows and isinstance(destination, ReadBack)):
        return Moves()
    there = {name: row["remote_id"] for name, row in staying.items()}
    wrote = {
        row["identity_id"]: frozenset(json.loads(row["confirmed"] or "{}")) - request.owners.keys()
        for row in [*held.to_pylist(), *staying.values()]
    }
    losers = [
        Loser(
            row["identity_id"],
            row["remote_id"],
            row["merge_into"],
            wrote.get(row["identity_id"], frozenset()) | wrote.get(row["merge_into"], frozenset()),
        )
        for row in going.to_pylist()
    ]
    asked = [*(one.remote_id for one in losers), *(remote for remote in there.values() if remote)]
    return moves(losers, there, destination.read_back(asked), request.restrictive)


def _compared(
    rows: pa.Table,
    records: pa.Table,
    merging: _Merging,
    request: PushRequest,
    due: str | None,
) -> _Part:
    desired = _desired(request, records, rows)
    held = rows.select(LEDGER_SCHEMA.names).filter(rows["state"].is_valid())
    capabilities = request.destination.capabilities
    told = difference(
        desired,
        held,
        _NOBODY,
        capabilities,
        request.owners,
        heirs=merging.heirs,
        asked=request.asked(due),
    )
    merging.survivors.note(told)
    if request.look_first:
        told = _looked(told, desired, held, request)
    if merging.moving.gained:
        told = with_gains(told, merging.moving)
    asked = rows.select(["identity_id", "golden_hash", "confirmed_hash"])
    return _Part(sorted_out(told, asked), _settled(held))


def _looked(told: pa.Table, desired: pa.Table, held: pa.Table, request: PushRequest) -> pa.Table:
    """The differences, updates held against what the destination shows now. Raises as reading it does."""
    destination = request.destination
    if not (destination.capabilities.read_back and isinstance(destination, ReadBack)):
        return told
    update = pc.and_(pc.equal(told["action"], Action.UPDATE.value), pc.is_valid(told["remote_id"]))
    taken_over = pc.fill_null(pc.equal(told["reason"], TAKES_OVER), fill_value=False)
    update = pc.and_not(pc.fill_null(update, fill_value=False), taken_over)  # the key has to move at any rate
    updates = with_both_sides(told.filter(update), desired, held)
    seen = destination.read_back(updates["remote_id"].to_pylist()) if updates.num_rows else {}
    made = looked_at(updates, seen, request.owners)
    return pa.concat_tables([told.filter(pc.invert(update)), made]).sort_by("identity_id")


def _desired(request: PushRequest, records: pa.Table, rows: pa.Table) -> pa.Table:
    """Payloads, each with the hash of the golden record that it was made from."""
    payloads = request.mapper.to_payloads(records)
    if "golden_hash" not in rows.column_names:
        return payloads.append_column("golden_hash", pa.nulls(payloads.num_rows, pa.string()))
    place = pc.index_in(payloads["identity_id"], value_set=rows["identity_id"].combine_chunks())
    return payloads.append_column("golden_hash", rows["golden_hash"].take(place))


def _settled(held: pa.Table) -> int:
    return int(pc.sum(pc.equal(held["state"], LedgerState.CONFIRMED.value)).as_py() or 0)
