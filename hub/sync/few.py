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
from hub.sync.asked import Asked
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

# What `decided` gives: what to do for each identity, and what its fields are worked out from.
DECIDED_SCHEMA: Final = pa.schema(
    [
        (name, pa.string())
        for name in ("identity_id", "action", "reason", "payload", "payload_hash", "golden_hash")
    ]
    + [(name, pa.string()) for name in ("initial", "confirmed", "remote_id", "merge_into")]
    + [("tried", pa.bool_())]
)
_Row = dict[str, Any]


def are_few(*tables: pa.Table) -> bool:
    """Whether these are better gone through row by row."""
    return all(table.num_rows <= FEW for table in tables)


def decided(
    desired: pa.Table,
    held: pa.Table,
    redirects: pa.Table,
    heirs: pa.Table,
    capabilities: Capabilities,
    asked: Asked,
) -> pa.Table:
    """What to do for each identity (`DECIDED_SCHEMA`, by id); see `hub.sync.diff.decided`."""
    wanted, there, onward, inherited = map(_by_id, (desired, held, redirects, heirs))
    rows = []
    for identity in sorted({*wanted, *there}):
        ours, theirs = wanted.get(identity), there.get(identity)
        if ours is None and (theirs is None or theirs["confirmed_hash"] is None):
            continue
        into = onward.get(identity) if theirs is not None else None
        heir = inherited.get(identity) if ours is not None else None
        rows.append(_decided(ours, theirs or {}, into or {}, heir, capabilities, asked))
    return pa.Table.from_pylist(rows, schema=DECIDED_SCHEMA)


def _by_id(table: pa.Table) -> dict[str, _Row]:
    rows: list[_Row] = table.to_pylist()
    return {row["id" if "id" in row else "identity_id"]: row for row in rows}


def _decided(
    ours: _Row | None,
    theirs: _Row,
    into: _Row,
    heir: _Row | None,
    able: Capabilities,
    asked: Asked,
) -> _Row:
    if theirs.get("confirmed_hash") is not None:
        heir = None  # it has a record of its own
    wanted = ours is not None and ours["blocked"] is None
    state, met = theirs.get("state"), {**theirs, **(ours or {})}
    same = wanted and theirs.get("attempted_hash") == met["payload_hash"]
    action: str
    reason: str | None
    if same and state == "dropped":
        action, reason = "blocked", DROPPED
    elif state == "pending":
        action, reason = "unchanged", UNANSWERED
    elif wanted:
        action, reason = _of_wanted(met, asked, inherits=heir is not None, same=same)
    else:
        action, reason = _of_others(met, into, able, asked)
    taken = {"confirmed": heir["confirmed"], "remote_id": heir["remote_id"]} if heir else {}
    onward = {"merge_into": into.get("redirect_to"), "tried": state == "parked"}
    return {**met, **taken, **onward, "action": action, "reason": reason}


def _of_wanted(met: _Row, asked: Asked, *, inherits: bool, same: bool) -> tuple[str, str | None]:
    """Action and reason for what the destination should hold."""
    state, next_try, there = met.get("state"), met.get("next_try_at"), met.get("confirmed_hash")
    waits = bool(asked.due and same and state == "parked" and next_try and next_try > asked.due)
    stays_gone = state == "gone" and not asked.recreate
    reasons = ((waits, NOT_DUE), (inherits, TAKES_OVER), (stays_gone, GONE_THERE))
    others = ((state == "merged", MERGED_INTO_OTHER),)
    reason = next((told for holds, told in (*reasons, *others) if holds), None)
    if there is not None and there == met["payload_hash"]:
        return "unchanged", reason
    if waits:
        return "blocked", reason
    if inherits:
        return "update", reason
    if stays_gone or state == "merged":
        return "blocked", reason
    return ("create" if there is None else "update"), reason


def _of_others(met: _Row, into: _Row, able: Capabilities, asked: Asked) -> tuple[str, str | None]:
    """Action and reason for what the destination should not hold, or not any more."""
    blocked = met.get("blocked")
    if met.get("confirmed_hash") is None:
        return "blocked", blocked
    if met["state"] == "dropped":
        return "blocked", DROPPED
    onward = into.get("redirect_to")
    left = bool(into.get("left")) and not able.moves_key
    merged = OUT_OF_SCOPE if onward is None else f"{MERGED_INTO}{onward}{WHICH_IS_LEFT if left else ''}"
    if not left and onward is not None and able.merge:
        return "merge", blocked or merged
    if not left and asked.erase and able.erase and (onward is None or not able.archive):
        return "erase", blocked or merged
    return "archive" if able.archive and not left else "blocked", blocked or merged


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
