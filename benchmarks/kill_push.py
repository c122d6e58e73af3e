"""`kill -9` at random during pushes: `python benchmarks/kill_push.py [RECORDS] [--kills N] [--seed N]`.

Pushes 20,000 contacts to a fake HubSpot and kills the push 200 times, each time started anew, mostly within a
second from when it sends; when all are there, each gets another name and the updates are pushed, until the
kills are used up. Then one push goes through, and what the fake holds is compared. All numbers of the last
line have to be 0.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from connectors.fakes.server import FakeServer
from hub.store.opening import open_store

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the tests are not installed
killed_push: Any = importlib.import_module("tests.fakes.killed_push")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("records", nargs="?", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/hub.db"
        store = open_store(url)
        killed_push.fill(store, asked.records)
        fake, wave = killed_push.counting_hubspot(), 0
        with FakeServer(fake) as server:
            killing = killed_push.Killing(store, url, server.url, random.Random(asked.seed))
            while killing.kills < asked.kills:
                # every fourth at any moment, the others when something is being sent: planning takes its time
                if not killing.kill_once(1.0, sending=killing.kills % 4 > 0):
                    wave += 1
                    killed_push.fill(store, asked.records, wave)
            killing.finish()
            wrong = killed_push.wrongs(fake, killing, asked.records, wave, wave + 1)
        store.close()
    extra = sum(fake.writes.values()) - asked.records * (wave + 1)
    print(
        f"{killing.kills} kills, {killing.interrupted} of them with batches under way, {wave + 1} waves of"
        f" {asked.records:,}, {extra:,} rows sent again, {time.perf_counter() - began:.0f} s"
    )
    print(", ".join(f"{name}: {count}" for name, count in wrong.items()))
    raise SystemExit(any(wrong.values()))


if __name__ == "__main__":
    main()
