"""Survivors of merges: whether a destination is to hold them decides on those that were merged into them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.plan import Action
from hub.sync.reasons import PASSING, WHICH_IS_LEFT

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


def without_survivor(orphaned: pa.Table, survivors: Survivors, removed: Callable[[], pa.Table]) -> pa.Table:
    """The differences of records that were merged: with nobody to merge into, or to take the place of one
    that somebody deleted there, they are removed. Else who is not to be there, for want of a permission,
    would go on being there by another record. `removed` gives the differences that remove all of them.
    """
    unwanted = survivors.unwanted() - set(survivors.there)
    if not unwanted:
        return orphaned
    left = pc.and_(
        pc.equal(orphaned["action"], Action.BLOCKED.value),
        pc.fill_null(pc.ends_with(orphaned["reason"], WHICH_IS_LEFT), fill_value=False),
    )
    waits = pc.or_(pc.equal(orphaned["action"], Action.MERGE.value), left)
    names = pa.array(sorted(unwanted), pa.string())
    alone = pc.and_(waits, pc.is_in(orphaned["merge_into"], value_set=names))
    if not pc.any(alone).as_py():
        return orphaned
    going = removed().filter(alone)  # of the same identities, in the same order
    reason = pc.binary_join_element_wise(going["reason"], "which is not to be there", ", ")
    going = going.set_column(going.schema.get_field_index("reason"), "reason", reason)
    return pa.concat_tables([orphaned.filter(pc.invert(alone)), going]).sort_by("identity_id")


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
