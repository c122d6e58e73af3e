"""Formulas of an XLSX file that were saved without results, as programs that write files do."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_CHUNK: Final = 1 << 22
_LONGEST_CELL: Final = 1 << 16  # a formula has at most 8,192 characters
# A cell with a formula and no value. One of `t="str"` with an empty value has a result: the empty text.
_UNSOLVED: Final = re.compile(
    rb"<(?:\w+:)?c\b(?![^>]*\bt=\"str\")[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def unsolved(path: Path) -> int:
    """How many such cells the sheets of a workbook hold; 0 for a file that is no XLSX."""
    if not zipfile.is_zipfile(path):
        return 0
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        return sum(_count(archive, name) for name in sheets)


def _count(archive: zipfile.ZipFile, name: str) -> int:
    count, held = 0, b""
    for chunk in _chunks(archive, name):
        held += chunk
        end = 0
        for found in _UNSOLVED.finditer(held):
            count, end = count + 1, found.end()
        held = held[max(end, len(held) - _LONGEST_CELL) :]
    return count


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as file:
        while chunk := file.read(_CHUNK):
            yield chunk
