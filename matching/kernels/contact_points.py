"""E-mail addresses compared, and whether they hold names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.kernels.jit import BYTES, HASHES, INTS, LONG, OUT_INTS, REAL, SINGLES, inlined, jit, pointer
from matching.kernels.spelling import Points, Spelled, alike, edits, may_reach, single
from matching.kernels.texts import Data, Ends

Ints = npt.NDArray[np.int32]
Levels = npt.NDArray[np.int8]
Singles = npt.NDArray[np.float32]
Hashes = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]

_LONG: Final = 16  # characters from which an address may have two typing errors
# A row of the table of addresses: hashes of first character, digits, stem and mailbox name, then the domain's
# number, the length and whether the stem is long enough to tell people apart.
_WORDS: Final = 5
_TOLD: Final = np.uint64(1 << 63)
_WIDEST: Final = 64
_HALF: Final = np.uint64(0xFFFFFFFF)
_UPPER: Final = np.uint64(32)


@dataclass(frozen=True)
class Addresses:
    """E-mail addresses: one row a value with all that is compared at first, so that it is fetched at once."""

    table: Hashes
    whole: Spelled
    stems: Spelled
    shares: Singles

    @staticmethod
    def of(
        hashes: tuple[Hashes, Hashes, Hashes, Hashes], domains: Ints, lengths: Ints, stem_told: Bools,
        spelled: tuple[Spelled, Spelled], shares: Singles,
    ) -> Addresses:  # fmt: skip
        """`hashes` of an address's first character, digits, stem and mailbox name; `spelled`: the whole
        address and its stem.
        """
        table = np.empty((len(domains), _WORDS), np.uint64)
        for column, values in enumerate(hashes):
            table[:, column] = values
        table[:, 4] = domains.astype(np.uint32) | (lengths.astype(np.uint64) << _UPPER)
        table[stem_told, 4] |= _TOLD
        return Addresses(table.ravel(), *spelled, np.ascontiguousarray(shares))

    def compared(self, a: Ints, b: Ints, least: float) -> tuple[Levels, Singles]:
        """As `matching.comparators.contact_points.EmailComparator`, value by value."""
        whole, stems = self.whole, self.stems
        scratch = (whole if whole.longest > stems.longest else stems).scratch
        return _compared(
            self.table, whole.offsets, whole.data, stems.offsets, stems.data, stems.marks, scratch,
            self.shares, a, b, single(least),
        )  # fmt: skip


def holding(texts: Spelled, parts: Spelled, text: Ints, part: Ints, least: int) -> Bools:
    """As `matching.byte_texts.holding`, of texts and parts by number; -1 for none."""
    return _holding(texts.offsets, texts.data, parts.offsets, parts.data, text, part, least)


@inlined
def _alike(
    table: Hashes, stem_offsets: Ends, stem_data: Data, stem_marks: Hashes, scratch: Points, room: int,
    x: int, y: int, least: float,
) -> int:  # fmt: skip
    """The level before typing errors: 2 for one mailbox name, 1 for names that are alike."""
    one, other = _WORDS * x, _WORDS * y
    if table[one + 3] == table[other + 3]:
        return 2
    if table[one + 2] == table[other + 2] and table[one + 4] & _TOLD:
        return 1
    if table[one] != table[other] or not may_reach(stem_marks, x, y, least):
        return 0
    if stem_offsets[x] == stem_offsets[x + 1] or stem_offsets[y] == stem_offsets[y + 1]:
        return 0
    return 1 if alike(stem_offsets, stem_data, scratch, room, x, y, least) > 0 else 0


@jit((HASHES, INTS, BYTES, INTS, BYTES, HASHES, OUT_INTS, SINGLES, INTS, INTS, REAL))
def _compared(
    table: Hashes, offsets: Ends, data: Data, stem_offsets: Ends, stem_data: Data, stem_marks: Hashes,
    scratch: Points, shares: Singles, a: Ints, b: Ints, least: float,
) -> tuple[Levels, Singles]:  # fmt: skip
    levels, common = np.zeros(len(a), np.int8), np.full(len(a), np.float32(np.nan))
    room = len(scratch) // 4
    tab, off, dat, scr = pointer(table), pointer(offsets), pointer(data), pointer(scratch)
    stem_off, stem_dat, stem_mar = pointer(stem_offsets), pointer(stem_data), pointer(stem_marks)
    for i in range(len(a)):
        x, y = min(a[i], b[i]), max(a[i], b[i])
        if x == y:
            levels[i], common[i] = 4, shares[x]
            continue
        one, other = _WORDS * x, _WORDS * y
        start = tab[one] == tab[other]
        if not start and tab[one + 2] != tab[other + 2]:
            continue
        level = _alike(tab, stem_off, stem_dat, stem_mar, scr, room, x, y, least)
        rest_x, rest_y = tab[one + 4] & ~_TOLD, tab[other + 4] & ~_TOLD
        near = level > 0 or (start and (rest_x & _HALF) == (rest_y & _HALF))
        if near and tab[one + 1] == tab[other + 1]:
            allowed = 2 if min(rest_x >> _UPPER, rest_y >> _UPPER) >= _LONG else 1
            if edits(off, dat, scr, room, x, y, allowed) <= allowed:
                level = 3
        levels[i] = level
    return levels, common


@jit((INTS, BYTES, INTS, BYTES, INTS, INTS, LONG))
def _holding(
    offsets: Ends, data: Data, part_offsets: Ends, part_data: Data, text: Ints, part: Ints, least: int
) -> Bools:
    out = np.zeros(len(text), np.bool_)
    for i in range(len(text)):
        if text[i] < 0 or part[i] < 0:
            continue
        start, first = offsets[text[i]], part_offsets[part[i]]
        length, size = min(offsets[text[i] + 1] - start, _WIDEST), part_offsets[part[i] + 1] - first
        if size < least or size >= _WIDEST:
            continue
        for at in range(start, start + length - size + 1):
            k = 0
            while k < size and data[at + k] == part_data[first + k]:
                k += 1
            if k == size:
                out[i] = True
                break
    return out
