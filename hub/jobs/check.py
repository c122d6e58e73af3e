"""Check: whether what was resolved step by step is what matching and building everything anew comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from hub import columns
from hub.domain.identity import IdentityState
from hub.domain.instants import instant
from hub.errors import ConfigurationError
from hub.jobs.resolve import ResolveRequest, built_anew, pending, tally_of
from hub.jobs.resolving import Resolved
from hub.ports import Clock
from hub.store import golden_writing
from hub.store.engine import Store

_EXAMPLES: Final = 20


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
    """Matches and builds everything anew and compares, upon one snapshot; writes nothing.

    Raises `ConfigurationError` when there is something that no resolve has seen: then they cannot be equal.
    """
    now = instant(clock.now())
    with store.reading() as connection:
        if pending(connection, request, now):
            raise ConfigurationError(
                "pending-changes",
                "there are changes that no resolve has seen yet",
                hint="run `hub resolve` first",
            )
        resolved = built_anew(connection, request, now)
        tally = tally_of(connection, resolved)
        changed = sorted(_changed_ids(connection, resolved))
    held, built = resolved.before, resolved.assignment.members
    return Checked(
        records=tally.records,
        identities=tally.identities,
        moved=columns.query(_MOVED, held=held, built=built).num_rows,
        changed_ids=tally.created + tally.redirected + tally.archived + tally.split,
        golden=len(changed),
        examples=tuple(changed[:_EXAMPLES]),
    )


def _changed_ids(connection: Connection, resolved: Resolved) -> list[str]:
    """The golden records that would change."""
    parts = golden_writing.differing(
        connection, golden_writing.written(resolved.golden.parts(), few=resolved.golden.few)
    )
    found = [one for rows in parts for one in rows["identity_id"].to_pylist()]
    assignment = resolved.assignment
    redirected = assignment.redirected["id"].to_pylist()
    for state, ids in ((IdentityState.REDIRECTED, redirected), (IdentityState.ARCHIVED, assignment.archived)):
        found += golden_writing.retiring(connection, ids, state)["identity_id"].to_pylist()
    return found


_MOVED: Final = """
SELECT record_id FROM held FULL JOIN built USING (record_id)
WHERE held.identity_id IS DISTINCT FROM built.identity_id
"""
