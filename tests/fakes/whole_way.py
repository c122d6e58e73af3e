"""The whole way through a project, as a process that tests may kill: `python whole_way.py FOLDER`.

Writes a line at the start of each phase and one at the end, so that who kills it knows where it was.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a file, not as a module of the tests

from cli.wiring import open_hub
from hub.jobs.pull import pull
from hub.jobs.push import push
from hub.jobs.resolve import resolve

PHASES = ("pull", "resolve", "push")


def announce(phase: str) -> None:
    """The phase that begins now; the imports are over, so that a kill meets its work."""
    sys.stdout.write(f"{phase}\n")
    sys.stdout.flush()


def main(folder: Path) -> None:
    hub = open_hub(folder, os.environ)
    announce("pull")
    for name in hub.source_names(None):
        pull(hub.store, hub.clock, hub.pull_request(name))
    announce("resolve")
    resolve(hub.store, hub.clock, hub.resolve_request())
    announce("push")
    for name in hub.destination_names(None):
        push(hub.store, hub.clock, hub.push_request(name))
    announce("over")
    hub.store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
