"""The whole way through a project, as a process that tests may kill: `python whole_way.py FOLDER`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a file, not as a module of the tests

from cli.wiring import open_hub
from hub.jobs.pull import pull
from hub.jobs.push import push
from hub.jobs.resolve import resolve


def main(folder: Path) -> None:
    hub = open_hub(folder, os.environ)
    sys.stdout.write("ready\n")
    sys.stdout.flush()  # the imports are over: from here on a kill meets work
    for name in hub.source_names(None):
        pull(hub.store, hub.clock, hub.pull_request(name))
    resolve(hub.store, hub.clock, hub.resolve_request())
    for name in hub.destination_names(None):
        push(hub.store, hub.clock, hub.push_request(name))
    hub.store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
