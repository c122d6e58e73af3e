"""Batches get into a table whole or not at all, however many rows they have."""

from __future__ import annotations

import pyarrow as pa
import pytest
import sqlalchemy as sa

from hub.errors import FatalError
from hub.store import bulk
from hub.store.engine import Store
from hub.store.grouped import GROUP
from hub.store.tables import cursors


def rows(count: int) -> pa.Table:
    numbers = [f"{number:06}" for number in range(count)]
    told = [None if number % 3 else "é'\"" for number in range(count)]
    return pa.table(
        {
            "source": numbers,
            "stream": pa.repeat("s", count),
            "cursor": pa.array(told, pa.string()),
            "moved_at": numbers,
        }
    )


@pytest.mark.parametrize("count", [0, 1, GROUP - 1, GROUP, GROUP + 1, 101 * GROUP + 7])
def test_every_row_is_inserted_as_it_is(store: Store, count: int) -> None:
    with store.writing() as connection:
        bulk.insert(connection, cursors, rows(count))
    with store.reading() as connection:
        found = connection.execute(sa.select(cursors).order_by(cursors.c.source)).all()
    assert [tuple(row) for row in found] == [tuple(row.values()) for row in rows(count).to_pylist()]


@pytest.mark.parametrize("count", [1, GROUP, GROUP + 1])
def test_what_is_alike_is_told_with_every_row(store: Store, count: int) -> None:
    told = rows(count).drop_columns(["stream", "moved_at"])
    with store.writing() as connection:
        bulk.insert(connection, cursors, told, stream="both", moved_at="now")
        bulk.upsert(connection, cursors, told, stream="both", moved_at="later")
    with store.reading() as connection:
        found = connection.execute(sa.select(cursors).order_by(cursors.c.source)).all()
    assert [(row.source, row.cursor) for row in found] == [tuple(row.values()) for row in told.to_pylist()]
    assert {(row.stream, row.moved_at) for row in found} == {("both", "later")}


def test_a_key_that_is_there_refuses_the_whole_batch(store: Store) -> None:
    with store.writing() as connection:
        bulk.insert(connection, cursors, rows(3 * GROUP).slice(2 * GROUP + 5, 1))
    with pytest.raises(FatalError), store.writing() as connection:
        bulk.insert(connection, cursors, rows(3 * GROUP))
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(cursors)).scalar_one() == 1


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("count", [1, GROUP - 1, GROUP + 11, 101 * GROUP + 7])
def test_rows_that_are_there_are_set_and_others_come_beside_them(
    store: Store, count: int, listed: bool
) -> None:
    later = rows(count).drop_columns(["moved_at"])
    with store.writing() as connection:
        before = rows(count).slice(0, count // 2).drop_columns(["cursor"])
        bulk.insert(connection, cursors, before.append_column("cursor", pa.nulls(count // 2, pa.string())))
        if listed:
            told = [column.to_pylist() for column in later.columns]
            bulk.upsert_listed(connection, cursors, later.schema, told, moved_at="it's later")
        else:
            bulk.upsert(connection, cursors, later, keep=("stream",), moved_at="it's later")
    with store.reading() as connection:
        found = connection.execute(sa.select(cursors).order_by(cursors.c.source)).all()
    wanted = [(one["source"], "s", one["cursor"], "it's later") for one in later.to_pylist()]
    assert [tuple(row) for row in found] == wanted


def test_an_update_finds_its_rows_however_many_they_are(store: Store) -> None:
    many = rows(40_000)
    with store.writing() as connection:
        bulk.insert(connection, cursors, many)
        moved = sa.update(cursors).where(cursors.c.stream == "s").values(moved_at="later")
        bulk.update_where_in(connection, moved, cursors.c.source, many["source"].to_pylist()[1:])
        bulk.update_where_in(connection, moved, cursors.c.source, [])
    with store.reading() as connection:
        unmoved = connection.execute(
            sa.select(cursors.c.source).where(cursors.c.moved_at != "later")
        ).scalars()
        assert list(unmoved) == ["000000"]
