"""The difference between what a destination should hold and what it last confirmed; a columnar join."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from hub import columns
from hub.domain.plan import Capabilities

# One row an identity that the destination should hold or holds. `action` is a `hub.domain.plan.Action`;
# `merge_into` is the identity that a merge folds this one's remote record into.
DIFF_SCHEMA: Final = pa.schema(
    [
        ("identity_id", pa.string()),
        ("action", pa.string()),
        ("reason", pa.string()),
        ("payload", pa.string()),
        ("payload_hash", pa.string()),
        ("initial", pa.string()),
        ("confirmed", pa.string()),
        ("remote_id", pa.string()),
        ("merge_into", pa.string()),
    ]
)


def difference(
    desired: pa.Table, held: pa.Table, redirects: pa.Table, capabilities: Capabilities
) -> pa.Table:
    """What to do for each identity (`DIFF_SCHEMA`, by identity id). Pure and free of order.

    `desired`: identity_id, payload, initial (JSON text) and blocked (a reason or null) of every golden
    record in scope, as `hub.ports.OutboundMapper` gives them. `held`: the destination's ledger.
    `redirects`: id and the active identity it stands for today, for ids in the ledger that are not active.
    """
    hashed = desired.append_column("payload_hash", columns.digest(desired["payload"]))
    can_archive = "true" if capabilities.archive else "false"
    can_merge = "true" if capabilities.merge else "false"
    return columns.query(
        f"""
        WITH met AS (
            SELECT coalesce(d.identity_id, l.identity_id) AS identity_id,
                d.identity_id IS NOT NULL AND d.blocked IS NULL AS wanted,
                l.confirmed_hash IS NOT NULL AS there,
                d.payload, d.payload_hash, d.initial, d.blocked,
                l.confirmed, l.confirmed_hash, l.attempted_hash, l.state, l.remote_id,
                r.redirect_to AS merge_into
            FROM desired d FULL JOIN held l USING (identity_id)
            LEFT JOIN redirects r ON r.id = l.identity_id
        )
        SELECT identity_id,
            CASE
                WHEN wanted AND state = 'dropped' AND attempted_hash = payload_hash THEN 'blocked'
                WHEN wanted AND state = 'pending' AND attempted_hash = payload_hash THEN 'unchanged'
                WHEN wanted AND NOT there THEN 'create'
                WHEN wanted AND confirmed_hash = payload_hash THEN 'unchanged'
                WHEN wanted THEN 'update'
                WHEN NOT there THEN CASE WHEN blocked IS NOT NULL THEN 'blocked' END
                WHEN merge_into IS NOT NULL AND {can_merge} THEN 'merge'
                WHEN {can_archive} THEN 'archive'
                ELSE 'blocked'
            END AS action,
            CASE
                WHEN wanted AND state = 'dropped' THEN 'dropped by a person'
                WHEN wanted AND state = 'pending' THEN 'the destination has not answered yet'
                WHEN wanted THEN NULL
                WHEN blocked IS NOT NULL THEN blocked
                WHEN merge_into IS NOT NULL THEN 'merged into ' || merge_into
                WHEN there THEN 'no longer in scope'
            END AS reason,
            payload, payload_hash, initial, confirmed, remote_id, merge_into
        FROM met
        WHERE wanted OR there OR blocked IS NOT NULL
        ORDER BY identity_id
        """,
        desired=hashed,
        held=held,
        redirects=redirects,
    ).cast(DIFF_SCHEMA)
