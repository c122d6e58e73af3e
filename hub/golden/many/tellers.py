"""The records of many identities, as far as survivorship looks at them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import Coded, coded, joined
from hub.ranking import Numbers


@dataclass(frozen=True)
class Tellers:
    """One row a record, sorted by identity (`group`, from 0 on), source and key.

    `recency` is the higher the later a record was changed, -1 without a time; `origin` a record as provenance
    names it, in JSON: its place among those of its identity (see `hub.domain.provenance`).
    """

    group: Numbers
    groups: int
    source: Coded
    at: Coded
    recency: Numbers
    origin: pa.Array

    def take(self, rows: Numbers, group: Numbers, groups: int) -> Tellers:
        """Some of the records, one perhaps several times, in other groups."""
        source, at = (Coded(one.codes[rows], one.texts) for one in (self.source, self.at))
        return Tellers(group, groups, source, at, self.recency[rows], self.origin.take(pa.array(rows)))


def tellers(group: Numbers, groups: int, source: Coded, at: Coded) -> Tellers:
    recency = at.rank[at.codes]
    recency[at.codes == len(at.texts)] = -1
    return Tellers(group, groups, source, at, recency, _places(group))


def _places(group: Numbers) -> pa.Array:
    """For each row its place within its group, as text."""
    place = np.arange(len(group)) - np.searchsorted(group, group)
    numbers = pa.array(np.arange(place.max(initial=-1) + 1)).cast(pa.string())
    return numbers.take(pa.array(place))


def origins(source: Coded, key: Coded, at: Coded) -> pa.Array:
    """The records in full, in JSON."""
    parts = [
        '{"source":', source.json.take(source.codes), ',"key":', key.json.take(key.codes),
        ',"at":', at.json.take(at.codes), "}",
    ]  # fmt: skip
    return joined(parts)


def extreme(group: Numbers, groups: int, texts: pa.ChunkedArray, *, latest: bool) -> pa.Array:
    """For each group the first, or the latest, of its rows' texts; null where there is none."""
    told = coded(texts)
    rank = told.rank[told.codes]
    absent = told.codes == len(told.texts)
    rank[absent] = -1 if latest else len(told.texts)
    starts = np.searchsorted(group, np.arange(groups))
    best = (np.maximum if latest else np.minimum).reduceat(rank, starts)
    code_of = pc.sort_indices(told.texts).to_numpy().astype(np.int64)
    none = (best < 0) | (best == len(told.texts))
    return told.texts.take(pa.array(np.append(code_of, 0)[best], mask=none))
