"""Columns that the database puts together are what rows are, whatever characters the texts have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from hub.store import concatenated
from hub.store.concatenated import in_batches

TABLE = sa.Table(
    "rows",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("also", sa.Text),
    sa.Column("number", sa.BigInteger, nullable=False),
)
SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        ("also", pa.string()),
        pa.field("number", pa.int64(), nullable=False),
    ]
)
ASKED = sa.select(TABLE.c.id, TABLE.c.text, TABLE.c.also, TABLE.c.number)
Told = list[tuple[int, str, str | None, int]]

TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8
) | st.sampled_from(["", "\x1e", "\x1f", "a\x1eb", "\x1f\x1f", "Zoë", "👩‍👩‍👧", "١٢٣", "\u202eabc"])
ROWS = st.lists(
    st.tuples(
        st.integers(1, 50),
        TEXT,
        st.none() | TEXT.filter(lambda text: text != "\x1f"),
        st.integers(-(2**63), 2**63 - 1),
    ),
    max_size=12,
    unique_by=lambda row: row[0],
)


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    engine = sa.create_engine("sqlite://")
    TABLE.create(engine)
    yield engine
    engine.dispose()


def read(connection: sa.Connection, asked: sa.Select[tuple[int, str, str | None, int]] = ASKED) -> Told:
    parts = list(in_batches(connection, asked, SCHEMA, TABLE.c.id))
    table = pa.Table.from_batches(parts, schema=SCHEMA)
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def stored(connection: sa.Connection, rows: Told) -> None:
    connection.execute(sa.delete(TABLE))
    if rows:
        names = TABLE.c.keys()
        connection.execute(sa.insert(TABLE), [dict(zip(names, row, strict=True)) for row in rows])


@given(rows=ROWS, at_once=st.sampled_from([1, 2, 5, 500]))
def test_all_rows_come_in_the_order_of_their_keys(engine: sa.Engine, rows: Told, at_once: int) -> None:
    with engine.begin() as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(concatenated, "_FIRST", at_once)
        patch.setattr(concatenated, "_MOST", at_once)
        stored(connection, rows)
        assert read(connection) == sorted(rows)
        some = ASKED.where(TABLE.c.number > 0)
        assert read(connection, some) == sorted(row for row in rows if row[3] > 0)


def test_texts_that_are_too_long_together_are_read_too(engine: sa.Engine) -> None:
    rows: Told = [(number, "x" * 60_000, None, number) for number in range(1, 9)]
    with engine.begin() as connection:
        stored(connection, rows)
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        before = driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 100_000)
        try:
            assert read(connection) == rows
        finally:
            driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)


def test_long_texts_are_read_a_few_at_once(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concatenated, "_BYTES", 1_000)
    monkeypatch.setattr(concatenated, "_FIRST", 4)
    rows: Told = [(number, "x" * 400, None, number) for number in range(1, 30)]
    with engine.begin() as connection:
        stored(connection, rows)
        sizes = [part.num_rows for part in in_batches(connection, ASKED, SCHEMA, TABLE.c.id)]
    assert sizes[0] == 4
    assert sum(sizes) == len(rows)
    assert max(sizes[1:]) <= 2
