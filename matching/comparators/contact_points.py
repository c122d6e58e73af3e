"""E-mail addresses and phone numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.comparison import Agreement, Compared, Shares, over_values
from matching.encoding import Bools, Ints, Longs
from matching.features import Features
from matching.features.contact_points import PhoneFeatures
from matching.frequencies import Frequencies
from matching.kernels import compiled
from matching.similarity import by_pair, edits, jaro_winkler

if TYPE_CHECKING:
    from matching.kernels.contact_points import Addresses

EMAIL: Final = ("different", "alike", "same mailbox name", "typing error", "equal")
PHONE: Final = ("different", "typing error", "same ending", "equal")

_ALIKE: Final = 0.9


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
        if compiled(len(a)):
            return self._compiled.compared(a, b, _ALIKE)
        stem = self.features.emails.stems.hashes
        equal = a == b
        levels = np.where(equal, len(EMAIL) - 1, 0).astype(np.int8)
        odd = np.flatnonzero(~equal & (self._worth_a_look(a, b) | (stem[a] == stem[b])))
        if len(odd):
            levels[odd] = by_pair(a[odd], b[odd], self._pairs).astype(np.int8)
        shares = np.where(levels == len(EMAIL) - 1, self._shares[a], np.nan)
        return levels, shares.astype(np.float32)

    @cached_property
    def _compiled(self) -> Addresses:
        """The addresses as compiled loops compare them, to the same levels."""
        from matching.kernels.contact_points import Addresses  # noqa: PLC0415 - loads Numba

        e = self.features.emails
        spelled = (e.address.vocabulary.compiled, e.stems.compiled)
        hashes = (e.start_hashes, e.digit_hashes, e.stems.hashes, e.local_hashes)
        return Addresses.of(hashes, e.domains[0], e.lengths, e.stem_hashes != 0, spelled, self._shares)

    def _pairs(self, a: Ints, b: Ints) -> np.ndarray:
        emails = self.features.emails
        local, (domain, _), stem = emails.local_hashes, emails.domains, emails.stems.hashes
        level = np.zeros(len(a), np.int8)
        same_stem = (stem[a] == stem[b]) & (emails.stem_hashes[a] != 0)
        told = np.minimum(emails.stem_lengths[a], emails.stem_lengths[b]) > 0
        both = np.flatnonzero(told & ~same_stem & self._worth_a_look(a, b))
        close = jaro_winkler(emails.stems, a[both], b[both], _ALIKE) > 0
        level[both[close]] = 1
        level[same_stem] = 1
        level[local[a] == local[b]] = 2
        near = np.flatnonzero((level > 0) | (domain[a] == domain[b]) & self._worth_a_look(a, b))
        same_digits = self.features.emails.digit_hashes[a[near]] == self.features.emails.digit_hashes[b[near]]
        near = near[same_digits]
        typo = edits(emails.address.vocabulary, a[near], b[near], 2) <= self._allowed(a[near], b[near])
        level[near[typo]] = 3
        return level

    def _worth_a_look(self, a: Ints, b: Ints) -> Bools:
        starts = self.features.emails.start_hashes
        return np.asarray(starts[a] == starts[b])

    def _allowed(self, a: Ints, b: Ints) -> Ints:
        return np.where(
            np.minimum(self.features.emails.lengths[a], self.features.emails.lengths[b]) >= 16, 2, 1
        ).astype(np.int32)

    def _made_of_name(self, a: Longs, b: Longs) -> Bools:
        """Whether the first addresses of both records hold a given or family name of either."""
        own = self.features.address_holds_own_name
        made = own[a] & own[b]
        rest = np.flatnonzero(~made)
        one, other = a[rest], b[rest]
        held_a = own[one] | self.features.address_holds_name(one, other)
        held_b = own[other] | self.features.address_holds_name(other, one)
        made[rest] = held_a & held_b
        return made


@dataclass(frozen=True)
class PhoneComparator:
    phones: PhoneFeatures
    frequencies: Frequencies

    @cached_property
    def _shares(self) -> Shares:
        return self.frequencies.of_names_using(self.phones.number, "phone")

    def compare(self, a: Longs, b: Longs) -> dict[str, Agreement]:
        return {"phone": over_values(self.phones.number, a, b, self._levels)}

    def _levels(self, a: Ints, b: Ints) -> Compared:
        level = np.zeros(len(a), np.int8)
        ending = self.phones.ending_hashes[a] == self.phones.ending_hashes[b]
        level[ending] = 2
        level[a == b] = 3
        odd = np.flatnonzero((level == 0) & self.phones.ends.near(a, b))
        level[odd[edits(self.phones.number.vocabulary, a[odd], b[odd], 1) <= 1]] = 1
        return level, np.where(level >= 2, self._shares[a], np.nan).astype(np.float32)
