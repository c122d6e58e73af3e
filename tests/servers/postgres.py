"""A real PostgreSQL for tests: the installed binaries on a free port of 127.0.0.1, gone with the session."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_VERSIONS = Path("/usr/lib/postgresql")
_PATIENCE = 60.0


def binaries() -> Path | None:
    """The newest installed PostgreSQL's programs; None where there is none."""
    found = sorted(_VERSIONS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of a server's `postgres` database. `initdb` refuses root, so as root it runs as postgres."""
    programs = binaries()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="hub-pg-"))
    as_owner: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]
    port = _free_port()
    data, log = folder / "data", folder / "log"
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c synchronous_commit=off"
    control = [*as_owner, str(programs / "pg_ctl"), "-D", str(data)]
    try:
        make = ["-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
        _run([*as_owner, str(programs / "initdb"), "-D", str(data), *make], folder)
        _run([*control, "-w", "-l", str(log), "-o", options, "start"], folder)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "-w", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], folder: Path) -> None:
    # its output goes to a file: a server that inherits a pipe keeps whoever reads it waiting
    with (folder.parent / f"{folder.name}.out").open("ab") as out:
        subprocess.run(
            command, check=True, timeout=_PATIENCE, cwd="/", stdout=out, stderr=out, stdin=subprocess.DEVNULL
        )
    (folder.parent / f"{folder.name}.out").unlink(missing_ok=True)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
