"""Birth dates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from matching.comparison import Agreement, Compared, Shares, over_values
from matching.encoding import Ints, Longs
from matching.features.dates import DateFeatures
from matching.frequencies import Frequencies

BIRTH: Final = (
    "different",
    "same year",
    "two parts equal",
    "one is less exact",
    "one digit",
    "day and month swapped",
    "equal",
)


@dataclass(frozen=True)
class BirthComparator:
    births: DateFeatures
    frequencies: Frequencies

    @cached_property
    def _shares(self) -> Shares:
        return self.frequencies.of_values(self.births.date, "birth")

    def compare(self, a: Longs, b: Longs) -> dict[str, Agreement]:
        return {"birth_date": over_values(self.births.date, a, b, self._levels)}

    def _levels(self, a: Ints, b: Ints) -> Compared:
        d = self.births
        year, month, day = (column[a] == column[b] for column in (d.years, d.months, d.days))
        level = np.zeros(len(a), np.int8)
        level[year & (d.years[a] > 0)] = 1
        complete = d.complete[a] & d.complete[b]
        level[complete & (year.astype(int) + month + day == 2)] = 2
        loose = year & (d.years[a] > 0) & self._less_exact(a, b)
        level[loose] = 3
        odd = np.flatnonzero(complete & (a != b) & ~loose)
        wrong = (d.digits[a[odd]] != d.digits[b[odd]]).sum(axis=1)
        level[odd[wrong == 1]] = 4
        level[complete & year & (d.days[a] == d.months[b]) & (d.months[a] == d.days[b])] = 5
        level[a == b] = 6
        return level, np.where(a == b, self._shares[a], np.nan).astype(np.float32)

    def _less_exact(self, a: Ints, b: Ints) -> np.ndarray:
        """One of two dates in the same year has no month or day, or stands on the first of January."""
        d = self.births
        vague = (d.months == 0) | (d.days == 0) | ((d.months == 1) & (d.days == 1))
        same_month = (d.months[a] == d.months[b]) | (d.months[a] == 0) | (d.months[b] == 0)
        first = ((d.months == 1) & (d.days == 1)) | (d.months == 0)
        return np.asarray((vague[a] != vague[b]) & (same_month | first[a] | first[b]))
