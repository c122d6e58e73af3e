"""How long a change takes in a large hub:
`python benchmarks/incremental.py [FOLDER | RECORDS] [STORE_URL] [--keep FILE]`.

Fills a store with the records of a folder (as for `match_quality.py`) or with so many invented ones, all but
the last ones; resolves; then, in a process of its own as `hub resolve` would be, adds 1,000 records and
resolves, and after that one record at a time. Prints seconds; of single records the median and the slowest.

A million takes minutes to fill and resolve. `--keep` does that once, into a SQLite file, and measures on
copies of it: a second run begins with the changes.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hub.domain.contact import CONTACT_SCHEMA
from hub.domain.records import MAPPED_SCHEMA, TIME, page_schema
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.resolve import ResolveRequest, ResolveResult, resolve
from hub.store import record_pages
from hub.store.engine import Store
from hub.store.opening import open_store
from matching import LocalMatcher

PAGE = 50_000
BATCH, SINGLES = 1_000, 20
NOW = "2026-01-01T00:00:00.000000Z"
ROOT = Path(__file__).resolve().parents[1]


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def contacts_of(asked: str) -> pa.Table:
    sys.path.insert(0, str(ROOT))  # the tests are not installed
    if asked.isdigit():
        people = importlib.import_module("tests.fakes.people")
        return people.crowd(int(asked) // 2)[0].slice(0, int(asked))
    quality = importlib.import_module("benchmarks.match_quality")
    return quality.read(Path(asked).resolve())[0]


def put(store: Store, contacts: pa.Table) -> float:
    """Stores contacts with a payload of nothing but their key; gives the seconds."""
    started = perf_counter()
    for first in range(0, contacts.num_rows, PAGE):
        rows = contacts.slice(first, PAGE)
        n, keys = rows.num_rows, rows["key"]
        payload = pa.StructArray.from_arrays([keys.combine_chunks()], names=["id"])
        page = pa.table(
            [keys, pa.nulls(n, TIME), pa.repeat(False, n), payload], schema=page_schema(payload.type)
        )
        refusals = pa.nulls(n, MAPPED_SCHEMA.field("refusals").type)
        told = [rows[name] for name in CONTACT_SCHEMA.names]
        mapped = pa.table([keys, pa.repeat(False, n), *told, refusals], schema=MAPPED_SCHEMA)
        with store.reading() as connection:
            held = record_pages.sort_page(connection, "bench", page, "m")
        with store.writing() as connection:
            record_pages.store_mapped(connection, "bench", held, record_pages.written(mapped), "m", NOW, 1)
    return perf_counter() - started


def resolved(store: Store) -> tuple[float, ResolveResult]:
    started = perf_counter()
    result = resolve(store, Clock(), ResolveRequest(LocalMatcher(), "bench", SurvivorshipRules()))
    return perf_counter() - started, result


def changes(url: str, file: str) -> None:
    """The part that runs in a process of its own."""
    contacts = pq.read_table(file)
    started = perf_counter()
    store = open_store(url)
    opened = perf_counter() - started
    stored = put(store, contacts.slice(0, BATCH))
    seconds, result = resolved(store)
    singles, puts = [], []
    for number in range(SINGLES):
        puts.append(put(store, contacts.slice(BATCH + number, 1)))
        single, one = resolved(store)
        singles.append(single)
    print(
        json.dumps(
            {
                "opened": opened,
                "stored": stored,
                "batch": seconds,
                "partial": result.partial and one.partial,
                "steps": result.report["seconds"],
                "one": singles,
                "one stored": puts,
                "one steps": one.report["seconds"],
            }
        )
    )


def filled(asked: str, address: str, rest: Path) -> None:
    """Fills and resolves the store; what is left for changes goes to a file."""
    contacts = contacts_of(asked)
    late = BATCH + SINGLES
    shuffled = contacts.take(pa.array(np.random.default_rng(1).permutation(contacts.num_rows)))
    store = open_store(address)
    base = shuffled.slice(0, contacts.num_rows - late)
    print(f"{base.num_rows:,} records stored in {put(store, base):.1f} s")
    seconds, result = resolved(store)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"first resolve {seconds:.1f} s ({result.report['seconds']}), peak {peak:,.0f} MB")
    store.close()
    pq.write_table(shuffled.slice(contacts.num_rows - late), rest)


def changed(address: str, rest: Path) -> None:
    command = [sys.executable, __file__, "--changes", address, str(rest)]
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    print(f"opening {told['opened']:.2f} s; {BATCH:,} new records stored in {told['stored']:.2f} s")
    print(f"{BATCH:,} new records resolved in {told['batch']:.2f} s, partial: {told['partial']}")
    print(f"    {told['steps']}")
    one = [1000 * seconds for seconds in told["one"]]
    print(f"one record resolved in {statistics.median(one):.0f} ms (slowest {max(one):.0f} ms)")
    print(f"    {told['one steps']}; storing it took {1000 * statistics.median(told['one stored']):.0f} ms")


def main(asked: str, url: str | None, keep: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        working = Path(folder) / "bench.db"
        kept = keep or working
        rest = kept.with_suffix(".rest.parquet")
        if not rest.exists():
            filled(asked, url or f"sqlite:///{kept}", rest)
        if url is None:
            print(f"store {kept.stat().st_size / 1e6:,.0f} MB")
        if keep is not None:
            shutil.copyfile(keep, working)
            os.sync()  # else the first commit waits for the copy to reach the disk
        changed(url or f"sqlite:///{working}", rest)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--changes"]:
        changes(*sys.argv[2:4])
    else:
        words = argparse.ArgumentParser(description=__doc__)
        words.add_argument("asked", nargs="?", default="100000", metavar="FOLDER | RECORDS")
        words.add_argument("url", nargs="?", metavar="STORE_URL")
        words.add_argument("--keep", type=Path, metavar="FILE")
        told = words.parse_args()
        main(told.asked, told.url, told.keep)
