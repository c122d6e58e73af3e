"""Delimited text (CSV, TSV, …): every value exactly as it is written, as text.

The file is cut into blocks at the ends of records. A block whose quotes are plainly well formed is parsed by
column; one that is not, or in which a row does not fit, is taken apart row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from connectors.files.encoding import Encoding, find_encoding
from connectors.files.layout import NO_DELIMITER, SAMPLE, Layout, find_layout
from connectors.files.options import Description, ReadOptions
from connectors.files.records import LONGEST
from connectors.files.repair import repair
from connectors.files.rows import Rows, numbered
from connectors.files.utf8 import utf8_blocks
from hub.errors import ConfigurationError, Place

BLOCK: Final = 1 << 21
_LONGEST_LINE: Final = 8 * LONGEST
_QUOTE, _LF, _CR = b'"'[0], b"\n"[0], b"\r"[0]


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
        sample = b""
        for block in utf8_blocks(self._path, self._encoding, SAMPLE):
            sample += block
            if len(sample) > SAMPLE:
                break
        whole = len(sample) <= SAMPLE
        text = sample.decode("utf-8", "surrogateescape")
        return find_layout(text, self._options, str(self._path), whole=whole)

    @property
    def description(self) -> Description:
        layout, encoding = self._layout, self._encoding
        one_column = "no delimiter was found, so each line is one value" if len(layout.names) == 1 else None
        return Description(
            format="csv",
            columns=layout.names,
            encoding=encoding.name,
            encoding_from=encoding.origin,
            delimiter=None if layout.delimiter == NO_DELIMITER else layout.delimiter,
            notes=tuple(note for note in (encoding.note, one_column) if note),
        )

    def rows(self) -> Iterator[Rows]:
        layout = self._layout
        blocks = _skipping(utf8_blocks(self._path, self._encoding, self._block_size), layout.skip)
        number, line, rest = 1, layout.lines + 1, b""
        for block, last in _with_last(blocks):
            rest += block
            while rest:
                end = _end_of_records(rest, layout.delimiter, last=last)
                clean = None if end is None else _parse(rest[:end], layout, number)
                if end == 0 and len(rest) <= LONGEST:
                    break
                if end and clean is not None:
                    yield clean
                    used, number, line = end, number + clean.count, line + _lines(rest[:end])
                else:
                    # a block that only fails in its rows is whole in itself; another goes on in the next
                    part, whole = (rest[:end], True) if end else (rest, last)
                    found = repair(part, layout, first=number, line=line, last=whole)
                    columns = _columns(found.rows, layout.names)
                    numbers = pa.chunked_array([pa.array(found.numbers, pa.int64())])
                    yield Rows(columns, numbers, tuple(found.bad))
                    used, number, line = found.consumed, found.next_number, line + found.lines
                rest = rest[used:]
                if not used:
                    _refuse_endless_line(rest, self._path)
                    break


def _refuse_endless_line(rest: bytes, path: Path) -> None:
    if len(rest) > _LONGEST_LINE:
        raise ConfigurationError(
            "not-delimited-text",
            f"there is a line of more than {_LONGEST_LINE >> 20} MB",
            hint="check that the file is text, or set `format`",
            place=Place(str(path)),
        )


def _end_of_records(data: bytes, delimiter: str, *, last: bool) -> int | None:
    """Where the last whole record of a block ends; None when its quotes are not plainly well formed.

    Well formed: every opening quote follows a delimiter or a line end, every closing one is followed by
    one. Between an odd number of quotes and an even one, line ends belong to a value.
    """
    octets = np.frombuffer(data, np.uint8)
    line_end = b"\n" if b"\n" in data else b"\r"
    quotes = np.flatnonzero(octets == _QUOTE) if b'"' in data else np.empty(0, np.int64)
    if len(quotes) and not _well_formed(octets, quotes, delimiter):
        return None
    if last:
        return len(data) if len(quotes) % 2 == 0 else None
    ends = len(data) - 1 if line_end == b"\r" else len(data)  # CR at the very end may be half of CR LF
    at = data.rfind(line_end, 0, ends)
    while at >= 0 and np.searchsorted(quotes, at) % 2:
        at = data.rfind(line_end, 0, at)
    return at + 1


def _well_formed(octets: np.ndarray, quotes: np.ndarray, delimiter: str) -> bool:
    border = np.zeros(256, np.bool_)
    border[[_QUOTE, _LF, _CR, ord(delimiter)]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    before = octets[opening[opening > 0] - 1]
    after = octets[closing[closing < len(octets) - 1] + 1]
    return bool(border[before].all() and border[after].all())


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
    return numbered(_without_blank_rows(named), number)


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
