"""Fuzzy comparison of values, once for every distinct pair of values.

The algorithms are RapidFuzz's: Jaro–Winkler for names, optimal string alignment (edits and swaps of
neighbours) for typing errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from matching.encoding import Bools, Ints, Longs, Vocabulary
from matching.grouping import numbered
from matching.hashing import Hashes, text_hashes
from matching.kernels import compiled, compiled_texts
from matching.parallel import WORKERS

_MANY: Final = 5000
MOST_WORDS: Final = 24
_AT_ONCE: Final = 1 << 15  # pairs of texts whose words are held crossed in memory at a time


def distinct_pairs(a: Ints, b: Ints) -> tuple[Ints, Ints, Longs]:
    """The distinct unordered pairs (smaller code first), and for every pair given which of them it is."""
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    inverse, first = numbered((low << 32) | high)
    return low[first].astype(np.int32), high[first].astype(np.int32), inverse


def by_distinct_pair(
    a: Ints, b: Ints, work: Callable[[Ints, Ints], npt.NDArray[np.float32]]
) -> npt.NDArray[np.float32]:
    """`work`, which must be symmetric, done once for every distinct pair of values."""
    if len(a) == 0:
        return np.zeros(0, np.float32)
    low, high, inverse = distinct_pairs(a, b)
    return work(low, high)[inverse]


def by_pair(
    a: Ints, b: Ints, work: Callable[[Ints, Ints], npt.NDArray[np.float32]]
) -> npt.NDArray[np.float32]:
    """The same for work on spelling alone, which compiled loops do faster than like pairs are found."""
    if compiled(len(a)):
        return work(np.minimum(a, b), np.maximum(a, b))
    return by_distinct_pair(a, b, work)


def _workers(a: Ints | Longs) -> int:
    """RapidFuzz lets go of the interpreter only when it has workers of its own; small batches are not
    worth them.
    """
    return WORKERS if len(a) >= _MANY else 1


def jaro_winkler(values: Vocabulary, a: Ints, b: Ints, least: float) -> npt.NDArray[np.float32]:
    """Similarity in [0, 1] of the values numbered `a` and `b`, pair by pair; 0 where it is below `least`."""
    if compiled_texts(values.values) or compiled(len(a)):
        return values.compiled.jaro_winkler(a, b, least)
    found = np.zeros(len(a), np.float32)
    near = np.flatnonzero(values.letters.may_reach(a, b, least))
    found[near] = cpdist(
        values.spelled(a[near]), values.spelled(b[near]), scorer=JaroWinkler.similarity,
        score_cutoff=least, dtype=np.float32, workers=_workers(near),
    )  # fmt: skip
    return found


def edits(values: Vocabulary, a: Ints, b: Ints, most: int) -> npt.NDArray[np.float32]:
    """Edits and swaps of neighbours between two values; `most` + 1 where there are more than `most`."""
    if compiled_texts(values.values) or compiled(len(a)):
        return values.compiled.edits(a, b, most)
    found = cpdist(
        values.spelled(a), values.spelled(b), scorer=OSA.distance, score_cutoff=most, dtype=np.uint8,
        workers=_workers(a),
    )  # fmt: skip
    return np.asarray(found, np.float32)


@dataclass(frozen=True)
class Ends:
    """Of each value of a vocabulary how it begins and ends: what shows that two are more than one edit apart
    without comparing them. One edit, or swap of neighbours, leaves the first `kept` characters as they are or
    the last ones, where there are more than twice as many.
    """

    first: Hashes
    last: Hashes
    short: Bools

    @staticmethod
    def of(values: pa.Array, kept: int) -> Ends:
        first = text_hashes(pc.utf8_slice_codeunits(values, 0, kept))
        last = text_hashes(pc.utf8_slice_codeunits(values, -kept))
        lengths = pc.fill_null(pc.utf8_length(values), 0).to_numpy(zero_copy_only=False)
        return Ends(first, last, np.asarray(lengths <= 2 * kept, bool))

    def near(self, a: Ints, b: Ints) -> Bools:
        """Whether two values may be one edit apart."""
        same = (self.first[a] == self.first[b]) | (self.last[a] == self.last[b])
        return np.asarray(same | self.short[a] | self.short[b], bool)


def word_overlap(
    starts: Longs, codes: Ints, worth: npt.NDArray[np.float64], a: Ints, b: Ints
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], Bools]:
    """How much of their words two texts share, by what the words are worth.

    The shared worth over the worth of both together (Jaccard), over the smaller of the two, and whether one
    text's words are all in the other. Of very long texts the first `MOST_WORDS` count.
    """
    found = [_overlap(starts, codes, worth, a[i : i + _AT_ONCE], b[i : i + _AT_ONCE]) for i in _parts(len(a))]
    shared, smaller, union = (np.concatenate([part[i] for part in found]) for i in range(3))
    return (
        (shared / union).astype(np.float32),
        (shared / smaller).astype(np.float32),
        shared >= smaller - 1e-6,
    )


def rarest_shared(
    starts: Longs, codes: Ints, share: npt.NDArray[np.float64], a: Ints, b: Ints
) -> npt.NDArray[np.float32]:
    """The share of the rarest word that two texts have in common; NaN where there is none."""
    found = [_rarest(starts, codes, share, a[i : i + _AT_ONCE], b[i : i + _AT_ONCE]) for i in _parts(len(a))]
    return np.concatenate(found).astype(np.float32)


def _rarest(
    starts: Longs, codes: Ints, share: npt.NDArray[np.float64], a: Ints, b: Ints
) -> npt.NDArray[np.float64]:
    owner, word_a, word_b = _words_crossed(starts, codes, a, b)
    same = word_a == word_b
    out = np.full(len(a), np.inf)
    np.minimum.at(out, owner[same], share[word_a[same]])
    return np.where(np.isinf(out), np.nan, out)


def _words_crossed(starts: Longs, codes: Ints, a: Ints, b: Ints) -> tuple[Longs, Ints, Ints]:
    """Every word of one text beside every word of the other, and which pair of texts they are of."""
    lengths_a, lengths_b = (np.minimum(starts[x + 1] - starts[x], MOST_WORDS) for x in (a, b))
    crossed = lengths_a * lengths_b
    owner = np.repeat(np.arange(len(a)), crossed)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(crossed) - crossed, crossed)
    of_b = np.maximum(lengths_b[owner], 1)
    return owner, codes[starts[a][owner] + within // of_b], codes[starts[b][owner] + within % of_b]


def _parts(n: int) -> range:
    return range(0, max(n, 1), _AT_ONCE)


def _overlap(
    starts: Longs, codes: Ints, worth: npt.NDArray[np.float64], a: Ints, b: Ints
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """What the words shared are worth, those of the text worth less, and those of both together."""
    lengths_a, lengths_b = (np.minimum(starts[x + 1] - starts[x], MOST_WORDS) for x in (a, b))
    owner, word_a, word_b = _words_crossed(starts, codes, a, b)
    same = word_a == word_b
    shared = np.bincount(owner[same], weights=worth[word_a[same]], minlength=len(a))
    cumulated = np.concatenate(([0.0], np.cumsum(worth[codes])))
    total_a = cumulated[starts[a] + lengths_a] - cumulated[starts[a]]
    total_b = cumulated[starts[b] + lengths_b] - cumulated[starts[b]]
    smaller = np.maximum(np.minimum(total_a, total_b), 1e-9)
    shared = np.minimum(shared, smaller)
    return shared, smaller, np.maximum(total_a + total_b - shared, 1e-9)
