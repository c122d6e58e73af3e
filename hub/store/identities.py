"""Identities, their members, and the ids that merges made redirect."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.identity import IDENTITY_SCHEMA, MEMBER_SCHEMA, Assignment, IdentityState
from hub.store import bulk
from hub.store.tables import identities, members, merged_members

_MEMBERS: Final = sa.select(members.c.record_id, members.c.identity_id)
_MERGED: Final = sa.select(merged_members.c.identity_id, merged_members.c.record_id)
_IDENTITIES: Final = sa.select(
    identities.c.id, identities.c.state, identities.c.redirect_to, identities.c.born_seq
)
_LIKELY: Final = 200  # ids compared letter by letter
_MOVED: Final = pa.schema([("record_id", pa.int64()), ("was", pa.string()), ("now", pa.string())])
_MERGED_SCHEMA = pa.schema([("identity_id", pa.string()), ("record_id", pa.int64())])


def all_members(connection: Connection) -> pa.Table:
    """The whole membership (`MEMBER_SCHEMA`)."""
    return bulk.fetch(connection, _MEMBERS, MEMBER_SCHEMA)


def count_members(connection: Connection) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(members)).scalar_one())


def all_identities(connection: Connection) -> pa.Table:
    """Every identity there ever was (`IDENTITY_SCHEMA`)."""
    return bulk.fetch(connection, _IDENTITIES, IDENTITY_SCHEMA)


def all_merged(connection: Connection) -> pa.Table:
    """Whom an identity held who went to another since, with all of it or alone, or with whom it was archived:
    identity_id, record_id.
    """
    return bulk.fetch(connection, _MERGED, _MERGED_SCHEMA)


def members_of(connection: Connection, identity_ids: list[str]) -> pa.Table:
    """The members (`MEMBER_SCHEMA`) of these identities."""
    return bulk.fetch_where_in(connection, _MEMBERS, members.c.identity_id, identity_ids, MEMBER_SCHEMA)


def memberships(connection: Connection, record_ids: list[int]) -> pa.Table:
    """Which identity each of these records is in (`MEMBER_SCHEMA`)."""
    return bulk.fetch_where_in(connection, _MEMBERS, members.c.record_id, record_ids, MEMBER_SCHEMA)


def merged_with(connection: Connection, record_ids: list[int]) -> pa.Table:
    """Of these records, those that went from an identity to another or were its last: that one, record_id."""
    column = merged_members.c.record_id
    return bulk.fetch_where_in(connection, _MERGED, column, record_ids, _MERGED_SCHEMA)


def brought_by(connection: Connection, identity_id: str) -> list[int]:
    """The records that an identity held, and that went from it to another (or were its last)."""
    chosen = sa.select(merged_members.c.record_id).where(merged_members.c.identity_id == identity_id)
    return list(connection.execute(chosen).scalars())


def some(connection: Connection, ids: list[str]) -> pa.Table:
    """Those of these identities that there are (`IDENTITY_SCHEMA`)."""
    return bulk.fetch_where_in(connection, _IDENTITIES, identities.c.id, ids, IDENTITY_SCHEMA)


def apply(connection: Connection, assignment: Assignment, before: pa.Table, now: str) -> None:
    """Makes the store's identities and members what `assignment` says; `before` is what they were."""
    _create(connection, assignment.created, now)
    redirected = dict(
        zip(
            assignment.redirected["id"].to_pylist(),
            assignment.redirected["redirect_to"].to_pylist(),
            strict=True,
        )
    )
    for loser, survivor in redirected.items():
        _set_state(connection, [loser], IdentityState.REDIRECTED, now, redirect_to=survivor)
    _set_state(connection, assignment.revived, IdentityState.ACTIVE, now)
    _set_state(connection, assignment.archived, IdentityState.ARCHIVED, now)
    moved = _moves(before, assignment.members)
    _forget(connection, pa.concat_tables([moved.select(["record_id", "now"]), _back(assignment, before)]))
    fresh = pa.array([*assignment.created, *assignment.revived], pa.string())
    joined = moved.filter(pc.invert(pc.is_in(moved["now"], value_set=fresh)))
    _remember(connection, before, {*redirected, *assignment.archived}, joined)
    _move(connection, assignment.members, before)


