"""The difference between what a destination should hold and what it last confirmed; a columnar join."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from hub import columns
from hub.domain.plan import HEIR_SCHEMA, Action, Capabilities
from hub.sync import few
from hub.sync.asked import AS_USUAL, Asked
from hub.sync.fields import field_changes
from hub.sync.reasons import (
    DROPPED,
    GONE_THERE,
    MERGED_INTO,
    MERGED_INTO_OTHER,
    NOT_DUE,
    OUT_OF_SCOPE,
    TAKES_OVER,
    UNANSWERED,
    WHICH_IS_LEFT,
)

# One row an identity that the destination should hold or holds. `action` is a `hub.domain.plan.Action`;
# `payload` what is sent (JSON object: the changed fields, all on create), `fields` the same field by field
# (JSON list of field, old, new, owner), `cleared` how many of them lose their value, `payload_hash` that of
# everything the record should show, `merge_into` the identity that a merge folds this one's remote record
# into.
DIFF_SCHEMA: Final = pa.schema(
    [
        ("identity_id", pa.string()),
        ("action", pa.string()),
        ("reason", pa.string()),
        ("payload", pa.string()),
        ("fields", pa.string()),
        ("cleared", pa.int64()),
        ("payload_hash", pa.string()),
        ("golden_hash", pa.string()),
        ("remote_id", pa.string()),
        ("merge_into", pa.string()),
        ("tried", pa.bool_()),
    ]
)


def difference(
    desired: pa.Table,
    held: pa.Table,
    redirects: pa.Table,
    capabilities: Capabilities,
    owners: Mapping[str, str] | None = None,
    *,
    heirs: pa.Table | None = None,
    asked: Asked = AS_USUAL,
) -> pa.Table:
    """What to do for each identity (`DIFF_SCHEMA`, by identity id). Pure and free of order.

    `desired`: identity_id, golden_hash, payload, initial (JSON text) and blocked (a reason or null) of the
    golden records in scope, as `hub.ports.OutboundMapper` gives them. `held`: the destination's ledger for
    the identities that are asked about. `redirects` (`REDIRECT_SCHEMA`) is for ids in the ledger that are not
    active. `owners`: who owns a field, where that is not the hub. `heirs` (`HEIR_SCHEMA`) take a record over
    rather than be created.
    """
    hashed = desired.append_column("payload_hash", columns.digest(desired["payload"]))
    heirs = HEIR_SCHEMA.empty_table() if heirs is None else heirs
    how = few.decided if few.are_few(hashed, held) else decided
    return _with_fields(how(hashed, held, redirects, heirs, capabilities, asked), owners or {})


def decided(
    desired: pa.Table,
    held: pa.Table,
    redirects: pa.Table,
    heirs: pa.Table,
    capabilities: Capabilities,
    asked: Asked,
) -> pa.Table:
    """What to do for each identity (`few.DECIDED_SCHEMA`, by id); `desired` has the hash of each payload."""
    sql = _decided(capabilities, asked)
    told = columns.query(sql, desired=desired, held=held, redirects=redirects, heirs=heirs)
    return told.cast(few.DECIDED_SCHEMA)


def _decided(capabilities: Capabilities, asked: Asked) -> str:
    can_archive = "true" if capabilities.archive else "false"
    can_merge = "true" if capabilities.merge else "false"
    can_take_over = "true" if capabilities.moves_key else "false"
    erases = "true" if asked.erase and capabilities.erase else "false"
    stays_gone = "false" if asked.recreate else "state = 'gone'"
    waits = (
        f"state = 'parked' AND attempted_hash = payload_hash AND next_try_at > '{asked.due}'"
        if asked.due
        else "false"
    )
    return f"""
        WITH met AS (
            SELECT coalesce(d.identity_id, l.identity_id) AS identity_id,
                d.identity_id IS NOT NULL AND d.blocked IS NULL AS wanted,
                l.confirmed_hash IS NOT NULL AS there,
                d.payload, d.payload_hash, d.golden_hash, d.initial, d.blocked,
                l.confirmed, l.confirmed_hash, l.attempted_hash, l.state, l.remote_id, l.next_try_at,
                r.redirect_to AS merge_into, coalesce(r.left, false) AS into_left,
                CASE WHEN l.confirmed_hash IS NULL THEN h.remote_id END AS inherited, h.confirmed AS shown
            FROM desired d FULL JOIN held l USING (identity_id)
            LEFT JOIN redirects r ON r.id = l.identity_id
            LEFT JOIN heirs h ON h.identity_id = d.identity_id
        )
        SELECT identity_id,
            CASE
                WHEN wanted AND state = 'dropped' AND attempted_hash = payload_hash THEN 'blocked'
                WHEN state = 'pending' THEN 'unchanged'
                WHEN wanted AND confirmed_hash = payload_hash THEN 'unchanged'
                WHEN wanted AND {waits} THEN 'blocked'
                WHEN wanted AND inherited IS NOT NULL THEN 'update'
                WHEN wanted AND ({stays_gone} OR state = 'merged') THEN 'blocked'
                WHEN wanted AND NOT there THEN 'create'
                WHEN wanted THEN 'update'
                WHEN there AND state = 'dropped' THEN 'blocked'
                WHEN NOT there THEN CASE WHEN blocked IS NOT NULL THEN 'blocked' END
                WHEN into_left AND NOT {can_take_over} THEN 'blocked'
                WHEN merge_into IS NOT NULL AND {can_merge} THEN 'merge'
                WHEN {erases} AND (merge_into IS NULL OR NOT {can_archive}) THEN 'erase'
                WHEN {can_archive} THEN 'archive'
                ELSE 'blocked'
            END AS action,
            CASE
                WHEN wanted AND state = 'dropped' AND attempted_hash = payload_hash THEN '{DROPPED}'
                WHEN state = 'pending' THEN '{UNANSWERED}'
                WHEN wanted AND {waits} THEN '{NOT_DUE}'
                WHEN wanted AND inherited IS NOT NULL THEN '{TAKES_OVER}'
                WHEN wanted AND {stays_gone} THEN '{GONE_THERE}'
                WHEN wanted AND state = 'merged' THEN '{MERGED_INTO_OTHER}'
                WHEN wanted THEN NULL
                WHEN there AND state = 'dropped' THEN '{DROPPED}'
                WHEN blocked IS NOT NULL THEN blocked
                WHEN into_left AND NOT {can_take_over}
                    THEN '{MERGED_INTO}' || merge_into || '{WHICH_IS_LEFT}'
                WHEN merge_into IS NOT NULL THEN '{MERGED_INTO}' || merge_into
                WHEN there THEN '{OUT_OF_SCOPE}'
            END AS reason,
            payload, payload_hash, golden_hash, initial,
            CASE WHEN inherited IS NULL THEN confirmed ELSE shown END AS confirmed,
            coalesce(inherited, remote_id) AS remote_id, merge_into,
            coalesce(state = 'parked', false) AS tried
        FROM met
        WHERE wanted OR there OR blocked IS NOT NULL
        ORDER BY identity_id
        """


def _with_fields(told: pa.Table, owners: Mapping[str, str]) -> pa.Table:
    """The rows with what each writes; an update that changes no field is none."""
    n = told.num_rows
    writes = pc.is_in(told["action"], value_set=pa.array(_COMPARED, pa.string()))
    place = pc.indices_nonzero(writes)
    changes = field_changes(told.take(place).select(["action", "payload", "initial", "confirmed"]), owners)
    spot = pc.index_in(pa.array(range(n), pa.uint64()), value_set=place.cast(pa.uint64()))
    payload, fields, cleared = (changes[name].take(spot) for name in ("payload", "fields", "cleared"))
    idle = pc.and_(pc.equal(told["action"], Action.UPDATE.value), pc.equal(payload, "{}"))
    idle = pc.and_not(idle, pc.fill_null(pc.equal(told["reason"], TAKES_OVER), fill_value=False))
    action = pc.if_else(pc.fill_null(idle, fill_value=False), Action.UNCHANGED.value, told["action"])
    return pa.table(
        [
            told["identity_id"],
            action,
            told["reason"],
            pc.fill_null(payload, "{}"),
            pc.fill_null(fields, "[]"),
            pc.fill_null(cleared, 0),
            told["payload_hash"],
            told["golden_hash"],
            told["remote_id"],
            told["merge_into"],
            told["tried"],
        ],
        schema=DIFF_SCHEMA,
    )


LOOKING_SCHEMA: Final = DIFF_SCHEMA.append(pa.field("initial", pa.string())).append(
    pa.field("confirmed", pa.string())
)


def with_both_sides(differences: pa.Table, desired: pa.Table, held: pa.Table) -> pa.Table:
    """Differences with what is written only on create, and what the destination confirmed."""
    sides = []
    for table, name in ((desired, "initial"), (held, "confirmed")):
        place = pc.index_in(differences["identity_id"], value_set=table["identity_id"].combine_chunks())
        sides.append(table[name].take(place))
    return pa.table([*differences.columns, *sides], schema=LOOKING_SCHEMA)


_COMPARED: Final = [Action.CREATE.value, Action.UPDATE.value, Action.ARCHIVE.value, Action.ERASE.value]
