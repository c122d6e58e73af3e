from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from connectors.files.replacing import only_writer, replace_file
from hub.errors import FatalError, RetryableError

ROOT = Path(__file__).parents[4]

WRITER = """
import sys
from pathlib import Path
from connectors.files.destination import FileDestination
from connectors.files.settings import FileDestinationSettings
from hub.domain.plan import Action, Change
from tests.fakes.files import FixedClock

folder, name = Path(sys.argv[1]), sys.argv[2]
destination = FileDestination(FileDestinationSettings(path="crm.csv"), folder, FixedClock())
for number in range(20):
    destination.write([Change(f"{name}-{number}", Action.CREATE, {"name": "Ada"})])
"""

TORN_WRITER = """
import os, signal, sys
from pathlib import Path
from connectors.files.replacing import only_writer, replace_file

path = Path(sys.argv[1])

def write(file):
    file.write(b"half of a fi")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)

with only_writer(path):
    replace_file(path, write)
"""


def started(script: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", script, *arguments], cwd=ROOT)


def test_two_processes_lose_none_of_each_others_rows(tmp_path: Path) -> None:
    writers = [started(WRITER, str(tmp_path), name) for name in ("a", "b")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    lines = (tmp_path / "crm.csv").read_text().splitlines()
    assert len(lines) == 41
    assert len(set(lines)) == 41


def test_a_writer_that_is_killed_leaves_the_old_file_and_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_bytes(b"old")
    assert started(TORN_WRITER, str(path)).wait(60) == -9
    assert path.read_bytes() == b"old"
    with only_writer(path, patience=1):
        replace_file(path, lambda file: _write(file, b"new"))
    assert path.read_bytes() == b"new"
    assert {found.name for found in tmp_path.iterdir()} == {"crm.csv", ".crm.csv.lock"}


def test_a_second_writer_is_asked_to_come_again(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    with only_writer(path), pytest.raises(RetryableError) as caught, only_writer(path, patience=0.05):
        pass
    assert (caught.value.code, bool(caught.value.hint)) == ("file-locked", True)


def test_a_writer_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_bytes(b"old")

    def fail(file: BinaryIO) -> None:
        file.write(b"half")
        raise OSError(28, os.strerror(28))

    with pytest.raises(FatalError) as caught:
        replace_file(path, fail)
    assert caught.value.code == "disk-full"
    assert {found.name: found.read_bytes() for found in tmp_path.iterdir()} == {"crm.csv": b"old"}


def test_the_rights_of_the_old_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_bytes(b"old")
    path.chmod(0o640)
    replace_file(path, lambda file: _write(file, b"new"))
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_goes_on_pointing_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "crm.csv").write_bytes(b"old")
    (tmp_path / "crm.csv").symlink_to(tmp_path / "real" / "crm.csv")
    replace_file(tmp_path / "crm.csv", lambda file: _write(file, b"new"))
    assert (tmp_path / "crm.csv").is_symlink()
    assert (tmp_path / "real" / "crm.csv").read_bytes() == b"new"


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(content)
