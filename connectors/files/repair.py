"""The careful way through delimited text: row by row, so that one bad row is set aside alone.

Used for the blocks of a file that are not plainly well formed; the others are parsed by column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from connectors.files.layout import Layout
from connectors.files.records import Record, Records, count_lines
from connectors.files.rows import BadRow
from connectors.files.trimmed import is_trimmed
from connectors.files.utf8 import INVALID

_INVALID: Final = re.compile("[\udc80-\udcff]+")


@dataclass(slots=True)
class Repaired:
    """Rows with their numbers, bad rows, and how far the text was used (in bytes of UTF-8)."""

    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    consumed: int = 0
    lines: int = 0
    next_number: int = 1


def repair(data: bytes, layout: Layout, *, first: int, line: int, last: bool) -> Repaired:
    """Takes a block apart. `first` is the number of its first data row, `line` the line that it starts on."""
    text = data.decode("utf-8", "surrogateescape")
    records = Records(text, layout.delimiter, last=last)
    found = Repaired(next_number=first)
    position = 0
    while (record := records.at(position)) is not None:
        fault = None if record.is_blank_line else _fault(record, text, layout)
        end = record.end if fault is None else _end_of_fault(record, records, layout)
        raw = text[position:end]
        if fault:
            code, reason = fault
            spot = f"line {line + found.lines}"
            found.bad.append(BadRow(found.next_number, spot, code, reason, _readable(raw)))
            found.next_number += 1
        elif _says_something(record, layout):
            missing = len(layout.names) - len(record.fields)
            found.rows.append(record.fields[: len(layout.names)] + [""] * missing)
            found.numbers.append(found.next_number)
            found.next_number += 1
        found.lines += count_lines(raw)
        position = end
    found.consumed = len(text[:position].encode("utf-8", "surrogateescape"))
    return found


def _says_something(record: Record, layout: Layout) -> bool:
    """Neither a blank row nor the header once more."""
    return any(record.fields) and tuple(record.fields[: len(layout.names)]) != layout.names


def _fault(record: Record, text: str, layout: Layout) -> tuple[str, str] | None:
    """Code and reason of what is wrong with a record."""
    raw = text[record.start : record.end]
    if record.broken:
        return "broken-quote", "a quoted field is not closed, or goes on after its closing quote"
    if _INVALID.search(raw):
        return "invalid-bytes", "some bytes are no characters in the encoding of the file"
    if "\0" in raw:
        return "nul-character", "the row holds NUL characters"
    if not _has_its_fields(record, layout):
        return "wrong-field-count", f"{len(record.fields)} fields instead of {len(layout.names)}"
    if any(record.fields[len(layout.names) : layout.width]):
        return "value-without-header", "there is a value in a column that has no name"
    return None


def _end_of_fault(record: Record, records: Records, layout: Layout) -> int:
    """Where to go on after a bad record.

    When a stray quote swallowed the lines after it, these stand on their own as good records; then only the
    first line is bad. They end within what was swallowed: what comes behind may not be known yet.
    """
    first_line = records.line_end(record.start)
    following = records.at(first_line) if first_line < record.end else None
    if following is None or following.end > record.end:
        return record.end
    stands_alone = not following.broken and _has_its_fields(following, layout)
    return first_line if stands_alone else record.end


def _has_its_fields(record: Record, layout: Layout) -> bool:
    """A field for each column, or for the first ones where rows are trimmed, and nothing beyond the width but
    empty fields.
    """
    if layout.trimmed and is_trimmed(record.fields, len(layout.names)):
        return True
    return len(record.fields) >= len(layout.names) and not any(record.fields[layout.width :])


def _readable(raw: str) -> str:
    r"""The text without its line end; invalid bytes are shown as `\xff`, or as � when transcoded."""
    text = raw.rstrip("\r\n").replace(INVALID, "\ufffd")
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
