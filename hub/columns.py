"""Columns at work: Arrow tables queried with DuckDB's SQL, and their JSON form.

The one place where the hub itself meets DuckDB. It is an engine here, never a store.
"""

from __future__ import annotations

import errno
import io
import json
import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.json

from hub import few_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_THREADS: Final = os.cpu_count() or 1
_engines: Final = threading.local()


def query(sql: str, **tables: pa.Table) -> pa.Table:
    """Runs one SQL statement over Arrow tables, each visible under its keyword's name."""
    engine = _engine()
    try:
        for name, table in tables.items():
            engine.register(name, table)
        return engine.sql(sql).to_arrow_table()
    finally:
        for name in tables:
            engine.unregister(name)


def _engine() -> DuckDBPyConnection:
    """The engine of this thread: opening one takes as long as twenty small queries, and names are its own."""
    engine: DuckDBPyConnection | None = getattr(_engines, "mine", None)
    if engine is None:
        import duckdb  # noqa: PLC0415 - slow to load, and a few rows do without

        engine = _engines.mine = duckdb.connect(config={"threads": _THREADS})
        engine.execute("SET enable_progress_bar = false")  # it would draw on stdout, which is for data
    return engine


def json_text(table: pa.Table, fields: Sequence[str]) -> pa.ChunkedArray:
    """One JSON object a row from `fields`, nulls left out but in lists, order as given."""
    return hashed_json(table, fields)[0]


def hashed_json(table: pa.Table, fields: Sequence[str]) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """`json_text` with the `digest` of each text, in one go."""
    if table.num_rows == 0:
        return pa.chunked_array([], pa.string()), pa.chunked_array([], pa.string())
    if few_rows.are_few(table, fields):
        return few_rows.hashed_json(table, fields)
    members = [pa.field(field, table.schema.field(field).type) for field in fields]
    found = query(
        f"SELECT json, md5(json) AS digest FROM (SELECT {_object(members)} AS json FROM rows)", rows=table
    )
    return found["json"], found["digest"]


def _object(members: Iterable[pa.Field], of: str = "") -> str:
    """SQL for a JSON object of these columns, or of the members of the struct `of`, without the null ones.

    It is put together from texts: to build the whole and take the nulls out again costs twice as much.
    """
    told = []
    for member in members:
        value = of + _name(member.name)
        is_object = pa.types.is_struct(member.type)
        json_of = _object(member.type, f"{value}.") if is_object else f"to_json({value})"
        name = _text(f"{few_rows.text(member.name)}:")
        told.append(f"CASE WHEN {value} IS NOT NULL THEN {name} || {json_of} END")
    return f"'{{' || concat_ws(',', {', '.join(told)}) || '}}'" if told else "'{}'"


def digest(texts: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    """A 128-bit hash a text (hex MD5), to see that something changed; no protection against forgery."""
    if len(texts) <= few_rows.FEW:
        return pa.chunked_array([few_rows.digests(texts.to_pylist())])
    return query("SELECT md5(text) AS digest FROM rows", rows=pa.table({"text": texts}))["digest"]


def from_json(texts: pa.ChunkedArray | pa.Array, schema: pa.Schema) -> pa.Table:
    """The inverse of `json_text`: one row a JSON object (none null), missing members null. `schema` holds
    texts, numbers, truth values, lists and structs. Raises `ValueError` for what is no such JSON.
    """
    if len(texts) == 0:
        return schema.empty_table()
    if len(texts) <= few_rows.FEW:
        return few_rows.from_json(texts.to_pylist(), schema)
    # The engine reads JSON with all cores, but takes ten milliseconds to learn what to read.
    return _few_from_json(texts, schema) if len(texts) < _MANY else _many_from_json(texts, schema)


def lists_from_json(texts: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    """Lists of texts from JSON arrays (none null)."""
    if len(texts) <= few_rows.FEW:
        lists = [json.loads(text) for text in texts.to_pylist()]
        return pa.chunked_array([pa.array(lists, pa.list_(pa.string()))])
    asked = "SELECT from_json(text, '[\"VARCHAR\"]') AS lists FROM rows"
    return query(asked, rows=pa.table({"text": texts}))["lists"]


_MANY: Final = 5_000


def _few_from_json(texts: pa.ChunkedArray | pa.Array, schema: pa.Schema) -> pa.Table:
    lines = "\n".join(texts.to_pylist()).encode()
    # One block: the reader cannot split a line, and the text is in memory already.
    table = pyarrow.json.read_json(
        io.BytesIO(lines),
        read_options=pyarrow.json.ReadOptions(block_size=max(len(lines) + 1, 1 << 20), use_threads=False),
        parse_options=pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )
    if table.num_rows != len(texts):
        raise ValueError("a JSON text held a line break or was empty")
    return table.select(schema.names)


def _many_from_json(texts: pa.ChunkedArray | pa.Array, schema: pa.Schema) -> pa.Table:
    import duckdb  # noqa: PLC0415 - see _engine

    shape = json.dumps({field.name: _json_shape(field.type) for field in schema})
    try:
        found = query(
            f"SELECT unnest(json_transform(text, {_text(shape)})) FROM rows", rows=pa.table({"text": texts})
        )
    except duckdb.InvalidInputException as error:
        raise ValueError("a text is no JSON") from error
    return found.cast(schema)


def _json_shape(kind: pa.DataType) -> object:
    if pa.types.is_list(kind):
        return [_json_shape(kind.value_type)]
    if pa.types.is_struct(kind):
        return {field.name: _json_shape(field.type) for field in kind}
    names = {pa.string(): "VARCHAR", pa.bool_(): "BOOLEAN", pa.int64(): "BIGINT", pa.float64(): "DOUBLE"}
    return names[kind]


def write_csv(table: pa.Table, path: Path) -> None:
    """Writes UTF-8 CSV with a header; only cells that need quotes get them, null is nothing between commas.

    Raises `OSError`, as writing any file does (`ENOSPC` when there is no room).
    """
    import duckdb  # noqa: PLC0415 - see _engine

    engine = _engine()
    rows, header = "rows", "HEADER"
    if len({name.lower() for name in table.column_names}) < table.num_columns:
        # to the engine `Mail` and `mail` are one name, so these become the first row
        heads = ", ".join(_text(name) for name in table.column_names)
        table = table.rename_columns([f"c{place}" for place in range(table.num_columns)])
        texts = ", ".join(f"{name}::VARCHAR" for name in table.column_names)
        rows, header = f"(SELECT {heads} UNION ALL SELECT {texts} FROM rows)", "HEADER false"
    engine.register("rows", table)
    try:
        engine.execute(f"COPY {rows} TO {_text(str(path))} (FORMAT csv, {header}, DELIMITER ',')")
    except duckdb.IOException as error:
        full = any(sign in str(error).lower() for sign in ("no space", "too large", "quota"))
        raise OSError(errno.ENOSPC if full else errno.EIO, "the file cannot be written") from error
    finally:
        engine.unregister("rows")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
