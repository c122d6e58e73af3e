"""The blocks that records are in, kept so that a change is matched without reading every record.

There are some twenty entries a record: too many for a row each. The entries of the last whole matching lie
in parts, once by block and once by record; a part is its entries, twelve bytes each: block and record.
Records that changed since have a row of their own, with the entries that the parts still hold of them and
those that are true now. When these rows become many, the parts are written anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.matching import BLOCK_SCHEMA
from hub.errors import FatalError
from hub.ranking import first_of, ranges, stable_order
from hub.store import bulk, facts
from hub.store.index_tables import block_changes, block_parts

_FACT: Final = "blocks"
_PART: Final = 128  # entries in a part by block, about: a change reads a part for nearly each of its blocks
_RECORD_BITS: Final = 4  # 16 records in a part by record
_PACKED: Final = np.dtype([("block", "<u8"), ("record", "<u4")])
_FORM: Final = 2  # of the parts; with those of another form everything is matched once
_PARTS_AT_ONCE: Final = 20_000
_BY_BLOCK, _BY_RECORD = "block", "record"
_FEW_CHANGES: Final = 2_000
_SHARE_OF_CHANGES: Final = 0.01
_MOST_RECORDS: Final = 1 << 32  # record ids take four bytes in a part

_BASES: Final = sa.select(block_changes.c.record_id, block_changes.c.base)
_ALL_CHANGES: Final = sa.select(
    block_changes.c.record_id, block_changes.c.base, block_changes.c.now
).order_by(block_changes.c.record_id)
_PARTS: Final = {
    sorting: sa.select(block_parts.c.entries)
    .where(block_parts.c.sorting == sorting)
    .order_by(block_parts.c.part)
    for sorting in (_BY_BLOCK, _BY_RECORD)
}

_NO_PARTS: Final = pa.schema([("part", pa.int64()), ("entries", pa.large_binary())]).empty_table()

_Blocks = npt.NDArray[np.uint64]
_Ids = npt.NDArray[np.int64]
_Entries = tuple[_Blocks, _Ids]
_NONE: Final[_Entries] = np.zeros(0, np.uint64), np.zeros(0, np.int64)


class Piece(NamedTuple):
    """Some parts of one `sorting`, to be stored, with what is to be known of all pieces together."""

    layout: dict[str, int]
    sorting: str
    parts: pa.Table


class StoredBlocks:
    """The entries of one moment, read as far as they are asked for. Fulfils a part of
    `hub.ports.Surroundings`; see there.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # What was read, sorted by block within each reading, and by part the number of its reading.
        self._readings: list[_Entries] = []

    @cached_property
    def _reading_of(self) -> npt.NDArray[np.int32]:
        return np.full(1 << self._layout["bits"], -1, np.int32)

    @cached_property
    def _layout(self) -> dict[str, int]:
        return {"bits": 0, "records": 0, "last": -1} | _layout(self._connection)

    @property
    def records(self) -> int:
        """How many records the parts hold."""
        return self._layout["records"]

    @cached_property
    def _changes(self) -> _Changes:
        return _Changes.read(self._connection)

    def blocks_of(self, record_ids: pa.Array) -> pa.Table:
        wanted = np.unique(_longs(record_ids))
        changed = np.isin(wanted, self._changes.records)
        return _table([self._changes.of_records(wanted[changed]), self._base(wanted[~changed])])

    def block_sizes(self, blocks: pa.Array) -> pa.Table:
        wanted = np.unique(np.asarray(blocks.to_numpy(zero_copy_only=False), np.uint64))
        size = _held(self._changes.by_block[0], wanted)[1] - _held(self._changes.stale, wanted)[1]
        for reading, which in self._by_reading(wanted):
            size[which] += _held(self._readings[reading][0], wanted[which])[1]
        return pa.table({"block": wanted, "size": size})

    def in_blocks(self, blocks: pa.Array) -> pa.Table:
        wanted = np.unique(np.asarray(blocks.to_numpy(zero_copy_only=False), np.uint64))
        found = [_entries_in(self._changes.by_block, wanted)]
        for reading, which in self._by_reading(wanted):
            held, records = _entries_in(self._readings[reading], wanted[which])
            current = ~np.isin(records, self._changes.records)
            found.append((held[current], records[current]))
        return _table(found)

    def everything(self) -> _Entries:
        """All entries that are true now."""
        blocks, records = self._read(_BY_BLOCK, list(range(1 << self._layout["bits"])))
        current = ~np.isin(records, self._changes.records)
        return _joined([(blocks[current], records[current]), self._changes.by_block])

    def _base(self, records: _Ids) -> _Entries:
        """What the parts hold of these records, whether still true or not."""
        records = records[records <= self._layout["last"]]
        numbers = np.unique(records >> _RECORD_BITS)
        blocks, owners = self._read(_BY_RECORD, numbers.tolist())
        mine = np.isin(owners, records)
        return blocks[mine], owners[mine]

    def held_of(self, record_ids: list[int]) -> dict[int, _Blocks]:
        """By record what the parts hold of it, whether still true or not."""
        rows = bulk.rows_where_in(self._connection, _BASES, block_changes.c.record_id, record_ids).all()
        known = {row.record_id: _blocks(row.base) for row in rows}
        return _by_record(*self._base(np.array([n for n in record_ids if n not in known], np.int64))) | known

    def _by_reading(self, wanted: _Blocks) -> list[tuple[int, _Ids]]:
        """Which of these blocks (ascending) lie in which reading; what is missing is read."""
        parts = _part_of(wanted, self._layout["bits"])
        missing = np.unique(parts[self._reading_of[parts] < 0])
        if len(missing):
            self._reading_of[missing] = len(self._readings)
            # Parts follow one another in the order of their blocks, so that all of them together are sorted.
            self._readings.append(self._read(_BY_BLOCK, missing.tolist()))
        reading = self._reading_of[parts]
        return [(number, np.flatnonzero(reading == number)) for number in np.unique(reading).tolist()]

    def _read(self, sorting: str, numbers: list[int]) -> _Entries:
        """The entries of these parts (ascending), in their order."""
        if not numbers:
            return _NONE
        chosen = bulk.rows_where_in(self._connection, _PARTS[sorting], block_parts.c.part, numbers)
        packed = b"".join([row[0] for row in chosen.all()])
        entries = np.frombuffer(packed, _PACKED)
        return entries["block"].astype(np.uint64), entries["record"].astype(np.int64)


