"""Blocks of records and the pairs within them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.kernels.jit import BOOLS, HASHES, LONG, LONGS, jit

Longs = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]


def sorted_blocks(rows: Longs, hashes: Hashes) -> tuple[Longs, Hashes, Longs]:
    """Rows and hashes in ascending order of the hashes, equal ones by place, and where each hash begins."""
    n = len(hashes)
    bits = max(1, (n - 1).bit_length()) if n else 1
    low = np.uint64((1 << bits) - 1)
    packed = (hashes & ~low) | np.arange(n, dtype=np.uint64)
    packed.sort()
    out, ordered, starts, clash = _blocks(packed, rows, hashes, bits)
    if clash:  # different hashes met in their upper bits
        order = np.lexsort((np.arange(n), hashes))
        out, ordered = rows[order], hashes[order]
        starts = np.flatnonzero(np.append(np.ones(min(n, 1), bool), ordered[1:] != ordered[:-1]))
    return out, ordered, starts


def pairs_within(rows: Longs, starts: Longs, sizes: Longs, chosen: Bools, row_bits: int) -> Hashes:
    """Every pair within the chosen blocks, smaller row first, packed into one number, by block."""
    return _pairs(rows, starts, sizes, chosen, row_bits)


def united(entries: Hashes, rule_bits: int, row_bits: int, rules: int) -> tuple[Longs, Longs, Longs]:
    """Of ascending entries of pair and rule: the pairs, and how many each rule was the first to find."""
    return _united(entries, rule_bits, row_bits, rules)


def merged(one: Hashes, other: Hashes) -> Hashes:
    """Two ascending arrays as one."""
    return _merged(one, other)


@jit((HASHES, LONGS, HASHES, LONG))
def _blocks(packed: Hashes, rows: Longs, hashes: Hashes, bits: int) -> tuple[Longs, Hashes, Longs, bool]:
    n = len(packed)
    low = (np.uint64(1) << np.uint64(bits)) - np.uint64(1)
    out, whole, starts = np.empty(n, np.int64), np.empty(n, np.uint64), np.empty(n, np.int64)
    count, clash = 0, False
    for i in range(n):
        place = np.int64(packed[i] & low)
        out[i], whole[i] = rows[place], hashes[place]
        if i == 0 or whole[i] != whole[i - 1]:
            clash = clash or (i > 0 and (packed[i] & ~low) == (packed[i - 1] & ~low))
            starts[count] = i
            count += 1
    return out, whole, starts[:count], clash


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


@jit((HASHES, HASHES))
def _merged(one: Hashes, other: Hashes) -> Hashes:
    out = np.empty(len(one) + len(other), np.uint64)
    i, j = 0, 0
    for at in range(len(out)):
        if j == len(other) or (i < len(one) and one[i] <= other[j]):
            out[at] = one[i]
            i += 1
        else:
            out[at] = other[j]
            j += 1
    return out
