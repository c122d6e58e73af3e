"""How fast files are read and written, and with how much memory.

    python benchmarks/read_files.py [ROWS]      (1,000,000 when left out)

Each line is measured in a process of its own. Spreadsheets and JSON get a tenth of the rows.
"""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.files.destination import CAPABILITIES, FileDestination
from connectors.files.settings import FileDestinationSettings, FileSourceSettings
from connectors.files.source import FileSource
from hub.domain.plan import Action, Change

GIVEN, FAMILY = ("Ada", "Élodie", "Jean", "Zoë", "Igor"), ("Example", "Sample", "Müller", "Test")


def rows(count: int) -> Iterator[dict[str, str]]:
    random.seed(1)
    for number in range(count):
        given, family = random.choice(GIVEN), random.choice(FAMILY)
        yield {
            "id": f"c{number:07}",
            "given": given,
            "family": family,
            "email": f"{given}.{family}{number}@example.com",
            "phone": f"+33199{number % 1_000_000:06}",
            "street": f"{number % 200} rue de l'Exemple",
            "city": "Lille",
            "postal_code": f"{number % 99_999:05}",
            "country": "FR",
            "company": "Société, Exemple" if number % 7 == 0 else "ACME",
            "updated": "2026-01-02T03:04:05Z",
            "note": 'a "quoted" note' if number % 3 == 0 else "",
        }


def write_csv(path: Path, count: int, encoding: str = "utf-8", torn_every: int = 0) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(next(rows(1))))
        writer.writeheader()
        for number, row in enumerate(rows(count)):
            if torn_every and number % torn_every == 0:
                file.write("torn,row\r\n")
            writer.writerow(row)


def write_xlsx(path: Path, count: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(next(rows(1))))
    for row in rows(count):
        sheet.append(list(row.values()))
    book.save(path)


def write_jsonl(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(count))


def write_parquet(path: Path, count: int) -> None:
    pq.write_table(pa.Table.from_pylist(list(rows(count))), path)


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def read(path: Path, key: str | None) -> int:
    """All pages, none of them kept."""
    updated_at = "updated" if key else None
    settings = FileSourceSettings(path=str(path), key=key, updated_at=updated_at)
    pages = FileSource(settings, path.parent).read("rows", None)
    return sum(page.records.num_rows + page.rejects.num_rows for page in pages)


def push(path: Path, count: int) -> int:
    destination = FileDestination(FileDestinationSettings(path=str(path)), path.parent, SystemClock())
    changes = [Change(row["id"], Action.CREATE, row) for row in rows(count)]
    size = CAPABILITIES.batch_size
    return sum(len(destination.write(changes[at : at + size])) for at in range(0, count, size))


def peak_megabytes() -> int:
    """Of this process alone; `ru_maxrss` would count what its parent held when it started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def measure(action: str, path: Path, count: int) -> None:
    start = time.perf_counter()
    done = push(path, count) if action == "push" else read(path, "id" if action == "read with key" else None)
    seconds = time.perf_counter() - start
    told = f"{done:>9,} {seconds:>8.2f} {done / seconds:>11,.0f} {peak_megabytes():>8,}"
    print(f"{path.name:<18} {action:<14} {told}", flush=True)


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, tenth = Path(name), max(count // 10, 1)
        write_csv(folder / "utf8.csv", count)
        write_csv(folder / "cp1252.csv", count, "cp1252")
        write_csv(folder / "torn.csv", count, torn_every=1000)
        write_parquet(folder / "t.parquet", count)
        write_jsonl(folder / "t.jsonl", tenth)
        write_xlsx(folder / "t.xlsx", tenth)
        print(
            f"{'file':<18} {'what':<14} {'rows':>9} {'seconds':>8} {'rows/s':>11} {'peak MB':>8}", flush=True
        )
        tasks = [("read", found, count) for found in ("utf8.csv", "cp1252.csv", "torn.csv", "t.parquet")]
        tasks += [("read with key", "utf8.csv", count), ("read", "t.jsonl", tenth), ("read", "t.xlsx", tenth)]
        tasks += [("push", "crm.csv", tenth), ("push", "crm.jsonl", tenth)]
        for action, file, size in tasks:
            subprocess.run([sys.executable, __file__, action, str(folder / file), str(size)], check=True)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        measure(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
