"""Columns come out of the store as they went in, whatever is in the texts."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from hub.errors import FatalError
from hub.store import bulk
from hub.store.engine import Store
from hub.store.index_tables import block_parts, lookup_lists
from hub.store.tables import edges, rejects

AWKWARD = [
    "",
    "\\N",
    "\\",
    "a\tb",
    "a\nb",
    "a\r\nb",
    '"',
    'a"",b',
    ",",
    "'",
    "É𐐀",
    " x ",
    "\x1f",
    "NULL",
    "%s",
]
COLUMNS: list[sa.Column[Any]] = [rejects.c.id, rejects.c.source, rejects.c.key, rejects.c.attempts]
SCHEMA = pa.schema(
    [("id", pa.int64()), ("source", pa.string()), ("key", pa.string()), ("attempts", pa.int64())]
)


def rows() -> pa.Table:
    n = len(AWKWARD)
    ids = pa.array(range(n), pa.int64())
    keys = pa.array([None if place % 3 == 0 else text for place, text in enumerate(AWKWARD)], pa.string())
    return pa.table([ids, pa.array(AWKWARD), keys, ids], schema=SCHEMA)


def fill(store: Store) -> None:
    text = dict.fromkeys(("position", "code", "reason", "payload", "state", "rejected_at"), "it's")
    with store.writing() as connection:
        told = rows().append_column("fingerprint", pa.array([str(n) for n in range(len(AWKWARD))]))
        bulk.insert(connection, rejects, told, run_id=7, **text)


def test_awkward_texts_and_nulls_are_read_as_they_were_written(store: Store) -> None:
    fill(store)
    with store.reading() as connection:
        found = bulk.fetch(connection, sa.select(*COLUMNS).order_by(rejects.c.id), SCHEMA)
        some = bulk.fetch_where_in(connection, sa.select(*COLUMNS), rejects.c.source, ["", "\\N"], SCHEMA)
        alike = connection.execute(sa.select(rejects.c.reason, rejects.c.run_id).distinct()).all()
    assert found.to_pylist() == rows().to_pylist()
    assert sorted(some["source"].to_pylist()) == ["", "\\N"]
    assert [tuple(row) for row in alike] == [("it's", 7)]


def test_a_condition_with_a_text_holds_when_rows_are_copied(store: Store) -> None:
    fill(store)
    with store.reading() as connection:
        chosen = sa.select(*COLUMNS).where(rejects.c.source == "'", rejects.c.attempts > 3)
        assert bulk.fetch(connection, chosen, SCHEMA)["source"].to_pylist() == ["'"]


def test_bytes_and_fractions_are_kept(store: Store) -> None:
    entries = pa.table(
        {"part": pa.array([1, 2], pa.int64()), "entries": pa.array([b"\x00\\\xff\n", b""], pa.large_binary())}
    )
    weights = [0.1 + 0.2, -1e-17, 1e300]
    pairs = pa.table(
        {
            "record_a": pa.array([1, 2, 3], pa.int64()),
            "record_b": pa.array([4, 5, 6], pa.int64()),
            "probability": pa.array([0.5, 1.0, 0.0]),
            "weight": pa.array(weights),
        }
    )
    with store.writing() as connection:
        bulk.insert(connection, block_parts, entries, sorting="block")
        bulk.insert(connection, edges, pairs, model_id=1)
    with store.reading() as connection:
        packed = connection.execute(sa.select(block_parts.c.entries).order_by(block_parts.c.part)).scalars()
        assert [bytes(one) for one in packed] == [b"\x00\\\xff\n", b""]
        chosen = sa.select(edges.c.weight).order_by(edges.c.record_a)
        found = bulk.fetch(connection, chosen, pa.schema([("weight", pa.float64())]))
        assert found["weight"].to_pylist() == weights


def test_a_table_filled_at_once_has_its_indexes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_MANY", 2)
    pairs = pa.table({name: pa.array([1, 2, 3], pa.int64()) for name in ("record_a", "record_b")})
    with store.writing() as connection:
        bulk.fill(connection, edges, pairs, probability=1, weight=1, model_id=1)
    with store.reading() as connection:
        assert [index["name"] for index in sa.inspect(connection).get_indexes("edges")] == [
            "ix_edges_record_b"
        ]
        assert len(connection.execute(sa.select(edges)).all()) == 3


def test_what_was_filled_is_gone_when_the_transaction_fails(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_MANY", 2)
    pairs = pa.table({name: pa.array([1, 2, 3], pa.int64()) for name in ("record_a", "record_b")})
    with pytest.raises(FatalError):  # the second time the keys are there already
        _filled_twice(store, pairs)
    with store.reading() as connection:
        assert connection.execute(sa.select(edges)).all() == []
        assert [index["name"] for index in sa.inspect(connection).get_indexes("edges")] == [
            "ix_edges_record_b"
        ]


def _filled_twice(store: Store, pairs: pa.Table) -> None:
    with store.writing() as connection:
        for _ in range(2):
            bulk.fill(connection, edges, pairs, probability=1, weight=1, model_id=1)


def test_a_long_list_of_rows_comes_in_parts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 3)
    told = pa.table([pa.array([str(n) for n in range(10)])], names=["term"])
    with store.writing() as connection:
        bulk.insert(connection, lookup_lists, told, kind="name", ids="x")
    schema = pa.schema([("term", pa.string())])
    with store.reading() as connection:
        parts = bulk.fetch_in_parts(connection, sa.select(lookup_lists.c.term), schema)
        sizes = [table.num_rows for table in bulk.in_tables(parts, schema, 6)]
    assert sum(sizes) == 10
