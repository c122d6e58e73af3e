"""The writes of a plan, kept as columns; a row becomes a `Change` only when somebody looks at it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, overload

import pyarrow as pa
import pyarrow.compute as pc

from hub import columns
from hub.domain.plan import Action, Change, FieldChange
from hub.sync import few
from hub.sync.diff import DIFF_SCHEMA

_PHASES: Final = [pa.array(actions, pa.string()) for actions in few.PHASES]
_ORDER: Final = """
    CASE action WHEN 'create' THEN 0 WHEN 'update' THEN 0 WHEN 'merge' THEN 1 WHEN 'archive' THEN 2 ELSE 3 END
"""


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
        return _change(self.table.slice(at, 1).to_pylist()[0])

    def __iter__(self) -> Iterator[Change]:
        for batch in self.table.to_batches(max_chunksize=1_000):
            yield from map(_change, batch.to_pylist())

    @property
    def fresh(self) -> int:
        """How many of the first changes are of one phase and were not refused before."""
        first = next(self.phases(), None)
        return 0 if first is None else len(first) - int(pc.sum(first.table["tried"]).as_py())

    def batches(self, size: int) -> Iterator[Changes]:
        """At most `size` changes at a time."""
        for start in range(0, len(self), size):
            yield self[start : start + size]

    def phases(self) -> Iterator[Changes]:
        """What may be sent together: creates and updates, then merges, then what is removed."""
        start = 0
        for actions in _PHASES:
            if rows := int(pc.sum(pc.is_in(self.table["action"], value_set=actions)).as_py() or 0):
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


def in_sending_order(differences: pa.Table) -> Changes:
    """The writes among differences (`DIFF_SCHEMA`)."""
    if few.are_few(differences):
        return Changes(differences.take(few.sending_order(differences)))
    return many_in_sending_order(differences)


def many_in_sending_order(differences: pa.Table) -> Changes:
    """The same by column: quicker from some hundred rows on."""
    writes = ", ".join(f"'{action.value}'" for action in Action if action.writes)
    told = columns.query(
        f"SELECT * FROM differences WHERE action IN ({writes}) ORDER BY {_ORDER}, tried, identity_id",
        differences=differences,
    )
    return Changes(told.cast(DIFF_SCHEMA))


def _change(row: dict[str, Any]) -> Change:
    action = Action(row["action"])
    payload = json.loads(row["payload"])
    if row["merge_into"] is not None and action in {Action.MERGE, Action.ARCHIVE}:
        payload = {"into": row["merge_into"]}
    fields = tuple(
        FieldChange(one["field"], one["old"], one["new"], one["owner"]) for one in json.loads(row["fields"])
    )
    return Change(row["identity_id"], action, payload, row["remote_id"], fields, row["reason"])
