"""Given and family names of pairs of people compared at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.features.names import IS_INITIAL, OF_INITIAL
from matching.kernels.jit import BYTES, HASHES, INTS, LONGS, OUT_INTS, REAL, SINGLES, inlined, jit, pointer
from matching.kernels.spelling import Points, Spelled, alike, edits, may_be_one_edit, may_reach, single
from matching.kernels.texts import Data, Ends

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int8]
Singles = npt.NDArray[np.float32]
Hashes = npt.NDArray[np.uint64]

# A row of the table of names: first word, last word, first letter with the length, second word, four formal
# names.
_WORDS: Final = 8
_LENGTH: Final = np.uint64(0xFFFF)
_OF_INITIAL, _IS_INITIAL, _NONE = OF_INITIAL, IS_INITIAL, np.uint64(0)
_SHORTEST_FOR_A_TYPO: Final = 4


@dataclass(frozen=True)
class Names:
    """Names of one script: one row a value with all that is compared at first, and how they are spelled."""

    table: Hashes
    spelled: Spelled
    given_shares: Singles
    family_shares: Singles

    @staticmethod
    def of(
        words: tuple[Hashes, Hashes, Hashes], initials: Hashes, lengths: Ints, classes: Hashes,
        spelled: Spelled, given_shares: Singles, family_shares: Singles,
    ) -> Names:  # fmt: skip
        table = np.empty((len(initials), _WORDS), np.uint64)
        table[:, 0], table[:, 1], table[:, 3] = words
        table[:, 2] = initials & ~_LENGTH | np.minimum(lengths, _LENGTH).astype(np.uint64)
        table[:, 4:] = classes
        shares = (np.ascontiguousarray(found, np.float32) for found in (given_shares, family_shares))
        return Names(table.ravel(), spelled, *shares)

    def compared(
        self, given: Ints, family: Ints, a: Longs, b: Longs, least: float, close: float
    ) -> tuple[Levels, Singles, Levels, Singles]:
        """Levels and shares of given and of family names, as `matching.comparators.names.NameComparator`."""
        s = self.spelled
        return _compared(
            self.table, s.offsets, s.data, s.marks, s.scratch, self.given_shares, self.family_shares,
            given, family, np.ascontiguousarray(a), np.ascontiguousarray(b), single(least), single(close),
        )  # fmt: skip


@inlined
def _spelling(
    table: Hashes, offsets: Ends, data: Data, marks: Hashes, scratch: Points, room: int, x: int, y: int,
    least: float, close: float,
) -> int:  # fmt: skip
    """2 for a typing error, 1 for names that are alike, 0 for others."""
    found = alike(offsets, data, scratch, room, x, y, least) if may_reach(marks, x, y, least) else 0.0
    if np.float64(np.float32(found)) >= close:
        return 2
    shorter = min(table[_WORDS * x + 2] & _LENGTH, table[_WORDS * y + 2] & _LENGTH)
    level = 1 if found > 0 else 0
    if shorter < _SHORTEST_FOR_A_TYPO:
        return level
    if level == 0 and (shorter == _SHORTEST_FOR_A_TYPO or not may_be_one_edit(marks, x, y)):
        return level
    return 2 if edits(offsets, data, scratch, room, x, y, 1) <= 1 else level


@inlined
def _one_letter(table: Hashes, x: int, y: int) -> bool:
    """Whether two rows begin with one letter."""
    return bool((table[x + 2] ^ table[y + 2]) & ~_LENGTH == _NONE)


@inlined
def _second_differs(table: Hashes, x: int, y: int) -> bool:
    one, other = table[x + 3], table[y + 3]
    if min(one, other) == _NONE:
        return False
    initial = (one ^ other) & _OF_INITIAL == _NONE and (one | other) & _IS_INITIAL != _NONE
    return not (initial or other in (one, table[x + 1]) or one == table[y + 1])


@inlined
def _given(
    table: Hashes, offsets: Ends, data: Data, marks: Hashes, scratch: Points, room: int, a: int, b: int,
    least: float, close: float,
) -> int:  # fmt: skip
    if a == b:
        return 6
    x, y = _WORDS * min(a, b), _WORDS * max(a, b)
    if _second_differs(table, x, y):
        if table[x] == table[y]:
            return 4 if edits(offsets, data, scratch, room, min(a, b), max(a, b), 1) <= 1 else 1
    else:
        if table[x] == table[y]:
            return 2
        if (table[x + 2] & _LENGTH == 1 or table[y + 2] & _LENGTH == 1) and _one_letter(table, x, y):
            return 2
        for i in range(4, 8):
            for j in range(4, 8):
                if table[x + i] == table[y + j] and table[x + i] != 0:
                    return 3
    level = _spelling(table, offsets, data, marks, scratch, room, min(a, b), max(a, b), least, close)
    return 4 if level == 2 else level


@inlined
def _family(
    table: Hashes, offsets: Ends, data: Data, marks: Hashes, scratch: Points, room: int, a: int, b: int,
    least: float, close: float,
) -> int:  # fmt: skip
    if a == b:
        return 4
    x, y = _WORDS * min(a, b), _WORDS * max(a, b)
    level = _spelling(table, offsets, data, marks, scratch, room, min(a, b), max(a, b), least, close)
    if level == 2:
        return 3
    part = table[x] == table[y] or table[x + 1] == table[y + 1] or table[x] == table[y + 1]
    part = part or table[x + 1] == table[y]
    return 2 if part and min(table[x + 2] & _LENGTH, table[y + 2] & _LENGTH) >= 3 else level


@jit((HASHES, INTS, BYTES, HASHES, OUT_INTS, SINGLES, SINGLES, INTS, INTS, LONGS, LONGS, REAL, REAL))
def _compared(
    table: Hashes, offsets: Ends, data: Data, marks: Hashes, scratch: Points, given_shares: Singles,
    family_shares: Singles, given: Ints, family: Ints, a: Longs, b: Longs, least: float, close: float,
) -> tuple[Levels, Singles, Levels, Singles]:  # fmt: skip
    n, unknown = len(a), np.float32(np.nan)
    g, f = np.full(n, np.int8(-1)), np.full(n, np.int8(-1))
    g_common, f_common = np.full(n, unknown), np.full(n, unknown)
    room = len(scratch) // 4
    tab, off, dat = pointer(table), pointer(offsets), pointer(data)
    mar, scr = pointer(marks), pointer(scratch)
    for i in range(n):
        given_a, given_b, family_a, family_b = given[a[i]], given[b[i]], family[a[i]], family[b[i]]
        if given_a >= 0 and given_b >= 0:
            g[i] = _given(tab, off, dat, mar, scr, room, given_a, given_b, least, close)
            if g[i] == 6:
                g_common[i] = given_shares[given_a]
        if family_a >= 0 and family_b >= 0:
            f[i] = _family(tab, off, dat, mar, scr, room, family_a, family_b, least, close)
            if f[i] == 4:
                f_common[i] = family_shares[family_a]
        # Where given and family name disagree but agree crosswise, they changed places.
        if g[i] < 0 or f[i] < 0 or g[i] > 2 or f[i] > 2:
            continue
        if not (
            _one_letter(tab, _WORDS * given_a, _WORDS * family_b)
            and _one_letter(tab, _WORDS * family_a, _WORDS * given_b)
        ):
            continue
        if (
            _family(tab, off, dat, mar, scr, room, given_a, family_b, least, close) >= 3
            and _family(tab, off, dat, mar, scr, room, family_a, given_b, least, close) >= 3
        ):
            g[i], f[i] = 5, 4
            g_common[i] = max(given_shares[given_a], family_shares[given_a])
            f_common[i] = max(given_shares[family_a], family_shares[family_a])
    return g, g_common, f, f_common
