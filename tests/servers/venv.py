"""Virtual environments for server programs that only tests need, apart from the project's own."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".servers"
_PATIENCE = 600.0  # seconds for pip to install one program


def server_venv(name: str, lock_file: Path) -> Path:
    """The folder of the virtual environment `name`, with exactly what `lock_file` (hashed) names.

    Made on first use and again when the lock file has changed; test workers that ask at the same time wait
    for the one that makes it. One that was cut off half-way is made anew.
    """
    FOLDER.mkdir(exist_ok=True)
    venv, made = FOLDER / name, FOLDER / f"{name}.made"
    wanted = hashlib.sha256(f"{sys.version}\n{lock_file.read_text(encoding='utf-8')}".encode()).hexdigest()
    with (FOLDER / f"{name}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists() or made.read_text(encoding="utf-8") != wanted:
            made.unlink(missing_ok=True)
            shutil.rmtree(venv, ignore_errors=True)
            _make(venv, lock_file)
            made.write_text(wanted, encoding="utf-8")
    return venv


def _make(venv: Path, lock_file: Path) -> None:
    _run(sys.executable, "-m", "venv", "--without-pip", str(venv))  # ours does, which takes six seconds less
    pip = (sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python"))
    _run(*pip, "--disable-pip-version-check", "install", "--quiet", "--require-hashes", "-r", str(lock_file))


def _run(*command: str) -> None:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[2]} {command[3]} failed:\n{done.stdout}{done.stderr}")
