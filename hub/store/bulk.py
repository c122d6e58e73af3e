"""Batches in and out of the store: columns on our side, the driver's bulk calls on the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.store import concatenated, copying, grouped

# Both drivers bound the parameters of one statement (SQLite 32,766, PostgreSQL 65,535).
CHUNK: Final = 10_000


def insert(connection: Connection, table: sa.Table, rows: pa.Table, **alike: str | int) -> None:
    """Inserts rows whose columns are named as the table's; `alike` are columns with one value in all rows.

    Fails as a whole on a duplicate key.
    """
    if rows.num_rows == 0:
        return
    if connection.dialect.name == "postgresql":
        for name, value in alike.items():
            rows = rows.append_column(name, pa.repeat(value, rows.num_rows))
        copying.write(connection, table.name, rows)
        return
    grouped.insert(connection, table.name, rows, alike)


def fill(connection: Connection, table: sa.Table, rows: pa.Table, **alike: str | int) -> None:
    """Inserts rows, faster when they are many and the table is empty: its indexes are made afterwards."""
    anew = rows.num_rows >= _MANY and _is_empty(connection, table)
    # Entries that come in their index's order are quick; the others would each touch a page of their own.
    # PostgreSQL would keep everyone else out of the table until the end.
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    if not anew or connection.dialect.name != "sqlite":
        insert(connection, table, rows, **alike)
        return
    for index in indexes:
        index.drop(connection)
    insert(connection, table, rows, **alike)
    for index in indexes:
        index.create(connection)


_MANY: Final = 20_000


def _is_empty(connection: Connection, table: sa.Table) -> bool:
    return connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is None


def upsert(
    connection: Connection,
    table: sa.Table,
    rows: pa.Table,
    *,
    keep: Sequence[str] = (),
    **alike: str | int,
) -> None:
    """Inserts rows, or sets their columns (but those to `keep`) where the primary key is there already.

    Every column of the table that must not be null has to be in `rows`, or in `alike` when it has one value
    in all of them; keys in `rows` are unique.
    """
    if rows.num_rows == 0:
        return
    columns = [*rows.column_names, *alike]
    conflict = _where_met(table, (*columns,), (*keep,))
    if connection.dialect.name == "postgresql":
        for name, value in alike.items():
            rows = rows.append_column(name, pa.repeat(value, rows.num_rows))
        names = ", ".join(columns)
        stage = f"stage_{table.name}"
        connection.exec_driver_sql(f"CREATE TEMP TABLE {stage} (LIKE {table.name}) ON COMMIT DROP")
        copying.write(connection, stage, rows)
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {stage} {conflict}"
        )
        connection.exec_driver_sql(f"DROP TABLE {stage}")
    else:
        grouped.insert(connection, table.name, rows, alike, conflict)


def upsert_listed(
    connection: Connection,
    table: sa.Table,
    schema: pa.Schema,
    columns: Sequence[Sequence[object]],
    *,
    keep: Sequence[str] = (),
    **alike: str | int,
) -> None:
    """`upsert` of a few thousand rows whose columns, named and typed by `schema`, are lists."""
    if connection.dialect.name == "postgresql":
        upsert(connection, table, pa.table([*columns], schema=schema), keep=keep, **alike)
    elif columns and columns[0]:
        rows = dict(zip(schema.names, columns, strict=True))
        met = _where_met(table, (*rows, *alike), (*keep,))
        grouped.insert_listed(connection, table.name, rows, alike, met)


@lru_cache(maxsize=64)
def _where_met(table: sa.Table, columns: tuple[str, ...], keep: tuple[str, ...]) -> str:
    """What to do where the primary key is there already."""
    keys = [column.name for column in table.primary_key]
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in (*keys, *keep))
    action = f"DO UPDATE SET {changes}" if changes else "DO NOTHING"
    return f"ON CONFLICT ({', '.join(keys)}) {action}"


def change(connection: Connection, table: sa.Table, rows: pa.Table, **alike: str | int) -> None:
    """Sets columns of rows that are there: `rows` has the primary key and the columns to set, `alike` those
    with one value in all of them. A key that is not there is passed over.
    """
    if rows.num_rows == 0:
        return
    keys = [column.name for column in table.primary_key]
    names = [name for name in rows.column_names if name not in keys]
    for name, value in alike.items():
        rows = rows.append_column(name, pa.repeat(value, rows.num_rows))
    names += alike
    if connection.dialect.name == "postgresql":
        stage = f"stage_{table.name}"
        connection.exec_driver_sql(f"CREATE TEMP TABLE {stage} (LIKE {table.name}) ON COMMIT DROP")
        for column in table.columns:
            connection.exec_driver_sql(f"ALTER TABLE {stage} ALTER {column.name} DROP NOT NULL")
        copying.write(connection, stage, rows)
        sets = ", ".join(f"{name} = {stage}.{name}" for name in names)
        same = " AND ".join(f"{table.name}.{name} = {stage}.{name}" for name in keys)
        connection.exec_driver_sql(f"UPDATE {table.name} SET {sets} FROM {stage} WHERE {same}")
        connection.exec_driver_sql(f"DROP TABLE {stage}")
        return
    sets = ", ".join(f"{name} = ?" for name in names)
    same = " AND ".join(f"{name} = ?" for name in keys)
    for part in _pieces(rows.select([*names, *keys])):
        connection.exec_driver_sql(f"UPDATE {table.name} SET {sets} WHERE {same}", part)


def delete(connection: Connection, table: sa.Table, column: str, values: Iterable[Any]) -> None:
    """Deletes the rows whose `column` is one of `values`."""
    if wanted := list(values):
        statement = _deleting(table, column, connection.dialect.name)
        connection.execute(statement, {_WANTED: _told(connection, wanted)})


_WANTED: Final = "wanted_values"


@lru_cache(maxsize=64)
def _deleting(table: sa.Table, column: str, dialect: str) -> sa.Delete:
    return sa.delete(table).where(_among(table.c[column], dialect))


@lru_cache(maxsize=256)
def _narrowed(statement: Any, column: sa.Column[Any], dialect: str) -> Any:
    return statement.where(_among(column, dialect))


def _among(column: sa.Column[Any], dialect: str) -> sa.ColumnElement[bool]:
    """That the column has one of the wanted values, numbers or texts.

    However many they are, they are one parameter, so the statement is the same text and is worked out once.
    """
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import ARRAY  # noqa: PLC0415 - loads a driver

        wanted = sa.bindparam(_WANTED, type_=ARRAY(column.type))
        return column == sa.any_(wanted)
    listed = sa.func.json_each(sa.bindparam(_WANTED, type_=sa.Text())).table_valued("value")
    return column.in_(sa.select(listed.c.value))


def _told(connection: Connection, values: Sequence[Any]) -> Any:
    return list(values) if connection.dialect.name == "postgresql" else json.dumps(list(values))


def rows_where_in(
    connection: Connection,
    statement: sa.Select[Any],
    column: sa.Column[Any],
    values: Sequence[Any],
    **bound: str | int,
) -> sa.CursorResult[Any]:
    """Executes a SELECT for the rows whose `column` is one of `values` (numbers or texts), however many.

    Quick for a statement that is always the same object; `bound` are its own parameters.
    """
    narrowed: sa.Select[Any] = _narrowed(statement, column, connection.dialect.name)
    return connection.execute(narrowed, {_WANTED: _told(connection, values), **bound})


def update_where_in(
    connection: Connection, statement: sa.Update, column: sa.Column[Any], values: Sequence[Any]
) -> None:
    """Executes an UPDATE for the rows whose `column` is one of `values` (numbers or texts), however many."""
    if len(values):
        narrowed = statement.where(_among(column, connection.dialect.name))
        connection.execute(narrowed, {_WANTED: _told(connection, values)})


def delete_where_in(
    connection: Connection,
    statement: sa.Delete,
    column: sa.Column[Any],
    values: Sequence[Any],
    **bound: str | int,
) -> None:
    """Executes a DELETE for the rows whose `column` is one of `values` (numbers or texts), however many.

    Quick for a statement that is always the same object; `bound` are its own parameters.
    """
    if len(values):
        narrowed: sa.Delete = _narrowed(statement, column, connection.dialect.name)
        connection.execute(narrowed, {_WANTED: _told(connection, values), **bound})


def delete_rows(connection: Connection, table: sa.Table, keys: pa.Table) -> None:
    """Deletes the rows that have these values in the columns of `keys`."""
    if keys.num_rows == 0:
        return
    if connection.dialect.name == "sqlite":
        same = " AND ".join(f"{name} = ?" for name in keys.column_names)
        connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE {same}", _tuples(keys))
        return
    which = sa.and_(*(table.c[name] == sa.bindparam(f"key_{name}") for name in keys.column_names))
    renamed = keys.rename_columns([f"key_{name}" for name in keys.column_names])
    connection.execute(sa.delete(table).where(which), renamed.to_pylist())


def fetch(connection: Connection, statement: sa.Select[Any], schema: pa.Schema) -> pa.Table:
    """The rows of a SELECT as columns; `schema` names and types them in the order selected."""
    return pa.Table.from_batches(fetch_in_parts(connection, statement, schema), schema=schema)


def fetch_in_parts(
    connection: Connection, statement: sa.Select[Any], schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """The same, some ten thousand rows at a time."""
    if connection.dialect.name == "postgresql":
        return copying.read(connection, statement, schema)
    return _batches(connection.execute(statement), schema)


def fetch_by_key(
    connection: Connection, statement: sa.Select[Any], schema: pa.Schema, key: sa.Column[int]
) -> Iterator[pa.RecordBatch]:
    """The same in the order of a key, for many rows of texts; see `concatenated.in_batches`."""
    if connection.dialect.name == "postgresql":
        return copying.read(connection, statement.order_by(key), schema)
    return concatenated.in_batches(connection, statement, schema, key)


def in_tables(parts: Iterable[pa.RecordBatch], schema: pa.Schema, rows: int) -> Iterator[pa.Table]:
    """The parts put together to tables of at least so many rows, but for the last."""
    held: list[pa.RecordBatch] = []
    for part in parts:
        held.append(part)
        if sum(one.num_rows for one in held) >= rows:
            yield pa.Table.from_batches(held, schema=schema)
            held = []
    if held:
        yield pa.Table.from_batches(held, schema=schema)


def fetch_where_in(
    connection: Connection,
    statement: sa.Select[Any],
    column: sa.Column[Any],
    values: Sequence[Any],
    schema: pa.Schema,
) -> pa.Table:
    """`fetch` of the rows whose `column` is one of `values`; see `rows_where_in`."""
    if len(values) == 0:
        return schema.empty_table()
    return _columns(rows_where_in(connection, statement, column, values), schema)


def _columns(cursor: sa.CursorResult[Any], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches(_batches(cursor, schema), schema=schema)


def _batches(result: sa.CursorResult[Any], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    cursor: Any = result.cursor  # the driver's own: rows need no names
    while rows := cursor.fetchmany(CHUNK):
        columns = zip(*rows, strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)
    result.close()


def chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def next_numbers(connection: Connection, counter: str, how_many: int) -> int:
    """Takes `how_many` consecutive numbers from a counter that never goes back; gives the first.

    The row stays locked to the end of the transaction, so numbers become visible in their order: a reader
    that has seen n never finds a smaller one later.
    """
    row = connection.execute(_NEXT, {"name": counter, "step": how_many}).scalar_one()
    return int(row) - how_many + 1


_NEXT: Final = sa.text(
    "INSERT INTO counters (name, value) VALUES (:name, :step)"
    " ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value"
)


def _tuples(rows: pa.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in rows.columns), strict=True))


def _pieces(rows: pa.Table) -> Iterator[list[tuple[Any, ...]]]:
    """The rows, as many at a time as may well be Python objects."""
    for start in range(0, rows.num_rows, CHUNK):
        yield _tuples(rows.slice(start, CHUNK))
