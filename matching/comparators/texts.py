"""Identifiers, attributes and other fields whose meaning is not known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from matching.comparison import Agreement, Compared, Shares, over_values
from matching.encoding import Ints, Longs
from matching.features.others import OtherFeature
from matching.frequencies import Frequencies
from matching.similarity import by_pair, edits, jaro_winkler

IDENTIFIER: Final = ("different", "typing error", "equal")
ATTRIBUTE: Final = ("different", "alike", "equal")


@dataclass(frozen=True)
class IdentifierComparator:
    feature: OtherFeature
    frequencies: Frequencies

    @cached_property
    def _shares(self) -> Shares:
        return self.frequencies.of_names_using(self.feature.values, self.feature.name)

    def compare(self, a: Longs, b: Longs) -> dict[str, Agreement]:
        return {self.feature.name: over_values(self.feature.values, a, b, self._levels)}

    def _levels(self, a: Ints, b: Ints) -> Compared:
        level = np.where(a == b, 2, 0).astype(np.int8)
        odd = np.flatnonzero(a != b)
        level[odd[by_pair(a[odd], b[odd], self._one_edit) > 0]] = 1
        return level, np.where(a == b, self._shares[a], np.nan).astype(np.float32)

    def _one_edit(self, a: Ints, b: Ints) -> np.ndarray:
        return (edits(self.feature.values.vocabulary, a, b, 1) <= 1).astype(np.float32)


@dataclass(frozen=True)
class AttributeComparator:
    """Texts alike in spelling, numbers alike in size."""

    feature: OtherFeature
    frequencies: Frequencies

    @cached_property
    def _shares(self) -> Shares:
        return self.frequencies.of_values(self.feature.values, self.feature.name)

    def compare(self, a: Longs, b: Longs) -> dict[str, Agreement]:
        return {self.feature.name: over_values(self.feature.values, a, b, self._levels)}

    def _levels(self, a: Ints, b: Ints) -> Compared:
        level = np.where(a == b, 2, 0).astype(np.int8)
        odd = np.flatnonzero(a != b)
        if len(odd):
            level[odd] = by_pair(a[odd], b[odd], self._alike)
        return level, np.where(a == b, self._shares[a], np.nan).astype(np.float32)

    def _alike(self, a: Ints, b: Ints) -> np.ndarray:
        numbers = self.feature.numbers
        spelled = jaro_winkler(self.feature.values.vocabulary, a, b, 0.9) > 0
        numeric = ~np.isnan(numbers[a]) & ~np.isnan(numbers[b])
        near = np.abs(numbers[a] - numbers[b]) <= 0.02 * np.maximum(np.abs(numbers[a]), np.abs(numbers[b]))
        return np.where(numeric, near, spelled).astype(np.float32)
