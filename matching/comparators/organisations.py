"""Names of organisations, by their words and what the words are worth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from matching.comparison import Agreement, Compared, Shares, over_values
from matching.encoding import Ints, Longs
from matching.features.organisations import OrganisationFeatures
from matching.frequencies import Frequencies
from matching.similarity import by_distinct_pair, jaro_winkler, word_overlap

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
        return level, np.where(equal, self._shares[a], np.nan).astype(np.float32)

    def _pairs(self, a: Ints, b: Ints) -> np.ndarray:
        found = self.organisation.words
        jaccard, contained, inside = word_overlap(found.starts, found.codes, self.organisation.rarity, a, b)
        spelling = jaro_winkler(self.organisation.core.vocabulary, a, b, _SPELLING)
        level = np.select(
            [
                (jaccard >= _NEARLY) | (spelling > 0),
                inside | (contained >= 0.9),
                jaccard >= _MANY,
                jaccard >= _SOME,
            ],
            [4, 3, 2, 1],
            0,
        )
        return level.astype(np.float32)
