"""The blocks that records are in, kept so that a change is matched without reading every record.

There are some twenty entries a record: too many for a row each. Those of the last whole matching lie in
parts (see `hub.store.block_parts`). What changed since has a row an entry, added or taken away, so that a
change costs the same however many there were before it. When these rows become many, the parts are written
anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.matching import BLOCK_SCHEMA
from hub.ranking import ranges
from hub.store import bulk, facts
from hub.store.block_parts import (
    BY_BLOCK,
    BY_RECORD,
    FORM,
    Blocks,
    Ids,
    Piece,
    part_of_block,
    part_of_record,
    unpacked,
)
from hub.store.block_parts import packed as pieces
from hub.store.index_tables import block_changes, block_parts

_FACT: Final = "blocks"
_FEW_CHANGES: Final = 50_000  # entries added or taken away
_SHARE_OF_CHANGES: Final = 0.02  # of the entries in parts

_CHANGES: Final = sa.select(block_changes.c.block, block_changes.c.record_id, block_changes.c.sign)
_CHANGE: Final = pa.schema([(name, pa.int64()) for name in ("block", "record_id", "sign")])
_PARTS: Final = {
    sorting: sa.select(block_parts.c.entries)
    .where(block_parts.c.sorting == sorting)
    .order_by(block_parts.c.part)
    for sorting in (BY_BLOCK, BY_RECORD)
}

_Entries = tuple[Blocks, Ids]
_NONE: Final[_Entries] = np.zeros(0, np.uint64), np.zeros(0, np.int64)


class StoredBlocks:
    """The entries of one moment, read as far as they are asked for. Fulfils a part of
    `hub.ports.Surroundings`; see there.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # What was read, sorted by block within each reading, and by part the number of its reading.
        self._readings: list[_Entries] = []
        self._asked, self._changes = np.zeros(0, np.uint64), _Changes.of(_CHANGE.empty_table())

    @cached_property
    def _reading_of(self) -> npt.NDArray[np.int32]:
        return np.full(1 << self._layout["bits"], -1, np.int32)

    @cached_property
    def _layout(self) -> dict[str, int]:
        return {"bits": 0, "last": -1} | _layout(self._connection)

    def blocks_of(self, record_ids: pa.Array) -> pa.Table:
        wanted = np.unique(_longs(record_ids))
        return _table(self.changes_of(wanted).made_to(self.held_of(wanted)))

    def block_sizes(self, blocks: pa.Array) -> pa.Table:
        wanted = _distinct_blocks(blocks)
        size = np.zeros(len(wanted), np.int64)
        for reading, which in self._by_reading(wanted):
            size[which] += _held(self._readings[reading][0], wanted[which])[1]
        changes = self._changes_in(wanted)
        np.add.at(size, np.searchsorted(wanted, changes.blocks), changes.signs)
        return pa.table({"block": wanted, "size": size})

    def in_blocks(self, blocks: pa.Array) -> pa.Table:
        wanted = _distinct_blocks(blocks)
        found = _joined(
            _entries_in(self._readings[reading], wanted[which]) for reading, which in self._by_reading(wanted)
        )
        return _table(self._changes_in(wanted).made_to(found))

    def everything(self) -> _Entries:
        """All entries that are true now."""
        held = self._read(BY_BLOCK, list(range(1 << self._layout["bits"])))
        return _Changes.of(bulk.fetch(self._connection, _CHANGES, _CHANGE)).made_to(held)

    def held_of(self, records: Ids) -> _Entries:
        """What the parts hold of these records (ascending), whether still true or not."""
        records = records[records <= self._layout["last"]]
        blocks, owners = self._read(BY_RECORD, np.unique(part_of_record(records)).tolist())
        mine = np.isin(owners, records)
        return blocks[mine], owners[mine]

    def changes_of(self, records: Ids) -> _Changes:
        """What changed of these records."""
        chosen = (_CHANGES, block_changes.c.record_id, records.tolist(), _CHANGE)
        return _Changes.of(bulk.fetch_where_in(self._connection, *chosen))

    def _changes_in(self, wanted: Blocks) -> _Changes:
        """What changed in these blocks (ascending); each is read once."""
        fresh = np.setdiff1d(wanted, self._asked, assume_unique=True)
        if len(fresh):
            chosen = (_CHANGES, block_changes.c.block, fresh.view(np.int64).tolist(), _CHANGE)
            read = _Changes.of(bulk.fetch_where_in(self._connection, *chosen))
            self._changes = self._changes.and_also(read)
            self._asked = np.concatenate((self._asked, fresh))
        return self._changes.within(wanted)

    def _by_reading(self, wanted: Blocks) -> list[tuple[int, Ids]]:
        """Which of these blocks (ascending) lie in which reading; what is missing is read."""
        parts = part_of_block(wanted, self._layout["bits"])
        missing = np.unique(parts[self._reading_of[parts] < 0])
        if len(missing):
            self._reading_of[missing] = len(self._readings)
            # Parts follow one another in the order of their blocks, so that all of them together are sorted.
            self._readings.append(self._read(BY_BLOCK, missing.tolist()))
        reading = self._reading_of[parts]
        return [(number, np.flatnonzero(reading == number)) for number in np.unique(reading).tolist()]

    def _read(self, sorting: str, numbers: list[int]) -> _Entries:
        """The entries of these parts (ascending), in their order."""
        if not numbers:
            return _NONE
        chosen = bulk.rows_where_in(self._connection, _PARTS[sorting], block_parts.c.part, numbers)
        return unpacked(row[0] for row in chosen.all())


