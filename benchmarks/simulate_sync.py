"""Two destinations, three sources, edits, faults, crashes, wrong clocks: `python benchmarks/simulate_sync.py
[N]`.

Runs 5,000 scenarios of `tests/property/test_sync_simulation.py`, each of up to 15 steps, or N. Ends with an
error and the shortest scenario found when one does not converge, does not go quiet, loses an update of a
field that the hub owns, makes a twin, or sends somebody without permission. Takes about a second a
scenario.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from hub.store.opening import open_store

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the tests are not installed
simulation: Any = importlib.import_module("tests.property.test_sync_simulation")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("scenarios", nargs="?", type=int, default=5_000)
    asked = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        store = open_store(f"sqlite:///{path}")
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()
        simulation.simulate(path, asked.scenarios, steps=15)
    print(f"{asked.scenarios:,} scenarios converged and went quiet in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
