"""How long it takes to build all golden records anew, with their JSON and hashes, nothing stored.

    python benchmarks/rebuild_golden.py [FOLDER | RECORDS]

A folder as for `match_quality.py`, its truth taken for the identities; or so many invented records. Prints
records, golden records, seconds on the clock and of the processor, and the most memory, of three rebuilds.
"""

from __future__ import annotations

import importlib
import resource
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.identity import MEMBER_SCHEMA
from hub.golden.build import golden_in_parts
from hub.golden.survivorship import SurvivorshipRules
from hub.kept_memory import kept_memory
from hub.store.golden_writing import written

ROUNDS = 3
ROW = "{:>10,} {:>10,} {:>9.1f} {:>9.1f} {:>7,}"


def contacts_of(asked: str) -> tuple[pa.Table, pa.ChunkedArray]:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    quality = importlib.import_module("benchmarks.match_quality")
    found: tuple[pa.Table, pa.ChunkedArray] = (
        quality.invented(int(asked) // 2) if asked.isdigit() else quality.read(Path(asked).resolve())
    )
    return found


def main(asked: str) -> None:
    contacts, entity = contacts_of(asked)
    ids = pc.binary_join_element_wise("i", entity, "")
    members = pa.table([contacts["record_id"], ids], schema=MEMBER_SCHEMA)
    print(f"{'records':>10} {'golden':>10} {'seconds':>9} {'cpu s':>9} {'MB':>7}")
    for _ in range(ROUNDS):
        clock, processor, count = time.perf_counter(), time.process_time(), 0
        with kept_memory(contacts.num_rows):
            for _, rows in written(golden_in_parts(contacts, members, SurvivorshipRules())):
                count += rows.num_rows
        seconds, cpu = time.perf_counter() - clock, time.process_time() - processor
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(ROW.format(contacts.num_rows, count, seconds, cpu, peak))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "100000")