@dataclass(frozen=True)
class _Changes:
    """Entries added (`signs` 1) since the parts were written, and entries of theirs taken away (-1)."""

    blocks: Blocks
    records: Ids
    signs: Ids

    @staticmethod
    def of(rows: pa.Table) -> _Changes:
        blocks, records, signs = (np.asarray(column.to_numpy(), np.int64) for column in rows.columns)
        return _Changes(blocks.view(np.uint64), records, signs)

    def as_rows(self) -> pa.Table:
        return pa.table([self.blocks.view(np.int64), self.records, self.signs], schema=_CHANGE)

    def and_also(self, more: _Changes) -> _Changes:
        blocks, records = _joined([(self.blocks, self.records), (more.blocks, more.records)])
        return _Changes(blocks, records, np.concatenate((self.signs, more.signs)))

    def within(self, wanted: Blocks) -> _Changes:
        mine = np.isin(self.blocks, wanted)
        return _Changes(self.blocks[mine], self.records[mine], self.signs[mine])

    def made_to(self, held: _Entries) -> _Entries:
        """The entries that `held` become."""
        away, added = ((self.blocks[mine], self.records[mine]) for mine in (self.signs < 0, self.signs > 0))
        return _joined([_without(held, away), added])


def _layout(connection: Connection) -> dict[str, int]:
    found: dict[str, int] = json.loads(facts.get(connection, _FACT) or "{}")
    return found if found.get("form") == FORM else {}


def kept(connection: Connection) -> bool:
    """Whether there are blocks to match a change against."""
    return bool(_layout(connection))


def forget(connection: Connection) -> None:
    """Without blocks the next resolve matches everything."""
    facts.put(connection, _FACT, None)
    connection.execute(sa.delete(block_parts))
    connection.execute(sa.delete(block_changes))


def replace_all(connection: Connection, packed: Iterable[Piece]) -> None:
    """Keeps the entries of a whole matching, `packed`, in place of all there were."""
    forget(connection)
    for piece in packed:
        bulk.insert(connection, block_parts, piece.parts, sorting=piece.sorting)
        facts.put(connection, _FACT, json.dumps(piece.layout))


def packed(entries: pa.Table) -> Iterator[Piece]:
    """The entries (`BLOCK_SCHEMA`) of a whole matching as they are stored."""
    return pieces(*_entries(entries))


def change(connection: Connection, record_ids: pa.Array, entries: pa.Table) -> None:
    """Makes `entries` all the entries of these records; a record without any is in no block any more."""
    stored, layout = StoredBlocks(connection), _layout(connection)
    ids = np.unique(_longs(record_ids))
    held, now, before = stored.held_of(ids), _entries(entries), stored.changes_of(ids)
    added, away = _each_once(_without(now, held)), _each_once(_without(held, now))
    signs = np.repeat([1, -1], [len(added[0]), len(away[0])])
    changes = _Changes(*_joined([added, away]), signs)
    if len(before.signs):
        bulk.delete(connection, block_changes, "record_id", ids.tolist())
    bulk.insert(connection, block_changes, changes.as_rows())
    layout["changes"] = layout.get("changes", 0) + len(changes.signs) - len(before.signs)
    if layout["changes"] > max(_FEW_CHANGES, _SHARE_OF_CHANGES * layout["entries"]):
        replace_all(connection, pieces(*StoredBlocks(connection).everything()))
    else:
        facts.put(connection, _FACT, json.dumps(layout))


def _longs(ids: pa.Array) -> Ids:
    return np.asarray(ids.to_numpy(zero_copy_only=False), np.int64)


def _entries(table: pa.Table) -> _Entries:
    blocks, records = table["block"].to_numpy(), table["record_id"].to_numpy()
    return np.asarray(blocks, np.uint64), np.asarray(records, np.int64)


def _distinct_blocks(blocks: pa.Array) -> Blocks:
    return np.unique(np.asarray(blocks.to_numpy(zero_copy_only=False), np.uint64))


def _joined(parts: Iterable[_Entries]) -> _Entries:
    found = [_NONE, *parts]
    return np.concatenate([blocks for blocks, _ in found]), np.concatenate([records for _, records in found])


def _without(entries: _Entries, others: _Entries) -> _Entries:
    """Those of the entries that are not among the others."""
    places = np.flatnonzero(np.isin(entries[1], others[1]))  # far fewer, mostly
    known = np.isin(_pairs(entries[0][places], entries[1][places]), _pairs(*others))
    left = np.ones(len(entries[0]), bool)
    left[places[known]] = False
    return entries[0][left], entries[1][left]


def _each_once(entries: _Entries) -> _Entries:
    """Two keys of a record may fall together in one block: very rarely, but for good."""
    pairs = np.unique(_pairs(*entries))
    return pairs["block"], pairs["record"]


def _pairs(blocks: Blocks, records: Ids) -> npt.NDArray[np.void]:
    pairs = np.empty(len(blocks), np.dtype([("block", np.uint64), ("record", np.int64)]))
    pairs["block"], pairs["record"] = blocks, records
    return pairs


def _table(entries: _Entries) -> pa.Table:
    return pa.table(list(entries), schema=BLOCK_SCHEMA)


def _held(blocks: Blocks, wanted: Blocks) -> tuple[Ids, Ids]:
    """Where each wanted block starts among `blocks` (ascending), and how often it is there."""
    starts = np.searchsorted(blocks, wanted)
    return starts, np.searchsorted(blocks, wanted, "right") - starts


def _entries_in(entries: _Entries, wanted: Blocks) -> _Entries:
    """Those of the entries (ascending by block) that are in these blocks."""
    places = ranges(*_held(entries[0], wanted))
    return entries[0][places], entries[1][places]
