"""What a matcher is given and what it answers; all of it columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import pyarrow as pa

from hub.later import Later


class Verdict(StrEnum):
    """A person's judgement on two records."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


# People's judgements that hold now, one row a pair of records.
JUDGEMENT_SCHEMA: Final = pa.schema(
    [("record_a", pa.int64()), ("record_b", pa.int64()), ("verdict", pa.string())]
)

# A scored pair, record_a < record_b. `probability` that both are the same person or organisation, `weight` in
# bits (log2 of the odds), `evidence` JSON: {"prior": bits, "fields": [{"field","level","weight","detail"}]},
# or null for pairs of which nobody needs it at once: the matcher's `explain` gives it.
EDGE_SCHEMA: Final = pa.schema(
    [
        ("record_a", pa.int64()),
        ("record_b", pa.int64()),
        ("probability", pa.float64()),
        ("weight", pa.float64()),
        ("evidence", pa.string()),
    ]
)

# An edge with its evidence, told on purpose. `needed` is the weight from which such a pair is taken for the
# same.
EXPLAINED_SCHEMA: Final = EDGE_SCHEMA.append(pa.field("needed", pa.float64()))

# One row a record given; records of one cluster share the number (the smallest record_id in it).
CLUSTER_SCHEMA: Final = pa.schema([("record_id", pa.int64()), ("cluster", pa.int64())])

# Pairs that a person should look at, most important first: how unsure times how many records it concerns.
REVIEW_SCHEMA: Final = pa.schema(
    [
        ("record_a", pa.int64()),
        ("record_b", pa.int64()),
        ("probability", pa.float64()),
        ("reason", pa.string()),
        ("importance", pa.float64()),
    ]
)

# Which blocks a record is in: what pairs of it can be found by, as numbers that only the matcher reads.
BLOCK_SCHEMA: Final = pa.schema([("block", pa.uint64()), ("record_id", pa.int64())])


@dataclass(frozen=True, slots=True)
class Told:
    """What a matching tells beside its partition. `report` is what was done: pairs a blocking rule, seconds a
    step, sizes. `left_out`: how many pairs more there were for review than may wait.
    """

    edges: pa.Table
    review: pa.Table
    left_out: int = 0
    report: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matching:
    """The outcome of one matching: the partition of the records, scored pairs, pairs for review.

    `model` is the JSON text of the model that scored. All is deterministic in the set of records, whatever
    their order. `blocks` (`BLOCK_SCHEMA`), when asked for, is what a later change is matched against. `text`,
    the model's, and `told` are put together when they are first asked for: millions of edges take as long as
    finding who is one.
    """

    clusters: pa.Table
    text: Later[str]
    told: Later[Told]
    blocks: pa.Table | None = None

    @property
    def model(self) -> str:
        return self.text()

    @property
    def edges(self) -> pa.Table:
        return self.told().edges

    @property
    def review(self) -> pa.Table:
        return self.told().review

    @property
    def report(self) -> dict[str, object]:
        return self.told().report


@dataclass(frozen=True, slots=True)
class MatchingChange:
    """What a change of some records makes of a partition; about all other records it says nothing.

    `matching` has the clusters, edges and pairs for review of every record that it concerns. `looked_at`
    are the records whose pairs were all scored anew (some may be gone): what was stored of pairs for review
    with one of them is void. `blocks` (`BLOCK_SCHEMA`) are all the entries of the records in `indexed`.
    """

    matching: Matching
    looked_at: pa.Array
    indexed: pa.Array
    blocks: pa.Table
