"""Delimited text (CSV, TSV, …): every value exactly as it is written, as text.

What is plainly well formed is parsed by column. What is not, or does not fit the header, is taken apart row
by row, in pieces as small as can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from connectors.files.encoding import Encoding, find_encoding
from connectors.files.layout import NO_DELIMITER, SAMPLE, Layout, find_layout
from connectors.files.options import Description, ReadOptions
from connectors.files.records import LONGEST
from connectors.files.repair import repair
from connectors.files.rows import NOT_A_ROW, NOTE, BadRow, Rows, numbered
from connectors.files.utf8 import utf8_blocks
from connectors.files.well_formed import well_formed_records
from connectors.files.wrapped import are_wrapped, unwrapped, unwrapped_blocks
from hub.errors import ConfigurationError, Place

BLOCK: Final = 1 << 18
_SMALL: Final = 1 << 12  # so little is not halved any more
_LONGEST_LINE: Final = 8 * LONGEST


@dataclass(slots=True)
class _Place:
    """How far a file has been read: the number of the next data row, and the line it stands on."""

    number: int
    line: int


class DelimitedFile:
    """An opened delimited text file; it is looked at when something is first asked of it."""

    def __init__(self, path: Path, options: ReadOptions, *, block_size: int = BLOCK) -> None:
        """`block_size` (bytes) changes nothing but memory and speed."""
        self._block_size = block_size
        self._path = path
        self._options = options

    @cached_property
    def _encoding(self) -> Encoding:
        return find_encoding(self._path, self._options.encoding)

    @cached_property
    def _layout(self) -> Layout:
        return self._layout_and_wrapping[0]

    @cached_property
    def _layout_and_wrapping(self) -> tuple[Layout, bool]:
        """The layout, and whether it is that of lines that are quoted as a whole."""
        sample = b""
        for block in utf8_blocks(self._path, self._encoding, SAMPLE):
            sample += block
            if len(sample) > SAMPLE:
                break
        whole = len(sample) <= SAMPLE
        text = sample.decode("utf-8", "surrogateescape")
        layout = find_layout(text, self._options, str(self._path), whole=whole)
        lines = text if whole else text[: text.rfind("\n") + 1]
        if len(layout.names) == 1 and are_wrapped(lines):
            within = find_layout(unwrapped(lines), self._options, str(self._path), whole=whole)
            if len(within.names) > 1:
                return within, True
        return layout, False

    def _blocks(self) -> Iterator[bytes]:
        blocks = utf8_blocks(self._path, self._encoding, self._block_size)
        return unwrapped_blocks(blocks) if self._layout_and_wrapping[1] else blocks

    @property
    def description(self) -> Description:
        encoding, (layout, wrapped) = self._encoding, self._layout_and_wrapping
        quoted = "each line is quoted as a whole; its fields are in the quotes" if wrapped else None
        one_column = "no delimiter was found, so each line is one value" if len(layout.names) == 1 else None
        short = "rows end where only empty fields would follow" if layout.trimmed else None
        return Description(
            format="csv",
            columns=layout.names,
            encoding=encoding.name,
            encoding_from=encoding.origin,
            delimiter=None if layout.delimiter == NO_DELIMITER else layout.delimiter,
            notes=tuple(note for note in (encoding.note, one_column, quoted, layout.note, short) if note),
        )

    def rows(self) -> Iterator[Rows]:
        layout = self._layout
        blocks = _skipping(self._blocks(), layout.skip)
        notes = ""
        if layout.end is not None:  # known of small files only
            text = b"".join(blocks).decode("utf-8", "surrogateescape")
            border = layout.end - layout.skip
            blocks, notes = iter([text[:border].encode("utf-8", "surrogateescape")]), text[border:]
        at = _Place(1, layout.lines + 1)
        rest = b""
        for block, last in _with_last(blocks):
            rest += block
            while rest:
                end, needs_care = well_formed_records(rest, layout.delimiter, last=last)
                if end:
                    yield from _well_formed_rows(rest[:end], layout, at)
                elif needs_care or len(rest) > LONGEST:
                    rows, end = _first_rows(rest, layout, at, last=last)
                    yield rows
                rest = rest[end:]
                if not end:
                    _refuse_endless_line(rest, self._path)
                    break
        if notes:
            yield _set_aside(notes, layout, at)


def _well_formed_rows(data: bytes, layout: Layout, at: _Place) -> Iterator[Rows]:
    """The rows of a piece of whole records. One that does not fit is found by halving the piece."""
    rows = _parse(data, layout, at.number)
    if rows is not None:
        at.number += rows.count
        at.line += _lines(data)
        yield rows
        return
    half = data[: len(data) // 2] if len(data) > _SMALL else b""
    end, _ = well_formed_records(half, layout.delimiter, last=False)
    if end:
        yield from _well_formed_rows(data[:end], layout, at)
        yield from _well_formed_rows(data[end:], layout, at)
    else:
        yield _careful_rows(data, layout, at, last=True)[0]


def _first_rows(data: bytes, layout: Layout, at: _Place, *, last: bool) -> tuple[Rows, int]:
    """The first rows of a piece that begins with something odd, and how many bytes they are."""
    for size in (_SMALL, _SMALL << 4):
        if size < len(data):
            rows, used = _careful_rows(data[:size], layout, at, last=False)
            if used:
                return rows, used
    return _careful_rows(data, layout, at, last=last)


def _careful_rows(data: bytes, layout: Layout, at: _Place, *, last: bool) -> tuple[Rows, int]:
    found = repair(data, layout, first=at.number, line=at.line, last=last)
    at.number, at.line = found.next_number, at.line + found.lines
    numbers = pa.chunked_array([pa.array(found.numbers, pa.int64())])
    return Rows(_columns(found.rows, layout.names), numbers, tuple(found.bad)), found.consumed


def _set_aside(notes: str, layout: Layout, at: _Place) -> Rows:
    """Notes below the table, as bad rows."""
    lines = [(at.line + place, line) for place, line in enumerate(notes.splitlines())]
    said = [(line, text) for line, text in lines if text.strip(f" \t{layout.delimiter}")]
    bad = [
        BadRow(at.number + place, f"line {line}", NOT_A_ROW, NOTE, text)
        for place, (line, text) in enumerate(said)
    ]
    return Rows(_columns([], layout.names), pa.chunked_array([pa.array([], pa.int64())]), tuple(bad))


def _refuse_endless_line(rest: bytes, path: Path) -> None:
    if len(rest) > _LONGEST_LINE:
        raise ConfigurationError(
            "not-delimited-text",
            f"there is a line of more than {_LONGEST_LINE >> 20} MB",
            hint="check that the file is text, or set `format`",
            place=Place(str(path)),
        )


def _parse(data: bytes, layout: Layout, number: int) -> Rows | None:
    """A block by column; None when a row of it needs care."""
    if not data or b"\0" in data:
        return None
    names = [str(at) for at in range(layout.width)]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            pa.csv.ReadOptions(column_names=names, block_size=len(data) + 1, use_threads=False),
            pa.csv.ParseOptions(
                delimiter=layout.delimiter,
                newlines_in_values=True,
            ),
            pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:  # a row with another number of fields, or invalid UTF-8
        return None
    kept = len(layout.names)
    if any(_has_text(column) for column in table.columns[kept:]):
        return None
    named = table.select(names[:kept]).rename_columns(list(layout.names))
    return numbered(_without_headers(_without_blank_rows(named)), number)


def _has_text(column: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.not_equal(column, "")).as_py())


def _without_blank_rows(table: pa.Table) -> pa.Table:
    """Rows in which every field is empty are no data; spreadsheets export them by the hundred."""
    blank = None
    for column in table.columns:
        empty = pc.equal(column, "")
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return table
    return table if blank is None else table.filter(pc.invert(blank))


def _without_headers(table: pa.Table) -> pa.Table:
    """Rows that say the header once more, as files put one behind the other have them, are no data."""
    again = pc.equal(table.column(0), table.column_names[0])
    for column, name in zip(table.columns[1:], table.column_names[1:], strict=True):
        if not pc.any(again).as_py():
            return table
        again = pc.and_(again, pc.equal(column, name))
    return table.filter(pc.invert(again))


def _columns(rows: list[list[str]], names: tuple[str, ...]) -> pa.Table:
    values = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pa.Table.from_arrays([pa.array(column, pa.string()) for column in values], names=list(names))


def _lines(data: bytes) -> int:
    feeds = data.count(b"\n")
    return feeds + data.count(b"\r") - data.count(b"\r\n") if b"\r" in data else feeds


def _skipping(blocks: Iterator[bytes], characters: int) -> Iterator[bytes]:
    """The text after the header, which lies within the first sample."""
    start = b""
    for block in blocks:
        start += block
        text = start.decode("utf-8", "surrogateescape")
        if len(text) > characters:
            yield text[characters:].encode("utf-8", "surrogateescape")
            break
    yield from blocks


def _with_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block, and whether it is the last one."""
    before = next(blocks, b"")
    for block in chain(blocks, [None]):
        yield before, block is None
        before = block or b""
