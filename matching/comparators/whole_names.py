"""Names told as one text, compared word by word in any order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

import numpy as np
import pyarrow.compute as pc

from matching.comparison import Compared, Levels, Shares
from matching.encoding import Bools, Ints, Longs
from matching.features.whole_names import WholeNames

# Levels of the given and of the family name up to which the order of words may be what is wrong.
_GIVEN_ALIKE: Final = 1
_FAMILY_PART: Final = 2
# Levels of given names, and of family names.
_SWAPPED: Final = 5
_TYPO: Final = 3
_EQUAL: Final = 4
_ENOUGH: Final = 2  # words in common, letter by letter or but for a typing error


class Spelling(Protocol):
    def family_levels(self, a: Ints, b: Ints) -> Levels:
        """Of two words from 3 the same but for a typing error or another script, 4 the same."""


@dataclass(frozen=True)
class WordOrder:
    """Finds the pairs whose names have the same words. `spelling` compares words; by name `shares` are how
    common it is as a given or a family name.
    """

    whole: WholeNames
    spelling: Spelling
    shares: Shares

    def settle(self, a: Longs, b: Longs, given: Compared, family: Compared, middle: Compared) -> None:
        """Where given and family names disagree and all words of the shorter name are in the longer one, the
        parts are taken to have changed places.
        """
        told = self.whole.told
        rows = np.flatnonzero(
            (told[a] | told[b]) & ((given[0] <= _GIVEN_ALIKE) | (family[0] <= _FAMILY_PART))
        )
        if len(rows) == 0 or len(self.whole.words.vocabulary) == 0:
            return
        one, other = self.whole.of(a[rows]), self.whole.of(b[rows])
        likely = np.flatnonzero(self._same_letters(one, other))
        same, plain, common = self._alike(one[likely], other[likely])
        rows = rows[likely[same]]
        given[0][rows], family[0][rows] = _SWAPPED, np.where(plain, _EQUAL, _TYPO)
        given[1][rows], family[1][rows] = common[:, 1], np.where(plain, common[:, 0], np.nan)
        middle[0][rows], middle[1][rows] = -1, np.nan

    def _alike(self, one: Ints, other: Ints) -> tuple[Longs, Bools, Shares]:
        """Which of these names hold all words of the shorter one, two at least but for initials, or have the
        same letters in more words or fewer; and of those whether the words are the same letter by letter, and
        how common they are, the rarest first.
        """
        exact, near, initial = self._crossed(one, other)
        counts = [(words >= 0).sum(axis=1) for words in (one, other)]
        first = (counts[0] <= counts[1])[:, None]
        shorter = np.where(first, one, other)
        found = _either(near, first)
        held = ((found | _either(initial, first)) == (shorter >= 0)).all(axis=1)
        met = _either(near | initial, ~first).sum(axis=1)
        letters = self.whole.letters_of(one)
        joined = (letters == self.whole.letters_of(other)) & (letters != 0) & (counts[0] != counts[1])
        by_word = held & (found.sum(axis=1) >= _ENOUGH) & (met >= np.minimum(*counts))
        same = np.flatnonzero(by_word | joined)
        spelled: Bools = np.equal(_either(exact, first)[same], found[same])
        plain = np.asarray(spelled.all(axis=1) | joined[same])
        sides = ((one, near.max(axis=2)), (other, near.max(axis=1)))
        return same, plain, np.fmax(*(self._rarest(words[same], met[same]) for words, met in sides))

    def _same_letters(self, one: Ints, other: Ints) -> Bools:
        """Whether the words of the shorter name start with letters that words of the longer one start
        with.
        """
        starts = [np.bitwise_or.reduce(np.where(x >= 0, self._initials[x], 0), axis=1) for x in (one, other)]
        counts = [(x >= 0).sum(axis=1) for x in (one, other)]
        first = counts[0] <= counts[1]
        less, more = np.where(first, starts[0], starts[1]), np.where(first, starts[1], starts[0])
        return np.asarray((np.minimum(*counts) >= _ENOUGH) & (less & ~more == 0))

    def _crossed(self, one: Ints, other: Ints) -> tuple[Bools, Bools, Bools]:
        """Of each word of one name and each of the other (shape: pairs, words, words): whether they are the
        same, whether nearly so, and whether one is the other's initial.
        """
        shape = (len(one), one.shape[1], other.shape[1])
        x, y = (np.broadcast_to(side, shape) for side in (one[:, :, None], other[:, None, :]))
        places = np.flatnonzero((x >= 0) & (y >= 0))
        x, y = x.ravel()[places], y.ravel()[places]
        levels = self.spelling.family_levels(x, y)
        letter = self._initials[x] == self._initials[y]
        names = self.whole.words
        initial = letter & ((names.lengths[x] == 1) | (names.lengths[y] == 1))
        found = (levels >= _EQUAL, levels >= _TYPO, initial)
        return tuple(_placed(one_, places, shape) for one_ in found)  # type: ignore[return-value]

    def _rarest(self, words: Ints, met: Bools) -> Shares:
        """How common the words that are met are, the rarest ones first."""
        return np.sort(np.where(met, self._word_shares[words], np.float32(np.nan)), axis=1)

    @cached_property
    def _initials(self) -> Longs:
        """By word a bit for its first letter, in Latin letters."""
        return np.left_shift(np.int64(1), (self.whole.words.initial_hashes % np.uint64(62)).astype(np.int64))

    @cached_property
    def _word_shares(self) -> Shares:
        """By word how common it is as a name of its own, NaN for one that is none; last that of no word."""
        names, known = self.whole.words.vocabulary.values, self.whole.parts.vocabulary.values
        places = pc.fill_null(pc.index_in(names, value_set=known), -1).to_numpy(zero_copy_only=False)
        return np.append(np.append(self.shares, np.float32(np.nan))[places], np.float32(np.nan))


def _either(crossed: Bools, first: Bools) -> Bools:
    """Which words of the first name (`first`) or of the other meet any of the other's."""
    return np.where(first, crossed.any(axis=2), crossed.any(axis=1))


def _placed(values: Bools, places: Longs, shape: tuple[int, int, int]) -> Bools:
    out = np.zeros(shape, bool)
    out.ravel()[places] = values
    return out
