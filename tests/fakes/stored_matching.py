"""What is stored around a change, kept in memory: for tests of matching without a store."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import CONTACT_RECORD_SCHEMA
from hub.domain.matching import BLOCK_SCHEMA, CLUSTER_SCHEMA, EDGE_SCHEMA, JUDGEMENT_SCHEMA
from matching import LocalMatcher


class StoredMatching:
    """Fulfils `hub.ports.Surroundings`, and takes changes in."""

    def __init__(self, model: str, judgements: pa.Table | None = None) -> None:
        self.model = model
        self.live = CONTACT_RECORD_SCHEMA.empty_table()
        self._names = self.live.select(["record_id", "source", "key"])
        self.clusters = CLUSTER_SCHEMA.empty_table()
        self.edges = EDGE_SCHEMA.empty_table()
        self.blocks = BLOCK_SCHEMA.empty_table()
        self.judged = judgements if judgements is not None else JUDGEMENT_SCHEMA.empty_table()

    def change(self, contacts: pa.Table, gone: list[int] | None = None) -> None:
        """Records that came or changed, and ids of those that went, matched and stored."""
        left = pa.array(gone or [], pa.int64())
        changed = contacts["record_id"].combine_chunks()
        moved = pa.concat_arrays([left, changed])
        self.live = pa.concat_tables([_without(self.live, "record_id", moved), contacts])
        named = contacts.select(self._names.column_names)
        self._names = pa.concat_tables([_without(self._names, "record_id", changed), named])
        found = LocalMatcher().update(changed, left, self, model=self.model)
        concerned = pa.concat_arrays([found.matching.clusters["record_id"].combine_chunks(), left])
        self.clusters = pa.concat_tables(
            [_without(self.clusters, "record_id", concerned), found.matching.clusters]
        )
        kept = _without(_without(self.edges, "record_a", concerned), "record_b", concerned)
        self.edges = pa.concat_tables([kept, found.matching.edges])
        self.blocks = pa.concat_tables([_without(self.blocks, "record_id", found.indexed), found.blocks])

    def judge(self, record_a: int, record_b: int, verdict: str) -> None:
        """A person's word on two records; a later one takes the place of an earlier one."""
        word = pa.Table.from_pylist(
            [{"record_a": record_a, "record_b": record_b, "verdict": verdict}], schema=JUDGEMENT_SCHEMA
        )
        earlier = pc.and_(
            pc.equal(self.judged["record_a"], record_a), pc.equal(self.judged["record_b"], record_b)
        )
        self.judged = pa.concat_tables([self.judged.filter(pc.invert(earlier)), word])
        self._again([record_a, record_b])

    def take_back(self, place: int) -> None:
        """Forgets the judgement at a place; what it held together is matched without it."""
        row = self.judged.slice(place, 1).to_pylist()[0]
        kept = [number for number in range(self.judged.num_rows) if number != place]
        self.judged = self.judged.take(pa.array(kept, pa.int64()))
        self._again([row["record_a"], row["record_b"]])

    def _again(self, record_ids: list[int]) -> None:
        self.change(self.contacts(pa.array(record_ids, pa.int64())))

    def partition(self) -> set[frozenset[int]]:
        return partition(self.clusters)

    def blocks_of(self, record_ids: pa.Array) -> pa.Table:
        return _with(self.blocks, "record_id", record_ids)

    def block_sizes(self, blocks: pa.Array) -> pa.Table:
        counted = _with(self.blocks, "block", blocks).group_by("block").aggregate([("record_id", "count")])
        return counted.rename_columns(["block", "size"])

    def in_blocks(self, blocks: pa.Array) -> pa.Table:
        return _with(self.blocks, "block", blocks)

    def contacts(self, record_ids: pa.Array) -> pa.Table:
        return _with(self.live, "record_id", record_ids)

    def names(self, record_ids: pa.Array) -> pa.Table:
        return _with(self._names, "record_id", record_ids)

    def linked(self, record_ids: pa.Array) -> pa.Array:
        found, before = record_ids, -1
        while len(found) != before:
            before = len(found)
            mine = _with(self.clusters, "record_id", found)["cluster"].combine_chunks()
            together = _with(self.clusters, "cluster", mine)["record_id"].combine_chunks()
            same = self.judged.filter(pc.equal(self.judged["verdict"], "same"))
            links = [found, together]
            for table in (self.edges, same):
                for one, other in (("record_a", "record_b"), ("record_b", "record_a")):
                    links.append(_with(table, one, found)[other].combine_chunks())
            found = pc.unique(pa.concat_arrays(links))
        return found

    def judgements(self, record_ids: pa.Array) -> pa.Table:
        return _with(_with(self.judged, "record_a", record_ids), "record_b", record_ids)


def partition(clusters: pa.Table) -> set[frozenset[int]]:
    """Clusters as sets of record ids."""
    found: dict[int, set[int]] = {}
    for record, cluster in zip(
        clusters["record_id"].to_pylist(), clusters["cluster"].to_pylist(), strict=True
    ):
        found.setdefault(cluster, set()).add(record)
    return {frozenset(members) for members in found.values()}


def _with(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.filter(pc.is_in(table[column], value_set=values))


def _without(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.filter(pc.invert(pc.is_in(table[column], value_set=values)))
