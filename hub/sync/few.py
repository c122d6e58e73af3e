"""The difference of a few rows: what the queries of `hub.sync.diff`, `fields` and `changes` give, row by row.

Planning a query takes longer than three changed records do, and a push has a dozen of them. A property test
holds both to the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import md5
from typing import Any, Final

import pyarrow as pa

from hub.domain.plan import Capabilities
from hub.few_rows import FEW, text
from hub.sync.reasons import DROPPED, GONE, NOT_DUE, UNANSWERED

# What `decided` gives: what to do for each identity, and what its fields are worked out from.
DECIDED_SCHEMA: Final = pa.schema(
    [
        (name, pa.string())
        for name in ("identity_id", "action", "reason", "payload", "payload_hash", "golden_hash")
    ]
    + [(name, pa.string()) for name in ("initial", "confirmed", "remote_id", "merge_into")]
    + [("tried", pa.bool_())]
)
# What creates goes first: a merge needs the survivor's remote record.
PHASES: Final = (("create", "update"), ("merge",), ("archive",), ("erase",))
_PHASE: Final = {action: place for place, actions in enumerate(PHASES) for action in actions}
_Row = dict[str, Any]


def are_few(*tables: pa.Table) -> bool:
    """Whether these are better gone through row by row."""
    return all(table.num_rows <= FEW for table in tables)


def decided(
    desired: pa.Table, held: pa.Table, redirects: pa.Table, capabilities: Capabilities, due: str | None
) -> pa.Table:
    """What to do for each identity (`DECIDED_SCHEMA`); see `hub.sync.diff.decided`."""
    wanted = {row["identity_id"]: row for row in desired.to_pylist()}
    there = {row["identity_id"]: row for row in held.to_pylist()}
    onward = dict(zip(redirects["id"].to_pylist(), redirects["redirect_to"].to_pylist(), strict=True))
    rows = []
    for identity in sorted({*wanted, *there}):
        ours, theirs = wanted.get(identity), there.get(identity, {})
        if ours is None and theirs.get("confirmed_hash") is None:
            continue
        into = onward.get(identity) if identity in there else None
        met = {**theirs, **(ours or {}), "identity_id": identity, "merge_into": into}
        action, reason = _decided(met, ours, theirs, capabilities, due)
        rows.append({**met, "action": action, "reason": reason, "tried": theirs.get("state") == "parked"})
    return pa.Table.from_pylist(rows, schema=DECIDED_SCHEMA)


def _decided(
    met: _Row, ours: _Row | None, theirs: _Row, capabilities: Capabilities, due: str | None
) -> tuple[str | None, str | None]:
    """Action and reason."""
    wanted = ours is not None and ours["blocked"] is None
    there = theirs.get("confirmed_hash") is not None
    state, same = theirs.get("state"), wanted and theirs.get("attempted_hash") == met["payload_hash"]
    next_try = theirs.get("next_try_at")
    if same and state == "dropped":
        return "blocked", DROPPED
    if state == "pending" and (same or not wanted):
        return "unchanged", UNANSWERED
    if wanted:
        waits = due is not None and same and state == "parked" and next_try is not None and next_try > due
        if there and theirs["confirmed_hash"] == met["payload_hash"]:
            return "unchanged", NOT_DUE if waits else None
        return ("blocked", NOT_DUE) if waits else ("update" if there else "create", None)
    blocked = None if ours is None else ours["blocked"]
    if not there:
        return "blocked", blocked
    if state == "dropped":
        return "blocked", DROPPED
    into = met["merge_into"]
    reason = blocked or (f"merged into {into}" if into is not None else GONE)
    if into is not None and capabilities.merge:
        return "merge", reason
    return "archive" if capabilities.archive else "blocked", reason


def field_changes(rows: pa.Table, owners: Mapping[str, str]) -> list[_Row]:
    """See `hub.sync.fields.field_changes`."""
    return [_changes(row, owners) for row in rows.to_pylist()]


def _changes(row: _Row, owners: Mapping[str, str]) -> _Row:
    ours, initial, confirmed = (json.loads(row[n] or "{}") for n in ("payload", "initial", "confirmed"))
    match row["action"]:
        case "create":
            new, old = {**initial, **ours}, {}
        case "update":
            new, old = ours, confirmed
        case _:
            new, old = dict.fromkeys(confirmed), confirmed
    differ = {name: (text(new[name]), text(old.get(name))) for name in sorted(new)}
    differ = {name: (value, before) for name, (value, before) in differ.items() if value != before}
    sends = row["action"] in {"create", "update"}
    told = [
        f'{{"field":{_name(name)},"new":{value},"old":{before},'
        f'"owner":{json.dumps(owners.get(name, "hub"))}}}'
        for name, (value, before) in differ.items()
    ]
    sent = [f"{_name(name)}:{value}" for name, (value, _) in differ.items()] if sends else []
    return {
        "payload": "{" + ",".join(sent) + "}",
        "fields": "[" + ",".join(told) + "]",
        "cleared": sum(value == "null" for value, _ in differ.values()),
    }


def sending_order(differences: pa.Table) -> pa.Array:
    """Places of the writes among differences, in the order of their sending."""
    named = ("action", "tried", "identity_id")
    rows = zip(*(differences[name].to_pylist() for name in named), strict=True)
    found = sorted(
        (_PHASE[action], tried, identity, place)
        for place, (action, tried, identity) in enumerate(rows)
        if action in _PHASE
    )
    return pa.array([place for *_, place in found], pa.int64())


def lines_hash(changes: pa.Table) -> str | None:
    """See `hub.sync.changes.Changes.hash`."""
    named = ("identity_id", "action", "remote_id", "payload", "merge_into")
    rows = zip(*(changes[name].to_pylist() for name in named), strict=True)
    lines = [_md5("\x1f".join(cell or "" for cell in row)) for row in rows]
    return _md5("\n".join(lines)) if lines else None


def _name(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _md5(told: str) -> str:
    return md5(told.encode(), usedforsecurity=False).hexdigest()
