"""From a CSV file to golden records in the store: `python benchmarks/whole_way.py [SIZE | FILE.csv]`.

A size makes so many people with `../shared/tools/make_people.py`. The file is pulled and resolved as
`hub pull` and `hub resolve` do, each in a process of its own, on SQLite or on `--store URL` (which must be
empty). Prints seconds and processor seconds a step, and the most memory of each process. `--splink` adds the
time that Splink takes for matching alone, side by side; `--profile` prints where the time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib
import json
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from cli.main import collect_seldom
from cli.wiring import open_hub
from hub.domain.matching import Matching
from hub.domain.records import Cursor, Mapped, Page
from hub.jobs.pull import pull
from hub.jobs.resolve import resolve
from hub.kept_memory import one_heap_of_small_pages
from hub.ports import Mapper, Matcher, Source

side_by_side: Any = importlib.import_module("side_by_side")  # beside this file

SOURCE = "people"
ROW = "{:<10}{:<12}{:>10.1f}{:>12.1f}{:>10}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("people", nargs="?", default="1000000")
    parser.add_argument("--store", help="default: a SQLite file")
    parser.add_argument("--splink", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--step", choices=["pull", "resolve"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    one_heap_of_small_pages()
    if asked.step:
        step(asked.step, Path(asked.people), profile=asked.profile)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = project(folder, asked.people, asked.store)
        print(f"{'command':<10}{'step':<12}{'seconds':>10}{'cpu s':>12}{'peak MB':>10}   ({rows:,} rows)")
        done = {one: told(one, folder, profile=asked.profile) for one in ("pull", "resolve")}
        seconds = sum(one["parts"]["all"][0] for one in done.values())
        cpu = sum(one["parts"]["all"][1] for one in done.values())
        print(ROW.format("both", "all", seconds, cpu, max(one["mb"] for one in done.values())))
        if asked.splink:
            splink(folder, asked.people)


def project(folder: Path, people: str, store: str | None) -> int:
    """A project with one source, its mapping guessed as a user would have it; gives the number of rows."""
    file = Path(people).resolve() if people.endswith(".csv") else folder / "people.csv"
    if not people.endswith(".csv"):
        made(folder, int(float(people)), file)
    heads = pyarrow.csv.open_csv(file).schema.names
    key = next((name for name in ("record_id", "id") if name in heads), None)
    told = f"{{type: file, path: {json.dumps(str(file))}{f', key: {key}' if key else ''}}}"
    url = store or "sqlite:///hub.db"
    (folder / "hub.yaml").write_text(f"store: {url}\nsources:\n  {SOURCE}: {told}\n", encoding="utf-8")
    subprocess.run(
        [sys.executable, "-c", "from cli.main import run; run()", "-C", str(folder), "mapping", "suggest",
         SOURCE, "--write"], check=True, capture_output=True,
    )  # fmt: skip
    return sum(batch.num_rows for batch in pyarrow.csv.open_csv(file))


def made(folder: Path, size: int, file: Path) -> None:
    maker = side_by_side.MAKER
    python = side_by_side.environment("make_people", side_by_side.MAKER_NEEDS) if maker.exists() else None
    if python is None:
        sys.exit("make_people.py is not here; name a CSV file instead of a size")
    subprocess.run([python, str(maker), str(size), str(folder)], check=True, stdout=subprocess.DEVNULL)
    table = pq.read_table(folder / "records.parquet")
    pyarrow.csv.write_csv(table.drop_columns(["cluster_id"]), file)


def told(name: str, folder: Path, *, profile: bool) -> dict[str, Any]:
    """Runs one command in a process of its own and prints its rows."""
    command = [sys.executable, __file__, str(folder), "--step", name, *(["--profile"] if profile else [])]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for part, (seconds, cpu) in found["parts"].items():
        print(ROW.format(name, part, seconds, cpu, found["mb"] if part == "all" else ""), flush=True)
    return found


def step(name: str, folder: Path, *, profile: bool) -> None:
    collect_seldom()
    hub, watch = open_hub(folder, {}), Watch()
    profiler = cProfile.Profile()
    with watch.timing("all"):
        if profile:
            profiler.enable()
        if name == "pull":
            asked = hub.pull_request(SOURCE)
            source, mapper = TimedSource(asked.source, watch), TimedMapper(asked.mapper, watch)
            pull(hub.store, hub.clock, replace(asked, source=source, mapper=mapper))
        else:
            request = hub.resolve_request()
            timed: Any = TimedMatcher(request.matcher, watch)
            resolve(hub.store, hub.clock, replace(request, matcher=timed))
        profiler.disable()
    parts = watch.parts("store" if name == "pull" else "the rest")
    if profile:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(35)
    print(json.dumps({"parts": parts, "mb": side_by_side.peak()}))


@dataclass
class Watch:
    """Seconds and processor seconds a part; parts may go on beside one another."""

    seconds: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def timing(self, part: str) -> Iterator[None]:
        cpu_time = time.process_time if part == "all" else time.thread_time
        wall, cpu = time.perf_counter(), cpu_time()
        try:
            yield
        finally:
            before = self.seconds.get(part, (0.0, 0.0))
            now = (time.perf_counter() - wall, cpu_time() - cpu)
            self.seconds[part] = (before[0] + now[0], before[1] + now[1])

    def parts(self, rest: str) -> dict[str, tuple[float, float]]:
        """The parts, what is left of all, and all."""
        known = {part: one for part, one in self.seconds.items() if part != "all"}
        whole = self.seconds["all"]
        left = (
            whole[0] - sum(one[0] for one in known.values()),
            whole[1] - sum(one[1] for one in known.values()),
        )
        return {**known, rest: left, "all": whole}


@dataclass(frozen=True)
class TimedSource:
    source: Source
    watch: Watch

    def check(self) -> Any:
        return self.source.check()

    def discover(self) -> Any:
        return self.source.discover()

    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        pages = self.source.read(stream, cursor)
        while True:
            with self.watch.timing("read"):
                page = next(pages, None)
            if page is None:
                return
            yield page


@dataclass(frozen=True)
class TimedMapper:
    mapper: Mapper
    watch: Watch

    def columns(self) -> frozenset[str]:
        return self.mapper.columns()

    def to_contacts(self, records: pa.Table) -> Mapped:
        with self.watch.timing("map"):
            return self.mapper.to_contacts(records)


@dataclass(frozen=True)
class TimedMatcher:
    """All that a first resolve asks of a matcher."""

    matcher: Matcher
    watch: Watch

    def match(
        self, contacts: pa.Table, judgements: pa.Table, *, model: str | None = None, index: bool = False
    ) -> Matching:
        with self.watch.timing("match"):
            return self.matcher.match(contacts, judgements, model=model, index=index)


def splink(folder: Path, people: str) -> None:
    """Splink's matching alone, as its documentation has it, on the same people normalised; it is given what
    ours has to work out.
    """
    python = side_by_side.interpreter("splink")
    if python is None or people.endswith(".csv"):
        sys.exit("splink needs its environment, and a size: it is given labelled people")
    contacts, _ = side_by_side.labelled(people, folder)
    pq.write_table(side_by_side.flat(contacts), folder / "flat.parquet")
    found = side_by_side.run("splink", python, folder, "--documented")
    if "error" in found:
        sys.exit(f"splink {found['error']}")
    print(ROW.format("splink", "match only", found["seconds"], float("nan"), int(found["mb"])))


if __name__ == "__main__":
    main()
