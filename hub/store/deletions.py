"""Records that are gone from their source: which of them stay, and what people say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.deletions import STAYS, Deletion, DeletionPolicy, DeletionVerdict, Gone
from hub.store import bulk
from hub.store.decision_tables import decisions, deletion_verdicts
from hub.store.tables import contacts, members, records

_GONE: Final = (
    sa.select(
        records.c.id,
        records.c.source,
        records.c.key,
        records.c.deleted_at,
        records.c.deletion,
        members.c.identity_id,
    )
    .join_from(records, members, members.c.record_id == records.c.id, isouter=True)
    .where(records.c.deleted_at.is_not(None))
)
_SAID: Final = deletion_verdicts.c
_VERDICT: Final = ("source", "key", "gone_at", "verdict", "author", "judged_at")
_WHY: Final = sa.func.coalesce(_SAID.reason, decisions.c.reason).label("why")
_VERDICTS: Final = (
    sa.select(_SAID.source, _SAID.key, _SAID.gone_at, _SAID.verdict)
    .where(_SAID.revoked_at.is_(None))
    .order_by(_SAID.id)
)


def mark_deleted(connection: Connection, record_ids: list[int], now: str) -> int:
    """Marks records as gone from their source; at the next resolve they leave their identity, unless its
    policy or a person lets them stay.
    """
    if not record_ids:
        return 0
    marked = 0
    seq = bulk.next_numbers(connection, "contact_change", len(record_ids))
    for chunk in bulk.chunks(record_ids):
        marked += connection.execute(
            sa.update(records)
            .where(records.c.id.in_(chunk), records.c.deleted_at.is_(None))
            .values(deleted_at=now)
        ).rowcount
        connection.execute(sa.update(contacts).where(contacts.c.record_id.in_(chunk)).values(changed_seq=seq))
    return marked


def unsettled(connection: Connection, policies: Mapping[str, DeletionPolicy]) -> dict[int, Deletion | None]:
    """By record that is gone: how it should stand (None: out of its identity) where it stands otherwise.

    A person's word on that deletion counts more than the policy of the source; a source without one removes.
    """
    staying = [source for source, policy in policies.items() if STAYS[policy] is not None]
    keeping = [source for source, policy in policies.items() if policy is DeletionPolicy.KEEP]
    none = records.c.deletion.is_(None)
    looked_at = [
        records.c.deletion == Deletion.WAITING.value,
        sa.and_(records.c.deletion == Deletion.KEPT.value, records.c.source.not_in(keeping)),
        *([sa.and_(none, records.c.source.in_(staying))] if staying else []),
    ]
    verdicts = _verdicts(connection)
    found = {one.record_id: one for which in looked_at for one in _rows(connection, _GONE.where(which))}
    for source in {source for source, _, _ in verdicts}:
        keys = sorted({key for owner, key, _ in verdicts if owner == source})
        told = bulk.rows_where_in(connection, _of_source(source), records.c.key, keys)
        found |= {one.record_id: one for one in map(_gone, told)}
    wanted = {one.record_id: _wanted(one, policies, verdicts) for one in found.values()}
    return {number: stays for number, stays in wanted.items() if stays is not found[number].deletion}


def settle(connection: Connection, wanted: Mapping[int, Deletion | None]) -> None:
    """Lets records stay, or go; the next resolve looks at them."""
    for stays in {*wanted.values()}:
        mine = sorted(number for number, one in wanted.items() if one is stays)
        seq = bulk.next_numbers(connection, "contact_change", 1)
        told = sa.update(records).values(deletion=stays and stays.value)
        bulk.update_where_in(connection, told, records.c.id, mine)
        changed = sa.update(contacts).values(changed_seq=seq)
        bulk.update_where_in(connection, changed, contacts.c.record_id, mine)


def waiting(connection: Connection, source: str | None = None) -> list[Gone]:
    """The records that wait for a person, those gone longest first."""
    chosen = _GONE.where(records.c.deletion == Deletion.WAITING.value)
    if source is not None:
        chosen = chosen.where(records.c.source == source)
    return _rows(connection, chosen.order_by(records.c.deleted_at, records.c.source, records.c.key))


def count_waiting(connection: Connection) -> int:
    counted = sa.select(sa.func.count()).select_from(records)
    there = records.c.deleted_at.is_not(None), records.c.deletion == Deletion.WAITING.value
    return int(connection.execute(counted.where(*there)).scalar_one())


def of_records(connection: Connection, numbers: Sequence[int]) -> list[Gone]:
    """Those of these records that are gone from their source."""
    return [_gone(row) for row in bulk.rows_where_in(connection, _GONE, records.c.id, numbers)]


def of_identity(connection: Connection, identity_id: str) -> list[Gone]:
    """The records of an identity that are gone from their source and stay."""
    chosen = _GONE.where(members.c.identity_id == identity_id)
    return _rows(connection, chosen.order_by(records.c.source, records.c.key))


def judge(connection: Connection, decision: int, told: Sequence[DeletionVerdict]) -> None:
    """Stores people's words on deletions."""
    if not told:
        return
    first = bulk.next_numbers(connection, "deletion_verdict", len(told))
    rows = [
        {**asdict(one), "id": first + place, "decision_id": decision, "verdict": one.verdict.value}
        for place, one in enumerate(told)
    ]
    connection.execute(sa.insert(deletion_verdicts), rows)


def standing(connection: Connection) -> list[DeletionVerdict]:
    """The last words that stand on deletions that stand themselves: on records that are gone since then."""
    chosen = (
        sa.select(
            *(_SAID[name] for name in _VERDICT),
            sa.func.coalesce(_SAID.reason, decisions.c.reason).label("why"),
        )
        .join_from(
            deletion_verdicts,
            records,
            (records.c.source == _SAID.source)
            & (records.c.key == _SAID.key)
            & (records.c.deleted_at == _SAID.gone_at),
        )
        .outerjoin(decisions, decisions.c.id == _SAID.decision_id)
        .where(_SAID.revoked_at.is_(None))
        .order_by(_SAID.id)
    )
    last = {(row.source, row.key): row for row in connection.execute(chosen)}
    return [
        DeletionVerdict(*name, row.gone_at, DeletionPolicy(row.verdict), row.author, row.judged_at, row.why)
        for name, row in sorted(last.items())
    ]


_Verdicts = Mapping[tuple[str, str, str], DeletionPolicy]


def _verdicts(connection: Connection) -> _Verdicts:
    """By source, key and time of the deletion the last word that stands."""
    rows = connection.execute(_VERDICTS).all()
    return {(row.source, row.key, row.gone_at): DeletionPolicy(row.verdict) for row in rows}


def _wanted(one: Gone, policies: Mapping[str, DeletionPolicy], verdicts: _Verdicts) -> Deletion | None:
    policy = policies.get(one.source, DeletionPolicy.REMOVE)
    return STAYS[verdicts.get((one.source, one.key, one.gone_at), policy)]


def _of_source(source: str) -> sa.Select[Any]:
    return _GONE.where(records.c.source == source)


def _rows(connection: Connection, chosen: sa.Select[Any]) -> list[Gone]:
    return [_gone(row) for row in connection.execute(chosen)]


def _gone(row: sa.Row[Any]) -> Gone:
    stays = Deletion(row.deletion) if row.deletion else None
    return Gone(row.id, row.source, row.key, row.deleted_at, stays, row.identity_id)
