"""How alike texts are spelled, code point by code point: RapidFuzz's Jaro–Winkler similarity and optimal
string alignment, for pairs of texts of one vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from matching.kernels.jit import BYTES, HASHES, INTS, LONG, OUT_INTS, REAL, inlined, jit, pointer
from matching.kernels.texts import Data, Ends, buffers

Ints = npt.NDArray[np.int32]
Singles = npt.NDArray[np.float32]
Hashes = npt.NDArray[np.uint64]
Points = npt.NDArray[np.int32]

_PREFIX: Final = 4
_WEIGHT: Final = 0.1
_SLACK: Final = 1e-6
_ROWS: Final = 32  # room beside the texts, for three rows of a table of up to five edits
_JUDGED: Final = np.uint64(1 << 63)


@dataclass(frozen=True)
class Spelled:
    """Texts as bytes; `marks` are two numbers a text, of its letters: what shows at a glance that two cannot
    be alike (see `matching.letters`). `longest` is their greatest number of bytes.
    """

    offsets: Ends
    data: Data
    marks: Hashes
    longest: int

    @staticmethod
    def of(texts: pa.Array) -> Spelled:
        offsets, data = buffers(texts)
        marks, longest = _marked(offsets, data)
        return Spelled(offsets, data, marks, longest)

    def jaro_winkler(self, a: Ints, b: Ints, least: float) -> Singles:
        """As `matching.similarity.jaro_winkler`."""
        return _similar(self.offsets, self.data, self.marks, self.scratch, a, b, single(least))

    def edits(self, a: Ints, b: Ints, most: int) -> Singles:
        """As `matching.similarity.edits`."""
        return _edited(self.offsets, self.data, self.scratch, a, b, most)

    @property
    def scratch(self) -> Points:
        """Room for what comparing two texts needs; for one thread."""
        return np.empty(4 * (self.longest + _ROWS), np.int32)


def single(least: float) -> float:
    """A cutoff as RapidFuzz reads it."""
    return float(np.float32(least))


@jit((INTS, BYTES))
def _marked(offsets: Ends, data: Data) -> tuple[Hashes, int]:
    n = len(offsets) - 1
    marks = np.zeros(2 * n, np.uint64)
    longest = 0
    for i in range(n):
        start, length = offsets[i], offsets[i + 1] - offsets[i]
        longest = max(longest, length)
        letters, first, seen, plain = np.uint64(0), np.uint64(0), 0, length > 0
        for at in range(length):
            byte = data[start + at]
            plain = plain and byte < 128
            bit = np.uint64(1) << np.uint64(byte & 31)
            seen += (letters & bit) == 0
            letters |= bit
            if at < _PREFIX:
                first |= np.uint64(byte) << np.uint64(8 * at)
        marks[2 * i] = letters | (first << np.uint64(32))
        marks[2 * i + 1] = np.uint64(length) | (np.uint64(length - seen) << np.uint64(24))
        if plain:
            marks[2 * i + 1] |= _JUDGED
    return marks, longest


@inlined
def _bits(value: np.uint64) -> np.int64:
    v = value - ((value >> np.uint64(1)) & np.uint64(0x55555555))
    v = (v & np.uint64(0x33333333)) + ((v >> np.uint64(2)) & np.uint64(0x33333333))
    v = (v + (v >> np.uint64(4))) & np.uint64(0x0F0F0F0F)
    return np.int64(((v * np.uint64(0x01010101)) & np.uint64(0xFFFFFFFF)) >> np.uint64(24))


@inlined
def may_reach(marks: Hashes, a: int, b: int, least: float) -> bool:
    """Whether two texts may be alike by `least` or more."""
    one, other = marks[2 * a + 1], marks[2 * b + 1]
    if (one & other & _JUDGED) == 0:
        return True
    k, m = np.int64(one & np.uint64(0xFFFFFF)), np.int64(other & np.uint64(0xFFFFFF))
    more = min((one & ~_JUDGED) >> np.uint64(24), (other & ~_JUDGED) >> np.uint64(24))
    common = _bits(marks[2 * a] & marks[2 * b] & np.uint64(0xFFFFFFFF)) + np.int64(more)
    jaro = (min(common / k, 1.0) + min(common / m, 1.0) + 1.0) / 3.0
    apart = (marks[2 * a] ^ marks[2 * b]) >> np.uint64(32)
    same = 0
    while same < _PREFIX and (apart & np.uint64(255)) == 0:
        apart >>= np.uint64(8)
        same += 1
    return jaro + same * _WEIGHT * (1.0 - jaro) >= least - _SLACK


@inlined
def may_be_one_edit(marks: Hashes, a: int, b: int) -> bool:
    """As `matching.letters.Letters.may_be_one_edit`."""
    one, other = marks[2 * a + 1], marks[2 * b + 1]
    if (one & other & _JUDGED) == 0:
        return True
    if _bits((marks[2 * a] ^ marks[2 * b]) & np.uint64(0xFFFFFFFF)) > 2:
        return False
    return bool(abs(np.int64(one & np.uint64(0xFFFFFF)) - np.int64(other & np.uint64(0xFFFFFF))) <= 1)


@inlined
def _decoded(offsets: Ends, data: Data, text: int, into: Points, at: int) -> int:
    """Writes a text's code points and returns how many there are."""
    n, i, end = 0, offsets[text], offsets[text + 1]
    while i < end:
        byte = np.int32(data[i])
        if byte < 0x80:
            more = 0
        elif byte < 0xE0:
            byte, more = byte & 0x1F, 1
        elif byte < 0xF0:
            byte, more = byte & 0x0F, 2
        else:
            byte, more = byte & 0x07, 3
        for _ in range(more):
            i += 1
            byte = (byte << 6) | (np.int32(data[i]) & 0x3F)
        into[at + n] = byte
        n += 1
        i += 1
    return n


