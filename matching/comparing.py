"""Two clusterings of the same records side by side: what would merge, what would split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from matching.encoding import Longs
from matching.evaluation import membership

MOVED_SCHEMA: Final = pa.schema(
    [("cluster", pa.string()), ("others", pa.list_(pa.string())), ("records", pa.int64())]
)


@dataclass(frozen=True)
class Comparison:
    """`merges`: clusters of `after` made of several of `before`; `splits`: clusters of `before` that are
    several in `after` (`MOVED_SCHEMA`, those with most records first). A cluster can be in both. Records that
    one side does not know are left out and counted in `unknown`.
    """

    records: int
    before: int
    after: int
    unchanged: int
    pairs_gained: int
    pairs_lost: int
    merges: pa.Table
    splits: pa.Table
    unknown: int

    def as_dict(self) -> dict[str, object]:
        plain = ("records", "before", "after", "unchanged", "pairs_gained", "pairs_lost", "unknown")
        lists = {name: getattr(self, name).to_pylist() for name in ("merges", "splits")}
        return {name: getattr(self, name) for name in plain} | lists


def compare_clusterings(before: pa.Table, after: pa.Table) -> Comparison:
    """Both have `key` and `cluster`, and `source` where both do. Raises `ConfigurationError` for a record
    that comes twice or a missing column.
    """
    with_source = all("source" in table.column_names for table in (before, after))
    names = ["source", "key"] if with_source else ["key"]
    then = membership(before, names, "cluster").rename_columns([*names, "before"])
    now = membership(after, names, "cluster").rename_columns([*names, "after"])
    both = then.join(now, names, join_type="inner")
    old, olds = _numbered(both["before"])
    new, news = _numbered(both["after"])
    cells, shared = np.unique(old * max(len(news), 1) + new, return_counts=True)
    of_old, of_new = cells // max(len(news), 1), cells % max(len(news), 1)
    parts_old, parts_new = np.bincount(of_old, minlength=len(olds)), np.bincount(of_new, minlength=len(news))
    kept = int(((parts_old[of_old] == 1) & (parts_new[of_new] == 1)).sum())
    together = _pairs(shared)
    return Comparison(
        records=both.num_rows,
        before=len(olds),
        after=len(news),
        unchanged=kept,
        pairs_gained=_pairs(np.bincount(new)) - together,
        pairs_lost=_pairs(np.bincount(old)) - together,
        merges=_moved(of_new, of_old, shared, parts_new, news, olds),
        splits=_moved(of_old, of_new, shared, parts_old, olds, news),
        unknown=then.num_rows + now.num_rows - 2 * both.num_rows,
    )


def _moved(
    whole: Longs, part: Longs, shared: Longs, parts: Longs, names: pa.Array, part_names: pa.Array
) -> pa.Table:
    """The clusters on one side that are several on the other."""
    several = np.flatnonzero(parts[whole] > 1)
    sizes = np.bincount(whole, weights=shared, minlength=len(names)).astype(np.int64)
    texts, part_texts = names.to_pylist(), part_names.to_pylist()
    found: dict[int, list[str]] = {}
    for cluster, other in zip(whole[several].tolist(), part[several].tolist(), strict=True):
        found.setdefault(cluster, []).append(part_texts[other])
    rows = [
        {"cluster": texts[cluster], "others": sorted(others), "records": int(sizes[cluster])}
        for cluster, others in found.items()
    ]
    rows.sort(key=lambda row: (-row["records"], row["cluster"]))
    return pa.Table.from_pylist(rows, schema=MOVED_SCHEMA)


def _numbered(labels: pa.ChunkedArray) -> tuple[Longs, pa.Array]:
    encoded = labels.combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), np.int64), encoded.dictionary


def _pairs(sizes: Longs) -> int:
    return int((sizes * (sizes - 1) // 2).sum())
