"""How good a partition is against the truth: pairwise and B-cubed precision, recall and F1.

Counts are exact whole numbers however large; only the last division is a float. Both are worked out from the
table of how many records each cluster shares with each entity.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import ConfigurationError
from matching.encoding import Longs, dictionary


@dataclass(frozen=True)
class Quality:
    precision: float
    recall: float
    f1: float

    @staticmethod
    def of(precision: Fraction, recall: Fraction) -> Quality:
        total = precision + recall
        f1 = 2 * precision * recall / total if total else Fraction(0)
        return Quality(float(precision), float(recall), float(f1))

    def as_dict(self) -> dict[str, float]:
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(frozen=True)
class Evaluation:
    """`records` is how many were scored; those only one side knows are counted and stand alone on the
    other side.
    """

    pairwise: Quality
    b3: Quality
    records: int
    clusters: int
    truth_clusters: int
    only_in_members: int = 0
    only_in_truth: int = 0

    def as_dict(self) -> dict[str, object]:
        """The shape that `hub evaluate --json` prints."""
        return {
            "pairwise": self.pairwise.as_dict(),
            "b3": self.b3.as_dict(),
            "records": self.records,
            "clusters": self.clusters,
            "truth_clusters": self.truth_clusters,
            "only_in_members": self.only_in_members,
            "only_in_truth": self.only_in_truth,
        }


def evaluate(members: pa.Table, truth: pa.Table) -> Evaluation:
    """`members` has `key` and `cluster`, `truth` has `key` and `entity`; `source` too when both have it.

    Where `truth` has no source, keys alone name records. A record that only one side knows is a cluster of
    its own on the other. Raises `ConfigurationError` for a record that comes twice or a missing column.
    """
    with_source = "source" in members.column_names and "source" in truth.column_names
    names = ["source", "key"] if with_source else ["key"]
    ours, theirs = membership(members, names, "cluster"), membership(truth, names, "entity")
    joined = ours.join(theirs, names, join_type="full outer")
    cluster, missing = _numbers(joined["cluster"])
    entity, unknown = _numbers(joined["entity"])
    found = compare(cluster, entity)
    return Evaluation(
        found.pairwise, found.b3, found.records, found.clusters, found.truth_clusters,
        only_in_members=unknown, only_in_truth=missing,
    )  # fmt: skip


def compare(clusters: Longs, entities: Longs) -> Evaluation:
    """Both partitions of the same records, as one number a record."""
    n = len(clusters)
    cluster_of, cluster_sizes = _sizes(clusters)
    entity_of, entity_sizes = _sizes(entities)
    cells, shared = np.unique(cluster_of * max(len(entity_sizes), 1) + entity_of, return_counts=True)
    in_cluster = cluster_sizes[cells // max(len(entity_sizes), 1)]
    in_entity = entity_sizes[cells % max(len(entity_sizes), 1)]
    together = _pairs(shared)
    pairwise = Quality.of(_share(together, _pairs(cluster_sizes)), _share(together, _pairs(entity_sizes)))
    b3 = Quality.of(_mean_square(shared, in_cluster, n), _mean_square(shared, in_entity, n))
    return Evaluation(pairwise, b3, n, len(cluster_sizes), len(entity_sizes))


def membership(table: pa.Table, names: list[str], value: str) -> pa.Table:
    """Those columns as texts. Raises `ConfigurationError` for a missing one, or a record that comes twice."""
    for name in (*names, value):
        if name not in table.column_names:
            raise ConfigurationError(
                "missing-column",
                f"the table has no column {name}",
                hint=f"it has {', '.join(table.column_names)}",
            )
    kept = pa.table({name: table[name].cast(pa.string()) for name in (*names, value)})
    distinct = kept.group_by(names).aggregate([]).num_rows
    if distinct != kept.num_rows:
        raise ConfigurationError(
            "duplicate-record",
            f"{kept.num_rows - distinct} records come more than once",
            hint="every record must be in one cluster; give `source` where keys of several sources meet",
        )
    return kept


def _numbers(labels: pa.ChunkedArray) -> tuple[Longs, int]:
    """A number for each label; records without one get a number of their own each. And how many those are."""
    codes, distinct = dictionary(labels)
    numbers = codes.astype(np.int64)
    alone = np.flatnonzero(numbers < 0)
    numbers[alone] = len(distinct) + np.arange(len(alone))
    return numbers, len(alone)


def _sizes(labels: Longs) -> tuple[Longs, Longs]:
    _, numbers, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    return numbers.astype(np.int64), sizes.astype(np.int64)


def _pairs(sizes: Longs) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _share(part: int, whole: int) -> Fraction:
    """Of nothing, everything is right."""
    return Fraction(part, whole) if whole else Fraction(1)


def _mean_square(shared: Longs, sizes: Longs, n: int) -> Fraction:
    """The mean over records of (records shared) / (size): the sum of shared² / size, exactly, divided by
    n.
    """
    if n == 0:
        return Fraction(1)
    distinct, inverse = np.unique(sizes, return_inverse=True)
    squares = [0] * len(distinct)
    order = np.argsort(inverse, kind="stable")
    edges = np.searchsorted(inverse[order], np.arange(len(distinct) + 1))
    for i in range(len(distinct)):
        squares[i] = int((shared[order[edges[i] : edges[i + 1]]] ** 2).sum())
    return sum((Fraction(s, int(d)) for s, d in zip(squares, distinct, strict=True)), Fraction(0)) / n


def table_of(keys: pa.Array, labels: Longs, column: str) -> pa.Table:
    """A membership table from keys and one number a record."""
    return pa.table({"key": keys.cast(pa.string()), column: pc.cast(pa.array(labels), pa.string())})
