"""How long a lookup takes in a large hub: `python benchmarks/lookup.py STORE_URL [LOOKUPS]`.

The store is one that was resolved, such as `benchmarks/incremental.py --keep` leaves. Asks for identities
drawn at random by e-mail, phone and id, and by names with a typing error, one after the other in this
process; printed are milliseconds, and how often the identity asked for was among the ten hits.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import sqlalchemy as sa

from hub.jobs.lookup import Wanted, look_up
from hub.store import golden
from hub.store.engine import Store
from hub.store.golden import GoldenRecord
from hub.store.opening import open_store
from hub.store.tables import golden as table

WARM = 20  # lookups before time is taken
ROW = "{0:22} {1:>8} {2:>8.2f} {3:>8.2f} {4:>8.2f} {5:>7.0%}"


def drawn(store: Store, count: int, seed: int = 1) -> list[GoldenRecord]:
    """Golden records evenly drawn."""
    with store.reading() as connection:
        ids = list(connection.execute(sa.select(table.c.identity_id).order_by(table.c.identity_id)).scalars())
        return golden.find_all(connection, random.Random(seed).sample(ids, count))


def first(contact: dict[str, Any], field: str) -> str | None:
    values = contact.get(field) or []
    return values[0]["value"] if values else None


def mistyped(contact: dict[str, Any], rng: random.Random) -> str | None:
    """Given and family name with two neighbouring letters swapped, or one left out."""
    name = contact.get("name") or {}
    if not name.get("given") or not name.get("family"):
        return None
    text = f"{name['given']} {name['family']}"
    at = rng.randrange(1, len(text) - 1)
    return (
        text[:at] + text[at + 1 :]
        if rng.random() < 0.5
        else text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    )


def measured(
    store: Store, kind: str, people: list[GoldenRecord], asked: Callable[[GoldenRecord], Wanted | None]
) -> None:
    took, found = [], 0
    for number, record in enumerate(people):
        wanted = asked(record)
        if wanted is None:
            continue
        started = perf_counter()
        hits = look_up(store, wanted)
        if number >= WARM:
            took.append(1000 * (perf_counter() - started))
            found += record.identity_id in {hit.record.identity_id for hit in hits}
    took.sort()
    at = [took[min(int(share * len(took)), len(took) - 1)] for share in (0.5, 0.99)]
    print(ROW.format(kind, len(took), *at, took[-1], found / len(took)), flush=True)


def main(url: str, count: int) -> None:
    store = open_store(url)
    people, rng = drawn(store, count + WARM), random.Random(2)
    print(f"{'by':22} {'lookups':>8} {'median':>8} {'p99':>8} {'slowest':>8} {'found':>7}")

    def by(field: str, name: str) -> Callable[[GoldenRecord], Wanted | None]:
        def asked(record: GoldenRecord) -> Wanted | None:
            value = first(record.contact, field)
            return Wanted(**{name: value}) if value else None

        return asked

    def by_name(record: GoldenRecord) -> Wanted | None:
        name = mistyped(record.contact, rng)
        return Wanted(name=name) if name else None

    measured(store, "e-mail", people, by("emails", "email"))
    measured(store, "phone", people, by("phones", "phone"))
    measured(store, "id", people, lambda record: Wanted(id=record.identity_id))
    measured(store, "name, mistyped", people, by_name)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 500)
