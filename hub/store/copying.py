"""PostgreSQL's COPY: columns in and out as text, without a Python object a value."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import sqlalchemy as sa
from sqlalchemy.engine import Connection

_ESCAPES: Final = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))
_NULL: Final = "\\N"
_BLOCK: Final = 8 << 20  # bytes at a time, about


def write(connection: Connection, table: str, rows: pa.Table) -> None:
    """Appends the rows to a table; columns are named as the table's."""
    cursor: Any = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY {table} ({', '.join(rows.column_names)}) FROM STDIN") as copy:
            step = max(1, _BLOCK * rows.num_rows // max(rows.nbytes, 1))
            for start in range(0, rows.num_rows, step):
                copy.write(_lines(rows.slice(start, step).combine_chunks()))
    finally:
        cursor.close()


def _lines(rows: pa.Table) -> bytes:
    cells = [_cells(column.combine_chunks()) for column in rows.columns]
    lines = pc.binary_join_element_wise(*cells, "\t")
    whole = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(lines)], pa.int32()), lines), "\n")
    return f"{whole[0].as_py()}\n".encode()


def _cells(column: pa.Array) -> pa.Array:
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        told = [None if value is None else f"\\\\x{value.hex()}" for value in column.to_pylist()]
        text = pa.array(told, pa.string())
    else:
        text = column.cast(pa.string())
        if pa.types.is_string(column.type):
            for found, instead in _ESCAPES:
                text = pc.replace_substring(text, found, instead)
    return pc.fill_null(text, _NULL)


def read(connection: Connection, statement: sa.Select[Any], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows of a SELECT (numbers and texts), typed and named by `schema`."""
    sql = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    cursor: Any = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)") as copy:
            for lines in _whole_blocks(copy):
                yield from _parsed(lines, schema)
    finally:
        cursor.close()


def _whole_blocks(copy: Any) -> Iterator[bytes]:
    """Some megabytes at a time; the server sends whole rows."""
    held = io.BytesIO()
    for row in copy:
        held.write(row)
        if held.tell() >= _BLOCK:
            yield held.getvalue()
            held = io.BytesIO()
    if held.tell():
        yield held.getvalue()


def _parsed(lines: bytes, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    table = pyarrow.csv.read_csv(
        pa.BufferReader(lines),
        read_options=pyarrow.csv.ReadOptions(column_names=schema.names, block_size=len(lines) + 1),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=schema, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    yield from table.cast(schema).to_batches()
