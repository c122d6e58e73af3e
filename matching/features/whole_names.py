"""The words of names told as one text, whose order nobody knows: `Orlov Pavel Ilyich`, `Pavel Orlov`.

How such a text is divided into given and family name is a guess. So these names also meet, and are compared,
word by word in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.encoding import Bools, Ints, Longs, Values, no_values
from matching.features.names import PARTICLES, NameFeatures
from matching.folding import Words, words
from matching.hashing import Hashes, mix
from matching.scripts import with_latin_forms

_EACH: Final = 3  # words of one part of a name that are looked at
_IN_KEYS: Final = 4  # words of a name that keys are made of
_LETTERS: Final = 6  # of a name, by which it may be known however they are divided into words
_ENOUGH: Final = 2  # words that a name must have for their order to matter


@dataclass(frozen=True)
class WholeNames:
    """`told` says of which records the name came as a whole; `parts` are the names as they were divided."""

    told: Bools
    parts: NameFeatures

    @property
    def any(self) -> bool:
        return bool(self.told.any())

    @cached_property
    def words(self) -> NameFeatures:
        """All words of all names as one vocabulary, by which they are compared like names."""
        vocabulary, scripts = with_latin_forms(self._found.vocabulary)
        nobody = Values(np.zeros(0, np.int32), vocabulary)
        return NameFeatures(nobody, nobody, no_values(0), scripts)

    def of(self, rows: Longs) -> Ints:
        """The words of these records' names, a row a record, -1 where there are no more."""
        parts = self.parts
        shift = len(parts.vocabulary)
        middle = parts.middle.first[rows]
        columns = (
            parts.given.first[rows],
            np.where(middle >= 0, middle + shift, -1),
            parts.family.first[rows],
        )
        return np.concatenate([self._by_value[column] for column in columns], axis=1)

    def letters_of(self, found: Ints) -> Hashes:
        """A hash of all letters of each of these names (rows of words) in Latin letters, whatever their order
        and wherever words end: `Min-jun Kim` has those of `Kim Minjun`. 0 where there are too few to tell.
        """
        by_word, lengths = self._letters
        return np.where(lengths[found].sum(axis=1) >= _LETTERS, by_word[found].sum(axis=1), np.uint64(0))

    def keys(self) -> tuple[Longs, Hashes]:
        """Of each name a hash of its letters, of one of more than two words also of every two of them,
        nicknames as their formal names.
        """
        rows = np.flatnonzero(self.told)
        found = _leftmost(self.of(rows))
        letters = np.where(found[:, _ENOUGH - 1] >= 0, self.letters_of(found), np.uint64(0))
        of_letters = rows[letters != 0], mix(letters[letters != 0], _LETTERS)
        rows, found = rows[found[:, _ENOUGH] >= 0], found[found[:, _ENOUGH] >= 0]
        formal = mix(np.append(self.words.formal_hashes, np.uint64(0)))
        pairs = list(combinations(range(min(_IN_KEYS, found.shape[1])), 2))
        hashes = [
            np.where(found[:, j] >= 0, mix(formal[found[:, i]] + formal[found[:, j]]), np.uint64(0))
            for i, j in pairs
        ]
        every = np.stack(hashes, axis=1).ravel()
        owners = np.repeat(rows, len(pairs))
        of_pairs = owners[every != 0], every[every != 0]
        return np.concatenate((of_letters[0], of_pairs[0])), np.concatenate((of_letters[1], of_pairs[1]))

    @cached_property
    def _letters(self) -> tuple[Hashes, Longs]:
        """By word the sum of its letters' hashes, and how many they are; last those of no word."""
        texts = self.words.latin_values.cast(pa.large_binary())
        _, offsets, data = texts.buffers()
        ends = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
        letters = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
        sums = np.append(np.uint64(0), np.cumsum(mix(letters.astype(np.uint64)), dtype=np.uint64))
        by_word = sums[ends[1:]] - sums[ends[:-1]]
        return np.append(by_word, np.uint64(0)), np.append(np.diff(ends), 0)

    @cached_property
    def _by_value(self) -> Ints:
        """By value of the names, and behind them of the middle names: its words; last a row of none."""
        found = self._found
        counts = np.minimum(np.diff(found.starts), _EACH)
        table = np.full((len(counts) + 1, _EACH), -1, np.int32)
        for nth in range(_EACH):
            some = np.flatnonzero(counts > nth)
            table[some, nth] = found.codes[found.starts[some] + nth]
        return table

    @cached_property
    def _found(self) -> Words:
        parts = self.parts
        found = words(pa.concat_arrays([parts.vocabulary.values, parts.middle.vocabulary.values]))
        small = pc.is_in(found.vocabulary.values, value_set=pa.array(sorted(PARTICLES)))
        return found.keeping(~np.asarray(small.to_numpy(zero_copy_only=False), bool)[found.codes])


def _leftmost(table: Ints) -> Ints:
    """Each row with what there is first."""
    return np.take_along_axis(table, np.argsort(table < 0, axis=1, kind="stable"), axis=1)
