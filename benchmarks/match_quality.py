"""How right and how fast matching is, with nothing configured: files in, guessed mapping, shipped weights.

    python benchmarks/match_quality.py [FOLDER...] [--reliability]

A folder holds `records.csv` (or `.parquet`) with a column `record_id`, and the truth: `truth.csv` with `key`
and
`entity`, or a column `cluster_id` among the records. Without folders, the labelled sets in `../shared/data`
are
taken where they are, and invented people always. Each set is measured in a process of its own; `match` is
seconds
from Arrow to clusters with their evidence, `ECE` the expected calibration error over the pairs that were
compared.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet

from cli.guessing import guess_mapping
from connectors.files.settings import FileSourceSettings
from connectors.files.source import STREAM, FileSource
from hub.domain.contact import CONTACT_RECORD_SCHEMA
from mappings.apply import ContactMapper
from mappings.spec import MappingSpec
from matching import LocalMatcher, evaluate

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
INVENTED = "invented people"
BINS = 10
ROW = "{set:16} {records:9,} {f1:7.4f} {precision:7.4f} {recall:7.4f} {b3:7.4f} {ece:6.3f} {seconds:8.2f}"
HEAD = f"{'set':16} {'records':>9} {'F1':>7} {'P':>7} {'R':>7} {'B3':>7} {'ECE':>6} {'match s':>8} {'MB':>6}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="*", help="folders with records and truth")
    parser.add_argument("--reliability", action="store_true", help="print the reliability table of each set")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measured(asked.one)))
        return
    found = sorted(str(path.parent) for path in SHARED.glob("*/truth.csv")) if SHARED.is_dir() else []
    print(HEAD)
    for folder in asked.folders or [*found, INVENTED]:
        command = [sys.executable, __file__, "--one", folder]
        told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        print(ROW.format(**told), f"{told['mb']:6,}", flush=True)
        for low, pairs, expected, seen in told["reliability"] if asked.reliability else []:
            print(
                f"    {low:.1f}-{low + 1 / BINS:.1f}: {pairs:,} pairs, said {expected:.3f}, were {seen:.3f}"
            )


def measured(folder: str) -> dict[str, object]:
    contacts, entity = invented() if folder == INVENTED else read(Path(folder).resolve())
    started = time.perf_counter()
    matching = LocalMatcher().match(contacts)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    records = matching.clusters.set_column(0, "key", matching.clusters["record_id"].cast(pa.string()))
    keys = contacts["record_id"].cast(pa.string())
    quality = evaluate(records, pa.table({"key": keys, "entity": entity}))
    error, bins = reliability(LocalMatcher().scored(contacts), contacts["record_id"], entity)
    return {
        "set": Path(folder).name,
        "records": contacts.num_rows,
        **quality.pairwise.as_dict(),
        "b3": quality.b3.f1,
        "seconds": seconds,
        "mb": peak,
        "ece": error,
        "reliability": bins,
    }


def reliability(
    scored: pa.Table, record_ids: pa.ChunkedArray, entity: pa.ChunkedArray
) -> tuple[float, list[tuple[float, int, float, float]]]:
    """Expected calibration error; and by bin its lower end, pairs, mean probability said, share that was
    true.
    """
    codes = entity.combine_chunks().dictionary_encode().indices.to_numpy()
    order = np.argsort(record_ids.to_numpy())
    ids = record_ids.to_numpy()[order]
    sides = [codes[order[np.searchsorted(ids, scored[name].to_numpy())]] for name in ("record_a", "record_b")]
    true: npt.NDArray[np.bool_] = sides[0] == sides[1]
    said = scored["probability"].to_numpy()
    number = np.minimum((said * BINS).astype(int), BINS - 1)
    bins = []
    for i in range(BINS):
        mine = number == i
        if mine.any():
            bins.append((i / BINS, int(mine.sum()), float(said[mine].mean()), float(true[mine].mean())))
    error = sum(pairs * abs(expected - seen) for _, pairs, expected, seen in bins) / max(len(said), 1)
    return error, bins


def invented(people: int = 20_000) -> tuple[pa.Table, pa.ChunkedArray]:
    sys.path.insert(0, str(ROOT))  # the tests are not installed
    contacts, truth = importlib.import_module("tests.fakes.people").crowd(people)
    return contacts, pa.chunked_array([[str(truth[number]) for number in contacts["record_id"].to_pylist()]])


def read(folder: Path) -> tuple[pa.Table, pa.ChunkedArray]:
    """Contacts as `hub dedupe` would map them, and the entity of each."""
    path = next(path for name in ("records.csv", "records.parquet") if (path := folder / name).exists())
    source = FileSource(FileSourceSettings(path=str(path), key="record_id"), folder)
    pages = source.read(STREAM, None)
    first = next(pages)
    ignored = [] if (folder / "truth.csv").exists() else ["cluster_id"]
    guessed = guess_mapping(
        first.records, path.stem, told={}, ignored=ignored, key="record_id", country=None
    ).mapping
    mapper = ContactMapper(MappingSpec.model_validate({k: v for k, v in guessed.items() if k != "key"}))
    mapped = pa.concat_tables([mapper.to_contacts(page.records).contacts for page in chain([first], pages)])
    n = mapped.num_rows
    contacts = mapped.append_column("record_id", pa.array(np.arange(1, n + 1)))
    contacts = contacts.append_column("source", pa.repeat(path.stem, n)).select(CONTACT_RECORD_SCHEMA.names)
    return contacts, truth_of(folder, path, contacts["key"])


def truth_of(folder: Path, path: Path, keys: pa.ChunkedArray) -> pa.ChunkedArray:
    if (folder / "truth.csv").exists():
        texts = pcsv.ConvertOptions(column_types={"key": pa.string(), "entity": pa.string()})
        truth = pcsv.read_csv(folder / "truth.csv", convert_options=texts)
        return truth["entity"].take(pc.index_in(keys, value_set=truth["key"]))
    table = pa.parquet.read_table(path, columns=["record_id", "cluster_id"])
    return table["cluster_id"].cast(pa.string()).take(pc.index_in(keys, value_set=table["record_id"]))


if __name__ == "__main__":
    main()
