"""The plan of a push: what `--dry-run` prints is the object that is applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.plan import Action
from hub.sync.changes import Changes, in_sending_order, only
from hub.sync.diff import DIFF_SCHEMA
from hub.sync.look import ECHO
from hub.sync.reasons import PASSING

# What the destination holds already, what it does not get: for `hub.store.planning.remember`.
SAME_SCHEMA: Final = pa.schema([(n, pa.string()) for n in ("identity_id", "payload_hash", "golden_hash")])
OUT_SCHEMA: Final = pa.schema([(n, pa.string()) for n in ("identity_id", "reason", "golden_hash")])
WITHHELD_SCHEMA: Final = pa.schema([(n, pa.string()) for n in ("identity_id", "action", "reason")])


@dataclass(frozen=True, slots=True)
class Plan:
    """What a push will do.

    `changes` are the writes in the order of their sending; `withheld` what is not sent (identity_id, action,
    reason); `counts` has every action, `cleared` how many fields lose their value. `holds` is how many
    records the destination holds now. `mapping_hash` is that of the mapping that made it; `same` and `out`
    are what was worked out on the way and need not be again; `idle` tells that there was nothing to look at.
    """

    destination: str
    changes: Changes
    withheld: pa.Table
    counts: dict[Action, int]
    holds: int
    hash: str
    cleared: int = 0
    mapping_hash: str = ""
    echoes: Changes = field(default_factory=lambda: Changes(DIFF_SCHEMA.empty_table()))
    same: pa.Table = field(default_factory=SAME_SCHEMA.empty_table)
    out: pa.Table = field(default_factory=OUT_SCHEMA.empty_table)
    idle: bool = False

    @property
    def empty(self) -> bool:
        return not len(self.changes)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for a part of the golden records: differences, and what else is worth keeping."""

    differences: pa.Table
    same: pa.Table = field(default_factory=SAME_SCHEMA.empty_table)
    out: pa.Table = field(default_factory=OUT_SCHEMA.empty_table)


def sorted_out(part: pa.Table, asked: pa.Table) -> Findings:
    """Parts differences (`DIFF_SCHEMA`) into what has to be done or told, what is as it should be, and who
    does not get anything. `asked`: identity_id, golden_hash and confirmed_hash of those that were asked
    about.
    """
    same = pc.equal(part["action"], Action.UNCHANGED.value)
    settled = pc.and_(same, pc.is_null(part["reason"]))  # one that is pending has a reason
    quiet = part.filter(settled).select(SAME_SCHEMA.names)
    away = asked.filter(pc.is_null(asked["confirmed_hash"]))
    withheld = part.filter(
        pc.and_(pc.equal(part["action"], Action.BLOCKED.value), pc.is_valid(part["reason"]))
    )
    found = pc.index_in(away["identity_id"], value_set=part["identity_id"].combine_chunks())
    reason = withheld["reason"].take(
        pc.index_in(away["identity_id"], value_set=withheld["identity_id"].combine_chunks())
    )
    out = pa.table([away["identity_id"], reason, away["golden_hash"]], schema=OUT_SCHEMA)
    lasting = pc.or_(pc.is_null(found), _lasts(reason))
    return Findings(
        part.filter(pc.or_(pc.invert(same), pc.is_valid(part["reason"]))), quiet, out.filter(lasting)
    )


def _lasts(reason: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether a reason holds as long as golden record and mapping do: people or time may lift others."""
    passing = pa.array(PASSING, pa.string())
    return pc.and_(pc.is_valid(reason), pc.invert(pc.is_in(reason, value_set=passing)))


def make_plan(
    destination: str,
    findings: Iterable[Findings],
    *,
    holds: int,
    unchanged: Callable[[], int] = lambda: 0,
    known: pa.Table | None = None,
    mapping_hash: str = "",
) -> Plan:
    """Puts a plan together. `unchanged` counts, when all findings were taken, what did not even have to be
    looked at; `known` (identity_id, reason) is withheld as it was.
    """
    gathered = _Gathered()
    for one in findings:
        gathered.take(one)
    changes, withheld, counts = gathered.changes(), gathered.withheld(), gathered.counts
    counts[Action.UNCHANGED] += unchanged()
    if known is not None and known.num_rows:
        action = pa.repeat(Action.BLOCKED.value, known.num_rows)
        before = pa.table([known["identity_id"], action, known["reason"]], schema=WITHHELD_SCHEMA)
        withheld = pa.concat_tables([withheld, before]).sort_by("identity_id")
        counts[Action.BLOCKED] += known.num_rows
    return Plan(
        destination=destination,
        changes=changes,
        withheld=withheld,
        counts=counts,
        holds=holds,
        hash=changes.hash(destination),
        cleared=gathered.cleared,
        mapping_hash=mapping_hash,
        echoes=Changes(pa.concat_tables([DIFF_SCHEMA.empty_table(), *gathered.echoes])),
        same=pa.concat_tables([SAME_SCHEMA.empty_table(), *gathered.same]),
        out=pa.concat_tables([OUT_SCHEMA.empty_table(), *gathered.out]),
    )


class _Gathered:
    """What is kept of findings as they come: of a million creates the plan must not be held twice."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(Action, 0)
        self.cleared = 0
        self.echoes: list[pa.Table] = []
        self.same: list[pa.Table] = []
        self.out: list[pa.Table] = []
        self._writes: list[pa.Table] = []
        self._withheld: list[pa.Table] = []

    def take(self, found: Findings) -> None:
        part = found.differences
        for row in part.group_by("action").aggregate([([], "count_all")]).to_pylist():
            self.counts[Action(row["action"])] += row["count_all"]
        self.counts[Action.UNCHANGED] += found.same.num_rows
        self._writes.append(only(part, _is(part, [a.value for a in Action if a.writes])))
        self._withheld.append(part.filter(_is(part, _WITHHELD)).select(WITHHELD_SCHEMA.names))
        self.echoes.append(part.filter(pc.equal(part["reason"], ECHO)))
        self.same.append(found.same)
        self.out.append(found.out)
        self.cleared += _cleared(part)

    def changes(self) -> Changes:
        writes, self._writes = self._writes, []
        return in_sending_order(writes)

    def withheld(self) -> pa.Table:
        return pa.concat_tables([WITHHELD_SCHEMA.empty_table(), *self._withheld])


def _is(part: pa.Table, actions: list[str]) -> pa.ChunkedArray:
    return pc.is_in(part["action"], value_set=pa.array(actions, pa.string()))


def _cleared(differences: pa.Table) -> int:
    """Fields that lose their value in records that stay."""
    updates = differences.filter(pc.equal(differences["action"], Action.UPDATE.value))
    return int(pc.sum(updates["cleared"]).as_py() or 0)


_WITHHELD: Final = [Action.BLOCKED.value, Action.CONFLICT.value]
