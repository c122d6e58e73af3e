"""The writes of a plan, kept as columns; a row becomes a `Change` only when somebody looks at it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, overload

import pyarrow as pa
import pyarrow.compute as pc

from hub import columns
from hub.domain.plan import Action, Change, FieldChanges
from hub.sync import few
from hub.sync.diff import DIFF_SCHEMA

# What creates goes first: a merge needs the survivor's remote record.
_PHASES: Final = (
    (Action.CREATE.value, Action.UPDATE.value),
    (Action.MERGE.value,),
    (Action.ARCHIVE.value,),
    (Action.ERASE.value,),
)


class Changes(Sequence[Change]):
    """Changes in the order of their sending, a table of `DIFF_SCHEMA` underneath."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @overload
    def __getitem__(self, place: int) -> Change: ...

    @overload
    def __getitem__(self, place: slice) -> Changes: ...

    def __getitem__(self, place: int | slice) -> Change | Changes:
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            if step != 1:
                raise ValueError("changes are taken in their order")
            return Changes(self.table.slice(start, max(0, stop - start)))
        at = range(len(self))[place]
        return next(_changes(self.table.slice(at, 1)))

    def __iter__(self) -> Iterator[Change]:
        for batch in self.table.to_batches(max_chunksize=1_000):
            yield from _changes(batch)

    @property
    def fresh(self) -> int:
        """How many of the first changes are of one phase and were not refused before."""
        if not len(self):
            return 0
        first = next(self.phases()).table
        return int(pc.sum(pc.invert(first["tried"])).as_py() or 0)

    def batches(self, size: int) -> Iterator[Changes]:
        """At most `size` changes at a time."""
        for start in range(0, len(self), size):
            yield self[start : start + size]

    def phases(self) -> Iterator[Changes]:
        """What may be sent together: creates and updates, then merges, then what is removed."""
        start = 0
        for actions in _PHASES:
            of_phase = pc.is_in(self.table["action"], value_set=pa.array(actions))
            rows = int(pc.sum(of_phase).as_py() or 0)
            if rows:
                yield self[start : start + rows]
            start += rows

    def hash(self, destination: str) -> str:
        """What tells two plans apart: every record, with what is done to it and every value that is sent."""
        told = few.lines_hash(self.table) if few.are_few(self.table) else lines_hash(self.table)
        whole: str = columns.digest(pa.array([f"{destination} {told or ''}"]))[0].as_py()
        return whole[:16]


def lines_hash(changes: pa.Table) -> str | None:
    """A hash of the hashes of every change, in their order; None of nothing."""
    found: str | None = columns.query(
        """
            SELECT md5(string_agg(line, chr(10) ORDER BY place)) AS hash FROM (
                SELECT place, md5(concat_ws(chr(31), identity_id, action, coalesce(remote_id, ''), payload,
                    coalesce(merge_into, ''))) AS line FROM changes)
            """,
        changes=changes.append_column("place", pa.array(range(changes.num_rows), pa.int64())),
    )["hash"][0].as_py()
    return found


def in_sending_order(parts: Iterable[pa.Table]) -> Changes:
    """The changes of these parts (`DIFF_SCHEMA`, writes only) in the order of their sending.

    Where the parts follow one another by identity, as golden records do, nothing is copied but a part at a
    time: a plan may hold a million creates.
    """
    groups: dict[tuple[int, bool], list[pa.Table]] = {}
    for part in parts:
        for place, tried in _kinds(part):
            of_kind = pc.and_(
                pc.is_in(part["action"], value_set=pa.array(_PHASES[place])), pc.equal(part["tried"], tried)
            )
            groups.setdefault((place, tried), []).append(_in_order(only(part, of_kind)))
    ordered = [_by_identity(group) for _, group in sorted(groups.items())]
    return Changes(pa.concat_tables([DIFF_SCHEMA.empty_table(), *ordered]))


def only(table: pa.Table, wanted: pa.ChunkedArray) -> pa.Table:
    """The wanted rows; the table as it is when that is all of them."""
    return table if pc.all(wanted).as_py() in {True, None} else table.filter(wanted)


def _in_order(table: pa.Table) -> pa.Table:
    identity = table["identity_id"]
    ordered = len(identity) < 2 or pc.all(pc.less_equal(identity[:-1], identity[1:])).as_py()
    return table if ordered else table.sort_by("identity_id")


def _kinds(part: pa.Table) -> list[tuple[int, bool]]:
    """Which phases a part has changes of, tried before or not."""
    found = part.group_by(["action", "tried"]).aggregate([]).to_pylist()
    places = {action: place for place, actions in enumerate(_PHASES) for action in actions}
    return sorted({(places[row["action"]], row["tried"]) for row in found})


def _by_identity(group: list[pa.Table]) -> pa.Table:
    """The tables, each in order of identity, as one that is."""
    whole = pa.concat_tables(group)
    ends = [(one["identity_id"][0].as_py(), one["identity_id"][-1].as_py()) for one in group]
    follow = all(before[1] < after[0] for before, after in pairwise(ends))
    return whole if follow else _in_order(whole)


# What a change is made of; the other columns are for those who compare plans.
_TOLD: Final = ("identity_id", "action", "payload", "remote_id", "fields", "reason", "merge_into")
_REMOVES: Final = (Action.MERGE, Action.ARCHIVE)


def _changes(table: pa.Table | pa.RecordBatch) -> Iterator[Change]:
    columns_of = {name: table.column(name).to_pylist() for name in _TOLD}
    payloads = json.loads(f"[{','.join(columns_of['payload'])}]")  # one text: parsed at a stroke
    for identity, action, payload, remote, fields, reason, into in zip(
        columns_of["identity_id"],
        map(_ACTIONS.__getitem__, columns_of["action"]),
        payloads,
        *(columns_of[name] for name in _TOLD[3:]),
        strict=True,
    ):
        sent = {"into": into} if into is not None and action in _REMOVES else payload
        yield Change(identity, action, sent, remote, FieldChanges(fields), reason)


_ACTIONS: Final = {action.value: action for action in Action}