@dataclass(frozen=True)
class _Changes:
    """Records that changed since the parts were written, ascending: what is true of them `now`, one record's
    blocks after another's from `starts` on, and by block; and the blocks that the parts hold of them still.
    """

    records: _Ids
    starts: _Ids
    now: _Blocks
    by_block: _Entries
    stale: _Blocks

    @staticmethod
    def read(connection: Connection) -> _Changes:
        rows = connection.execute(_ALL_CHANGES).all()
        ids, bases, nows = zip(*rows, strict=True) if rows else ((), (), ())
        records = np.array(ids, np.int64)
        lengths = np.fromiter(map(len, nows), np.int64, len(nows)) // 8
        now = _blocks(b"".join(nows))
        order = np.argsort(now)
        by_block = now[order], np.repeat(records, lengths)[order]
        stale = np.sort(_blocks(b"".join(bases)))
        return _Changes(records, np.concatenate(([0], np.cumsum(lengths))), now, by_block, stale)

    def of_records(self, wanted: _Ids) -> _Entries:
        """What is true of these records, all of which changed."""
        places = np.searchsorted(self.records, wanted)
        lengths = self.starts[places + 1] - self.starts[places]
        return self.now[ranges(self.starts[places], lengths)], np.repeat(wanted, lengths)


def _layout(connection: Connection) -> dict[str, int]:
    found: dict[str, int] = json.loads(facts.get(connection, _FACT) or "{}")
    return found if found.get("form") == _FORM else {}


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
    blocks = np.asarray(entries["block"].to_numpy(), np.uint64)
    return _packed(blocks, np.asarray(entries["record_id"].to_numpy(), np.int64))


def change(connection: Connection, record_ids: pa.Array, entries: pa.Table) -> None:
    """Makes `entries` all the entries of these records; a record without any is in no block any more."""
    ids: list[int] = record_ids.to_pylist()
    stored = StoredBlocks(connection)
    base = stored.held_of(ids)
    now = _by_record(
        np.asarray(entries["block"].to_numpy(), np.uint64),
        np.asarray(entries["record_id"].to_numpy(), np.int64),
    )
    nothing = np.zeros(0, np.uint64)
    rows = {
        "record_id": pa.array(ids, pa.int64()),
        "base": pa.array([base.get(n, nothing).tobytes() for n in ids], pa.binary()),
        "now": pa.array([now.get(n, nothing).tobytes() for n in ids], pa.binary()),
    }
    bulk.upsert(connection, block_changes, pa.table(rows))
    held = stored.records
    changes = connection.execute(sa.select(sa.func.count()).select_from(block_changes)).scalar_one()
    if changes > max(_FEW_CHANGES, _SHARE_OF_CHANGES * held):
        replace_all(connection, _packed(*StoredBlocks(connection).everything()))


