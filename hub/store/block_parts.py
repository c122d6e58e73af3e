"""The entries of blocks as they lie in parts: once by block and once by record, sorted; a part is its
entries, twelve bytes each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hub.errors import FatalError
from hub.ranking import first_of, stable_order

Blocks = npt.NDArray[np.uint64]
Ids = npt.NDArray[np.int64]
BY_BLOCK, BY_RECORD = "block", "record"
FORM: Final = 3  # of the parts; with those of another form everything is matched once

_PART: Final = 128  # entries in a part by block, about: a change reads a part for nearly each of its blocks
_RECORD_BITS: Final = 4  # 16 records in a part by record
_ENTRY: Final = np.dtype([("block", "<u8"), ("record", "<u4")])
_PARTS_AT_ONCE: Final = 20_000
_MOST_RECORDS: Final = 1 << 32  # record ids take four bytes in a part
_NO_PARTS: Final = pa.schema([("part", pa.int64()), ("entries", pa.large_binary())]).empty_table()


class Piece(NamedTuple):
    """Some parts of one `sorting`, to be stored, with what is to be known of all pieces together."""

    layout: dict[str, int]
    sorting: str
    parts: pa.Table


def unpacked(parts: Iterator[bytes]) -> tuple[Blocks, Ids]:
    """The entries of these parts, in their order."""
    entries = np.frombuffer(b"".join(parts), _ENTRY)
    return entries["block"].astype(np.uint64), entries["record"].astype(np.int64)


def part_of_block(blocks: Blocks, bits: int) -> Ids:
    """Which part holds each block, where parts are told apart by so many bits."""
    if bits == 0:
        return np.zeros(len(blocks), np.int64)
    return (blocks >> np.uint64(64 - bits)).astype(np.int64)


def part_of_record(records: Ids) -> Ids:
    return records >> _RECORD_BITS


def packed(blocks: Blocks, records: Ids) -> Iterator[Piece]:
    """All entries of a store as pieces; raises `FatalError` for record ids that have no room in a part."""
    last = int(records.max(initial=-1))
    if last >= _MOST_RECORDS:
        raise FatalError("too-many-records", f"record {last} has a number beyond what blocks can hold")
    bits = max(0, int(np.ceil(np.log2(max(len(blocks), 1) / _PART))))
    layout = {"form": FORM, "bits": bits, "entries": len(blocks), "last": last}
    order = _by_block(blocks)
    blocks, records = blocks[order], records[order]
    yield from _pieces(layout, BY_BLOCK, part_of_block(blocks, bits), blocks, records)
    order = stable_order(records)
    blocks, records = blocks[order], records[order]
    yield from _pieces(layout, BY_RECORD, part_of_record(records), blocks, records)


def _by_block(blocks: Blocks) -> Ids:
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


def _alike(sorted_heads: Blocks, places: Ids) -> set[tuple[int, int]]:
    """From where to where the heads are those at each place."""
    heads = sorted_heads[places]
    lows = np.searchsorted(sorted_heads, heads)
    highs = np.searchsorted(sorted_heads, heads, "right")
    return set(zip(lows.tolist(), highs.tolist(), strict=True))


def _pieces(
    layout: dict[str, int], sorting: str, parts: Ids, blocks: Blocks, records: Ids
) -> Iterator[Piece]:
    starts = np.flatnonzero(first_of(parts))
    ends = np.append(starts[1:], len(parts))
    if not len(starts):
        yield Piece(layout, sorting, _NO_PARTS)
    for part in range(0, len(starts), _PARTS_AT_ONCE):
        low, high = starts[part : part + _PARTS_AT_ONCE], ends[part : part + _PARTS_AT_ONCE]
        mine = slice(int(low[0]), int(high[-1]))
        entries = np.empty(mine.stop - mine.start, _ENTRY)
        entries["block"], entries["record"] = blocks[mine], records[mine]
        offsets = (np.append(low, high[-1]) - low[0]) * _ENTRY.itemsize
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(entries)]
        cut = pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(low), buffers)
        rows = pa.table([pa.array(parts[low], pa.int64()), cut], schema=_NO_PARTS.schema)
        yield Piece(layout, sorting, rows)
