"""Rehearsing: jobs do what they would do, upon one snapshot, and nobody else sees it or waits for it.

What they write goes into temporary tables that stand before the store's own, under the same names, for this
connection alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.schema import CreateIndex, CreateTable

from hub.store import bulk
from hub.store.engine import Store, engine_for
from hub.store.tables import (
    contacts,
    counters,
    deliveries,
    facts,
    intents,
    leases,
    ledger,
    records,
    rejects,
    runs,
)


@dataclass(frozen=True, slots=True)
class Written:
    """The tables that are written in a rehearsal, when one of them is: `copied`, or `empty` to begin with."""

    copied: tuple[sa.Table, ...]
    empty: tuple[sa.Table, ...]


# Nobody holds a lease in a rehearsal.
BEFORE_A_RESOLVE: Final = Written((counters, facts, runs, records, contacts, rejects), (leases,))
BEFORE_A_PLAN: Final = Written((ledger, intents), (deliveries,))


class Stage(Store):
    """A store of one transaction, a snapshot, in which what is written stands before what is stored."""

    def __init__(self, engine: Engine, connection: Connection, written: Written = BEFORE_A_RESOLVE) -> None:
        super().__init__(engine)
        self._connection = connection
        self._written = written
        self._copied = False

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        yield self._connection

    @contextmanager
    def writing(self, **_options: object) -> Iterator[Connection]:
        """Writes to the tables that were named; anything else cannot be written so (see `Ahead`)."""
        if not self._copied:
            self._copied = True
            for table in (*self._written.copied, *self._written.empty):
                self._copy(table, whole=table in self._written.copied)
        yield self._connection

    def close(self) -> None:
        """The engine is closed where it was opened."""

    def _copy(self, table: sa.Table, *, whole: bool) -> None:
        own, copied = _own(self._connection), _temporary(self._connection, table)
        self._connection.execute(CreateTable(copied))
        if whole:
            names = ", ".join(copied.columns.keys())
            told = (
                f"INSERT INTO {copied.schema}.{table.name} ({names}) SELECT {names} FROM {own}.{table.name}"
            )
            self._connection.exec_driver_sql(told)
        for index in copied.indexes:
            self._connection.execute(CreateIndex(index))


class Ahead:
    """Rows of a table as they would be; once shown, they stand in the place of those with their key.

    Until then the table is read as it is stored, and `rows` is what would be.
    """

    def __init__(self, connection: Connection, table: sa.Table) -> None:
        self._connection, self._table = connection, table
        self.rows = _temporary(connection, table, f"{table.name}_ahead")
        connection.execute(CreateTable(self.rows))

    def put(self, rows: pa.Table, **alike: str | int) -> None:
        bulk.insert(self._connection, self.rows, rows, **alike)

    def show(self) -> None:
        names, ahead = ", ".join(self._table.columns.keys()), f"{self.rows.schema}.{self.rows.name}"
        same = " AND ".join(f"ahead.{key.name} = held.{key.name}" for key in self._table.primary_key)
        self._connection.exec_driver_sql(
            f"CREATE TEMPORARY VIEW {self._table.name} AS"
            f" SELECT {names} FROM {_own(self._connection)}.{self._table.name} AS held"
            f" WHERE NOT EXISTS (SELECT 1 FROM {ahead} AS ahead WHERE {same})"
            f" UNION ALL SELECT {names} FROM {ahead}"
        )


@contextmanager
def rehearsing(store: Store, written: Written = BEFORE_A_RESOLVE) -> Iterator[Stage]:
    """A stage upon a snapshot of now, until the block ends. Others read and write the store meanwhile."""
    engine = engine_for(store.engine.url)
    event.listen(engine, "connect", _set_up)
    try:
        with Store(engine).reading() as connection:
            connection.execute(sa.select(sa.literal(1)).select_from(facts).limit(1))  # here it begins
            try:
                yield Stage(engine, connection, written)
            finally:
                transaction = connection.get_transaction()
                if transaction is not None and transaction.is_active:
                    transaction.rollback()
    finally:
        engine.dispose()


def _set_up(connection: Any, _record: Any) -> None:
    if hasattr(connection, "prepare_threshold"):
        connection.prepare_threshold = None  # what was prepared would go on reading the store's own tables
        return
    connection.execute("PRAGMA temp_store = FILE")  # a million golden records need not be in memory
    connection.execute("PRAGMA foreign_keys = OFF")


def _own(connection: Connection) -> str:
    """The schema of the store's own tables."""
    if connection.dialect.name == "sqlite":
        return "main"
    return str(connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one())


def _temporary(connection: Connection, table: sa.Table, name: str | None = None) -> sa.Table:
    """The same table, temporary and without references to others."""
    schema = "temp" if connection.dialect.name == "sqlite" else "pg_temp"
    copied = table.to_metadata(sa.MetaData(), schema=schema, name=name)
    copied.constraints -= {one for one in copied.constraints if isinstance(one, sa.ForeignKeyConstraint)}
    return copied