def assigned(assignment: Assignment) -> pa.Table:
    """The identities that `apply` would make or change: id, state, redirect_to."""
    told = [
        (IdentityState.ACTIVE, [*assignment.created, *assignment.revived]),
        (IdentityState.ARCHIVED, assignment.archived),
        (IdentityState.REDIRECTED, assignment.redirected["id"].to_pylist()),
    ]
    ids = [one for _, some in told for one in some]
    states = [state.value for state, some in told for _ in some]
    onward = [None] * (len(ids) - assignment.redirected.num_rows)
    onward += assignment.redirected["redirect_to"].to_pylist()
    columns = (ids, states, onward)
    return pa.table([pa.array(one, pa.string()) for one in columns], names=["id", "state", "redirect_to"])


def resolve_id(connection: Connection, identity_id: str) -> str | None:
    """The identity that an id, however old, stands for today; None for an id that never was."""
    seen: set[str] = set()
    current = identity_id
    while current not in seen:
        seen.add(current)
        row = connection.execute(
            sa.select(identities.c.state, identities.c.redirect_to).where(identities.c.id == current)
        ).one_or_none()
        if row is None:
            return None
        if row.state != IdentityState.REDIRECTED:
            return current
        current = row.redirect_to
    return None


def of_record(connection: Connection, record_id: int) -> str | None:
    found: str | None = connection.execute(
        sa.select(members.c.identity_id).where(members.c.record_id == record_id)
    ).scalar()
    return found


def redirected_to(connection: Connection, identity_ids: list[str]) -> dict[str, list[str]]:
    """For each of these identities, every id that redirects to it, directly or through others."""
    rows = connection.execute(
        sa.select(identities.c.id, identities.c.redirect_to).where(
            identities.c.state == IdentityState.REDIRECTED
        )
    ).all()
    onward = {row.id: row.redirect_to for row in rows}
    found: dict[str, list[str]] = {identity: [] for identity in identity_ids}
    for old in sorted(onward):
        end, steps = onward[old], 0
        while end in onward and steps <= len(onward):
            end, steps = onward[end], steps + 1
        if end in found:
            found[end].append(old)
    return found


def stand_for(connection: Connection, ids: list[str]) -> dict[str, str]:
    """Of these ids those that redirect, with the identity that each stands for today."""
    ends = {one: one for one in ids}
    onward: dict[str, str | None] = {}
    asked = set(ids)
    while asked:
        found = bulk.fetch_where_in(connection, _ONWARD, identities.c.id, sorted(asked), _ONWARD_SCHEMA)
        for row in found.to_pylist():
            redirected = row["state"] == IdentityState.REDIRECTED.value
            onward[row["id"]] = row["redirect_to"] if redirected else None
        asked = {end for one in asked if (end := onward.get(one)) is not None and end not in onward}
    for one in ids:
        seen = set[str]()
        while (end := onward.get(ends[one])) is not None and end not in seen:
            seen.add(end)
            ends[one] = end
    return {one: end for one, end in ends.items() if end != one}


_ONWARD: Final = sa.select(identities.c.id, identities.c.redirect_to, identities.c.state)
_ONWARD_SCHEMA: Final = pa.schema([(n, pa.string()) for n in ("id", "redirect_to", "state")])


def _create(connection: Connection, created: list[str], now: str) -> None:
    if not created:
        return
    first = bulk.next_numbers(connection, "identity", len(created))
    n = len(created)
    born = pa.array(range(first, first + n), pa.int64())
    rows = pa.table({"id": pa.array(created, pa.string()), "born_seq": born})
    alike = {"state": IdentityState.ACTIVE.value, "created_at": now, "changed_at": now}
    bulk.fill(connection, identities, rows.sort_by("id"), **alike)  # an index grows fastest at its end


def _set_state(
    connection: Connection, ids: list[str], state: IdentityState, now: str, redirect_to: str | None = None
) -> None:
    for chunk in bulk.chunks(ids):
        connection.execute(
            sa.update(identities)
            .where(identities.c.id.in_(chunk))
            .values(state=state.value, redirect_to=redirect_to, changed_at=now)
        )


