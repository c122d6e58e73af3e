"""Many rows into SQLite: a hundred with each statement, which costs a third less than one by one.

The driver also lets other threads work only while a statement runs, and to hand over at every row costs both
more than the row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa
from sqlalchemy.engine import Connection

GROUP: Final = 100  # rows a statement; SQLite takes 32,766 values
_AT_ONCE: Final = 100 * GROUP  # rows that are Python objects at one time


def insert(
    connection: Connection, table: str, rows: pa.Table, alike: Mapping[str, str | int], met: str = ""
) -> None:
    """Inserts rows whose columns are named as the table's; `alike` are columns with one value in all rows,
    `met` is what to do where a key is there already: without it all of it fails.
    """
    for start in range(0, rows.num_rows, _AT_ONCE):
        part = rows.slice(start, _AT_ONCE)
        told = dict(zip(part.column_names, (one.to_pylist() for one in part.columns), strict=True))
        insert_listed(connection, table, told, alike, met)


def insert_listed(
    connection: Connection,
    table: str,
    rows: Mapping[str, Sequence[object]],
    alike: Mapping[str, str | int],
    met: str = "",
) -> None:
    """The same for columns that are lists, as many as may well be Python objects."""
    columns, same = [*rows.values()], tuple(alike.values())
    count = len(columns[0])
    values: list[Any] = [None] * (count * len(columns))
    for place, column in enumerate(columns):
        values[place :: len(columns)] = column
    whole = count - count % GROUP
    for group, first, end in ((GROUP, 0, whole), (1, whole, count)):
        if first < end:
            width = group * len(columns)
            starts = range(first * len(columns), end * len(columns), width)
            statement = _statement(table, (*rows,), (*alike,), group, met)
            connection.exec_driver_sql(statement, [(*same, *values[at : at + width]) for at in starts])


# No value is part of it, so that the driver knows the statement of an earlier batch again. What is alike in
# all rows is told once a statement: its numbers come again in each row, and a bare mark is the next number
# after the largest so far (https://sqlite.org/lang_expr.html#varparam).
@lru_cache(maxsize=64)
def _statement(table: str, names: tuple[str, ...], alike: tuple[str, ...], group: int, met: str) -> str:
    same = [f"?{number}" for number in range(1, len(alike) + 1)]
    marks = f"({', '.join([*same, *'?' * len(names)])})"
    columns = ", ".join([*alike, *names])
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([marks] * group)} {met}"
