"""Rehearse: what the next resolve would change, and what each destination would get, before anything moves.

The jobs themselves run, in a transaction that is taken back: what is told is what would happen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import columns
from hub.domain.contact import CONTACT_SCHEMA
from hub.domain.identity import IdentityState
from hub.domain.runs import PullTally
from hub.errors import ConfigurationError, HubError
from hub.golden.explain import full_name, shown
from hub.jobs.intake import Intake
from hub.jobs.push import PushRequest, plan_push
from hub.jobs.remap import remap
from hub.jobs.resolve import ResolveRequest, ResolveResult, pending, resolve
from hub.ports import Clock
from hub.store import bulk, golden, identities
from hub.store.engine import Store
from hub.store.rehearsal import rehearsing
from hub.store.tables import golden as golden_table
from hub.sync.plan import Plan

SAMPLE: Final = 20  # identities whose values are told one by one
_FIELDS: Final = tuple(name for name in CONTACT_SCHEMA.names if name not in {"created_at", "updated_at"})
_CHANGED: Final = pa.schema([(name, pa.string()) for name in ("identity_id", "state", "contact")])


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One field of one golden record: its values (as people read them) until now and then."""

    identity_id: str
    name: str
    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a resolve would come to. `remapped`: by source, contacts that the present mapping makes otherwise.
    `fields` counts the golden records that would change in a field; `values` shows some of them. `plans` are
    what the destinations would get; `unplanned` those of which that cannot be told, with the reason.
    """

    result: ResolveResult
    remapped: dict[str, PullTally]
    fields: dict[str, int]
    values: tuple[ValueChange, ...]
    plans: tuple[Plan, ...]
    unplanned: tuple[tuple[str, HubError], ...]


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
    with store.reading() as before, rehearsing(store) as stage:
        # the snapshot begins with its first question: ask it before anything moves
        before.execute(sa.select(sa.func.count()).select_from(golden_table).where(sa.false()))
        remapped = {intake.source: remap(stage, clock, intake) for intake in intakes}
        result = resolve(stage, clock, request)
        with stage.reading() as after:
            fields, values = _changes(before, after, result, sample)
        plans, unplanned = _plans(stage, pushes)
    told = {source: tally for source, tally in remapped.items() if tally.read}
    return Rehearsed(result, told, fields, tuple(values), tuple(plans), tuple(unplanned))


def _plans(stage: Store, pushes: Pushes) -> tuple[list[Plan], list[tuple[str, HubError]]]:
    plans: list[Plan] = []
    unplanned: list[tuple[str, HubError]] = []
    for name, opened in pushes:
        try:
            # nothing is asked of the other side while the store's write lock is held
            plans.append(plan_push(stage, replace(opened(), look_first=False)))
        except HubError as error:
            unplanned.append((name, error))
    return plans, unplanned


def _changes(
    before: Connection, after: Connection, result: ResolveResult, sample: int
) -> tuple[dict[str, int], list[ValueChange]]:
    """By field how many active golden records would have another value, and the first of them."""
    if result.run_id is None:
        return {}, []
    chosen = sa.select(golden_table.c.identity_id, golden_table.c.state, golden_table.c.contact)
    then = bulk.fetch(after, chosen.where(golden_table.c.run_id == result.run_id), _CHANGED)
    ids = then["identity_id"].to_pylist()
    now = bulk.fetch_where_in(before, chosen, golden_table.c.identity_id, ids, _CHANGED)
    found = columns.query(_DIFFERENCES, ahead=then, held=now)
    fields = {name: count for name in _FIELDS if (count := sum(found[name].to_pylist()))}
    ids = [row["identity_id"] for row in found.to_pylist() if any(row[name] for name in _FIELDS)][:sample]
    return fields, [change for one in ids for change in _told(before, after, one)]


_DIFFERENCES: Final = f"""
SELECT ahead.identity_id, {
    ", ".join(
        f"((ahead.contact->'{name}') IS DISTINCT FROM (held.contact->'{name}'))::INTEGER AS {name}"
        for name in _FIELDS
    )
}
FROM ahead JOIN held USING (identity_id)
WHERE ahead.state = '{IdentityState.ACTIVE.value}' AND held.state = '{IdentityState.ACTIVE.value}'
ORDER BY ahead.identity_id
"""


def _told(before: Connection, after: Connection, identity: str) -> list[ValueChange]:
    old, new = golden.find(before, identity), golden.find(after, identity)
    then, now = (shown(one.contact) if one else {} for one in (new, old))
    contact: dict[str, Any] = new.contact if new else {}
    name = full_name(contact.get("name")) or contact.get("organization") or ""
    return [
        ValueChange(identity, name, field, tuple(now.get(field, ())), tuple(then.get(field, ())))
        for field in _FIELDS
        if now.get(field, []) != then.get(field, [])
    ]


# --- proving that the state is what a full rebuild comes to -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """How the stored state compares with everything matched and built anew with the model that decides:
    records in another identity, ids that would come or go, golden records that would change.
    """

    records: int
    identities: int
    moved: int
    changed_ids: int
    golden: int
    examples: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        return not (self.moved or self.changed_ids or self.golden)


def check(store: Store, clock: Clock, request: ResolveRequest) -> Checked:
    """Matches and builds everything anew, in a rehearsal, and compares; changes nothing.

    Raises `ConfigurationError` when there is something that no resolve has seen: then they cannot be equal.
    """
    if pending(store, clock, request):
        raise ConfigurationError(
            "pending-changes",
            "there are changes that no resolve has seen yet",
            hint="run `hub resolve` first",
        )
    with store.reading() as connection:
        held = identities.all_members(connection)
    with rehearsing(store) as stage:
        result = resolve(stage, clock, replace(request, full=True))
        with stage.reading() as connection:
            built = identities.all_members(connection)
            changed = _changed_ids(connection, result)
    moved = columns.query(_MOVED, held=held, built=built)["record_id"].to_pylist()
    tally = result.tally
    return Checked(
        records=tally.records,
        identities=tally.identities,
        moved=len(moved),
        changed_ids=tally.created + tally.redirected + tally.archived + tally.split,
        golden=len(changed),
        examples=tuple(changed[:SAMPLE]),
    )


def _changed_ids(connection: Connection, result: ResolveResult) -> list[str]:
    chosen = sa.select(golden_table.c.identity_id).where(golden_table.c.run_id == result.run_id)
    return list(connection.execute(chosen.order_by(golden_table.c.identity_id)).scalars())


_MOVED: Final = """
SELECT record_id FROM held FULL JOIN built USING (record_id)
WHERE held.identity_id IS DISTINCT FROM built.identity_id ORDER BY record_id
"""
