"""The whole way through projects, each in a process that tests may kill: `whole_way.py`, an order a line.

An order (JSON) names the folder of the project and the environment. Each way is gone by a process of its own,
forked from one that has imported all it needs and opened nothing. Lines tell its number, the start of each
phase and the end, so that who kills it knows where it was; the last one, its exit code after `ended`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a file, not as a module of the tests

from cli.wiring import open_hub
from hub.jobs.pull import pull
from hub.jobs.push import push
from hub.jobs.resolve import resolve

PHASES = ("pull", "resolve", "push")
OVER, ENDED = "over", "ended"
_WHEN_NEEDED = (  # what the hub imports when it first needs it
    "connectors.crm.hubspot_destination",
    "connectors.files.connector",
    "connectors.files.destination",
    "connectors.files.formats",
    "connectors.files.source",
    "connectors.files.spreadsheet",
    "hub.store.migrate",
    "phonenumbers",
    "python_calamine",
    "sqlite3",
)


def announce(told: str) -> None:
    """The phase that begins now; the imports are over, so that a kill meets its work."""
    sys.stdout.write(f"{told}\n")
    sys.stdout.flush()


def main(folder: Path, environ: Mapping[str, str]) -> None:
    hub = open_hub(folder, environ)
    announce("pull")
    for name in hub.source_names(None):
        pull(hub.store, hub.clock, hub.pull_request(name))
    announce("resolve")
    resolve(hub.store, hub.clock, hub.resolve_request())
    announce("push")
    for name in hub.destination_names(None):
        push(hub.store, hub.clock, hub.push_request(name))
    announce(OVER)
    hub.store.close()


def gone(folder: Path, environ: Mapping[str, str]) -> int:
    """Has another process go the way; gives its exit code, below 0 the signal that killed it."""
    process = os.fork()
    if process == 0:
        try:
            announce(str(os.getpid()))
            main(folder, environ)
        except BaseException:  # noqa: BLE001 - it must not go on with the orders of the other
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


if __name__ == "__main__":
    for needed in _WHEN_NEEDED:
        importlib.import_module(needed)
    for line in sys.stdin:
        order = json.loads(line)
        announce(f"{ENDED} {gone(Path(order['folder']), order['environ'])}")
