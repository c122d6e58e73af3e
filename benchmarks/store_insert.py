"""How fast a million records get into an empty store: `python benchmarks/store_insert.py [ROWS] [STORE_URL]`.

Measures what a pull does with a page but the reading and the mapping: records with payload and hash, contacts
with their JSON, in transactions of 50,000. Prints a table.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow as pa

from hub.domain.contact import CONTACT_SCHEMA
from hub.domain.records import MAPPED_SCHEMA, TIME, page_schema
from hub.store import record_pages, records
from hub.store.engine import Store
from hub.store.opening import open_store

PAGE = 50_000
NOW = "2026-01-01T00:00:00.000000Z"


def page(first: int, rows: int) -> tuple[pa.Table, pa.Table]:
    """A page of records with some twelve columns, and the contacts made of it."""
    numbers = np.arange(first, first + rows)
    keys = pa.array(numbers).cast(pa.string())
    given = pa.array([f"Given{n % 5003}" for n in numbers])
    family = pa.array([f"Family{n % 20011}" for n in numbers])
    mail = pa.array([f"person{n}@example.org" for n in numbers])
    street = pa.array([f"{n % 150} rue des Tilleuls" for n in numbers])
    names = ["given_name", "family_name", "email", "street", "city", "postal_code"]
    columns = [given, family, mail, street, pa.array(["Lyon"] * rows), pa.array(["69003"] * rows)]
    payload = pa.StructArray.from_arrays(columns, names=names)
    table = pa.table(
        [keys, pa.nulls(rows, TIME), pa.repeat(False, rows), payload], schema=page_schema(payload.type)
    )
    contacts = {field.name: pa.nulls(rows, field.type) for field in CONTACT_SCHEMA}
    none = pa.nulls(rows, pa.string())
    contacts["name"] = pa.StructArray.from_arrays(
        [none, given, family, none, none, none], fields=list(CONTACT_SCHEMA.field("name").type)
    )
    item = CONTACT_SCHEMA.field("emails").type.value_type
    mails = pa.StructArray.from_arrays([mail, mail, none, pa.repeat(True, rows)], fields=list(item))
    contacts["emails"] = pa.ListArray.from_arrays(pa.array(np.arange(rows + 1), pa.int32()), mails)
    refusals = pa.nulls(rows, MAPPED_SCHEMA.field("refusals").type)
    mapped = pa.table([keys, pa.repeat(False, rows), *contacts.values(), refusals], schema=MAPPED_SCHEMA)
    return table, mapped


def fill(store: Store, rows: int) -> float:
    """Seconds spent in the store."""
    seconds = 0.0
    for first in range(0, rows, PAGE):
        incoming, mapped = page(first, min(PAGE, rows - first))
        started = perf_counter()
        with store.reading() as connection:
            held = record_pages.sort_page(connection, "bench", incoming, "m")
        with store.writing() as connection:
            record_pages.store_mapped(connection, "bench", held, record_pages.written(mapped), "m", NOW, 1)
        seconds += perf_counter() - started
    return seconds


def main(rows: int, url: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(url or f"sqlite:///{Path(folder) / 'bench.db'}")
        seconds = fill(store, rows)
        with store.reading() as connection:
            stored = records.count_live(connection, "bench")
        store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'store':<12}{'records':>12}{'seconds':>10}{'records/s':>12}{'peak MB':>10}")
    name = (url or "sqlite").split(":", maxsplit=1)[0]
    print(f"{name:<12}{stored:>12,}{seconds:>10.2f}{stored / seconds:>12,.0f}{peak:>10.0f}")


if __name__ == "__main__":
    main(
        int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000,
        sys.argv[2] if len(sys.argv) > 2 else None,
    )
