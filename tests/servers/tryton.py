"""Real Tryton servers, each in its own environment and process, with a database that holds nothing yet.

trytond is GPL: it is run, never imported.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.fakes.tryton_client import DATABASE, PASSWORD, TrytonClient
from tests.servers.venv import FOLDER, server_venv

RELEASES = ("8.2", "7.0")
_PATIENCE = 60.0


@contextmanager
def running_tryton(release: str, folder: Path) -> Iterator[TrytonClient]:
    """A server of that release on a free port, with its own copy of the prepared database in `folder`."""
    venv = _venv(release)
    (folder / "db").mkdir()
    shutil.copy(_template(release, venv), folder / "db" / f"{DATABASE}.sqlite")
    port = _free_port()
    config = _config(folder, port)
    with (folder / "trytond.log").open("wb") as log:
        command = [str(venv / "bin" / "trytond"), "-c", str(config), "-d", DATABASE]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE) as client:
                running = TrytonClient(release, f"http://127.0.0.1:{port}", client)
                _wait_for(running, process, folder / "trytond.log")
                yield running
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _venv(release: str) -> Path:
    short = release.replace(".", "")
    return server_venv(f"tryton{short}", Path(__file__).with_name(f"requirements-tryton{short}.lock"))


def _template(release: str, venv: Path) -> Path:
    """A database with the modules `party` and `country`, made once for each environment."""
    made = (FOLDER / f"{venv.name}.made").read_text(encoding="utf-8")[:16]
    template = FOLDER / f"{venv.name}-{made}.sqlite"
    with (FOLDER / f"{venv.name}.database.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            _make_database(venv, template)
    return template


def _make_database(venv: Path, template: Path) -> None:
    folder = template.with_suffix(".making")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "db").mkdir(parents=True)
    database = folder / "db" / f"{DATABASE}.sqlite"
    database.touch()  # trytond-admin wants it to be there
    password = folder / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    done = subprocess.run(
        [
            *(str(venv / "bin" / "trytond-admin"), "-c", str(_config(folder, 0)), "-d", DATABASE),
            *("-u", "party", "--activate-dependencies", "--email", "admin@example.com", "-p"),
        ],
        env={**os.environ, "TRYTONPASSFILE": str(password)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=10 * _PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"trytond-admin failed:\n{done.stdout}{done.stderr}")
    database.rename(template)
    shutil.rmtree(folder)


def _config(folder: Path, port: int) -> Path:
    config = folder / "trytond.conf"
    text = f"[database]\nuri = sqlite://\npath = {folder / 'db'}\n[web]\nlisten = 127.0.0.1:{port}\n"
    config.write_text(text, encoding="utf-8")
    return config


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(running: TrytonClient, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when the server takes a login, which is when its modules are loaded."""
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            running.call("model.party.party.search_count", [])
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"trytond does not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
