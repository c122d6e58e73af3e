"""How alike two texts can be at most, told by their letters without comparing them.

Most names that are compared are plainly different, and their Jaro–Winkler similarity (Winkler 1990) is
bounded by what they have in common: with m letters in common of texts of lengths k and l, and p equal ones at
the beginning (4 at most), it is at most j + p (1 - j) / 10 with j = (m/k + m/l + 1) / 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.byte_texts import offsets_and_bytes

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]

_PREFIX: Final = 4
_SLACK: Final = 1e-4  # single precision


@dataclass(frozen=True)
class Letters:
    """Of each text: the set of its bytes by their lower five bits, how many more bytes it has than that set
    members, its length, its first four bytes; and whether it can be judged by them (ASCII, not empty).
    """

    sets: npt.NDArray[np.uint32]
    repeated: npt.NDArray[np.float32]
    lengths: npt.NDArray[np.float32]
    starts: npt.NDArray[np.uint32]
    judged: Bools

    @staticmethod
    def of(values: pa.Array) -> Letters:
        texts = pc.fill_null(values, "").cast(pa.large_string())
        offsets, data = offsets_and_bytes(texts.cast(pa.large_binary()))
        lengths = np.diff(offsets)
        bits = np.uint32(1) << (data & np.uint8(31)).astype(np.uint32)
        filled = np.flatnonzero(lengths)
        sets, starts = np.zeros(len(lengths), np.uint32), np.zeros(len(lengths), np.uint32)
        if len(filled):
            sets[filled] = np.bitwise_or.reduceat(bits, offsets[:-1][filled])
        for place in range(_PREFIX):
            long = np.flatnonzero(lengths > place)
            starts[long] |= data[offsets[:-1][long] + place].astype(np.uint32) << np.uint32(8 * place)
        ascii_ = np.asarray(pc.string_is_ascii(texts).to_numpy(zero_copy_only=False), bool)
        repeated = lengths - np.bitwise_count(sets)
        return Letters(
            sets, repeated.astype(np.float32), lengths.astype(np.float32), starts, ascii_ & (lengths > 0)
        )

    def may_reach(self, a: Ints, b: Ints, least: float) -> Bools:
        """Whether the Jaro–Winkler similarity of texts may be `least` or more, pair by pair."""
        common = np.bitwise_count(self.sets[a] & self.sets[b]).astype(np.float32)
        common += np.minimum(self.repeated[a], self.repeated[b])
        one, other = self.lengths[a], self.lengths[b]
        with np.errstate(divide="ignore", invalid="ignore"):
            jaro = (np.minimum(common / one, 1) + np.minimum(common / other, 1) + 1) / 3
        apart = self.starts[a] ^ self.starts[b]
        same = (apart == 0).astype(np.float32)
        for bytes_ in range(1, _PREFIX):
            same += (apart << np.uint32(8 * (_PREFIX - bytes_))) == 0
        bound = jaro + same * np.float32(0.1) * (1 - jaro)
        return np.asarray((bound >= least - _SLACK) | ~self.judged[a] | ~self.judged[b], bool)

    def may_be_one_edit(self, a: Ints, b: Ints) -> Bools:
        """Whether texts may be one edit, or swap of neighbours, apart: that brings one letter into the set of
        one text and takes one from it at most.
        """
        apart = np.bitwise_count(self.sets[a] ^ self.sets[b]) <= 2
        near = np.abs(self.lengths[a] - self.lengths[b]) <= 1
        return np.asarray((apart & near) | ~self.judged[a] | ~self.judged[b], bool)
