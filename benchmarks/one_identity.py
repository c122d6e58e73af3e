"""How long the golden record of one identity takes to build, with its JSON and hash.

    python benchmarks/one_identity.py [ROUNDS]

Prints by the number of the identity's records the median and the 99th of a hundred, in milliseconds: on the
clock, and of the processor (where others use the machine, that tells most); then the pauses of Python's own
clearing of memory, which fall into some of them.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Mapping
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa

from hub.domain.contact import CONTACT_RECORD_SCHEMA
from hub.domain.identity import MEMBER_SCHEMA
from hub.golden.build import golden_in_parts
from hub.golden.survivorship import SurvivorshipRules
from hub.store.golden_writing import written

SIZES = (1, 2, 5, 10, 20, 50)
RULES = SurvivorshipRules({"crm": 1, "erp": 2})


def record(number: int, random: Random) -> dict[str, Any]:
    """What one source says of a person of whom others say other things."""
    given, family = random.choice(("Ann", "Anna", "Marie")), random.choice(("Martin", "Martn", "Durand"))
    mail = f"{given}.{family}{random.randrange(4)}@x.example".lower()
    phone = f"+3363998{random.randrange(20):04}"
    street = f"{random.randrange(3)} rue Haute"
    return {
        "record_id": number,
        "source": random.choice(("crm", "erp", "web")),
        "key": str(number),
        "kind": "person",
        "name": {"given": given, "family": family},
        "organization": random.choice((None, "Acme", "ACME")),
        "job_title": random.choice((None, "Buyer", "Director")),
        "emails": [{"value": mail, "match": mail, "primary": True}],
        "phones": [{"value": phone, "match": phone, "primary": True}],
        "addresses": [{"street": street, "locality": "Lille", "country": "FR", "primary": True}],
        "birth_date": random.choice((None, "1980-02-03")),
        "tags": ["a"],
        "consents": [{"channel": "email", "purpose": "marketing", "status": "granted"}],
        "updated_at": f"2025-0{random.randrange(1, 9)}-01T00:00:00.000000Z",
    }


def took(size: int, random: Random) -> tuple[float, float]:
    """Milliseconds on the clock and of the processor."""
    rows = [record(number, random) for number in range(size)]
    contacts = pa.Table.from_pylist(rows, schema=CONTACT_RECORD_SCHEMA)
    members = pa.table([contacts["record_id"], pa.repeat("x", size)], schema=MEMBER_SCHEMA)
    clock, processor = time.perf_counter(), time.process_time()
    for _ in written(golden_in_parts(contacts, members, RULES), few=True):
        pass
    return (time.perf_counter() - clock) * 1e3, (time.process_time() - processor) * 1e3


def main(rounds: int) -> None:
    pauses, began, random = [0.0], [0.0], Random(7)

    def paused(phase: str, _: Mapping[str, int]) -> None:
        if phase == "start":
            began[0] = time.perf_counter()
        else:
            pauses.append((time.perf_counter() - began[0]) * 1e3)

    for size in SIZES:
        took(size, random)
    gc.callbacks.append(paused)
    print("records   clock: median   p99   processor: median   p99")
    for size in SIZES:
        clock, processor = np.percentile([took(size, random) for _ in range(rounds)], [50, 99], axis=0).T
        print(f"{size:7} {clock[0]:15.1f} {clock[1]:5.1f} {processor[0]:19.1f} {processor[1]:5.1f}")
    print(f"pauses of the clearing of memory: {len(pauses)}, the longest {max(pauses):.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
