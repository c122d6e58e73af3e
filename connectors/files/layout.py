"""The layout of a delimited text: its delimiter, its header, and where the data begin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from connectors.files.header import column_names
from connectors.files.heading import LOOKED_AT, find_heading, notes_begin
from connectors.files.options import ReadOptions, noted_heading
from connectors.files.records import Record, Records, count_lines
from connectors.files.trimmed import are_trimmed, is_trimmed
from hub.errors import ConfigurationError, Place

SAMPLE: Final = 1 << 18
NO_DELIMITER: Final = "\x1f"  # a one-column file is split at a character that no text has
_CANDIDATES: Final = (",", ";", "\t", "|")
_MOST_RECORDS: Final = 200
_BLANK_LINES: Final = re.compile(r'(?:[ \t,;|"]*+(?:\r\n?|\n))*+')
_TOLD: Final = re.compile(r"sep=(.)(?:\r\n?|\n)")  # a first line by which Excel is told the delimiter


@dataclass(frozen=True, slots=True)
class Layout:
    """`names` are the columns that are read; a record has `width` fields, of which those beyond `names` have
    no name and must be empty. The data start after `skip` characters and `lines` lines; from character `end`
    on, where it is known, there are only notes. `note` tells what was passed over. Records are `trimmed`
    where whoever wrote the file left out the empty fields at their ends.
    """

    delimiter: str
    names: tuple[str, ...]
    width: int
    skip: int
    lines: int
    end: int | None = None
    note: str | None = None
    trimmed: bool = False


def find_layout(sample: str, options: ReadOptions, file: str, *, whole: bool) -> Layout:
    """From the beginning of a text (`whole`: there is no more). `ConfigurationError` if it is empty."""
    if not sample.strip(" \t\r\n\0\ufeff"):
        hint = "export it again, or check that the right file is named"
        raise ConfigurationError("empty-file", "the file is empty", hint=hint, place=Place(file))
    told = _TOLD.match(sample)
    body = sample[told.end() :] if told else sample
    delimiter = options.delimiter or (told and told[1]) or _delimiter(body, options, file, whole=whole)
    records = Records(body, delimiter, last=whole)
    found = _heading(records, options.header_row, 1 if told else 0, file)
    if found is None:
        hint = "name the delimiter with `delimiter`, or the header's line with `header_row`"
        raise ConfigurationError("no-header", "the header cannot be read", hint=hint, place=Place(file, 1))
    rows = _some(records, found.end, whole=whole)
    names, width = _columns(found.names, rows, named=options.header_row != 0 and found.rows > 0)
    cut = len(sample) - len(body)
    before = sample[: cut + found.end]
    end = _end_of_table(list(_from(records, found.end)), len(names)) if whole else None
    above = sum(1 for line in body[: found.start].splitlines() if line.strip(' \t,;|"'))
    note = noted_heading(above, found.rows) if options.header_row is None else None
    return Layout(
        delimiter,
        names,
        width,
        len(before),
        count_lines(before),
        None if end is None else cut + end,
        note,
        trimmed=are_trimmed([row.fields for row in rows], len(names)),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A header from character `start` to `end`, of so many `rows`."""

    start: int
    end: int
    names: tuple[str, ...]
    rows: int


def _heading(records: Records, row: int | None, told: int, file: str) -> _Found | None:
    """The header at the line that was named, else where the first records show it."""
    body = records.text
    if row is not None:
        start = _header_at(body, row, told, file)
        header = records.at(start)
        if header is None:
            return None
        names = ("",) * len(header.fields) if row == 0 else tuple(header.fields)
        return _Found(start, start if row == 0 else header.end, names, 1)
    first = _header_at(body, None, told, file)
    some = list(islice(_from(records, first), LOOKED_AT))
    heading = find_heading([record.fields for record in some])
    if heading is None:
        return None
    start = some[heading.at].start
    return _Found(start, some[heading.end - 1].end if heading.rows else start, heading.names, heading.rows)


