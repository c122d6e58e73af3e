"""Which files a path means, and how far they were read."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from connectors.files.disk import fingerprint
from connectors.files.formats import has_known_suffix
from hub.domain.records import Cursor
from hub.errors import ConfigurationError, Place


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` are the files that were read to the end, with the fingerprints they had; `rows` is how many data
    rows of the file `name` were read.
    """

    done: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    print: str | None = None
    rows: int = 0

    def as_cursor(self) -> Cursor:
        reading = {"name": self.name, "fingerprint": self.print, "rows": self.rows} if self.name else None
        return {"done": dict(self.done), "reading": reading}


@dataclass(frozen=True, slots=True)
class Part:
    """A file to read, from the data row after `rows` on."""

    name: str
    path: Path
    print: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """What is left to read. `starts_over` tells that what a cursor says is no longer true of the files."""

    parts: Sequence[Part]
    done: Mapping[str, str]
    starts_over: bool = False


def find_files(path: Path) -> dict[str, Path]:
    """The files that a path means, by the names that keys and cursors use, in the order of reading."""
    if is_pattern(path):
        found = sorted(Path(name) for name in glob.glob(str(path), recursive=True))  # noqa: PTH207 - absolute
        base = _fixed_part(path)
        files = {file.relative_to(base).as_posix(): file for file in found if _is_table(file)}
        return _some(files, path, "no file matches the pattern")
    if path.is_dir():
        files = {
            file.name: file for file in sorted(path.iterdir()) if _is_table(file) and has_known_suffix(file)
        }
        return _some(files, path, "the folder holds no file of a format that can be read")
    return {path.name: path}


def is_pattern(path: Path) -> bool:
    """Whether a path has wildcards; a file whose name happens to hold a bracket is just that file."""
    return glob.has_magic(str(path)) and not path.exists()


def select(files: Mapping[str, Path], cursor: Cursor | None, salt: str) -> Selection:
    """What to read now. `salt` stands for the settings: with other settings, everything is read again.

    Files that were read and have not changed are left out. If one of them has changed or is gone,
    everything is read again, so that the order of the files still decides which record is the newer.
    """
    prints = {name: f"{salt}-{fingerprint(path)}" for name, path in files.items()}
    known = _progress(cursor)
    if known is None:
        return Selection([Part(name, path, prints[name]) for name, path in files.items()], {})
    names = list(files)
    begun = list(known.done) + ([known.name] if known.name else [])
    same = {**known.done, **({known.name: known.print} if known.name else {})}
    if names[: len(begun)] != begun or any(prints[name] != same[name] for name in begun):
        parts = [Part(name, path, prints[name]) for name, path in files.items()]
        return Selection(parts, {}, starts_over=True)
    rest = [name for name in names if name not in known.done]
    parts = [Part(name, files[name], prints[name], known.rows if name == known.name else 0) for name in rest]
    return Selection(parts, known.done)


def _progress(cursor: Cursor | None) -> Progress | None:
    """The progress that a cursor of ours tells; None for one that is not ours, so that all is read."""
    match cursor:
        case {"done": Mapping() as done, "reading": None}:
            return Progress({str(name): str(found) for name, found in done.items()})
        case {
            "done": Mapping() as done,
            "reading": {"name": str(name), "fingerprint": str(found), "rows": int(rows)},
        }:
            return Progress({str(key): str(value) for key, value in done.items()}, name, found, rows)
    return None


def _some(files: dict[str, Path], path: Path, sentence: str) -> dict[str, Path]:
    if not files:
        hint = "check `path`; relative paths start in the project's folder"
        raise ConfigurationError("file-not-found", sentence, hint=hint, place=Place(str(path)))
    return files


def _fixed_part(pattern: Path) -> Path:
    """The folder above the first part with a wildcard."""
    at = next(at for at, part in enumerate(pattern.parts) if glob.has_magic(part))
    return Path(*pattern.parts[:at])


def _is_table(file: Path) -> bool:
    return file.is_file() and not file.name.startswith((".", "~$"))
