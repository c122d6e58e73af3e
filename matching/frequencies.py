"""How common every value is: the share of other records, taken at random, that have it too.

Counted over the records of one kind, equal records once. An e-mail, a phone or another value that should
belong to one is counted by the different names that use it: ten records of one person do not make it common,
a mailbox shared by a department is. Small files lean on what is typical.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.encoding import Bools, Longs, Values
from matching.features import Features
from matching.hashing import Hashes, mix
from matching.model import Common

Shares = npt.NDArray[np.float32]

# Typical shares, with the weight of this many records.
_TYPICAL_RECORDS: Final = 50.0
_LISTED: Final = 500  # values of a field that a model lists
_LEAST_LISTED: Final = 5  # records with a value for it to be listed
TYPICAL: Final[Mapping[str, float]] = {
    "given": 4e-3, "family": 1e-3, "middle": 5e-3, "email": 1e-6, "phone": 1e-6, "house": 1e-5, "street":
    1e-5, "postal":
    1e-3,
    "locality": 5e-3, "region": 0.05, "birth": 5e-5, "organisation": 3e-4, "domain": 1e-3, "identifiers":
    1e-5,
    "attributes": 1e-2, "urls": 1e-4,
}  # fmt: skip


@dataclass(frozen=True)
class Frequencies:
    """Of the records in `rows`, one of each set of equal ones; or as a model knows it, for the fields in
    `known`.

    `seen` gathers what was counted, to go into a model. Fields are named like `TYPICAL`'s, or
    `identifiers.x`.
    """

    features: Features
    rows: Longs
    known: Mapping[str, Common] = field(default_factory=dict)
    seen: dict[str, Common] = field(default_factory=dict)

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

    def of_values(self, values: Values, name: str) -> Shares:
        """By value, from the number of records that have it."""
        if name in self.known:
            return self._known(name, values.vocabulary.values)
        counted = self._counted[values.rows]
        counts = np.bincount(values.codes[counted], minlength=len(values.vocabulary))
        shares = self._share(counts, name)
        self.seen[name] = _common(shares, counts, values.vocabulary.values)
        return shares

    def of_names_using(self, values: Values, name: str) -> Shares:
        """By value, from the number of different names that use it."""
        if name in self.known:
            return self._known(name, _hexadecimal(values.vocabulary.hashes))
        counted = self._counted[values.rows]
        codes, rows = values.codes[counted], values.rows[counted]
        named = self.whose[rows] != 0
        codes, rows = codes[named], rows[named]
        pairs = mix(codes.astype(np.uint64), 7) ^ self.whose[rows]
        _, first = np.unique(pairs, return_index=True)
        counts = np.bincount(codes[first], minlength=len(values.vocabulary))
        shares = self._share(counts, name)
        self.seen[name] = _common(shares, counts, values.vocabulary.hashes)
        return shares

    def of_keys(self, values: Values, keys: Hashes, name: str) -> Shares:
        """By value, from the number of records whose value has the same key (0: no key, then NaN)."""
        distinct, inverse = np.unique(keys, return_inverse=True)
        if name in self.known:
            shares = self._known(name, _hexadecimal(distinct))
        else:
            counted = self._counted[values.rows]
            counts = np.bincount(inverse[values.codes[counted]], minlength=len(distinct))
            shares = self._share(counts, name)
            self.seen[name] = _common(shares, np.where(distinct == 0, 0, counts), distinct)
        return np.where(keys == 0, np.float32(np.nan), shares[inverse]).astype(np.float32)

    def _known(self, name: str, texts: pa.Array) -> Shares:
        common = self.known[name]
        places = pc.fill_null(pc.index_in(texts, value_set=pa.array(list(common.values), pa.string())), -1)
        shares = np.array([*common.values.values(), common.rest], np.float32)
        return np.asarray(shares[places.to_numpy()], np.float32)

    def joint_pairs(self, first: Values, second: Values) -> tuple[float, float]:
        """Pairs of records equal in both fields: how many there are, and would be were the fields
        independent.
        """
        a, b = first.first[self.rows].astype(np.int64), second.first[self.rows].astype(np.int64)
        told = (a >= 0) & (b >= 0)
        a, b = a[told], b[told]
        every = len(a) * max(len(a) - 1, 1) / 2
        seen = _equal_pairs(a * max(len(second.vocabulary), 1) + b)
        return seen, _equal_pairs(a) * _equal_pairs(b) / max(every, 1.0)

    def _share(self, counts: Longs, name: str) -> Shares:
        typical = TYPICAL.get(name, TYPICAL[name.partition(".")[0]] if "." in name else TYPICAL["attributes"])
        others = np.maximum(counts - 1, 0) + _TYPICAL_RECORDS * typical
        return (others / (self.records + _TYPICAL_RECORDS)).astype(np.float32)


def _common(shares: Shares, counts: Longs, values: pa.Array | Hashes) -> Common:
    """The commonest values, and the mean share of the others as records meet them."""
    order = np.argsort(-shares, kind="stable")[:_LISTED]
    order = order[counts[order] >= _LEAST_LISTED]
    others = np.ones(len(shares), bool)
    others[order] = False
    weights = counts[others]
    rest = float(np.average(shares[others], weights=weights)) if weights.sum() else 1e-6
    listed = values.take(pa.array(order)) if isinstance(values, pa.Array) else _hexadecimal(values[order])
    return Common(rest, dict(zip(listed.to_pylist(), shares[order].astype(float).tolist(), strict=True)))


def _hexadecimal(hashes: Hashes) -> pa.Array:
    return pa.array([f"{number:016x}" for number in hashes.tolist()], pa.string())


def _equal_pairs(codes: Longs) -> float:
    _, counts = np.unique(codes, return_counts=True)
    return float((counts * (counts - 1) // 2).sum())


def _of(hashes: Hashes, values: Values) -> Hashes:
    if len(hashes) == 0:
        return np.zeros(len(values), np.uint64)
    return np.where(values.first >= 0, hashes[values.first], np.uint64(0))
