"""Parquet files: every column as text, in portions of some thousand rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, reduce
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from connectors.files.cell_text import cell_text
from connectors.files.disk import reading, require_readable
from connectors.files.header import column_names
from connectors.files.options import Description
from connectors.files.rows import BadRow, Rows, numbered
from hub.errors import ConfigurationError, Place

_PORTION: Final = 50_000


class ParquetFile:
    """An opened Parquet file; its footer is read when something is first asked of it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _file(self) -> pq.ParquetFile:
        require_readable(self._path)
        with _broken_file(self._path), reading(self._path):
            return pq.ParquetFile(self._path)

    @property
    def description(self) -> Description:
        return Description("parquet", column_names(self._file.schema_arrow.names))

    def rows(self) -> Iterator[Rows]:
        first, names = 1, list(self.description.columns)
        with _broken_file(self._path), reading(self._path):
            for batch in self._file.iter_batches(batch_size=_PORTION):
                columns = [_as_text(column) for column in batch.columns]
                rows = numbered(pa.Table.from_arrays(columns, names=names), first)
                yield _without_nul(rows)
                first += rows.count


def _without_nul(rows: Rows) -> Rows:
    """NUL characters cannot be stored as text; rows that hold one are set aside."""
    held = [pc.match_substring(column, "\0").fill_null(fill_value=False) for column in rows.columns.columns]
    bad = reduce(pc.or_, held) if held else pa.chunked_array([], pa.bool_())
    if not pc.any(bad).as_py():
        return rows
    torn = rows.where(bad, ()).columns.to_pylist()
    numbers = rows.numbers.filter(bad).to_pylist()
    reason = "the row holds NUL characters"
    found = tuple(
        BadRow(number, f"row {number}", "nul-character", reason, json.dumps(row, ensure_ascii=False))
        for number, row in zip(numbers, torn, strict=True)
    )
    return rows.where(pc.invert(bad), found)


@contextmanager
def _broken_file(path: Path) -> Iterator[None]:
    try:
        yield
    except pa.ArrowException as error:
        raise ConfigurationError(
            "broken-parquet",
            "the file is damaged, cut off, or no Parquet file",
            hint="copy it again from where it came from; writing it may not have finished",
            place=Place(str(path)),
        ) from error


def _as_text(column: pa.Array) -> pa.Array:
    """The values as text, null where there is none."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.dictionary_decode())
    if pa.types.is_large_string(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.string())
    if pa.types.is_string(kind) or pa.types.is_boolean(kind) or pa.types.is_date32(kind):
        return column.cast(pa.string())
    if pa.types.is_timestamp(kind):
        return _instants(column)
    if pa.types.is_floating(kind):
        return _numbers(column)
    values = [None if value is None else _nested_text(value) for value in column.to_pylist()]
    return pa.array(values, pa.string())


def _instants(column: pa.Array) -> pa.Array:
    """ISO 8601; instants with a time zone in UTC, ending in Z. A part of a second only where there is one."""
    zone = column.type.tz
    micros = column.cast(pa.timestamp("us", tz=zone and "UTC"), safe=False)
    text = pc.strftime(micros, format="%Y-%m-%dT%H:%M:%S")
    text = pc.replace_substring_regex(text, r"\.0+$", "")
    return pc.binary_join_element_wise(text, "Z", "") if zone else text


def _numbers(column: pa.Array) -> pa.Array:
    """Whole numbers without a decimal point: a column of integers with gaps is often stored as floats."""
    doubles = column.cast(pa.float64())
    whole = pc.and_(pc.equal(doubles, pc.trunc(doubles)), pc.less(pc.abs(doubles), 2.0**53))
    integers = pc.if_else(whole, doubles, None).cast(pa.int64()).cast(pa.string())
    return pc.coalesce(integers, pc.if_else(pc.is_nan(doubles), None, column).cast(pa.string()))


def _nested_text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=cell_text)
    return cell_text(value)
