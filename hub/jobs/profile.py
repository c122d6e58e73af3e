"""Profile: everything known of one identity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.errors import ConfigurationError
from hub.golden.explain import Told, explained
from hub.jobs.named import identity_of
from hub.store import golden, identities, ledger, records
from hub.store.engine import Store
from hub.store.golden import GoldenRecord


@dataclass(frozen=True, slots=True)
class Profile:
    """A golden record with its members (source:key), the origin of each value, its earlier versions, the
    older ids that lead to it, and what each destination holds of it.
    """

    record: GoldenRecord
    asked: str
    members: tuple[str, ...]
    values: tuple[Told, ...]
    versions: tuple[GoldenRecord, ...]
    former_ids: tuple[str, ...]
    destinations: tuple[dict[str, Any], ...]


def profile(store: Store, asked: str, as_of: str | None = None) -> Profile:
    """The profile of an identity by id (any id ever published) or by record (`source:key`).

    `as_of` (an instant) gives the golden record as it was then. Raises `ConfigurationError`
    (`unknown-id`) with the nearest ids for one that never was.
    """
    with store.reading() as connection:
        identity = identity_of(connection, asked)
        record = golden.find(connection, identity, as_of)
        if record is None:
            raise ConfigurationError("not-yet", f"{asked} had no golden record at {as_of}")
        return Profile(
            record=record,
            asked=asked,
            members=tuple(f"{source}:{key}" for source, key in records.of_identity(connection, identity)),
            values=tuple(explained(record.contact, record.provenance)),
            versions=tuple(golden.versions(connection, identity)),
            former_ids=tuple(identities.redirected_to(connection, [identity])[identity]),
            destinations=tuple(ledger.states(connection, identity)),
        )
