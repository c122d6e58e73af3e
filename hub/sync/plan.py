"""The plan of a push: what `--dry-run` prints is the object that is applied."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.plan import Action, Change, FieldChange
from hub.errors import ConflictError


@dataclass(frozen=True, slots=True)
class Guards:
    """How much one push may change before it stops and asks. Shares are of what the destination holds."""

    max_update_share: float = 0.5
    max_archive_share: float = 0.2
    from_count: int = 20  # fewer than this never stop a push


@dataclass(frozen=True, slots=True)
class Plan:
    """What a push will do.

    `changes` are the writes in the order of their sending; `desired_hashes` the hash of the whole payload
    that each identity shall hold; `withheld` what is not sent (identity_id, action, reason); `counts` has
    every action. `holds` is how many records the destination holds now.
    """

    destination: str
    changes: tuple[Change, ...]
    desired_hashes: dict[str, str]
    withheld: pa.Table
    counts: dict[Action, int]
    holds: int
    hash: str = field(default="")

    @property
    def empty(self) -> bool:
        return not self.changes


def make_plan(destination: str, differences: pa.Table, holds: int) -> Plan:
    """Turns differences (`hub.sync.diff.DIFF_SCHEMA`) into a plan: creates and updates, merges, archives."""
    writes = differences.filter(
        pc.is_in(
            differences["action"],
            value_set=pa.array([action.value for action in Action if action.writes], pa.string()),
        )
    )
    changes = tuple(sorted((_change(row) for row in writes.to_pylist()), key=_sending_order))
    hashes = {
        row["identity_id"]: row["payload_hash"]
        for row in writes.select(["identity_id", "payload_hash"]).to_pylist()
        if row["payload_hash"] is not None
    }
    counted = differences.group_by("action").aggregate([([], "count_all")])
    counts = {Action(row["action"]): row["count_all"] for row in counted.to_pylist()}
    withheld = differences.filter(
        pc.is_in(
            differences["action"],
            value_set=pa.array([Action.BLOCKED.value, Action.CONFLICT.value], pa.string()),
        )
    ).select(["identity_id", "action", "reason"])
    return Plan(
        destination=destination,
        changes=changes,
        desired_hashes=hashes,
        withheld=withheld,
        counts={action: counts.get(action, 0) for action in Action},
        holds=holds,
        hash=_fingerprint(destination, changes),
    )


def check_guards(plan: Plan, guards: Guards) -> None:
    """Raises `ConflictError` when the plan changes or removes too large a share of what is there."""
    for action, share in (
        (Action.UPDATE, guards.max_update_share),
        (Action.ARCHIVE, guards.max_archive_share),
    ):
        count = plan.counts[action]
        if count >= guards.from_count and count > share * plan.holds:
            raise ConflictError(
                f"too-many-{action.value}s",
                f"the push would {action.value} {count} of the {plan.holds} records that"
                f" {plan.destination} holds; nothing was sent",
                hint="look at `hub push --dry-run`; if it is right, run `hub push --allow-many`",
            )


def _change(row: dict[str, Any]) -> Change:
    action = Action(row["action"])
    if action is Action.MERGE:
        return Change(
            identity_id=row["identity_id"],
            action=action,
            payload={"into": row["merge_into"]},
            remote_id=row["remote_id"],
            reason=row["reason"],
        )
    if action in {Action.ARCHIVE, Action.ERASE}:
        return Change(row["identity_id"], action, {}, row["remote_id"], reason=row["reason"])
    first = json.loads(row["initial"] or "{}") if action is Action.CREATE else {}
    new = {**first, **json.loads(row["payload"])}
    old = json.loads(row["confirmed"] or "{}") if action is Action.UPDATE else {}
    fields = tuple(
        FieldChange(name, old.get(name), value) for name, value in new.items() if old.get(name) != value
    )
    payload = {change.field: change.new for change in fields}
    return Change(row["identity_id"], action, payload, row["remote_id"], fields)


_ORDER = {Action.CREATE: 0, Action.UPDATE: 0, Action.MERGE: 1, Action.ARCHIVE: 2, Action.ERASE: 3}


def _sending_order(change: Change) -> tuple[int, str]:
    # a merge needs the survivor's remote record, so what creates goes first
    return _ORDER[change.action], change.identity_id


def _fingerprint(destination: str, changes: tuple[Change, ...]) -> str:
    digest = sha256(destination.encode())
    for change in changes:
        line = [change.identity_id, change.action.value, change.remote_id, dict(change.payload)]
        digest.update(json.dumps(line, sort_keys=True).encode())
    return digest.hexdigest()[:16]
