"""Guards: how much one push may change before it stops and asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow.compute as pc

from hub.domain.plan import UNKNOWN_TEXT, Action
from hub.errors import ConflictError
from hub.sync.plan import Plan


@dataclass(frozen=True, slots=True)
class Guards:
    """Shares are of what the destination holds; numbers, where they are given, hold whatever the share.

    `canary`: so many changes go first, and the rest only if the destination takes at least half of them and
    shows what was sent. 0 is no canary.
    """

    max_update_share: float = 0.5
    max_archive_share: float = 0.2
    max_clear_share: float = 0.2
    max_changes: int | None = None
    max_archives: int | None = None
    max_clears: int | None = None
    from_count: int = 20  # fewer than this never stop a push because of their share
    canary: int = 20


def check_guards(plan: Plan, guards: Guards) -> None:
    """Raises `ConflictError` when the plan changes, removes or clears more than the guards allow.

    What a merge takes away counts as removed.
    """
    for code, deed, count, share, limit in _measured(plan, guards):
        if limit is not None and count > limit:
            allowed = f"; {limit} are allowed"
        elif share is not None and count >= guards.from_count and count > share * plan.holds:
            allowed = f"; a share of {share:g} is allowed"
        else:
            continue
        raise ConflictError(
            code,
            f"the push would {deed}, of {plan.holds} records that {plan.destination} holds{allowed};"
            " nothing was sent",
            hint="look at `hub push --dry-run`; if it is right, run `hub push --allow-many`",
        )


def _measured(plan: Plan, guards: Guards) -> Iterator[tuple[str, str, int, float | None, int | None]]:
    """Code, what would happen, how often, the share and the number allowed."""
    updates = plan.counts[Action.UPDATE] - _sent_before(plan)
    gone = sum(plan.counts[action] for action in (Action.ARCHIVE, Action.ERASE))
    total = len(plan.changes)
    yield "too-many-updates", f"update {updates}", updates, guards.max_update_share, None
    yield "too-many-archives", f"archive {gone}", gone, guards.max_archive_share, guards.max_archives
    yield (
        "too-many-cleared",
        f"clear {plan.cleared} fields",
        plan.cleared,
        guards.max_clear_share,
        guards.max_clears,
    )
    yield "too-many-changes", f"make {total} changes", total, None, guards.max_changes


def _sent_before(plan: Plan) -> int:
    """How many updates write only what was sent before and may not have arrived: of no field of theirs is it
    known what it shows. That is no change of mind, and after an interrupted push there are many.
    """
    updates = plan.changes.table.filter(pc.equal(plan.changes.table["action"], Action.UPDATE.value))
    old = '"old":'
    told, unknown = (
        pc.count_substring_regex(updates["fields"], one) for one in (old, f"{old} ?{UNKNOWN_TEXT}")
    )
    unsure = pc.and_(pc.greater(told, 0), pc.equal(told, unknown))
    return int(pc.sum(unsure).as_py() or 0)
