"""Replacing a file as a whole, by one writer at a time. Whoever reads sees the old file or the new one."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from connectors.files.disk import writing
from hub.errors import Place, RetryableError

_PATIENCE: Final = 30.0  # seconds to wait for another writer
_PAUSE: Final = 0.02


@contextmanager
def only_writer(path: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Holds `.NAME.lock` beside the file; the system lets go of it when the process dies.

    `RetryableError` when another writer does not finish in `patience` seconds. The lock file stays: removing
    it would let two writers hold two locks of one name.
    """
    lock = path.with_name(f".{path.name}.lock")
    with writing(path):
        file = lock.open("ab")
    with file:
        deadline = time.monotonic() + patience
        while not _locked(file):
            if time.monotonic() > deadline:
                raise RetryableError(
                    "file-locked",
                    "another process is writing the file",
                    hint="try again when it has finished",
                    place=Place(str(path)),
                )
            time.sleep(_PAUSE)
        yield


def replace_file(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Writes a new file beside the old one, makes it safe on disk, and puts it in the old one's place.

    Whatever goes wrong before that leaves the old file as it is: `FatalError` `disk-full` when there is no
    room. The caller holds `only_writer`, so what a killed writer left behind can be overwritten.
    """
    target = path.resolve()
    new = target.with_name(f".{target.name}.new")
    with writing(path):
        try:
            with new.open("wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileNotFoundError):
                new.chmod(target.stat().st_mode & 0o7777)
            new.replace(target)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        _make_safe(target.parent)


def _locked(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_safe(folder: Path) -> None:
    """The new name itself is safe only when the folder is written."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
