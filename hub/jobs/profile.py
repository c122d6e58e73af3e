"""Profile: everything known of one identity, now or as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from sqlalchemy.engine import Connection

from hub.domain.deletions import Gone
from hub.domain.identity import IdentityState
from hub.domain.instants import to_the_second, told
from hub.errors import ConfigurationError
from hub.golden.explain import Told, explained, shown, tellers
from hub.jobs.named import identity_of
from hub.jobs.relations import Relations, relations
from hub.store import deletions, golden, identities, ledger, records
from hub.store.engine import Store
from hub.store.golden import GoldenRecord


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a golden record; `until` is None for the one that holds. `changed` are the fields in
    which it differs from the one before, `gained` and `lost` the records (source:key) that came and went.
    """

    record: GoldenRecord
    until: str | None
    changed: tuple[str, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A golden record with its members (source:key), the origin of each value, its versions, the older ids
    that lead to it, and what each destination holds of it; `gone` are members that their source no longer
    has, `relations` what it is related to. With `as_of` record, members and values are as they were at that
    instant; the rest is always as it is now.
    """

    record: GoldenRecord
    asked: str
    members: tuple[str, ...]
    values: tuple[Told, ...]
    versions: tuple[Version, ...]
    former_ids: tuple[str, ...]
    destinations: tuple[dict[str, Any], ...]
    as_of: str | None = None
    gone: tuple[Gone, ...] = ()
    relations: Relations = Relations()  # noqa: RUF009 - frozen


def profile(store: Store, asked: str, as_of: str | None = None, zone: tzinfo = UTC) -> Profile:
    """The profile of an identity by id (any id ever published) or by record (`source:key`).

    `as_of` (an instant as the store writes it) gives the golden record as it was then: an id that was merged
    away since shows what it was before. Raises `ConfigurationError` (`unknown-id`) with the nearest ids for
    one that never was, `not-yet` for one that was not there then. Days are those of `zone`.
    """
    with store.reading() as connection:
        if as_of is None:
            identity = identity_of(connection, asked, zone)
            record = golden.find(connection, identity)
        else:
            record = _then(connection, asked, as_of, zone)
            identity = record.identity_id if record else asked
        if record is None:
            raise _not_yet(connection, asked, as_of, zone)
        now = [f"{source}:{key}" for source, key in records.of_identity(connection, identity)]
        return Profile(
            record=record,
            asked=asked,
            members=tuple(now if as_of is None else tellers(record.provenance)),
            values=tuple(explained(record.contact, record.provenance, zone)),
            versions=tuple(_versions(connection, identity)),
            former_ids=tuple(identities.redirected_to(connection, [identity])[identity]),
            destinations=tuple(ledger.states(connection, identity)),
            as_of=as_of,
            gone=tuple(deletions.of_identity(connection, identity)),
            relations=_related(connection, record, as_of),
        )


def _related(connection: Connection, record: GoldenRecord, as_of: str | None) -> Relations:
    """Relations are those of today, so of what was before there are none."""
    if as_of is not None or record.state is not IdentityState.ACTIVE:
        return Relations()
    return relations(connection, record)


def _then(connection: Connection, asked: str, as_of: str, zone: tzinfo) -> GoldenRecord | None:
    """What the id, or the identity of the record, was at that instant. Who held a record is read from the
    golden records of then, of its identity of today and of those that were merged into that.
    """
    own = golden.find(connection, asked, as_of)
    if own is not None and own.state is not IdentityState.REDIRECTED:
        return own
    today = identity_of(connection, asked, zone)
    former = identities.redirected_to(connection, [today])[today]
    records_then = set(tellers(own.provenance)) if own else {asked}
    for one in (today, *former):
        found = golden.find(connection, one, as_of)
        if found is None or found.state is IdentityState.REDIRECTED:
            continue
        if records_then & set(tellers(found.provenance)):
            return found
    return None


def _not_yet(connection: Connection, asked: str, as_of: str | None, zone: tzinfo) -> ConfigurationError:
    identity = identity_of(connection, asked, zone)
    first = next(iter(golden.versions(connection, identity)), None)
    since = to_the_second(first.valid_from, zone) if first else ""
    hint = f"the first version of {identity} is of {since}" if first else "run `hub resolve`"
    when = f" at {told(as_of, zone)}" if as_of else " yet"
    return ConfigurationError("not-yet", f"{asked} had no golden record{when}", hint=hint)


def _versions(connection: Connection, identity: str) -> list[Version]:
    every = golden.versions(connection, identity)
    found = []
    for place, record in enumerate(every):
        before = every[place - 1] if place else None
        then, now = (set(tellers(one.provenance)) if one else set() for one in (before, record))
        found.append(
            Version(
                record,
                every[place + 1].valid_from if place + 1 < len(every) else None,
                _changed(before.contact if before else {}, record.contact),
                tuple(sorted(now - then)),
                tuple(sorted(then - now)),
            )
        )
    return found


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    then, now = shown(before), shown(after)
    return tuple(field for field in {**then, **now} if then.get(field) != now.get(field))
