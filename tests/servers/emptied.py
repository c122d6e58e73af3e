"""Databases of PostgreSQL that tests use one after the other: to make one takes longer than most tests do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import TracebackType
from typing import Final, Self

import sqlalchemy as sa

_TABLES: Final = """
    SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename
"""
# Whatever is made, changed or dropped in the catalog is another row, or has another transaction.
_CATALOG: Final = """
    SELECT md5(string_agg(row, ',' ORDER BY row)) FROM (
        SELECT 'c' || oid || ' ' || xmin AS row FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT 'a' || attrelid || ' ' || attnum || ' ' || a.xmin FROM pg_attribute a
            JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT 'd' || oid || ' ' || xmin FROM pg_attrdef
        UNION ALL SELECT 'k' || oid || ' ' || xmin FROM pg_constraint
        UNION ALL SELECT 't' || oid || ' ' || xmin FROM pg_trigger
        UNION ALL SELECT 'r' || oid || ' ' || xmin FROM pg_rewrite
        UNION ALL SELECT 'p' || oid || ' ' || xmin FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT 'n' || oid || ' ' || xmin FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
        UNION ALL SELECT 's' || setdatabase || ' ' || setrole || ' ' || xmin FROM pg_db_role_setting
    ) AS rows
"""


class EmptiedDatabases:
    """Lends databases that hold what the one they were copied from does, one borrower each.

    What comes back is emptied for the next: whoever is still connected is cut off, every row is taken out
    and those of the beginning are put back. A database in which anything but rows changed is not lent again.
    """

    def __init__(self, make: Callable[[], AbstractContextManager[str]]) -> None:
        self._make = make
        self._made = ExitStack()
        self._spare: list[_Database] = []

    @contextmanager
    def lent(self) -> Iterator[str]:
        found = self._spare.pop() if self._spare else _Database(self._made.enter_context(self._make()))
        try:
            yield found.url
        finally:
            if found.emptied():
                self._spare.append(found)
            else:
                found.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self._spare:
            one.close()
        self._made.close()


class _Database:
    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = sa.create_engine(
            sa.make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        self._connection = self._engine.connect()
        self._catalog = self._asked(_CATALOG)
        tables = self._connection.exec_driver_sql(_TABLES).scalars().all()
        first = {table: self._asked(f"SELECT json_agg(t)::text FROM {table} t") for table in tables}
        taken_out = [f"IF EXISTS (SELECT FROM {table}) THEN DELETE FROM {table}; END IF;" for table in tables]
        put_back = [
            f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, $rows${rows}$rows$);"
            for table, rows in first.items()
            if rows
        ]
        lines = "\n".join([*taken_out, *put_back])
        # As a replica nothing is asked of references, so that the order of the tables does not matter.
        self._empty = f"""
            DO $do$ BEGIN
            PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid();
            SET LOCAL session_replication_role = replica;
            {lines}
            END $do$
        """

    def _asked(self, sql: str) -> str | None:
        found: str | None = self._connection.exec_driver_sql(sql).scalar()
        return found

    def emptied(self) -> bool:
        """Whether it is as in the beginning again."""
        if self._asked(_CATALOG) != self._catalog:
            return False
        self._connection.exec_driver_sql(self._empty)
        return True

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()