def _moves(before: pa.Table, after: pa.Table) -> pa.Table:
    """The records that went from one identity to another: record_id, `was` and `now`."""
    if not before.num_rows:
        return _MOVED.empty_table()
    place = pc.index_in(before["record_id"], value_set=after["record_id"].combine_chunks())
    now = after["identity_id"].take(place)
    moved = pc.fill_null(pc.not_equal(now, before["identity_id"]), fill_value=False)
    told = {"record_id": before["record_id"], "was": before["identity_id"], "now": now}
    return pa.table(told).filter(moved)


def _back(assignment: Assignment, before: pa.Table) -> pa.Table:
    """The records that were in no identity and are in one that is active again: record_id, `now`."""
    if not assignment.revived:
        return _MOVED.empty_table().select(["record_id", "now"])
    mine = pc.is_in(assignment.members["identity_id"], value_set=pa.array(assignment.revived, pa.string()))
    members = assignment.members.filter(mine)
    there = pc.is_in(members["record_id"], value_set=before["record_id"].combine_chunks())
    found = members.filter(pc.invert(there)).select(["record_id", "identity_id"])
    return found.rename_columns(["record_id", "now"])


def _forget(connection: Connection, moved: pa.Table) -> None:
    """Who came back is not remembered as one that is elsewhere."""
    if not moved.num_rows:
        return
    held = merged_with(connection, moved["record_id"].to_pylist())
    place = pc.index_in(held["record_id"], value_set=moved["record_id"].combine_chunks())
    back = pc.equal(moved["now"].take(place), held["identity_id"])
    if pc.any(back, min_count=0).as_py():
        bulk.delete(connection, merged_members, "record_id", held.filter(back)["record_id"].to_pylist())
        concerned = pc.is_in(held["record_id"], value_set=held.filter(back)["record_id"].combine_chunks())
        bulk.insert(connection, merged_members, held.filter(pc.and_(concerned, pc.invert(back))))


def _remember(connection: Connection, before: pa.Table, losers: set[str], others: pa.Table) -> None:
    """Whom identities held that were merged away or archived (`losers`), and the `others` who went to an
    identity that there was.
    """
    if not losers and not others.num_rows:
        return
    mask = pc.is_in(before["identity_id"], value_set=pa.array(sorted(losers), pa.string()))
    told = before.filter(mask).select(["identity_id", "record_id"])
    one_by_one = pc.invert(pc.is_in(others["was"], value_set=pa.array(sorted(losers), pa.string())))
    went = others.filter(one_by_one).select(["was", "record_id"]).rename_columns(told.column_names)
    bulk.upsert(connection, merged_members, pa.concat_tables([told, went]))


def _move(connection: Connection, after: pa.Table, before: pa.Table) -> None:
    """Writes only what differs: new and moved members in, records that are gone out."""
    known, present = before["record_id"].combine_chunks(), after["record_id"].combine_chunks()
    then = before["identity_id"].take(pc.index_in(after["record_id"], value_set=known))
    unchanged = pc.fill_null(pc.equal(after["identity_id"], then), fill_value=False)
    moved = after.filter(pc.invert(unchanged)).select(["record_id", "identity_id"])
    fresh = pc.invert(pc.is_in(moved["record_id"], value_set=known))
    bulk.upsert(connection, members, moved.filter(pc.invert(fresh)))
    bulk.fill(connection, members, moved.filter(fresh))
    gone = known.filter(pc.invert(pc.is_in(known, value_set=present)))
    bulk.delete(connection, members, "record_id", gone.to_pylist())


def nearest(connection: Connection, asked: str, limit: int = 3) -> list[str]:
    """The ids most like one that does not exist, of those that start, end or go on like it."""
    if len(asked) < 4:
        return []
    name, middle = identities.c.id, asked[len(asked) // 2 - 2 :][:4]
    ends = name.startswith(asked[:4], autoescape=True) | name.endswith(asked[-4:], autoescape=True)
    for alike in (ends, name.contains(middle, autoescape=True)):
        chosen = sa.select(name).where(alike).order_by(name).limit(_LIKELY)
        near = get_close_matches(asked, connection.execute(chosen).scalars().all(), n=limit, cutoff=0.5)
        if near:
            return near
    return []
