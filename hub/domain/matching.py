"""What a matcher is given and what it answers; all of it columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import pyarrow as pa


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
# bits (log2 of the odds), `evidence` JSON: {"prior": bits, "fields": [{"field","level","weight","detail"}]}.
EDGE_SCHEMA: Final = pa.schema(
    [
        ("record_a", pa.int64()),
        ("record_b", pa.int64()),
        ("probability", pa.float64()),
        ("weight", pa.float64()),
        ("evidence", pa.string()),
    ]
)

# One row a record given; records of one cluster share the number (the smallest record_id in it).
CLUSTER_SCHEMA: Final = pa.schema([("record_id", pa.int64()), ("cluster", pa.int64())])

# Pairs that a person should look at, most important first.
REVIEW_SCHEMA: Final = pa.schema(
    [
        ("record_a", pa.int64()),
        ("record_b", pa.int64()),
        ("probability", pa.float64()),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Matching:
    """The outcome of one matching: scored pairs, the partition of the records, pairs for review.

    `model` is the JSON text of the model that scored, `report` what was done: pairs a blocking rule,
    seconds a step, sizes. All is deterministic in the set of records, whatever their order.
    """

    edges: pa.Table
    clusters: pa.Table
    review: pa.Table
    model: str
    report: dict[str, object] = field(default_factory=dict)
