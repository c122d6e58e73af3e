"""What must be the same after a decision was taken back as it was before it was made."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from hub.jobs.decide import Person
from hub.store.decision_tables import judgements, overrides
from hub.store.engine import Store
from hub.store.tables import golden, identities, ledger, members


def anna(reason: str | None = None) -> Person:
    return Person("anna", reason)


def snapshot(store: Store) -> dict[str, list[Any]]:
    """Members, active golden records with their origins, overrides and judgements that stand, and what the
    destinations hold.
    """
    active = golden.c.state == "active"
    with store.reading() as connection:
        asked = {
            "members": sa.select(members.c.record_id, members.c.identity_id),
            "identities": sa.select(identities.c.id).where(identities.c.state == "active"),
            "golden": sa.select(
                golden.c.identity_id, golden.c.contact, golden.c.provenance, golden.c.sources
            ).where(active),
            "overrides": sa.select(overrides.c.id, overrides.c.identity_id, overrides.c.value).where(
                overrides.c.revoked_at.is_(None)
            ),
            "judgements": sa.select(judgements.c.id).where(judgements.c.revoked_at.is_(None)),
            "ledger": sa.select(
                ledger.c.destination,
                ledger.c.identity_id,
                ledger.c.remote_id,
                ledger.c.state,
                ledger.c.confirmed,
            ),
        }
        return {name: sorted(map(tuple, connection.execute(chosen))) for name, chosen in asked.items()}
