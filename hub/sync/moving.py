"""Moving what can be moved: where a destination cannot merge, what only the loser's record holds goes over to
the survivor's before the loser's is archived.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from hub.domain.plan import Action, Payload
from hub.sync.diff import DIFF_SCHEMA
from hub.sync.look import shows

_EMPTY: Final[tuple[object, ...]] = (None, "", [])


@dataclass(frozen=True, slots=True)
class Loser:
    """A record to be archived because its identity was merged into another. `ours` are the fields that the
    hub writes.
    """

    identity_id: str
    remote_id: str
    into: str
    ours: frozenset[str]


@dataclass(slots=True)
class Moves:
    """`gained`: what survivors get (by identity, then field: old and new). `told`: by loser, which fields are
    moved, and which stay as the survivor has them; None for one that could not be read.
    """

    gained: dict[str, dict[str, tuple[object, object]]] = field(default_factory=dict)
    told: dict[str, tuple[list[str], list[str]] | None] = field(default_factory=dict)
    given_up: set[str] = field(default_factory=set)

    def give_up(self, survivors: Collection[str]) -> None:
        """These survivors are not to be there (any more), so nothing is moved to them."""
        self.given_up.update(survivors)
        self.gained = {name: one for name, one in self.gained.items() if name not in self.given_up}


def moves(
    losers: Iterable[Loser],
    survivors: Mapping[str, str],
    seen: Mapping[str, Payload | None],
    restrictive: Mapping[str, object],
) -> Moves:
    """What goes over. `survivors` are remote ids by identity, `seen` what records show by remote id.

    A field goes over that is not the hub's and that the survivor does not have; lists are united; of a field
    in `restrictive` the value named there wins wherever either shows it. What names the record itself stays.
    """
    found = Moves()
    for loser in sorted(losers, key=lambda one: one.identity_id):
        held = seen.get(loser.remote_id)
        if held is None:
            found.told[loser.identity_id] = None
            continue
        gained = found.gained.setdefault(loser.into, {})
        survivor = seen.get(survivors.get(loser.into, "")) or {}
        moved, kept = [], []
        for name in sorted(held.keys() - loser.ours):
            old = gained[name][1] if name in gained else survivor.get(name)
            new = _united(name, old, held[name], restrictive)
            if held[name] in (loser.identity_id, loser.remote_id):
                continue
            if new != old:
                gained[name] = (survivor.get(name), new)
                moved.append(name)
            elif held[name] not in _EMPTY and not shows(held, name, old):
                kept.append(name)
        found.told[loser.identity_id] = moved, kept
    found.gained = {identity: fields for identity, fields in found.gained.items() if fields}
    return found


def _united(name: str, old: object, new: object, restrictive: Mapping[str, object]) -> object:
    """What a survivor that shows `old` shows after it took over `new`."""
    if name in restrictive:
        no = {name: restrictive[name]}
        return no[name] if shows(no, name, new) and not shows(no, name, old) else old
    if isinstance(old, list) and isinstance(new, list):
        return [*old, *(one for one in new if one not in old)]
    return new if old in _EMPTY and new not in _EMPTY else old


def with_gains(differences: pa.Table, found: Moves) -> pa.Table:
    """Differences with what survivors gain; what was gained here is taken out of `found`.

    A survivor that is not written for another reason is left as it is, and so is what it would have gained.
    """
    rows = differences.to_pylist()
    writable = {Action.CREATE.value, Action.UPDATE.value, Action.UNCHANGED.value}
    made = [
        _gaining(row, found.gained.pop(row["identity_id"]))
        if row["identity_id"] in found.gained
        and row["action"] in writable
        and (row["action"] != Action.UNCHANGED.value or row["reason"] is None)
        else row
        for row in rows
    ]
    return pa.Table.from_pylist(made, schema=DIFF_SCHEMA)


def gains_alone(held: Sequence[Mapping[str, Any]], found: Moves) -> pa.Table:
    """The updates of survivors that need nothing else: `held` are their rows of the ledger."""
    nothing = dict.fromkeys(DIFF_SCHEMA.names)
    rows = [
        _gaining(
            {
                **nothing,
                "identity_id": row["identity_id"],
                "action": Action.UNCHANGED.value,
                "payload": "{}",
                "fields": "[]",
                "cleared": 0,
                "payload_hash": row["confirmed_hash"],
                "remote_id": row["remote_id"],
                "tried": False,
            },
            found.gained.pop(row["identity_id"]),
        )
        for row in held
        if row["identity_id"] in found.gained
    ]
    return pa.Table.from_pylist(rows, schema=DIFF_SCHEMA)


def telling(differences: pa.Table, found: Moves) -> pa.Table:
    """The losers' archives, each with a reason that names what is moved and what is not. Values are not
    told. Those whose survivor is not written (still in `found.gained`) are held back: nothing may be lost.
    """
    rows = [_told(row, found) if row["identity_id"] in found.told else row for row in differences.to_pylist()]
    return pa.Table.from_pylist(rows, schema=DIFF_SCHEMA)


def _gaining(row: dict[str, Any], fields: Mapping[str, tuple[object, object]]) -> dict[str, Any]:
    gained = [
        {"field": name, "old": old, "new": new, "owner": "destination"} for name, (old, new) in fields.items()
    ]
    others = [one for one in json.loads(row["fields"]) if one["field"] not in fields]
    payload = {**json.loads(row["payload"]), **{name: new for name, (_, new) in fields.items()}}
    action = Action.UPDATE.value if row["action"] == Action.UNCHANGED.value else row["action"]
    return {
        **row,
        "action": action,
        "payload": json.dumps(payload, sort_keys=True, ensure_ascii=False),
        "fields": json.dumps([*others, *gained], ensure_ascii=False),
    }


def _told(row: dict[str, Any], found: Moves) -> dict[str, Any]:
    told = found.told[row["identity_id"]]
    if told is None:
        return {**row, "reason": f"{row['reason']}; it shows nothing there, so nothing is moved"}
    moved, kept = told
    if row["merge_into"] in found.given_up:
        return {**row, "reason": f"{row['reason']}, which is not to be there: nothing is moved"}
    if moved and row["merge_into"] in found.gained:
        reason = f"{row['reason']}, which is not written: {_names(moved)} would be lost"
        return {**row, "action": Action.BLOCKED.value, "reason": reason, "payload": "{}", "fields": "[]"}
    parts = [f"moved: {_names(moved)}" if moved else "nothing to move"]
    parts += [f"not moved, since the survivor has its own: {_names(kept)}"] if kept else []
    return {**row, "reason": "; ".join([row["reason"], *parts])}


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
