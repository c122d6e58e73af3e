"""Submissions in files: a folder into which files arrive, or a file that grows by a line for each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from connectors.arrivals import Arrivals
from connectors.folders import reading
from connectors.forms.body import FormOptions, read_submissions
from connectors.forms.settings import WebformSettings
from connectors.forms.submission import Submission
from connectors.growing import Place
from connectors.pages import Bad, Good, own_key
from hub.domain.records import Cursor

LINES: Final = {".jsonl", ".ndjson"}
BODIES: Final = {".json", *LINES}
UNREADABLE: Final = "unreadable-file"
_LONGEST: Final = 64 * 1024 * 1024  # bytes of one file, or of one line


@dataclass(frozen=True, slots=True)
class PageEnd:
    """Between two rows: here a page may end, with this cursor."""

    cursor: Cursor


def from_folder(
    files: Mapping[str, Path], cursor: Cursor | None, settings: WebformSettings
) -> Iterator[Good | Bad | PageEnd]:
    """The submissions in files that are new or have changed, whatever their names and times."""
    present = {found: name for name, path in files.items() if (found := _stamped(name, path))}
    coming = Arrivals.of(cursor).coming(present)
    steps = coming.steps()
    unread: set[str] = set()
    waiting = 0
    for number, stamped in enumerate(coming.names, start=1):
        name = present[stamped]
        rows = _in_file(name, files[name], settings.options)
        if rows is None or any(isinstance(row, Bad) and row.code == UNREADABLE for row in rows):
            unread.add(stamped)
        yield from rows or ()
        waiting += len(rows or ())
        steps.step(stamped)
        if number == len(coming.names):
            yield PageEnd(coming.finished(present, unread).as_cursor())
        elif waiting >= settings.page_submissions:
            yield PageEnd(steps.as_cursor())
            waiting = 0


def from_lines(
    path: Path, cursor: Cursor | None, settings: WebformSettings
) -> Iterator[Good | Bad | PageEnd]:
    """The submissions in lines that were added; of a file that was rewritten, in all. A last line that is
    still being written is left for the next read.
    """
    with reading(path), path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        place = Place.of(cursor)
        offset = place.resume(file, size) if place else 0
        if offset is None:
            return
        number, waiting, is_cut = _line_number(cursor) if offset else 0, 0, False
        while offset < size and not is_cut:
            file.seek(offset)
            line = file.readline(_LONGEST)
            rows = _in_line(line, f"line {number + 1}", settings.options)
            is_cut = not line.endswith(b"\n") and any(isinstance(row, Bad) for row in rows)
            if not is_cut:
                yield from rows
                offset, number, waiting = offset + len(line), number + 1, waiting + 1
            if is_cut or offset >= size or waiting >= settings.page_submissions:
                end = size if is_cut else offset
                yield PageEnd({**Place.at(file, offset, end).as_cursor(), "line": number})
                waiting = 0


def unfinished_line(path: Path) -> bool:
    """Whether the file's last line has no end."""
    with reading(path), path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - 1))
        return file.read(1) not in {b"", b"\n"}


def _stamped(name: str, path: Path) -> str:
    """A file's name with what tells that it was written anew; empty when it is gone."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{name}|{status.st_size}|{status.st_mtime_ns}"


def _in_file(name: str, path: Path, options: FormOptions) -> list[Good | Bad] | None:
    """The file's submissions; None when it was moved away since the folder was listed."""
    position = f"file {name}"
    try:
        with path.open("rb") as file:
            raw = file.read(_LONGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        return [Bad(position, UNREADABLE, f"the file cannot be read: {error.strerror}", "")]
    if len(raw) > _LONGEST:
        return [Bad(position, "too-large", "the file is larger than 64 MB", "")]
    if path.suffix.lower() not in LINES:
        return _rows(raw, position, options)
    lines = enumerate(raw.splitlines(), start=1)
    return [row for number, line in lines for row in _in_line(line, f"{position} line {number}", options)]


def _in_line(line: bytes, position: str, options: FormOptions) -> list[Good | Bad]:
    return _rows(line, position, options) if line.strip() else []


def _rows(raw: bytes, position: str, options: FormOptions) -> list[Good | Bad]:
    rows: list[Good | Bad] = []
    submissions = read_submissions(raw, options)
    for number, found in enumerate(submissions, start=1):
        if isinstance(found, Submission):
            rows.append(Good(found.key, found.as_json(), found.submitted_at))
        else:
            place = f"{position} item {number}" if len(submissions) > 1 else position
            key = own_key(found.raw) if found.is_whole else None
            rows.append(Bad(place, found.error.code, found.error.sentence, found.raw, key))
    return rows


def _line_number(cursor: Cursor | None) -> int:
    match cursor:
        case {"line": int(number)}:
            return number
    return 0