def _packed(blocks: _Blocks, records: _Ids) -> Iterator[Piece]:
    last = int(records.max(initial=-1))
    if last >= _MOST_RECORDS:
        raise FatalError("too-many-records", f"record {last} has a number beyond what blocks can hold")
    bits = max(0, int(np.ceil(np.log2(max(len(blocks), 1) / _PART))))
    layout = {"form": _FORM, "bits": bits, "records": len(pc.unique(pa.array(records))), "last": last}
    order = _by_block(blocks)
    blocks, records = blocks[order], records[order]
    yield from _pieces(layout, _BY_BLOCK, _part_of(blocks, bits), blocks, records)
    order = stable_order(records)
    blocks, records = blocks[order], records[order]
    yield from _pieces(layout, _BY_RECORD, records >> _RECORD_BITS, blocks, records)


def _by_block(blocks: _Blocks) -> _Ids:
    """The places of the entries sorted by block."""
    # First by as much of a block as leaves room for a place: see `stable_order`.
    bits = np.uint64(len(blocks).bit_length())
    places = ((blocks >> bits) << bits) | np.arange(len(blocks), dtype=np.uint64)
    places.sort()
    order = (places & np.uint64((1 << int(bits)) - 1)).astype(np.int64)
    found = blocks[order]
    wrong = np.flatnonzero(found[1:] < found[:-1])
    for low, high in _alike(found >> bits, wrong):
        order[low:high] = order[low:high][np.argsort(found[low:high], kind="stable")]
    return order


def _alike(sorted_heads: _Blocks, places: _Ids) -> set[tuple[int, int]]:
    """From where to where the heads are those at each place."""
    heads = sorted_heads[places]
    lows = np.searchsorted(sorted_heads, heads)
    highs = np.searchsorted(sorted_heads, heads, "right")
    return set(zip(lows.tolist(), highs.tolist(), strict=True))


def _pieces(
    layout: dict[str, int], sorting: str, parts: _Ids, blocks: _Blocks, records: _Ids
) -> Iterator[Piece]:
    starts = np.flatnonzero(first_of(parts))
    ends = np.append(starts[1:], len(parts))
    if not len(starts):
        yield Piece(layout, sorting, _NO_PARTS)
    for part in range(0, len(starts), _PARTS_AT_ONCE):
        low, high = starts[part : part + _PARTS_AT_ONCE], ends[part : part + _PARTS_AT_ONCE]
        mine = slice(int(low[0]), int(high[-1]))
        entries = np.empty(mine.stop - mine.start, _PACKED)
        entries["block"], entries["record"] = blocks[mine], records[mine]
        offsets = (np.append(low, high[-1]) - low[0]) * _PACKED.itemsize
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(entries)]
        cut = pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(low), buffers)
        rows = pa.table([pa.array(parts[low], pa.int64()), cut], schema=_NO_PARTS.schema)
        yield Piece(layout, sorting, rows)


def _longs(ids: pa.Array) -> _Ids:
    return np.asarray(ids.to_numpy(zero_copy_only=False), np.int64)


def _part_of(blocks: _Blocks, bits: int) -> _Ids:
    if bits == 0:
        return np.zeros(len(blocks), np.int64)
    return (blocks >> np.uint64(64 - bits)).astype(np.int64)


def _blocks(packed: bytes) -> _Blocks:
    return np.frombuffer(packed, np.uint64)


def _joined(parts: Iterable[_Entries]) -> _Entries:
    found = [_NONE, *parts]
    return np.concatenate([blocks for blocks, _ in found]), np.concatenate([records for _, records in found])


def _table(parts: Iterable[_Entries]) -> pa.Table:
    return pa.table(list(_joined(parts)), schema=BLOCK_SCHEMA)


def _held(blocks: _Blocks, wanted: _Blocks) -> tuple[_Ids, _Ids]:
    """Where each wanted block starts among `blocks` (ascending), and how often it is there."""
    starts = np.searchsorted(blocks, wanted)
    return starts, np.searchsorted(blocks, wanted, "right") - starts


def _entries_in(entries: _Entries, wanted: _Blocks) -> _Entries:
    """Those of the entries (ascending by block) that are in these blocks."""
    places = ranges(*_held(entries[0], wanted))
    return entries[0][places], entries[1][places]


def _by_record(blocks: _Blocks, records: _Ids) -> dict[int, _Blocks]:
    order = np.argsort(records, kind="stable")
    numbers, starts = np.unique(records[order], return_index=True)
    return dict(zip(numbers.tolist(), np.split(blocks[order], starts[1:]), strict=True)) if len(order) else {}
