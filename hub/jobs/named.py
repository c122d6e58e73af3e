"""What people name: identities by any id they ever had, records as source:key; and what they meant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, tzinfo
from difflib import SequenceMatcher

from sqlalchemy.engine import Connection

from hub.domain.identity import IdentityState
from hub.domain.instants import day
from hub.domain.judgement import RecordName
from hub.errors import ConfigurationError
from hub.golden.explain import full_name
from hub.store import deletions, golden, identities, ledger, record_names, records

_SUGGESTED = 3


def identity_of(connection: Connection, asked: str, zone: tzinfo = UTC) -> str:
    """The identity that an id or a `source:key` stands for today; `ConfigurationError` when there is none. Of
    a record that is gone it tells the day, in a time zone.
    """
    today = identities.resolve_id(connection, asked)
    if today is not None:
        return today
    found = stored_record(connection, asked)
    if found is not None:
        identity = owner_of(connection, found[1])
        if identity is None:
            raise _in_none(connection, asked, found[1], zone)
        return identity
    raise unknown(connection, asked)


def owner_of(connection: Connection, record_id: int) -> str | None:
    """The identity of a record; of one that is gone the one that was archived with it."""
    return identities.of_record(connection, record_id) or _archived(connection, record_id)


def identities_at(connection: Connection, destination: str, asked: Iterable[str]) -> list[str]:
    """The identities whose rows of a destination, waiting or left alone, are named: by the id that a row has
    there, else by whatever names an identity.
    """
    held = {one.identity_id for one in ledger.parked(connection, destination)}
    return [one if one in held else identity_of(connection, one) for one in asked]


def names_of(connection: Connection, identity_ids: Iterable[str]) -> dict[str, str]:
    """What the golden records of these identities are called, as far as they have a name."""
    told = golden.contacts_of(connection, sorted(set(identity_ids)))
    found = {
        one: full_name(contact.get("name")) or contact.get("organization") for one, contact in told.items()
    }
    return {one: name for one, name in found.items() if name}


def record_of(connection: Connection, asked: str) -> tuple[RecordName, int]:
    """A record, named as `source:key`, with its number; `ConfigurationError` when it is not stored."""
    found = stored_record(connection, asked)
    if found is None:
        near = _near_records(connection, asked)
        hint = _meant(near) or "name it as source:key, as in members.csv"
        raise ConfigurationError("unknown-record", f"there is no record {asked}", hint=hint)
    return found


def unknown(connection: Connection, asked: str) -> ConfigurationError:
    """That there is nothing so called, with what comes nearest."""
    near = identities.nearest(connection, asked) + _near_records(connection, asked)
    likely = sorted(near, key=lambda one: (-SequenceMatcher(None, asked, one).ratio(), one))[:_SUGGESTED]
    hint = _meant(likely) or "`hub lookup TEXT` finds people by name, e-mail, phone"
    return ConfigurationError("unknown-id", f"there is no identity or record {asked}", hint=hint)


def no_records(asked: str) -> ConfigurationError:
    """That an identity is archived."""
    hint = "it is archived: its sources deleted them"
    return ConfigurationError("no-records", f"{asked} has no records any more", hint=hint)


def _archived(connection: Connection, record_id: int) -> str | None:
    """The identity of which that record was the last, or one of the last."""
    ids = identities.merged_with(connection, [record_id])["identity_id"].to_pylist()
    held = identities.some(connection, ids)
    asleep = [row["id"] for row in held.to_pylist() if row["state"] == IdentityState.ARCHIVED]
    return min(asleep, default=None)


def _in_none(connection: Connection, asked: str, record_id: int, zone: tzinfo) -> ConfigurationError:
    gone = deletions.of_records(connection, [record_id])
    if not gone:
        return ConfigurationError(
            "not-resolved", f"{asked} belongs to no identity yet", hint="run `hub resolve`"
        )
    return ConfigurationError(
        "not-resolved",
        f"{asked} is gone from its source since {day(gone[0].gone_at, zone)}, and left its golden record",
        hint="`hub profile show ID --as-of TIME` shows a golden record as it was",
    )


def stored_record(connection: Connection, asked: str) -> tuple[RecordName, int] | None:
    """The record that is named as `source:key`, with its number; None when there is none."""
    source, colon, key = asked.partition(":")
    if not colon:
        return None
    for (owner, name), number in records.find_ids(connection, [(source, key)]).items():
        return RecordName(owner, name), number
    return None


def _near_records(connection: Connection, asked: str) -> list[str]:
    source, colon, key = asked.partition(":")
    return record_names.nearest(connection, source, key) if colon else []


def _meant(near: list[str]) -> str | None:
    return f"did you mean {', '.join(near[:_SUGGESTED])}?" if near else None
