"""GoldenMatch with no configuration: `goldenmatch_people.py IN OUT` (Parquet); columns as for Splink's.

It may refuse data of which it is not confident; here it is told to go on, so that there is a result.
"""

# mypy: ignore-errors
from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter

import goldenmatch
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq


def clusters(table: pa.Table) -> pa.Table:
    """One row a record; records outside any cluster stand alone."""
    frame = pl.from_arrow(table.drop_columns(["unique_id"]))
    found = goldenmatch.dedupe_df(frame, confidence_required=False, allow_red_config=True)
    label = list(range(frame.height))
    for cluster in found.clusters.values():
        members = cluster["members"]
        for member in members:
            label[member] = members[0]
    keys = table["unique_id"].cast(pa.string())
    return pa.table({"key": keys, "cluster": pa.array([str(number) for number in label])})


def peak() -> int:
    """The most memory that this process had, in MB; `getrusage` would count that of its parent as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main(source: str, target: str) -> None:
    table = pq.read_table(source)
    started = perf_counter()
    found = clusters(table)
    seconds = perf_counter() - started
    pq.write_table(found, target)
    sys.stdout.write("\n" + json.dumps({"seconds": seconds, "mb": peak()}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