def _from(records: Records, position: int) -> Iterator[Record]:
    while (record := records.at(position)) is not None:
        yield record
        position = record.end


def _end_of_table(rows: list[Record], width: int) -> int | None:
    """Where notes below a table begin; None when there are none, or only blank rows."""
    at = notes_begin([row.fields for row in rows], width)
    told = any(cell.strip() for row in rows[at:] for cell in row.fields)
    return rows[at].start if told else None


def _header_at(body: str, row: int | None, told: int, file: str) -> int:
    """Where the header starts: at the line that was named, else at the first line that is not blank."""
    if not row:
        blank = _BLANK_LINES.match(body)
        return blank.end() if blank else 0
    position = 0
    for _ in range(row - 1 - told):
        position = Records(body, NO_DELIMITER, last=True).line_end(position)
    if position >= len(body):
        sentence = f"there is no line {row} for the header"
        raise ConfigurationError("no-header", sentence, hint="mend `header_row`", place=Place(file))
    return position


def _columns(header: Sequence[str], rows: list[Record], *, named: bool) -> tuple[tuple[str, ...], int]:
    """The names to read and the width of a record. Empty nameless columns at the end are left out."""
    widths = Counter(len(row.fields) for row in rows if not row.broken)
    usual = widths.most_common(1)[0][0] if widths else len(header)
    filled = max(
        (at + 1 for row in rows for at, value in enumerate(row.fields[: len(header)]) if value), default=0
    )
    kept = len(header)
    while named and kept > max(filled, 1) and not header[kept - 1].strip():
        kept -= 1
    extra_is_empty = all(not any(row.fields[len(header) :]) for row in rows if len(row.fields) == usual)
    width = usual if usual > len(header) and extra_is_empty else len(header)
    return column_names(header)[:kept], width


def _delimiter(body: str, options: ReadOptions, file: str, *, whole: bool) -> str:
    """The candidate that cuts header and rows into the most, and the same, number of fields."""
    if options.format == "tsv":
        return "\t"
    scores = {
        candidate: _agreement(Records(body, candidate, last=whole), options, file, whole=whole)
        for candidate in _CANDIDATES
    }
    best = max(_CANDIDATES, key=lambda candidate: scores[candidate])
    share, _, width, _ = scores[best]
    return best if width > 1 and share >= 0.5 else NO_DELIMITER


def _agreement(
    records: Records, options: ReadOptions, file: str, *, whole: bool
) -> tuple[float, bool, int, float]:
    """The share of rows that are as wide as the header, whether it comes first, that width, and how rarely a
    space follows.
    """
    header = _heading(records, options.header_row, 0, file)
    if header is None or len(header.names) < 2:
        return (0.0, False, 1, 0.0)
    rows = _some(records, header.end, whole=whole)
    width = len(header.names)
    trimmed = are_trimmed([row.fields for row in rows], width)
    fitting = sum(
        len(row.fields) == width or _is_padded(row, width) or (trimmed and is_trimmed(row.fields, width))
        for row in rows
    )
    share = fitting / len(rows) if rows else 1.0
    spaced = records.text.count(records.delimiter + " ") / max(records.text.count(records.delimiter), 1)
    comes_first = header.start == _header_at(records.text, None, 0, file)
    return (round(share, 1), comes_first, width, -spaced)


def _is_padded(row: Record, width: int) -> bool:
    return len(row.fields) > width and not any(row.fields[width:])


def _some(records: Records, start: int, *, whole: bool) -> list[Record]:
    """The first records from there that are not blank; the last of a cut text is left out."""
    found: list[Record] = []
    position = start
    while len(found) < _MOST_RECORDS and (record := records.at(position)) is not None:
        if not record.is_blank_line:
            found.append(record)
        position = record.end
    return found if whole or len(found) < 2 else list(islice(found, len(found) - 1))
