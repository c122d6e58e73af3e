"""How common every value is: the share of other records, taken at random, that have it too.

Counted over the records of one kind, equal records once; as soon as it is known which records are about one,
each of those is counted once instead: ten records of one person do not make their birthday common. An e-mail,
a phone or another value that should belong to one is counted by the different names that use it: a mailbox
shared by a department is common. Small files lean on what is typical.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from matching.encoding import Bools, Ints, Longs, Values
from matching.features import Features
from matching.grouping import distinct, group_sizes, numbered
from matching.hashing import Hashes, mix
from matching.model import Common, significant

Shares = npt.NDArray[np.float32]

# Typical shares, with the weight of this many records.
_TYPICAL_RECORDS: Final = 50.0
_NEVER_SEEN: Final = 1e-6
_LEAST_LISTED: Final = 2  # records with a value for a model to list it …
_JOINED: Final = 200_000  # records of which pairs equal in two fields and apart in a third are counted
_LISTED_SHARE: Final = 1e-5  # … and their share of all records: a million list what ten have
TYPICAL: Final[Mapping[str, float]] = {
    "given": 4e-3, "family": 1e-3, "middle": 5e-3, "email": 1e-6, "phone": 1e-6, "house": 1e-5,
    "street": 1e-5, "postal": 1e-3, "locality": 5e-3, "region": 0.05, "country": 0.2, "birth": 5e-5,
    "organisation": 3e-4, "domain": 1e-3, "identifiers": 1e-5, "attributes": 1e-2, "urls": 1e-4,
}  # fmt: skip


@dataclass(frozen=True)
class Frequencies:
    """Of the records in `rows`, one of each set of equal ones; or, with `known`, as a model knows it: then
    nothing is counted, and a field that the model does not know is taken for typical.

    What is counted becomes `Common` before it is used, so a model made here scores as it did here. `seen`
    gathers it. `beside`: so many of the records with a value do not make it common, as long as nobody knows
    who they are about. Fields are named like `TYPICAL`'s, or `identifiers.x`. `who`, where known, is for
    every row of the features the number of the one that the record is about.
    """

    features: Features
    rows: Longs
    known: Mapping[str, Common] | None = None
    seen: dict[str, Common] = field(default_factory=dict)
    who: Longs | None = None
    beside: int = 1

    @cached_property
    def records(self) -> int:
        """How many different records were counted, or those that they are about."""
        return len(self.unique_rows) if self.who is None else len(distinct(self.who[self.rows]))

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
        _, first = numbered(content)
        kept = np.zeros(len(self.rows), bool)
        kept[first] = True
        return self.rows[kept]

    @cached_property
    def _counted(self) -> Bools:
        mask = np.zeros(self.features.n, bool)
        mask[self.unique_rows if self.who is None else self.rows] = True
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
        if self.known is None:
            counted = self._counted[values.rows]
            counts = self._owners(values.codes[counted], values.rows[counted], len(values.vocabulary))
            self._note(name, counts, values.vocabulary.values)
        return self._shares(name, values.vocabulary.values)

    def of_names_using(self, values: Values, name: str) -> Shares:
        """By value, from the number of different names that use it."""
        if self.known is None:
            counted = self._counted[values.rows]
            codes, rows = values.codes[counted], values.rows[counted]
            named = self.whose[rows] != 0
            codes, rows = codes[named], rows[named]
            pairs = mix(codes.astype(np.uint64), 7) ^ self.whose[rows]
            _, first = numbered(pairs)
            names = np.bincount(codes[first], minlength=len(values.vocabulary))
            counts = np.minimum(names, self._owners(codes, rows, len(values.vocabulary)))
            self._note(name, counts, values.vocabulary.hashes)
        return self._shares(name, values.vocabulary.hashes)

    def of_keys(self, values: Values, keys: Hashes, name: str) -> Shares:
        """By value, from the number of records whose value has the same key (0: no key, then NaN)."""
        if self.known is None:
            number, first = numbered(keys)
            told, counted = keys[first], self._counted[values.rows]
            counts = self._owners(number[values.codes[counted]], values.rows[counted], len(told))
            self._note(name, np.where(told == 0, 0, counts), told)
        return np.where(keys == 0, np.float32(np.nan), self._shares(name, keys)).astype(np.float32)

    def _owners(self, codes: Longs | Ints, rows: Longs, values: int) -> Longs:
        """For each of so many values how many have it: records, or those that they are about."""
        if self.who is None:
            return np.bincount(codes, minlength=values)
        owned = distinct(codes.astype(np.int64) * self.features.n + self.who[rows])
        return np.bincount(owned // max(self.features.n, 1), minlength=values)

    def _note(self, name: str, counts: Longs, values: pa.Array | Hashes) -> None:
        typical = _typical(name)
        if self.who is None:
            others = np.maximum(counts - self.beside, 0) + _TYPICAL_RECORDS * typical
            shares = others / (self.records + _TYPICAL_RECORDS)
        else:
            others = np.maximum(counts - 1, 1) - 1.0 + _unseen(counts, typical * self.records)
            shares = others / max(self.records, 1)
        least = max(_LEAST_LISTED, int(_LISTED_SHARE * self.records))
        self.seen[name] = _common(shares, counts, values, least)

    def _shares(self, name: str, values: pa.Array | Hashes) -> Shares:
        known = self.seen if self.known is None else self.known
        common = known.get(name) or Common(_typical(name), {})
        return np.asarray(common.shares[_places(common, values)], np.float32)

    def joint_pairs(self, first: Values, second: Values, apart: Values | None = None) -> tuple[float, float]:
        """Pairs of records equal in both fields, and not in a third where it is given: how many there are,
        and would be were the fields independent. Of many records a part is counted.
        """
        rows = self.rows if apart is None else self.rows[:_JOINED]  # in the order of a hash: taken at random
        columns = [one.first[rows].astype(np.int64) for one in (first, second, apart) if one is not None]
        told = np.logical_and.reduce([column >= 0 for column in columns])
        a, b, *rest = (column[told] for column in columns)
        every = max(len(a) * (len(a) - 1) / 2, 1.0)
        both = a * max(len(second.vocabulary), 1) + b
        seen, alone = _equal_pairs(both), _equal_pairs(a)
        for third in rest:
            values = max(len(apart.vocabulary), 1) if apart is not None else 1
            seen -= _equal_pairs(numbered(both)[0] * values + third)
            alone -= _equal_pairs(a * values + third)
        share = (len(self.rows) / max(len(rows), 1)) ** 2
        return seen * share, alone * _equal_pairs(b) / every * share


def _typical(name: str) -> float:
    return TYPICAL.get(name, TYPICAL[name.partition(".")[0]] if "." in name else TYPICAL["attributes"])


def _unseen(counts: Longs, typical: float) -> float:
    """How many others have a value that one was seen with, and no other: what Good and Turing found.

    Of values that many share twice as many would be seen with two as now, for each seen with one now.
    Typical counts like so many values.
    """
    once, twice = float((counts == 1).sum()), float((counts == 2).sum())
    return (2 * twice + _TYPICAL_RECORDS * min(typical, 1.0)) / (once + 2 * twice + _TYPICAL_RECORDS)


def _common(shares: npt.NDArray[np.float64], counts: Longs, values: pa.Array | Hashes, least: int) -> Common:
    """The values of `least` records and more, and the mean share of the others as records meet them."""
    listed = np.flatnonzero(counts >= least)
    listed = listed[np.argsort(-shares[listed], kind="stable")]
    others = np.ones(len(shares), bool)
    others[listed] = False
    weights = counts[others]
    rest = float(np.average(shares[others], weights=weights)) if weights.sum() else _NEVER_SEEN
    names = values.take(pa.array(listed)) if isinstance(values, pa.Array) else _hexadecimal(values[listed])
    few, which = np.unique(shares[listed], return_inverse=True)  # as many as there are counts
    told = np.array([significant(share) for share in few.tolist()])[which]
    return Common(significant(rest), dict(zip(names.to_pylist(), told.tolist(), strict=True)))


def _places(common: Common, values: pa.Array | Hashes) -> Longs:
    """Where in the list of common values each of `values` stands; -1 for the rest."""
    if isinstance(values, pa.Array):
        return common.listed.places(values)
    if not common.values:
        return np.full(len(values), -1, np.int64)
    listed, order = common.hashes
    place = np.minimum(np.searchsorted(listed, values), len(listed) - 1)
    return np.where(listed[place] == values, order[place], -1)


def _hexadecimal(hashes: Hashes) -> pa.Array:
    return pa.array([f"{number:016x}" for number in hashes.tolist()], pa.string())


def _equal_pairs(codes: Longs) -> float:
    sizes = group_sizes(codes)
    return float((sizes * (sizes - 1) // 2).sum())


def _of(hashes: Hashes, values: Values) -> Hashes:
    if len(hashes) == 0:
        return np.zeros(len(values), np.uint64)
    return np.where(values.first >= 0, hashes[values.first], np.uint64(0))
