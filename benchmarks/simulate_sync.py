"""Two destinations, three sources, edits, faults, crashes, wrong clocks: `python benchmarks/simulate_sync.py
[N] [--steps S] [--workers W]`.

Plays 5,000 scenarios of `tests/property/test_sync_simulation.py`, or N, each of up to 8 steps, or S, in parts
of 250 that one worker a core takes. Ends with an error and the shortest scenario found when one does not
converge, does not go quiet, loses an update of a field that the hub owns or writes over one that it does not
own, makes a twin, or sends somebody without permission. A scenario takes about a sixth of a second of one
core.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from hub.store.opening import open_store

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the tests are not installed

PART = 250


def play(scenarios: int, steps: int) -> None:
    """One part, on a stage of its own."""
    simulation: Any = importlib.import_module("tests.property.test_sync_simulation")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        open_store(f"sqlite:///{path}").close()
        simulation.simulate(path, Path(folder), scenarios, steps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("scenarios", nargs="?", type=int, default=5_000)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    began = time.perf_counter()
    parts = [min(PART, asked.scenarios - start) for start in range(0, asked.scenarios, PART)]
    done = 0
    with ProcessPoolExecutor(asked.workers) as workers:
        playing = {workers.submit(play, scenarios, asked.steps): scenarios for scenarios in parts}
        for part in as_completed(playing):
            part.result()
            done += playing[part]
            print(f"{done:,} scenarios converged and went quiet in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
