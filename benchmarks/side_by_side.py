"""Ours beside others on the same records: `python benchmarks/side_by_side.py [FOLDER | SIZE ...]`.

A folder holds labelled records as for `match_quality.py`; a size makes so many people, with
`../shared/tools/make_people.py` where it is, else invented ones. Splink and GoldenMatch are installed into
environments of their own under `.peers/`, when they can be; `--only ours splink` leaves others out. Every run
is a process of its own; with `--repeat N` engines take turns and medians are shown. All get the same
normalised contacts, all are scored by the same evaluator; `match s` is from the loaded table to clusters.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hub.kept_memory import ARROWS_HEAP, one_heap_of_small_pages
from matching import LocalMatcher, evaluate, kernels

ROOT = Path(__file__).resolve().parents[1]
MAKER = ROOT.parent / "shared" / "tools" / "make_people.py"
PEERS = {
    "splink": ("splink_people.py", ("splink>=5,<6", "pyarrow")),
    "goldenmatch": ("goldenmatch_people.py", ("goldenmatch==3.22.*", "polars", "pyarrow")),
}
MAKER_NEEDS = ("numpy", "pyarrow", "faker", "names")
HEAD = (
    f"{'set':14} {'engine':12} {'records':>10} {'match s':>8} {'ours/it':>8} {'MB':>7}"
    f" {'F1':>7} {'P':>7} {'R':>7} {'B3':>7}"
)
ROW = (
    "{set:14} {engine:12} {records:10,} {seconds:8.2f} {ratio:>8} {mb:7,}"
    " {f1:7.4f} {precision:7.4f} {recall:7.4f} {b3:7.4f}"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sets", nargs="*", default=["100000"])
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=["ours", *PEERS], default=["ours", *PEERS])
    parser.add_argument("--ours", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.ours:
        ours(*asked.ours)
        return
    engines = {name: python for name in asked.only if (python := interpreter(name))}
    print(HEAD)
    for name in asked.sets:
        with tempfile.TemporaryDirectory() as folder:
            for row in compared(name, Path(folder), engines, asked.repeat):
                print(row, flush=True)


def compared(name: str, folder: Path, engines: dict[str, str], repeat: int) -> Iterator[str]:
    contacts, truth = labelled(name, folder)
    pq.write_table(contacts, folder / "contacts.parquet")
    pq.write_table(flat(contacts), folder / "flat.parquet")
    records = contacts.num_rows
    del contacts
    told: dict[str, list[dict[str, Any]]] = {engine: [] for engine in engines}
    for _ in range(repeat):
        for engine, python in engines.items():
            told[engine].append(run(engine, python, folder))
    own = median(told["ours"], "seconds") if "ours" in told else None
    for engine, results in told.items():
        failed = next((result["error"] for result in results if "error" in result), None)
        if failed:
            yield f"{Path(name).name:14} {engine:12} {records:10,} {failed}"
            continue
        quality = evaluate(pq.read_table(folder / f"{engine}.parquet"), truth)
        seconds = median(results, "seconds")
        yield ROW.format(
            set=Path(name).name, engine=engine, records=records, seconds=seconds,
            ratio="" if own is None or engine == "ours" else f"{own / seconds:.2f}",
            mb=int(median(results, "mb")), b3=quality.b3.f1, **quality.pairwise.as_dict(),
        )  # fmt: skip


def median(results: list[dict[str, Any]], name: str) -> float:
    return float(statistics.median(result[name] for result in results if name in result))


def run(engine: str, python: str, folder: Path, *options: str) -> dict[str, Any]:
    target = str(folder / f"{engine}.parquet")
    if engine == "ours":
        command = [python, __file__, "--ours", str(folder / "contacts.parquet"), target]
    else:
        script = Path(__file__).parent / "peers" / PEERS[engine][0]
        command = [python, str(script), str(folder / "flat.parquet"), target, *options]
    heap = ARROWS_HEAP if engine == "ours" else {}  # what `hub` sets before it loads Arrow
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**heap, **os.environ})
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [""]
        return {"error": f"failed with {done.returncode}: {last[0][:80]}"}
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def ours(source: str, target: str) -> None:
    one_heap_of_small_pages()  # as `hub` does
    contacts = pq.read_table(source)
    if contacts.num_rows >= kernels.FROM:
        kernels.load()  # loops that the first run of all would compile
    started = time.perf_counter()
    found = LocalMatcher().match(contacts).clusters
    seconds = time.perf_counter() - started
    names = pa.table({"record_id": contacts["record_id"], "key": contacts["key"]})
    joined = found.join(names, "record_id")
    pq.write_table(pa.table({"key": joined["key"], "cluster": joined["cluster"].cast(pa.string())}), target)
    print(json.dumps({"seconds": seconds, "mb": peak()}))


def peak() -> int:
    """The most memory that this process had, in MB; `getrusage` would count that of its parent as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def labelled(name: str, folder: Path) -> tuple[pa.Table, pa.Table]:
    """Contacts, and the truth by key."""
    quality = importlib.import_module("match_quality")
    if name.replace(".", "").replace("e", "").isdigit():
        size = int(float(name))
        if MAKER.exists() and (python := environment("make_people", MAKER_NEEDS)):
            subprocess.run(
                [python, str(MAKER), str(size), str(folder)], check=True, stdout=subprocess.DEVNULL
            )
            contacts, entity = quality.read(folder)
        else:
            contacts, entity = quality.invented(size // 2)
    else:
        contacts, entity = quality.read(Path(name).resolve())
    return contacts, pa.table({"key": contacts["key"], "entity": entity})


def flat(contacts: pa.Table) -> pa.Table:
    """What the others are given: the same normalised values, the first of several, names without case."""
    first = {name: pc.list_element(padded(contacts[name]), 0) for name in ("emails", "phones", "addresses")}
    name, address = contacts["name"], first["addresses"]
    columns = {
        "unique_id": contacts["key"],
        "given_name": pc.utf8_lower(pc.struct_field(name, "given")),
        "family_name": pc.utf8_lower(pc.struct_field(name, "family")),
        "email": pc.struct_field(first["emails"], "match"),
        "phone": pc.struct_field(first["phones"], "match"),
        "street": pc.utf8_lower(pc.struct_field(address, "street")),
        "city": pc.utf8_lower(pc.struct_field(address, "locality")),
        "postal_code": pc.struct_field(address, "postal_code"),
        "birth_date": contacts["birth_date"],
    }
    organisations = pc.utf8_lower(contacts["organization"])
    columns["family_name"] = pc.coalesce(columns["family_name"], organisations)
    return pa.table(columns)


def padded(lists: pa.ChunkedArray) -> pa.ChunkedArray:
    """Lists with a null where they are empty, so that every one has a first element."""
    rows = [
        pc.if_else(
            pc.greater(pc.fill_null(pc.list_value_length(chunk), 0), 0),
            chunk,
            pa.array([[None]], chunk.type)[0],
        )
        for chunk in lists.chunks
    ]
    return pa.chunked_array(rows, lists.type)


def interpreter(engine: str) -> str | None:
    return sys.executable if engine == "ours" else environment(engine, PEERS[engine][1])


def environment(name: str, needs: tuple[str, ...]) -> str | None:
    """The interpreter of an environment with these packages, made when it is not there; None if it cannot."""
    home = ROOT / ".peers" / name
    python, ready = home / "bin" / "python", home / "ready"
    if not ready.exists():
        venv.create(home, with_pip=True)
        installed = subprocess.run([str(python), "-m", "pip", "install", "--quiet", *needs], check=False)
        if installed.returncode:
            print(f"{name} cannot be installed here; it is left out", file=sys.stderr)
            return None
        ready.touch()
    return str(python)


if __name__ == "__main__":
    main()
