"""How long a plan takes: `python benchmarks/plan_push.py [RECORDS] [--store URL] [--keep FILE]`.

Makes a store of so many golden records (a million), all of which a HubSpot account has confirmed, with the
built-in mapping; changes one in a hundred; then plans, each plan in a process of its own as `hub push
--dry-run` would be: with that change, with another mapping (everything is mapped and compared anew), and for
a destination that holds nothing yet. Prints seconds, processor seconds and the most memory. Nothing is sent.

`--keep` makes the store once, in a SQLite file. `--store` names an empty PostgreSQL database.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from connectors.crm.hubspot_destination import CAPABILITIES
from hub import columns
from hub.domain.plan import Capabilities, Receipt
from hub.domain.records import Check, Stream
from hub.jobs.planning import PushRequest, plan_push
from hub.store import bulk, golden
from hub.store.opening import open_store
from hub.store.tables import golden as golden_table
from hub.store.tables import identities, ledger
from mappings.load import fingerprint, load_builtin_outbound
from mappings.outbound import PayloadMapper

NOW = "2026-01-01T00:00:00.000000Z"
PART = 100_000
ROW = "{:<28}{:>10}{:>10}{:>10}   {}"

# One golden record a number, as survivorship writes it: a person with an address and, mostly, a phone.
PEOPLE = """
SELECT printf('01hz%022d', n) AS identity_id,
    printf('{"kind":"person","name":{"full":"Given%d Family%d","given":"Given%d","family":"Family%d"},'
        || '"organization":"Works %d","emails":[{"value":"g%d.f%d@mail%d.example",'
        || '"match":"g%d.f%d@mail%d.example","type":"work","primary":true}],'
        || '"phones":[{"value":"+3361%07d","match":"+3361%07d","type":"%s",'
        || '"primary":true}],"addresses":[{"street":"%d rue Haute","locality":"Ville %d",'
        || '"postal_code":"%05d","country":"FR","primary":true}],"created_at":"2025-01-01T00:00:00.000000Z"}',
        n % 1009, n, n % 1009, n, n % 5003, n % 1009, n, n % 7, n % 1009, n, n % 7, n, n,
        CASE WHEN n % 3 = 0 THEN 'mobile' ELSE 'work' END, n % 99, n % 997, n % 95999) AS contact,
    printf('{"name":{"rule":"completeness","records":[{"source":"crm","key":"%d"}]},"emails":{"rule":"union",'
        || '"values":[{"value":"g%d","records":[{"source":"crm","key":"%d"}]}]}}', n, n, n) AS provenance,
    '["crm"]' AS sources, 1::BIGINT AS record_count
FROM numbers
"""


class Nowhere:
    """A destination that is planned for and never written to."""

    capabilities: Capabilities = CAPABILITIES

    def check(self) -> Check:
        return Check(ok=True, sentence="nowhere")

    def discover(self) -> list[Stream]:
        return []

    def write(self, _changes: object) -> list[Receipt]:
        raise AssertionError("a plan writes nothing")


def request(name: str, mapping: str = "") -> PushRequest:
    spec = load_builtin_outbound("hubspot")
    if spec is None:
        raise SystemExit("there is no built-in mapping")
    return PushRequest(name, Nowhere(), PayloadMapper(spec), mapping_hash=mapping or fingerprint(spec))


def fill(url: str, count: int) -> None:
    """The golden records, and a ledger that holds each as it is."""
    store = open_store(url)
    wanted = request("crm")
    with store.writing(checked=False) as connection:
        for start in range(0, count, PART):
            numbers = pa.table({"n": pa.array(range(start, min(start + PART, count)), pa.int64())})
            rows = columns.query(PEOPLE, numbers=numbers)
            rows = rows.append_column("golden_hash", hashes(rows))
            made = {"state": "active", "created_at": NOW, "changed_at": NOW}
            ids = pa.table({"id": rows["identity_id"], "born_seq": numbers["n"]})
            bulk.insert(connection, identities, ids, **made)
            feed = rows.append_column("seq", numbers["n"])
            bulk.insert(connection, golden_table, feed, state="active", version=1, run_id=1, valid_from=NOW)
            told = wanted.mapper.to_payloads(golden.as_records(rows))
            held = pa.table(
                {
                    "identity_id": told["identity_id"],
                    "remote_id": numbers["n"].cast(pa.string()),
                    "confirmed": told["payload"],
                    "confirmed_hash": columns.digest(told["payload"]),
                    "attempted_hash": columns.digest(told["payload"]),
                    "golden_hash": rows["golden_hash"],
                }
            )
            alike: dict[str, str | int]
            alike = {"destination": "crm", "state": "confirmed", "attempts": 0, "run_id": 1}
            bulk.insert(connection, ledger, held, **alike, mapping_hash=wanted.mapping_hash, confirmed_at=NOW)
    with store.writing() as connection:
        change(connection, count)
    store.close()


def change(connection: sa.Connection, count: int, every: int = 100, bad: int = 0) -> None:
    """One golden record in so many has another family name; `bad` in a hundred an address that is none."""
    numbers = pa.table({"n": pa.array(range(0, count, every), pa.int64())})
    rows = columns.query(
        f"""
        SELECT identity_id, provenance, CASE WHEN n % 100 < {bad}
            THEN replace(replace(contact, 'Family', 'Neuf'), '@', ' at ')
            ELSE replace(contact, 'Family', 'Neuf') END AS contact
        FROM ({PEOPLE.replace(" AS identity_id", " AS identity_id, n")})
        """,
        numbers=numbers,
    )
    rows = rows.append_column("golden_hash", hashes(rows)).select(["identity_id", "contact", "golden_hash"])
    bulk.change(connection, golden_table, rows)


def hashes(rows: pa.Table) -> pa.ChunkedArray:
    return columns.query("SELECT md5(contact || chr(31) || provenance) AS h FROM rows", rows=rows)["h"]


def planned(url: str, name: str, mapping: str) -> None:
    """Plans, and prints what it took as JSON."""
    store = open_store(url)
    began, cpu = time.perf_counter(), time.process_time()
    plan = plan_push(store, request(name, mapping))
    told = {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "counts": {action.value: count for action, count in plan.counts.items() if count},
    }
    print(json.dumps(told))


def measure(url: str, label: str, *asked: str) -> None:
    told = json.loads(subprocess.check_output([sys.executable, __file__, "--plan", url, *asked]))
    counts = ", ".join(f"{count:,} {action}" for action, count in told["counts"].items())
    print(ROW.format(label, f"{told['seconds']:.1f}", f"{told['cpu']:.1f}", told["peak"], counts), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("records", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--store")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--plan", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.plan:
        url, name, mapping = [*asked.plan, ""][:3]
        planned(url, name, mapping)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = asked.keep or Path(folder) / "hub.db"
        url = asked.store or f"sqlite:///{file}"
        if asked.store or not file.exists():
            began = time.perf_counter()
            fill(url, asked.records)
            print(f"{asked.records:,} golden records made in {time.perf_counter() - began:.0f} s")
        print(ROW.format("plan", "seconds", "cpu s", "peak MB", "counts"))
        measure(url, "1 % changed", "crm")
        measure(url, "another mapping", "crm", "other")
        measure(url, "nothing there yet", "new")


if __name__ == "__main__":
    main()
