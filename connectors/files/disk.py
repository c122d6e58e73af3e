"""Opening files: the operating system's errors in the hub's words, and the fingerprint of a content."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from hub.errors import ConfigurationError, FatalError, HubError, Place

PIECE: Final = 1 << 20
_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Translates what goes wrong with a file that is read."""
    try:
        yield
    except OSError as error:
        raise _reading_error(path, error) from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Translates what goes wrong with a file that is written; whoever writes keeps the old file intact."""
    try:
        yield
    except OSError as error:
        raise _writing_error(path, error) from error


def require_readable(path: Path) -> None:
    """Opens the file and closes it again: libraries that open files themselves say less when they cannot."""
    with reading(path), path.open("rb"):
        pass


def fingerprint(path: Path) -> str:
    """A hash of the content. Times and sizes are not asked: both can stay while the content changes."""
    found = hashlib.sha256(usedforsecurity=False)
    with reading(path), path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()[:32]


def pieces(path: Path, size: int = PIECE) -> Iterator[bytes]:
    """The bytes of a file, piece by piece."""
    with reading(path), path.open("rb") as file:
        while piece := file.read(size):
            yield piece


def _reading_error(path: Path, error: OSError) -> HubError:
    place = Place(str(path))
    match error:
        case FileNotFoundError():
            return ConfigurationError(
                "file-not-found", "there is no such file", hint=_near(path), place=place
            )
        case IsADirectoryError():
            hint = "name a file in it, or a pattern such as `*.csv`"
            return ConfigurationError("is-a-folder", "this is a folder, not a file", hint=hint, place=place)
        case PermissionError():
            hint = "give the user who runs the hub the right to read it"
            return ConfigurationError("no-permission", "the file may not be read", hint=hint, place=place)
    return FatalError(
        "file-unreadable",
        f"the file cannot be read: {error.strerror or 'the system gives no reason'}",
        hint="check the disk or the network share",
        place=place,
    )


def _writing_error(path: Path, error: OSError) -> HubError:
    place = Place(str(path))
    if error.errno in _NO_ROOM:
        hint = "make room and push again; the file is as it was before"
        return FatalError("disk-full", "there is no room to write the file", hint=hint, place=place)
    match error:
        case FileNotFoundError() | NotADirectoryError():
            hint = "make the folder, or mend `path`"
            return ConfigurationError("no-such-folder", "the folder does not exist", hint=hint, place=place)
        case IsADirectoryError():
            hint = "add a file name to `path`"
            return ConfigurationError("is-a-folder", "this is a folder, not a file", hint=hint, place=place)
        case PermissionError():
            hint = "give the user who runs the hub the right to write in the folder"
            return ConfigurationError("no-permission", "the file may not be written", hint=hint, place=place)
    return FatalError(
        "file-unwritable",
        f"the file cannot be written: {error.strerror or 'the system gives no reason'}",
        hint="check the disk or the network share; the file is as it was before",
        place=place,
    )


def _near(path: Path) -> str:
    """A hint that names the nearest file, if the folder has one."""
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except OSError:
        return "the folder does not exist either; relative paths start in the project's folder"
    near = get_close_matches(path.name, names, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    return "check `path`; relative paths start in the project's folder"
