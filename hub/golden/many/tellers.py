"""The records of many identities, as far as survivorship looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import Coded, coded, joined
from hub.golden.said import UNRANKED
from hub.golden.survivorship import Criterion, SurvivorshipRules
from hub.ranking import Numbers


@dataclass(frozen=True)
class Tellers:
    """One row a record, sorted by identity (`group`, from 0 on), source and key.

    `recency` is the higher the later a record was changed, -1 without a time; `origin` a record as provenance
    names it, in JSON.
    """

    group: Numbers
    groups: int
    priority: Numbers
    recency: Numbers
    origin: pa.Array


@dataclass(frozen=True)
class Measures:
    """What the criteria compare, a row a value. Higher is better but for `priority`."""

    priority: Numbers
    recency: Numbers
    frequency: Numbers
    completeness: Numbers
    length: Numbers

    def keys(self, order: Sequence[Criterion]) -> list[Numbers]:
        """To sort by, the best first."""
        return [self.priority if one is Criterion.PRIORITY else -self.by(one) for one in order]

    def by(self, criterion: Criterion) -> Numbers:
        found: Numbers = getattr(self, criterion.value)
        return found


def tellers(joined_: pa.Table, group: Numbers, groups: int, rules: SurvivorshipRules) -> Tellers:
    source, key, at = (coded(joined_[name]) for name in ("source", "key", "updated_at"))
    priorities = [rules.priorities.get(name, UNRANKED) for name in source.texts.to_pylist()]
    recency = at.rank[at.codes]
    recency[at.codes == len(at.texts)] = -1
    return Tellers(
        group, groups, np.array(priorities, np.int64)[source.codes], recency, origins(source, key, at)
    )


def origins(source: Coded, key: Coded, at: Coded) -> pa.Array:
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
