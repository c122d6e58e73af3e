"""Files in folders: finding them, and saying what is wrong with a path."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from connectors.arrivals import plain_name
from hub.errors import ConfigurationError, FatalError, HubError, Place


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Says in the hub's words what goes wrong with a file or folder that is read."""
    try:
        yield
    except OSError as error:
        raise _in_our_words(path, error) from error


def files_below(folder: Path, suffixes: Collection[str]) -> dict[str, Path]:
    """Files in `folder` and its sub-folders by their name in it, sorted; hidden ones are left out."""
    found = {}
    with reading(folder):
        for path in folder.rglob("*"):
            inside = path.relative_to(folder)
            is_hidden = any(part.startswith(".") for part in inside.parts)
            if path.suffix.lower() in suffixes and not is_hidden and path.is_file():
                found[plain_name(inside.as_posix())] = path
    return dict(sorted(found.items()))


def require(path: Path) -> None:
    """`ConfigurationError` when nothing is there; it names the nearest file or folder."""
    with reading(path):
        if not path.exists():
            raise FileNotFoundError


def _in_our_words(path: Path, error: OSError) -> HubError:
    place = Place(str(path))
    match error:
        case FileNotFoundError():
            return ConfigurationError(
                "file-not-found", "there is no such file or folder", hint=_near(path), place=place
            )
        case PermissionError():
            hint = "give the user who runs the hub the right to read it"
            return ConfigurationError("no-permission", "it may not be read", hint=hint, place=place)
        case IsADirectoryError():
            return ConfigurationError(
                "is-a-folder", "this is a folder", hint="name a file in it", place=place
            )
        case NotADirectoryError():
            return ConfigurationError("is-a-file", "this is a file", hint="name its folder", place=place)
    hint = "check the disk or the network share"
    return FatalError("file-unreadable", f"it cannot be read: {error.strerror}", hint=hint, place=place)


def nearest(wanted: str, there: Sequence[str]) -> str:
    """A hint that names the nearest of what is there, or all of it."""
    near = get_close_matches(wanted, there, n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(there)}"


def _near(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return "its folder does not exist either; relative paths start in the project's folder"
    near = get_close_matches(path.name, names, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    return "check `path`; relative paths start in the project's folder"
