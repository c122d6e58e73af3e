"""Columns as whole numbers: every distinct value once, every record an index into them; absent is -1.

`Values` is one feature of all records. Most features have at most one value a record; those with several
keep all of them. Values are numbered by first appearance, so features built from records in a canonical
order have canonical numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.hashing import Hashes, text_hashes
from matching.letters import Letters

if TYPE_CHECKING:
    from matching.kernels.spelling import Spelled

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

_FEW_VALUES: Final = 100_000
_FEW: Final = 500  # texts that are numbered one by one


@dataclass(frozen=True)
class Vocabulary:
    """The distinct values of a feature."""

    values: pa.Array

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def texts(self) -> Texts:
        """The values as Python strings."""
        return np.asarray(self.values.to_numpy(zero_copy_only=False), dtype=object)

    @cached_property
    def hashes(self) -> Hashes:
        return text_hashes(self.values)

    @cached_property
    def letters(self) -> Letters:
        return Letters.of(self.values)

    @cached_property
    def compiled(self) -> Spelled:
        """The values as compiled loops compare them."""
        from matching.kernels.spelling import Spelled  # noqa: PLC0415 - loads Numba

        return Spelled.of(self.values)

    def spelled(self, codes: Ints) -> Texts:
        """The values with these numbers; all are made Python strings only if many are asked for."""
        if "texts" in self.__dict__ or len(self) < _FEW_VALUES:
            return self.texts[codes]
        return np.asarray(self.values.take(pa.array(codes)).to_numpy(zero_copy_only=False), dtype=object)


@dataclass(frozen=True)
class Values:
    """One feature: `first[i]` is record i's first value; `starts` and `flat` hold all when some have
    several.
    """

    first: Ints
    vocabulary: Vocabulary
    starts: Longs | None = None
    flat: Ints | None = None

    def __len__(self) -> int:
        return len(self.first)

    @property
    def several(self) -> bool:
        """Whether any record has more than one value."""
        return self.starts is not None

    @cached_property
    def with_several(self) -> Bools:
        """Which records have several values; empty when none has."""
        return np.zeros(0, bool) if self.starts is None else np.diff(self.starts) > 1

    @cached_property
    def rows(self) -> Longs:
        """The record of every value, ascending."""
        if self.starts is None:
            return np.flatnonzero(self.first >= 0)
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @cached_property
    def codes(self) -> Ints:
        """Every value, in the order of `rows`."""
        return self.first[self.first >= 0] if self.flat is None else self.flat

    @cached_property
    def filled(self) -> float:
        """The share of records that have a value."""
        return float((self.first >= 0).mean()) if len(self) else 0.0

    def mapped(self, onto: npt.NDArray[np.integer], vocabulary: Vocabulary) -> Values:
        """The feature seen through a function of its values: `onto[code]` is the new code, -1 for none."""
        first = np.where(self.first >= 0, onto[self.first] if len(onto) else -1, -1).astype(np.int32)
        if self.starts is None or self.flat is None:
            return Values(first, vocabulary)
        return several_values(len(self), self.rows, onto[self.flat].astype(np.int32), vocabulary)

    @cached_property
    def _owned(self) -> Longs:
        """Every record and value as one number, ascending."""
        return np.sort(self.rows * (len(self.vocabulary) + 1) + self.codes)

    def held_by(self, rows: Longs, codes: Ints) -> Bools:
        """Whether record `rows[i]` has the value `codes[i]` among its own."""
        wanted = rows * (len(self.vocabulary) + 1) + codes
        place = np.minimum(np.searchsorted(self._owned, wanted), max(len(self._owned) - 1, 0))
        return np.asarray(self._owned[place] == wanted) if len(self._owned) else np.zeros(len(rows), bool)

    def hashed(self) -> Hashes:
        """The first value's hash for every record, 0 for none."""
        if len(self.vocabulary) == 0:
            return np.zeros(len(self), np.uint64)
        return np.where(self.first >= 0, self.vocabulary.hashes[self.first], np.uint64(0))

    def taken(self, rows: Longs) -> Values:
        """The same feature of some of the records."""
        if self.starts is None or self.flat is None:
            return Values(self.first[rows], self.vocabulary)
        lengths = np.diff(self.starts)[rows]
        return several_values(
            len(rows),
            np.repeat(np.arange(len(rows)), lengths),
            self.flat[ranges(self.starts[:-1][rows], lengths)],
            self.vocabulary,
        )


def no_values(n: int) -> Values:
    return Values(np.full(n, -1, np.int32), Vocabulary(pa.array([], pa.string())))


def several_values(n: int, rows: Longs, codes: Ints, vocabulary: Vocabulary) -> Values:
    """From (record, value) pairs in ascending order of record; -1 values are left out."""
    if (codes < 0).any():
        rows, codes = rows[codes >= 0], codes[codes >= 0]
    counts = np.bincount(rows, minlength=n)
    starts = np.concatenate(([0], np.cumsum(counts)))
    first = np.full(n, -1, np.int32)
    some = counts > 0
    first[some] = codes[starts[:-1][some]]
    if counts.max(initial=0) <= 1:
        return Values(first, vocabulary)
    return Values(first, vocabulary, starts, codes.astype(np.int32))


def ranges(starts: Longs, lengths: Longs) -> Longs:
    """start, start+1, … start+length-1 for each, one after the other."""
    total = int(lengths.sum())
    return np.arange(total) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)


def dictionary(texts: pa.Array | pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    """Codes of a text column (-1 for null) and its distinct values."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    encoded = texts.dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return codes.astype(np.int32), encoded.dictionary


def recoded(values: pa.Array, before: pa.Array | None = None) -> tuple[Ints, Vocabulary]:
    """Values that may no longer be distinct, as they are after folding: old number → new number, -1 for null
    and empty. `before`: the distinct values that they were; when they are the same still, nothing is done.
    """
    if len(values) <= _FEW:
        return _few_recoded(values)
    empty = pc.equal(values, "")
    if before is not None and not pc.any(empty, min_count=0).as_py() and values.equals(before):
        return np.arange(len(values), dtype=np.int32), Vocabulary(values)
    values = pc.if_else(empty, pa.scalar(None, values.type), values)
    codes, distinct = dictionary(values)
    return codes, Vocabulary(distinct)


def _few_recoded(values: pa.Array) -> tuple[Ints, Vocabulary]:
    number: dict[str, int] = {}
    codes = [number.setdefault(text, len(number)) if text else -1 for text in values.to_pylist()]
    return np.array(codes, np.int32), Vocabulary(pa.array(list(number), values.type))
