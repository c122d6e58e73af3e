"""Streets with house numbers, and the place they are in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from matching.comparison import Agreement, Compared, Levels, Shares, over_values, unknown
from matching.encoding import Ints, Longs
from matching.features.places import PlaceFeatures, StreetFeatures
from matching.frequencies import Frequencies
from matching.similarity import by_pair, edits, jaro_winkler

STREET: Final = ("different", "same street", "alike", "equal")
COUNTRY: Final = ("different", "equal")
PLACE: Final = ("different", "same region", "alike", "same town", "same postal code")

_ALIKE: Final = 0.88  # Jaro–Winkler
_ALIKE_TOWN: Final = 0.9


@dataclass(frozen=True)
class StreetComparator:
    streets: StreetFeatures
    frequencies: Frequencies

    @cached_property
    def _shares(self) -> Shares:
        by_house = self.frequencies.of_keys(self.streets.line, self.streets.houses, "house")
        return np.where(np.isnan(by_house), self.frequencies.of_values(self.streets.line, "street"), by_house)

    def compare(self, a: Longs, b: Longs) -> dict[str, Agreement]:
        return {"street": over_values(self.streets.line, a, b, self._levels)}

    def _levels(self, a: Ints, b: Ints) -> Compared:
        s = self.streets
        same_core = (s.cores[a] == s.cores[b]) & (s.cores[a] != 0)
        same_number = (s.numbers[a] == s.numbers[b]) & (s.numbers[a] != 0)
        level = np.zeros(len(a), np.int8)
        level[same_core] = 1
        alike = np.flatnonzero(same_number & ~same_core)
        if len(alike):
            close = by_pair(a[alike], b[alike], self._core_similarity) > 0
            level[alike[close]] = 2
        level[(same_core & same_number) | (a == b)] = 3
        return level, np.where(level == 3, self._shares[a], np.nan).astype(np.float32)

    def _core_similarity(self, a: Ints, b: Ints) -> np.ndarray:
        return jaro_winkler(self.streets.core_texts, a, b, _ALIKE)


@dataclass(frozen=True)
class PlaceComparator:
    """Postal code and town in one comparison: they tell the same thing twice. The country speaks only where
    nothing nearer can be compared.
    """

    places: PlaceFeatures
    frequencies: Frequencies

    @cached_property
    def _postal_shares(self) -> Shares:
        return self.frequencies.of_values(self.places.postal, "postal")

    @cached_property
    def _town_shares(self) -> Shares:
        return self.frequencies.of_values(self.places.locality, "locality")

    @cached_property
    def _country_shares(self) -> Shares:
        return self.frequencies.of_values(self.places.country, "country")

    @cached_property
    def _region_shares(self) -> Shares:
        return self.frequencies.of_values(self.places.region, "region")

    def compare(self, a: Longs, b: Longs) -> dict[str, Agreement]:
        p = self.places
        postal = over_values(p.postal, a, b, self._postal)
        town = over_values(p.locality, a, b, self._town)
        region = over_values(p.region, a, b, self._region)
        levels: Levels = np.maximum(np.maximum(postal.levels, town.levels), region.levels)
        shares = np.where(levels == 4, postal.shares, np.where(levels == 3, town.shares, region.shares))
        shares = np.where(np.isin(levels, (1, 3, 4)), shares, np.nan).astype(np.float32)
        return {"place": Agreement(levels, shares), "country": self._country(a, b, levels)}

    def _country(self, a: Longs, b: Longs, nearer: Levels) -> Agreement:
        levels, shares = unknown(len(a))
        rows = np.flatnonzero(nearer < 0)
        found = over_values(self.places.country, a[rows], b[rows], self._countries)
        levels[rows], shares[rows] = found.levels, found.shares
        return Agreement(levels, shares)

    def _countries(self, a: Ints, b: Ints) -> Compared:
        level = (a == b).astype(np.int8)
        return level, np.where(a == b, self._country_shares[a], np.nan).astype(np.float32)

    def _postal(self, a: Ints, b: Ints) -> Compared:
        equal = a == b
        level = np.where(equal, 4, 0).astype(np.int8)
        odd = np.flatnonzero(~equal & self.places.postal_ends.near(a, b))
        level[odd[by_pair(a[odd], b[odd], self._one_edit) > 0]] = 2
        return level, np.where(equal, self._postal_shares[a], np.nan).astype(np.float32)

    def _one_edit(self, a: Ints, b: Ints) -> np.ndarray:
        return (edits(self.places.postal.vocabulary, a, b, 1) <= 1).astype(np.float32)

    def _town(self, a: Ints, b: Ints) -> Compared:
        equal = a == b
        level = np.where(equal, 3, 0).astype(np.int8)
        odd = np.flatnonzero(~equal)
        level[odd[by_pair(a[odd], b[odd], self._town_similarity) > 0]] = 2
        return level, np.where(equal, self._town_shares[a], np.nan).astype(np.float32)

    def _town_similarity(self, a: Ints, b: Ints) -> np.ndarray:
        return jaro_winkler(self.places.locality.vocabulary, a, b, _ALIKE_TOWN)

    def _region(self, a: Ints, b: Ints) -> Compared:
        equal = a == b
        level = np.where(equal, 1, 0).astype(np.int8)
        return level, np.where(equal, self._region_shares[a], np.nan).astype(np.float32)