@inlined
def _jaro(s: Points, p: int, n: int, t: int, m: int, flags: int, least: float) -> float:
    """Of the texts of `n` and `m` code points at `p` and `t` of `s`; 0 below `least`. `flags`: free room."""
    if n == 0 and m == 0:
        return 1.0
    if n == 0 or m == 0:
        return 0.0
    short = min(n, m)
    if (short / n + short / m + 1.0) / 3.0 < least:
        return 0.0
    if n == 1 and m == 1:
        return 1.0 if s[p] == s[t] else 0.0
    bound = max(n, m) // 2 - 1
    left, right = min(n, m + bound), min(m, n + bound)
    prefix = 0
    while prefix < left and prefix < right and s[p + prefix] == s[t + prefix]:
        prefix += 1
    common, swaps = prefix, 0
    for i in range(prefix, left):
        s[flags + i] = 0
    size = 0
    for j in range(prefix, right):
        letter = s[t + j]
        for i in range(max(prefix, j - bound), min(left, j + bound + 1)):
            if s[p + i] == letter and s[flags + i] == 0:
                s[flags + i] = 1
                s[t + prefix + size] = letter  # the matched ones of the other, in order
                size += 1
                break
    common += size
    if common == 0 or (common / n + common / m + 1.0) / 3.0 < least:
        return 0.0
    at = 0
    for i in range(prefix, left):
        if s[flags + i]:
            swaps += s[p + i] != s[t + prefix + at]
            at += 1
    found = (common / n + common / m + (common - swaps // 2) / common) / 3.0
    return found if found >= least else 0.0


@inlined
def alike(offsets: Ends, data: Data, scratch: Points, room: int, a: int, b: int, least: float) -> float:
    """The Jaro–Winkler similarity of two texts, 0 below `least`. `scratch` has four times `room`."""
    n = _decoded(offsets, data, a, scratch, 0)
    m = _decoded(offsets, data, b, scratch, room)
    prefix = 0
    while prefix < min(n, m, _PREFIX) and scratch[prefix] == scratch[room + prefix]:
        prefix += 1
    needed = least
    if needed > 0.7:
        boost = prefix * _WEIGHT
        needed = max(0.7, (boost - needed) / (boost - 1.0))
    found = _jaro(scratch, 0, n, room, m, 2 * room, needed)
    if found > 0.7:
        found = min(found + prefix * _WEIGHT * (1.0 - found), 1.0)
    return found if found >= least else 0.0


@inlined
def edits(offsets: Ends, data: Data, scratch: Points, room: int, a: int, b: int, most: int) -> int:
    """Edits and swaps of neighbours between two texts, `most` + 1 where there are more."""
    s, t = 0, room
    n = _decoded(offsets, data, a, scratch, 0)
    m = _decoded(offsets, data, b, scratch, room)
    if abs(n - m) > most:
        return most + 1
    while n and m and scratch[s] == scratch[t]:
        s, t, n, m = s + 1, t + 1, n - 1, m - 1
    while n and m and scratch[s + n - 1] == scratch[t + m - 1]:
        n, m = n - 1, m - 1
    if n == 0 or m == 0:
        return min(n + m, most + 1)
    # Three rows of the table of distances, near its diagonal only.
    width = 2 * most + 3
    base, far = 2 * room, most + 1
    for k in range(3 * width):
        scratch[base + k] = far
    for k in range(most + 1, width):
        scratch[base + k] = k - most - 1  # before the first letter
    for i in range(1, n + 1):
        row, above, over = base + (i % 3) * width, base + ((i - 1) % 3) * width, base + ((i - 2) % 3) * width
        best = far
        for k in range(width):
            scratch[row + k] = far
        for k in range(1, width - 1):
            j = i + k - most - 1
            if j < 0 or j > m:
                continue
            if j == 0:
                found = i
            else:
                equal = scratch[s + i - 1] == scratch[t + j - 1]
                found = scratch[above + k] + (0 if equal else 1)
                found = min(found, scratch[above + k + 1] + 1, scratch[row + k - 1] + 1)
                if (
                    i > 1
                    and j > 1
                    and scratch[s + i - 1] == scratch[t + j - 2]
                    and scratch[s + i - 2] == scratch[t + j - 1]
                ):
                    found = min(found, scratch[over + k] + 1)
            scratch[row + k] = min(found, far)
            best = min(best, found)
        if best > most and _smallest(scratch, above, width) > most:
            return far
    return int(min(scratch[base + (n % 3) * width + m - n + most + 1], far))


@inlined
def _smallest(scratch: Points, start: int, size: int) -> np.int32:
    best = np.int32(scratch[start])
    for k in range(size):
        best = min(best, scratch[start + k])
    return best


@jit((INTS, BYTES, HASHES, OUT_INTS, INTS, INTS, REAL))
def _similar(
    offsets: Ends, data: Data, marks: Hashes, scratch: Points, a: Ints, b: Ints, least: float
) -> Singles:
    out, room = np.zeros(len(a), np.float32), len(scratch) // 4
    starts, texts, free, known = pointer(offsets), pointer(data), pointer(scratch), pointer(marks)
    for i in range(len(a)):
        if may_reach(known, a[i], b[i], least):
            out[i] = alike(starts, texts, free, room, a[i], b[i], least)
    return out


@jit((INTS, BYTES, OUT_INTS, INTS, INTS, LONG))
def _edited(offsets: Ends, data: Data, scratch: Points, a: Ints, b: Ints, most: int) -> Singles:
    out, room = np.empty(len(a), np.float32), len(scratch) // 4
    starts, texts, free = pointer(offsets), pointer(data), pointer(scratch)
    for i in range(len(a)):
        out[i] = edits(starts, texts, free, room, a[i], b[i], most)
    return out
