"""With known truth: precision and recall at every threshold, and what each blocking rule finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from matching.encoding import Bools, Longs, dictionary

_STEPS: Final = tuple(round(step / 100, 2) for step in range(1, 100))
CURVE_SCHEMA: Final = pa.schema(
    [
        ("threshold", pa.float64()),
        ("pairs", pa.int64()),
        ("precision", pa.float64()),
        ("recall", pa.float64()),
        ("f1", pa.float64()),
    ]
)
RULE_SCHEMA: Final = pa.schema(
    [
        ("rule", pa.string()),
        ("pairs", pa.int64()),
        ("true_pairs", pa.int64()),
        ("only", pa.int64()),
        ("recall", pa.float64()),
        ("cumulative_recall", pa.float64()),
    ]
)


def curve(scored: pa.Table, truth: pa.Table, thresholds: Sequence[float] = _STEPS) -> pa.Table:
    """Pairs as they were scored, before any clustering, at each threshold (`CURVE_SCHEMA`).

    `scored`: record_a, record_b, probability. `truth`: record_id, entity. True pairs that were never
    compared count as missed; records without an entity stand alone.
    """
    known = _Truth(truth)
    true = known.true(_ids(scored, "record_a"), _ids(scored, "record_b"))
    likely = np.asarray(scored["probability"].to_numpy(), float)
    order = np.argsort(-likely, kind="stable")
    taken = np.searchsorted(-likely[order], -np.asarray(thresholds), "right")
    right = np.concatenate(([0], np.cumsum(true[order])))[taken]
    precision = np.where(taken > 0, right / np.maximum(taken, 1), 1.0)
    recall = right / known.pairs if known.pairs else np.ones(len(taken))
    both = precision + recall
    f1 = np.where(both > 0, 2 * precision * recall / np.where(both > 0, both, 1), 0.0)
    return pa.table([list(thresholds), taken, precision, recall, f1], schema=CURVE_SCHEMA)


def rule_recall(candidates: pa.Table, rules: Sequence[str], truth: pa.Table) -> pa.Table:
    """What each rule finds (`RULE_SCHEMA`), in the order of the rules: pairs, how many of them are true, true
    ones that no other rule finds, its recall and that of all rules up to it.

    `candidates`: record_a, record_b and `rules`, a bit for each rule that found the pair. `truth`: record_id,
    entity.
    """
    known = _Truth(truth)
    true = known.true(_ids(candidates, "record_a"), _ids(candidates, "record_b"))
    bits = np.asarray(candidates["rules"].to_numpy(), np.uint64)
    seen = np.zeros(len(bits), bool)
    rows = []
    for number, name in enumerate(rules):
        mine = (bits >> np.uint64(number)) & np.uint64(1) == 1
        seen |= mine & true
        found, total = int((mine & true).sum()), known.pairs
        only = int((true & (bits == np.uint64(1) << np.uint64(number))).sum())
        shares = [count / total if total else 1.0 for count in (found, int(seen.sum()))]
        rows.append((name, int(mine.sum()), found, only, *shares))
    return pa.Table.from_pylist(
        [dict(zip(RULE_SCHEMA.names, row, strict=True)) for row in rows], schema=RULE_SCHEMA
    )


class _Truth:
    """Which entity each record is of; `pairs` are all true pairs."""

    def __init__(self, truth: pa.Table) -> None:
        codes, _ = dictionary(truth["entity"].cast(pa.string()))
        ids = _ids(truth, "record_id")
        order = np.argsort(ids)
        self._ids, self._entities = ids[order], codes.astype(np.int64)[order]
        sizes = np.unique(self._entities[self._entities >= 0], return_counts=True)[1]
        self.pairs = int((sizes * (sizes - 1) // 2).sum())

    def true(self, a: Longs, b: Longs) -> Bools:
        x, y = self._of(a), self._of(b)
        return np.asarray((x == y) & (x >= 0))

    def _of(self, ids: Longs) -> Longs:
        if len(self._ids) == 0:
            return np.full(len(ids), -1, np.int64)
        place = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
        return np.where(self._ids[place] == ids, self._entities[place], -1)


def _ids(table: pa.Table, name: str) -> npt.NDArray[np.int64]:
    return np.asarray(table[name].to_numpy(), np.int64)
