"""The blocks that records are in, kept so that a change is matched without reading every record.

There are some twenty entries a record: too many for a row each. The entries of the last whole matching lie
in parts, sorted, once by block and once by record; a part is the bytes of its blocks and then of its records,
eight each. Records that changed since have a row of their own, with the entries that the parts still hold of
them and those that are true now. When these rows become many, the parts are written anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.matching import BLOCK_SCHEMA
from hub.store import bulk, facts
from hub.store.tables import block_changes, block_parts

_FACT: Final = "blocks"
_PART: Final = 8192  # entries in a part by block, about
_RECORD_BITS: Final = 10  # 1,024 records in a part by record
_BY_BLOCK, _BY_RECORD = "block", "record"
_FEW_CHANGES: Final = 2_000
_SHARE_OF_CHANGES: Final = 0.01

_Blocks = npt.NDArray[np.uint64]
_Ids = npt.NDArray[np.int64]
_Entries = tuple[_Blocks, _Ids]


class StoredBlocks:
    """The entries of one moment, read as far as they are asked for. Fulfils a part of
    `hub.ports.Surroundings`; see there.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._parts: dict[int, _Entries] = {}

    @cached_property
    def _bits(self) -> int:
        return int(json.loads(facts.get(self._connection, _FACT) or '{"bits": 0}')["bits"])

    @cached_property
    def _changes(self) -> dict[int, tuple[_Blocks, _Blocks]]:
        rows = self._connection.execute(
            sa.select(block_changes.c.record_id, block_changes.c.base, block_changes.c.now)
        )
        return {row.record_id: (_blocks(row.base), _blocks(row.now)) for row in rows}

    def blocks_of(self, record_ids: pa.Array) -> pa.Table:
        wanted = np.asarray(record_ids.to_numpy(zero_copy_only=False), np.int64)
        changed = [number for number in wanted.tolist() if number in self._changes]
        found = [_entries(self._changes[number][1], number) for number in changed]
        rest = np.setdiff1d(wanted, np.array(changed, np.int64))
        numbers = np.unique(rest >> _RECORD_BITS).tolist()
        for blocks, records in self._read(_BY_RECORD, numbers).values():
            mine = np.isin(records, rest)
            found.append((blocks[mine], records[mine]))
        return _table(found)

    def block_sizes(self, blocks: pa.Array) -> pa.Table:
        wanted = np.unique(np.asarray(blocks.to_numpy(zero_copy_only=False), np.uint64))
        size = np.zeros(len(wanted), np.int64)
        for part, low, high in self._places(wanted):
            held, _ = self._parts[part]
            asked = wanted[low:high]
            size[low:high] = np.searchsorted(held, asked, "right") - np.searchsorted(held, asked)
        size += _counted(self._fresh[0], wanted) - _counted(self._stale, wanted)
        return pa.table({"block": wanted, "size": size})

    def in_blocks(self, blocks: pa.Array) -> pa.Table:
        wanted = np.unique(np.asarray(blocks.to_numpy(zero_copy_only=False), np.uint64))
        changed = np.fromiter(self._changes, np.int64, len(self._changes))
        found = []
        for part, low, high in self._places(wanted):
            held, records = self._parts[part]
            starts = np.searchsorted(held, wanted[low:high])
            lengths = np.searchsorted(held, wanted[low:high], "right") - starts
            places = np.arange(int(lengths.sum())) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
            found.append((held[places], records[places]))
        kept = _joined(found)
        current = ~np.isin(kept[1], changed)
        mine = np.isin(self._fresh[0], wanted)
        return _table([(kept[0][current], kept[1][current]), (self._fresh[0][mine], self._fresh[1][mine])])

    def everything(self) -> _Entries:
        """All entries that are true now."""
        count = 1 << self._bits
        self._load(list(range(count)))
        blocks, records = _joined([self._parts[part] for part in range(count)])
        changed = np.fromiter(self._changes, np.int64, len(self._changes))
        current = ~np.isin(records, changed)
        return _joined([(blocks[current], records[current]), self._fresh])

    @cached_property
    def _fresh(self) -> _Entries:
        return _joined([_entries(now, number) for number, (_, now) in self._changes.items()])

    @cached_property
    def _stale(self) -> _Blocks:
        return _joined([_entries(base, number) for number, (base, _) in self._changes.items()])[0]

    def base_of(self, record_ids: list[int]) -> dict[int, _Blocks]:
        """What the parts hold of these records, whether still true or not."""
        known = {n: self._changes[n][0] for n in record_ids if n in self._changes}
        rest = np.array([n for n in record_ids if n not in known], np.int64)
        table = self.blocks_of(pa.array(rest, pa.int64()))
        records = np.asarray(table["record_id"].to_numpy(), np.int64)
        blocks = np.asarray(table["block"].to_numpy(), np.uint64)
        return known | _by_record(blocks, records)

    def _places(self, wanted: _Blocks) -> list[tuple[int, int, int]]:
        """The parts in which these blocks (ascending) lie, with the range of them in each."""
        if len(wanted) == 0:
            return []
        parts = _part_of(wanted, self._bits)
        numbers, starts = np.unique(parts, return_index=True)
        self._load(numbers.tolist())
        ends = [*starts[1:].tolist(), len(wanted)]
        return list(zip(numbers.tolist(), starts.tolist(), ends, strict=True))

    def _load(self, numbers: list[int]) -> None:
        missing = [number for number in numbers if number not in self._parts]
        self._parts |= dict.fromkeys(missing, _joined([])) | self._read(_BY_BLOCK, missing)

    def _read(self, sorting: str, numbers: list[int]) -> dict[int, _Entries]:
        found = {}
        for chunk in bulk.chunks(numbers):
            rows = self._connection.execute(
                sa.select(block_parts.c.part, block_parts.c.entries).where(
                    block_parts.c.sorting == sorting, block_parts.c.part.in_(chunk)
                )
            )
            found.update({row.part: _unpacked(row.entries) for row in rows})
        return found


