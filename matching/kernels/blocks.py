"""Blocks of records and the pairs within them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.kernels.jit import BOOLS, HASH, HASHES, LONG, LONGS, jit
from matching.kernels.sorting import ascending

Longs = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]


def sorted_blocks(rows: Longs, hashes: Hashes) -> tuple[Longs, Hashes, Longs] | None:
    """Rows that share their hash with another, in ascending order of the hashes, equal ones by place; the
    hashes, and where each begins. None where different hashes meet in their upper bits, which is rare.
    """
    n = len(hashes)
    bits = max(1, (n - 1).bit_length()) if n else 1
    low = np.uint64((1 << bits) - 1)
    packed = ascending((hashes & ~low) | np.arange(n, dtype=np.uint64))
    out, ordered, starts, clash = _blocks(packed, rows, hashes, bits)
    return None if clash else (out, ordered, starts)


def pairs_within(rows: Longs, starts: Longs, sizes: Longs, chosen: Bools, row_bits: int) -> Hashes:
    """Every pair within the chosen blocks, smaller row first, packed into one number, by block."""
    return _pairs(rows, starts, sizes, chosen, row_bits)


def within(entries: Hashes, low: int, high: int) -> Hashes:
    """Those from `low` on and before `high`, in their order."""
    return _within(entries, np.uint64(low), np.uint64(high))


def united(entries: Hashes, rule_bits: int, row_bits: int, rules: int) -> tuple[Longs, Longs, Longs]:
    """Of ascending entries of pair and rule: the pairs, and how many each rule was the first to find."""
    return _united(entries, rule_bits, row_bits, rules)


@jit((HASHES, LONGS, HASHES, LONG))
def _blocks(packed: Hashes, rows: Longs, hashes: Hashes, bits: int) -> tuple[Longs, Hashes, Longs, bool]:
    """`packed` has upper bits of hashes and places. Tells last whether different hashes met in those bits."""
    n, by = len(packed), np.uint64(bits)
    low = (np.uint64(1) << by) - np.uint64(1)
    size, blocks = 0, 0
    for i in range(n):
        again = i > 0 and packed[i] >> by == packed[i - 1] >> by
        begins = not again and i + 1 < n and packed[i] >> by == packed[i + 1] >> by
        size += again or begins
        blocks += begins
    out, whole, starts = np.empty(size, np.int64), np.empty(size, np.uint64), np.empty(blocks, np.int64)
    at, count, clash = 0, 0, False
    for i in range(n):
        again = i > 0 and packed[i] >> by == packed[i - 1] >> by
        begins = not again and i + 1 < n and packed[i] >> by == packed[i + 1] >> by
        if begins:
            starts[count] = at
            count += 1
        if again or begins:
            place = np.int64(packed[i] & low)
            out[at], whole[at] = rows[place], hashes[place]
            clash = clash or (again and whole[at] != whole[at - 1])
            at += 1
    return out, whole, starts, clash


@jit((LONGS, LONGS, LONGS, BOOLS, LONG))
def _pairs(rows: Longs, starts: Longs, sizes: Longs, chosen: Bools, row_bits: int) -> Hashes:
    total = 0
    for block in range(len(starts)):
        if chosen[block]:
            total += sizes[block] * (sizes[block] - 1) // 2
    out = np.empty(total, np.uint64)
    size, shift = 0, np.uint64(row_bits)
    for block in range(len(starts)):
        if not chosen[block]:
            continue
        end = starts[block] + sizes[block]
        for i in range(starts[block], end):
            a = rows[i]
            for j in range(i + 1, end):
                b = rows[j]
                if a != b:
                    out[size] = (np.uint64(min(a, b)) << shift) | np.uint64(max(a, b))
                    size += 1
    return out[:size]


@jit((HASHES, HASH, HASH))
def _within(entries: Hashes, low: np.uint64, high: np.uint64) -> Hashes:
    count = 0
    for i in range(len(entries)):
        count += low <= entries[i] < high
    out = np.empty(count, np.uint64)
    at = 0
    for i in range(len(entries)):
        if low <= entries[i] < high:
            out[at] = entries[i]
            at += 1
    return out


@jit((HASHES, LONG, LONG, LONG))
def _united(entries: Hashes, rule_bits: int, row_bits: int, rules: int) -> tuple[Longs, Longs, Longs]:
    rule, row = np.uint64(rule_bits), np.uint64(row_bits)
    count = 0
    for i in range(len(entries)):
        count += i == 0 or entries[i] >> rule != entries[i - 1] >> rule
    a, b, new = np.empty(count, np.int64), np.empty(count, np.int64), np.zeros(rules, np.int64)
    at = 0
    for i in range(len(entries)):
        pair = entries[i] >> rule
        if i == 0 or pair != entries[i - 1] >> rule:
            a[at] = np.int64(pair >> row)
            b[at] = np.int64(pair & ((np.uint64(1) << row) - np.uint64(1)))
            new[entries[i] & ((np.uint64(1) << rule) - np.uint64(1))] += 1
            at += 1
    return a, b, new
