"""How common every value is: the share of other records, taken at random, that have it too.

Counted over the records of one kind, equal records once. An e-mail, a phone or another value that should
belong to one is counted by the different names that use it: ten records of one person do not make it common,
a mailbox shared by a department is. Small files lean on what is typical.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.encoding import Bools, Longs, Values
from matching.features import Features
from matching.hashing import Hashes, mix

Shares = npt.NDArray[np.float32]

# Typical shares, with the weight of this many records.
_TYPICAL_RECORDS: Final = 50.0
TYPICAL: Final[Mapping[str, float]] = {
    "given": 4e-3, "family": 1e-3, "middle": 5e-3, "email": 1e-6, "phone": 1e-6, "house": 1e-5, "postal": 1e-3,
    "locality": 5e-3, "region": 0.05, "birth": 5e-5, "organisation": 3e-4, "domain": 1e-3, "identifier": 1e-5,
    "attribute": 1e-2,
}  # fmt: skip


@dataclass(frozen=True)
class Frequencies:
    """Of the records in `rows`: one of each set of equal ones."""

    features: Features
    rows: Longs

    @cached_property
    def records(self) -> int:
        """How many different records were counted."""
        return len(self.unique_rows)

    @cached_property
    def unique_rows(self) -> Longs:
        f = self.features
        columns = [
            f.names.given, f.names.family, f.names.middle, f.emails.address, f.phones.number, f.streets.line,
            f.places.postal, f.places.locality, f.births.date, f.organisation.core,
            *(other.values for other in f.others),
        ]  # fmt: skip
        content = np.zeros(len(self.rows), np.uint64)
        for position, column in enumerate(columns):
            content ^= mix(column.first[self.rows].astype(np.uint64), position)
        _, first = np.unique(content, return_index=True)
        return self.rows[np.sort(first)]

    @cached_property
    def _counted(self) -> Bools:
        mask = np.zeros(self.features.n, bool)
        mask[self.unique_rows] = True
        return mask

    @cached_property
    def whose(self) -> Hashes:
        """For every record what the one it is about is called, 0 where nobody can tell."""
        f = self.features
        given = _of(f.names.formal_sound_hashes, f.names.given)
        person = np.where(given != 0, given, _of(f.names.sound_hashes, f.names.family))
        return np.where(f.organisations, _of(f.organisation.bag_hashes, f.organisation.core), person)

    def of_values(self, values: Values, typical: str) -> Shares:
        """By value, from the number of records that have it."""
        counted = self._counted[values.rows]
        counts = np.bincount(values.codes[counted], minlength=len(values.vocabulary))
        return self._share(counts, typical)

    def of_names_using(self, values: Values, typical: str) -> Shares:
        """By value, from the number of different names that use it."""
        counted = self._counted[values.rows]
        codes, rows = values.codes[counted], values.rows[counted]
        named = self.whose[rows] != 0
        codes, rows = codes[named], rows[named]
        pairs = mix(codes.astype(np.uint64), 7) ^ self.whose[rows]
        _, first = np.unique(pairs, return_index=True)
        return self._share(np.bincount(codes[first], minlength=len(values.vocabulary)), typical)

    def of_keys(self, values: Values, keys: Hashes, typical: str) -> Shares:
        """By value, from the number of records whose value has the same key (0: no key, then NaN)."""
        _, inverse = np.unique(keys, return_inverse=True)
        counted = self._counted[values.rows]
        counts = np.bincount(inverse[values.codes[counted]], minlength=inverse.max(initial=-1) + 1)
        share = self._share(counts, typical)[inverse] if len(counts) else np.zeros(0, np.float32)
        return np.where(keys == 0, np.float32(np.nan), share).astype(np.float32)

    def joint_pairs(self, first: Values, second: Values) -> tuple[float, float]:
        """Pairs of records equal in both fields: how many there are, and would be were the fields independent."""
        a, b = first.first[self.rows].astype(np.int64), second.first[self.rows].astype(np.int64)
        told = (a >= 0) & (b >= 0)
        a, b = a[told], b[told]
        every = len(a) * max(len(a) - 1, 1) / 2
        seen = _equal_pairs(a * max(len(second.vocabulary), 1) + b)
        return seen, _equal_pairs(a) * _equal_pairs(b) / max(every, 1.0)

    def _share(self, counts: npt.NDArray[np.int64], typical: str) -> Shares:
        others = np.maximum(counts - 1, 0) + _TYPICAL_RECORDS * TYPICAL[typical]
        return (others / (self.records + _TYPICAL_RECORDS)).astype(np.float32)


def _equal_pairs(codes: Longs) -> float:
    _, counts = np.unique(codes, return_counts=True)
    return float((counts * (counts - 1) // 2).sum())


def _of(hashes: Hashes, values: Values) -> Hashes:
    if len(hashes) == 0:
        return np.zeros(len(values), np.uint64)
    return np.where(values.first >= 0, hashes[values.first], np.uint64(0))
