"""People's values for fields of identities."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.identity import Assignment
from hub.domain.judgement import Override
from hub.store import bulk, identities
from hub.store.decision_tables import overrides
from hub.store.tables import members

_HELD: Final = sa.select(overrides).where(overrides.c.revoked_at.is_(None)).order_by(overrides.c.id)
_OWNERS: Final = sa.select(overrides.c.identity_id).distinct()
_MEMBERS: Final = sa.select(members.c.record_id)


def add(connection: Connection, told: Sequence[Override]) -> None:
    """Stores overrides; their numbers are given here, in their order."""
    first = bulk.next_numbers(connection, "override", len(told))
    for place, one in enumerate(told):
        connection.execute(
            sa.insert(overrides).values(
                id=first + place,
                decision_id=one.decision,
                identity_id=one.identity_id,
                field=one.field,
                value=json.dumps(one.value, ensure_ascii=False, sort_keys=True),
                author=one.author,
                reason=one.reason,
                set_at=one.set_at,
                expires_at=one.expires_at,
            )
        )


def in_force(connection: Connection, now: str) -> list[Override]:
    """Overrides that hold at an instant, in the order they were set; of two on one field the later counts."""
    return [_override(row) for row in connection.execute(_in_force(_HELD, now))]


def numbers_in_force(connection: Connection, now: str) -> list[int]:
    chosen = _in_force(sa.select(overrides.c.id).where(overrides.c.revoked_at.is_(None)), now)
    return list(connection.execute(chosen.order_by(overrides.c.id)).scalars())


def by_owner(
    connection: Connection, now: str, assignment: Assignment | None = None
) -> Mapping[str, list[Override]]:
    """The overrides in force by the identity that they hold for today, or will with an `assignment`: the one
    they were set on, or what that was merged into. Taken apart again, each has its own.
    """
    told = in_force(connection, now)
    onward = _onward(connection, {one.identity_id for one in told})
    if assignment is not None:
        table = assignment.redirected
        onward |= dict(zip(table["id"].to_pylist(), table["redirect_to"].to_pylist(), strict=True))
        onward = {old: new for old, new in onward.items() if old not in set(assignment.revived)}
    found: dict[str, list[Override]] = {}
    for one in told:
        found.setdefault(_end(onward, one.identity_id), []).append(one)
    return found


def _onward(connection: Connection, waiting: set[str]) -> dict[str, str]:
    """Where these identities, and those that they lead to, redirect."""
    found: dict[str, str] = {}
    while waiting:
        rows = identities.some(connection, sorted(waiting))
        steps = zip(rows["id"].to_pylist(), rows["redirect_to"].to_pylist(), strict=True)
        fresh = {old: new for old, new in steps if new is not None}
        waiting = set(fresh.values()) - found.keys()
        found |= fresh
    return found


def _end(onward: Mapping[str, str], identity: str) -> str:
    seen = {identity}
    while (following := onward.get(identity)) is not None and following not in seen:
        identity = following
        seen.add(identity)
    return identity


def records_of(connection: Connection, numbers: Sequence[int]) -> list[int]:
    """The records of the identities that these overrides, in force or not, hold for today."""
    told = set(bulk.rows_where_in(connection, _OWNERS, overrides.c.id, list(numbers)).scalars())
    onward = _onward(connection, told)
    held = sorted({_end(onward, identity) for identity in told})
    return list(bulk.rows_where_in(connection, _MEMBERS, members.c.identity_id, held).scalars())


def of_decision(connection: Connection, decision: int) -> list[Override]:
    return [_override(row) for row in connection.execute(_HELD.where(overrides.c.decision_id == decision))]


def last_of(connection: Connection, identity: str, now: str) -> list[Override]:
    """What the last decision on values of this identity that is in force said."""
    held = _in_force(sa.select(sa.func.max(overrides.c.decision_id)), now)
    newest = held.where(overrides.c.revoked_at.is_(None), overrides.c.identity_id == identity)
    number = connection.execute(newest).scalar()
    return of_decision(connection, number) if number else []


def _in_force(chosen: sa.Select[Any], now: str) -> sa.Select[Any]:
    return chosen.where(overrides.c.expires_at.is_(None) | (overrides.c.expires_at > now))


def _override(row: sa.Row[Any]) -> Override:
    return Override(
        row.id,
        row.identity_id,
        row.field,
        json.loads(row.value) if row.value is not None else None,
        row.author,
        row.reason,
        row.set_at,
        row.expires_at,
        row.decision_id or 0,
    )
