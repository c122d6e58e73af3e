"""Pairs of records that blocks give: all within a block, or those near one another in a walk through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.block_entries import Entries
from matching.encoding import Longs, ranges
from matching.hashing import Hashes


@dataclass(frozen=True)
class Walk:
    """Blocks that are too large and cannot be divided: their records in the order of all matching."""

    blocks: Hashes
    records: Longs

    @staticmethod
    def of(entries: Entries, ids: Longs, hashes: Hashes) -> Walk:
        found = entries.by_block()
        known = np.isin(found.records, ids)
        found = found.taken(known)
        order = np.lexsort((found.records, hashes[np.searchsorted(ids, found.records)], found.blocks))
        return Walk(found.blocks[order], found.records[order])

    def pairs(self, steps: int) -> tuple[Longs, Longs]:
        near = [
            np.flatnonzero(self.blocks[step:] == self.blocks[:-step])
            for step in range(1, steps + 1)
            if step < len(self.blocks)
        ]
        a = [self.records[places] for places in near]
        b = [self.records[places + step] for step, places in enumerate(near, 1)]
        empty = np.zeros(0, np.int64)
        return np.concatenate([empty, *a]), np.concatenate([empty, *b])


def within(entries: Entries) -> tuple[Longs, Longs]:
    """Every pair of records in one block; the entries are sorted by block."""
    starts = np.flatnonzero(np.concatenate(([True], entries.blocks[1:] != entries.blocks[:-1])))
    if len(entries.blocks) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    sizes = np.diff(np.concatenate((starts, [len(entries.blocks)])))
    positions = np.arange(len(entries.blocks))
    following = np.repeat(starts + sizes, sizes) - positions - 1
    return entries.records[np.repeat(positions, following)], entries.records[ranges(positions + 1, following)]


def distinct(a: Longs, b: Longs) -> tuple[Longs, Longs]:
    """Each pair once, the lower id first."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    low, high = low[low != high], high[low != high]
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    if len(low) < 2:
        return low, high
    new = np.concatenate(([True], (np.diff(low) != 0) | (np.diff(high) != 0)))
    return low[new], high[new]
