"""Names of organisations, by their words and what the words are worth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow.compute as pc

from matching.comparison import Agreement, Compared, Shares, over_values
from matching.encoding import Bools, Floats, Ints, Longs
from matching.features.organisations import OrganisationFeatures
from matching.frequencies import Frequencies
from matching.hashing import Hashes, text_hashes
from matching.similarity import by_distinct_pair, edits, jaro_winkler, rarest_shared, word_overlap

ORGANISATION: Final = (
    "different",
    "some words",
    "many words",
    "one holds the other",
    "nearly equal",
    "equal",
)

_SOME: Final = 0.25  # shared worth over the worth of both names together
_MANY: Final = 0.5
_NEARLY: Final = 0.8
_SPELLING: Final = 0.93  # Jaro–Winkler of the whole
_LETTERS_AN_EDIT: Final = 6  # of a name, for an edit to be a slip …
_LETTERS_APART: Final = 5  # … and an edit in the words that two names do not share


@dataclass(frozen=True)
class OrganisationComparator:
    organisation: OrganisationFeatures
    frequencies: Frequencies
    field: str

    @cached_property
    def _shares(self) -> Shares:
        return self.frequencies.of_values(self.organisation.core, "organisation")

    def compare(self, a: Longs, b: Longs) -> dict[str, Agreement]:
        return {self.field: over_values(self.organisation.core, a, b, self._levels)}

    def _levels(self, a: Ints, b: Ints) -> Compared:
        bags = self.organisation.bag_hashes
        equal = (a == b) | (bags[a] == bags[b])
        level = np.where(equal, 5, 0).astype(np.int8)
        odd = np.flatnonzero(~equal)
        if len(odd):
            level[odd] = by_distinct_pair(a[odd], b[odd], self._pairs).astype(np.int8)
        shares = np.where(equal, self._shares[a], np.nan).astype(np.float32)
        part = odd[level[odd] > 1]
        shares[part] = by_distinct_pair(a[part], b[part], self._shared)
        return level, shares

    def _shared(self, a: Ints, b: Ints) -> np.ndarray:
        """How common what two names share is: the name itself, but for a typing error, or else a word."""
        whole = np.maximum(self._shares[a], self._shares[b])
        return np.where(self._typing_error(a, b), whole, self._rarest_shared(a, b)).astype(np.float32)

    def _typing_error(self, a: Ints, b: Ints) -> Bools:
        """An edit or, in longer names, two, none of them in a number or a word of one letter."""
        lengths = self._lengths
        allowed = np.minimum(np.minimum(lengths[a], lengths[b]) // _LETTERS_AN_EDIT, 2)
        apart = np.abs(lengths[a] - lengths[b])
        near = np.flatnonzero((self._fixed[a] == self._fixed[b]) & (apart <= allowed))
        wrong = edits(self.organisation.core.vocabulary, a[near], b[near], 2)
        near, wrong = near[wrong <= allowed[near]], wrong[wrong <= allowed[near]]
        found = np.zeros(len(a), bool)
        found[near] = wrong * _LETTERS_APART <= self._letters_apart(a[near], b[near])
        return found

    def _letters_apart(self, a: Ints, b: Ints) -> Floats:
        """How many letters the words have that two names do not share, of the one where they are fewer."""
        words, letters = self.organisation.words, self._letters
        shared = word_overlap(words.starts, words.codes, letters, a, b)[0]
        one, other = self._all_letters[a], self._all_letters[b]
        return np.asarray(np.round(np.minimum(one, other) - shared * (one + other) / (1 + shared)), float)

    @cached_property
    def _letters(self) -> Floats:
        """Of each word how long it is."""
        return np.asarray(pc.utf8_length(self.organisation.words.vocabulary.values).to_numpy(), float)

    @cached_property
    def _all_letters(self) -> Floats:
        """Of each name how long its words are together."""
        words = self.organisation.words
        letters = np.bincount(words.owners, self._letters[words.codes], len(words.starts) - 1)
        return np.asarray(letters, float)

    @cached_property
    def _lengths(self) -> Ints:
        return np.asarray(pc.utf8_length(self.organisation.core.vocabulary.values).to_numpy(), np.int32)

    @cached_property
    def _fixed(self) -> Hashes:
        """Of each name its numbers and its words of one letter."""
        rest = r"\b[^\d\s]{2,}\b"
        return text_hashes(pc.replace_substring_regex(self.organisation.core.vocabulary.values, rest, ""))

    def _rarest_shared(self, a: Ints, b: Ints) -> np.ndarray:
        """A rare word in common says more than a common one, however much else is in the names."""
        found = self.organisation.words
        return rarest_shared(found.starts, found.codes, self.organisation.word_shares, a, b)

    def _pairs(self, a: Ints, b: Ints) -> np.ndarray:
        found = self.organisation.words
        jaccard, contained, inside = word_overlap(found.starts, found.codes, self.organisation.rarity, a, b)
        spelling = jaro_winkler(self.organisation.core.vocabulary, a, b, _SPELLING)
        typo = self._typing_error(a, b)
        level = np.select(
            [
                (jaccard >= _NEARLY) | (spelling > 0) | typo,
                inside | (contained >= 0.9),
                jaccard >= _MANY,
                jaccard >= _SOME,
            ],
            [4, 3, 2, 1],
            0,
        )
        return level.astype(np.float32)