def kept(connection: Connection) -> bool:
    """Whether there are blocks to match a change against."""
    return facts.get(connection, _FACT) is not None


def forget(connection: Connection) -> None:
    """Without blocks the next resolve matches everything."""
    facts.put(connection, _FACT, None)
    connection.execute(sa.delete(block_parts))
    connection.execute(sa.delete(block_changes))


def replace_all(connection: Connection, entries: pa.Table) -> None:
    """Keeps the entries (`BLOCK_SCHEMA`) of a whole matching in place of all there were."""
    blocks = np.asarray(entries["block"].to_numpy(), np.uint64)
    _write(connection, blocks, np.asarray(entries["record_id"].to_numpy(), np.int64))


def change(connection: Connection, record_ids: pa.Array, entries: pa.Table) -> None:
    """Makes `entries` all the entries of these records; a record without any is in no block any more."""
    ids: list[int] = record_ids.to_pylist()
    stored = StoredBlocks(connection)
    base = stored.base_of(ids)
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
    held = json.loads(facts.get(connection, _FACT) or '{"records": 0}')["records"]
    changes = connection.execute(sa.select(sa.func.count()).select_from(block_changes)).scalar_one()
    if changes > max(_FEW_CHANGES, _SHARE_OF_CHANGES * held):
        _write(connection, *StoredBlocks(connection).everything())


def _write(connection: Connection, blocks: _Blocks, records: _Ids) -> None:
    bits = max(0, int(np.ceil(np.log2(max(len(blocks), 1) / _PART))))
    forget(connection)
    order = np.argsort(blocks)
    _write_parts(connection, _BY_BLOCK, _part_of(blocks[order], bits), blocks[order], records[order])
    order = np.argsort(records, kind="stable")
    parts = records[order] >> _RECORD_BITS
    _write_parts(connection, _BY_RECORD, parts, blocks[order], records[order])
    changes = np.diff(records[order]) != 0
    count = int(changes.sum()) + (len(records) > 0)
    facts.put(connection, _FACT, json.dumps({"bits": bits, "records": count}))


def _write_parts(connection: Connection, sorting: str, parts: _Ids, blocks: _Blocks, records: _Ids) -> None:
    numbers, starts = np.unique(parts, return_index=True)
    ends = [*starts[1:].tolist(), len(parts)]
    packed = [
        blocks[low:high].tobytes() + records[low:high].tobytes()
        for low, high in zip(starts.tolist(), ends, strict=True)
    ]
    rows = {
        "sorting": pa.repeat(sorting, len(numbers)),
        "part": pa.array(numbers, pa.int64()),
        "entries": pa.array(packed, pa.large_binary()),
    }
    bulk.insert(connection, block_parts, pa.table(rows))


def _part_of(blocks: _Blocks, bits: int) -> _Ids:
    if bits == 0:
        return np.zeros(len(blocks), np.int64)
    return (blocks >> np.uint64(64 - bits)).astype(np.int64)


def _unpacked(packed: bytes) -> _Entries:
    half = len(packed) // 2
    return np.frombuffer(packed, np.uint64, half // 8), np.frombuffer(packed, np.int64, half // 8, half)


def _blocks(packed: bytes) -> _Blocks:
    return np.frombuffer(packed, np.uint64)


def _entries(blocks: _Blocks, record_id: int) -> _Entries:
    return blocks, np.full(len(blocks), record_id, np.int64)


def _joined(parts: Iterable[_Entries]) -> _Entries:
    found = [(np.zeros(0, np.uint64), np.zeros(0, np.int64)), *parts]
    return np.concatenate([blocks for blocks, _ in found]), np.concatenate([records for _, records in found])


def _table(parts: Iterable[_Entries]) -> pa.Table:
    return pa.table(list(_joined(parts)), schema=BLOCK_SCHEMA)


def _counted(entries: _Blocks, wanted: _Blocks) -> _Ids:
    if len(wanted) == 0:
        return np.zeros(0, np.int64)
    place = np.minimum(np.searchsorted(wanted, entries), len(wanted) - 1)
    return np.bincount(place[wanted[place] == entries], minlength=len(wanted)).astype(np.int64)


def _by_record(blocks: _Blocks, records: _Ids) -> dict[int, _Blocks]:
    order = np.argsort(records, kind="stable")
    numbers, starts = np.unique(records[order], return_index=True)
    return dict(zip(numbers.tolist(), np.split(blocks[order], starts[1:]), strict=True)) if len(order) else {}
