"""E-mail addresses and phone numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow.compute as pc

from matching.byte_texts import Bytes, byte_texts, holding
from matching.comparison import Agreement, Compared, Shares, over_values
from matching.encoding import Bools, Ints, Longs, Values
from matching.features import Features
from matching.frequencies import Frequencies
from matching.hashing import text_hashes
from matching.similarity import Ends, by_distinct_pair, edits, jaro_winkler

EMAIL: Final = ("different", "alike", "same mailbox name", "typing error", "equal")
PHONE: Final = ("different", "typing error", "same ending", "equal")

_ALIKE: Final = 0.9
_SHORTEST_NAME: Final = 3
_KEPT: Final = 4  # digits at the beginning or the end that a typing error leaves as they are


@dataclass(frozen=True)
class EmailComparator:
    """Two addresses that are alike because both are made of one name say no more than the name does: they
    differ.
    """

    features: Features
    frequencies: Frequencies

    @cached_property
    def _shares(self) -> Shares:
        return self.frequencies.of_names_using(self.features.emails.address, "email")

    def compare(self, a: Longs, b: Longs) -> dict[str, Agreement]:
        found = over_values(self.features.emails.address, a, b, self._levels)
        alike = np.flatnonzero((found.levels == 1) | (found.levels == 2))
        if len(alike):
            found.levels[alike[self._made_of_name(a[alike], b[alike])]] = 0
        return {"email": found}

    def _levels(self, a: Ints, b: Ints) -> Compared:
        levels = np.full(len(a), len(EMAIL) - 1, np.int8)
        odd = np.flatnonzero(a != b)
        if len(odd):
            levels[odd] = by_distinct_pair(a[odd], b[odd], self._pairs).astype(np.int8)
        shares = np.where(levels == len(EMAIL) - 1, self._shares[a], np.nan)
        return levels, shares.astype(np.float32)

    def _pairs(self, a: Ints, b: Ints) -> np.ndarray:
        emails = self.features.emails
        local, (domain, _), (stem, stems) = emails.local_codes, emails.domains, emails.stems
        level = np.zeros(len(a), np.int8)
        same_stem = (stem[a] == stem[b]) & (emails.stem_hashes[a] != 0)
        both = np.flatnonzero((stem[a] >= 0) & (stem[b] >= 0) & ~same_stem & self._worth_a_look(a, b))
        close = jaro_winkler(stems.texts, stem[a[both]], stem[b[both]]) >= _ALIKE
        level[both[close]] = 1
        level[same_stem] = 1
        level[(local[a] == local[b]) & (local[a] >= 0)] = 2
        near = np.flatnonzero((level > 0) | (domain[a] == domain[b]) & self._worth_a_look(a, b))
        same_digits = self._digit_hashes[a[near]] == self._digit_hashes[b[near]]
        near = near[same_digits]
        typo = edits(emails.address.vocabulary.texts, a[near], b[near], 2) <= self._allowed(a[near], b[near])
        level[near[typo]] = 3
        return level

    def _worth_a_look(self, a: Ints, b: Ints) -> Bools:
        starts = self._start_hashes
        return np.asarray(starts[a] == starts[b])

    def _allowed(self, a: Ints, b: Ints) -> Ints:
        return np.where(np.minimum(self._lengths[a], self._lengths[b]) >= 16, 2, 1).astype(np.int32)

    @cached_property
    def _lengths(self) -> Ints:
        return np.asarray(pc.utf8_length(self.features.emails.address.vocabulary.values).to_numpy(), np.int32)

    @cached_property
    def _start_hashes(self) -> np.ndarray:
        return text_hashes(pc.utf8_slice_codeunits(self.features.emails.address.vocabulary.values, 0, 1))

    @cached_property
    def _digit_hashes(self) -> np.ndarray:
        digits = pc.replace_substring_regex(self.features.emails.locals, "[^0-9]+", "")
        return text_hashes(digits)

    def _made_of_name(self, a: Longs, b: Longs) -> Bools:
        """Whether the first addresses of both records hold a given or family name of either."""
        made = self._made_of_own[a] & self._made_of_own[b]
        rest = np.flatnonzero(~made)
        one, other = a[rest], b[rest]
        held_a = self._made_of_own[one] | self._holding(one, other)
        held_b = self._made_of_own[other] | self._holding(other, one)
        made[rest] = held_a & held_b
        return made

    @cached_property
    def _made_of_own(self) -> Bools:
        """For every record whether its first address holds a name of its own."""
        rows = np.flatnonzero(self.features.emails.address.first >= 0)
        made = np.zeros(self.features.n, bool)
        made[rows] = self._holding(rows, rows)
        return made

    def _holding(self, rows: Longs, named: Longs) -> Bools:
        """Whether the first address of a record holds a name of another, pair by pair."""
        codes, _ = self.features.emails.stems
        stems = _seen(self._stems, codes[self.features.emails.address.first[rows]])
        held = np.zeros(len(rows), bool)
        for column in (self.features.names.given, self.features.names.family):
            held |= holding(stems, _seen(self._names, column.first[named]), _SHORTEST_NAME)
        return held

    @cached_property
    def _stems(self) -> Bytes:
        return byte_texts(self.features.emails.stems[1].values)

    @cached_property
    def _names(self) -> Bytes:
        return byte_texts(pc.replace_substring(self.features.names.latin_values, " ", ""))


def _seen(texts: Bytes, codes: Ints) -> Bytes:
    """The texts with these numbers, empty where there is none."""
    if len(texts) == 0:
        return np.zeros(len(codes), "S1")
    return np.where(codes >= 0, texts[codes], b"")


@dataclass(frozen=True)
class PhoneComparator:
    numbers: Values
    endings: np.ndarray
    frequencies: Frequencies

    @cached_property
    def _shares(self) -> Shares:
        return self.frequencies.of_names_using(self.numbers, "phone")

    @cached_property
    def _ends(self) -> Ends:
        return Ends.of(self.numbers.vocabulary.values, _KEPT)

    def compare(self, a: Longs, b: Longs) -> dict[str, Agreement]:
        return {"phone": over_values(self.numbers, a, b, self._levels)}

    def _levels(self, a: Ints, b: Ints) -> Compared:
        level = np.zeros(len(a), np.int8)
        ending = self.endings[a] == self.endings[b]
        level[ending] = 2
        level[a == b] = 3
        odd = np.flatnonzero((level == 0) & self._ends.near(a, b))
        level[odd[edits(self.numbers.vocabulary.texts, a[odd], b[odd], 1) <= 1]] = 1
        return level, np.where(level >= 2, self._shares[a], np.nan).astype(np.float32)
