"""Survivors of merges: whether a destination is to hold them decides on those that were merged into them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.plan import Action
from hub.sync.diff import DIFF_SCHEMA
from hub.sync.reasons import PASSING

_STAYS: Final = pa.array(
    [a.value for a in (Action.CREATE, Action.UPDATE, Action.UNCHANGED, Action.CONFLICT)], pa.string()
)


@dataclass(slots=True)
class Survivors:
    """`asked` are the identities that others were merged into, `there` the remote records of those of them
    that the destination holds.

    `note` is told of all differences; then `unwanted` knows who is not to be there (any more).
    """

    asked: Collection[str] = ()
    there: Mapping[str, str | None] = field(default_factory=dict)
    _wanted: set[str] = field(default_factory=set)
    _other: set[str] = field(default_factory=set)

    def note(self, differences: pa.Table) -> None:
        if not self.asked:
            return
        names = pa.array(sorted(self.asked), pa.string())
        found = differences.filter(pc.is_in(differences["identity_id"], value_set=names))
        passing = pc.is_in(found["reason"], value_set=pa.array(PASSING, pa.string()))
        stays = pc.or_(pc.is_in(found["action"], value_set=_STAYS), passing)
        self._wanted.update(found.filter(stays)["identity_id"].to_pylist())
        self._other.update(found.filter(pc.invert(stays))["identity_id"].to_pylist())

    def unwanted(self) -> set[str]:
        """Who goes, is withheld for good or out of scope: of whom nothing was said, and who is not there."""
        unheard = set(self.asked) - self._wanted - set(self.there)
        return (self._other | unheard) - self._wanted


def without_survivor(orphaned: pa.Table, survivors: Survivors, *, can_archive: bool) -> pa.Table:
    """The differences of records that were merged: with nobody to merge into, they are archived. Else who is
    not to be there, for want of a permission, would go on being there by another record.
    """
    unwanted = survivors.unwanted() - set(survivors.there)
    if not unwanted:
        return orphaned
    names = pa.array(sorted(unwanted), pa.string())
    alone = pc.and_(
        pc.equal(orphaned["action"], Action.MERGE.value), pc.is_in(orphaned["merge_into"], value_set=names)
    )
    becomes = Action.ARCHIVE.value if can_archive else Action.BLOCKED.value
    reason = pc.binary_join_element_wise(orphaned["reason"], "which is not to be there", ", ")
    columns = {
        "action": pc.if_else(alone, becomes, orphaned["action"]),
        "reason": pc.if_else(alone, reason, orphaned["reason"]),
    }
    return pa.table([columns.get(name, orphaned[name]) for name in DIFF_SCHEMA.names], schema=DIFF_SCHEMA)


def waiting_for_nobody(orphaned: pa.Table, survivors: Survivors) -> pa.Table:
    """The same, of which those that are archived wait for no survivor that is not to be there: one that was
    refused once, and is not wanted any more, is never sent again. One that has taken the record over keeps it
    until it goes itself.
    """
    unwanted = survivors.unwanted()
    into = orphaned.select(["action", "merge_into", "remote_id"]).to_pylist() if unwanted else []
    free = [
        row["action"] == Action.ARCHIVE.value
        and row["merge_into"] in unwanted
        and (row["merge_into"], row["remote_id"]) not in survivors.there.items()
        for row in into
    ]
    if not any(free):
        return orphaned
    spot = orphaned.schema.get_field_index("merge_into")
    alone = pc.if_else(pa.array(free), pa.scalar(None, pa.string()), orphaned["merge_into"])
    return orphaned.set_column(spot, "merge_into", alone)
