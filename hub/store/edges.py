"""Scored pairs with their evidence, pairs for review, models and people's judgements."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.matching import JUDGEMENT_SCHEMA, REVIEW_SCHEMA
from hub.ranking import in_order
from hub.store import bulk
from hub.store.decision_tables import judgements
from hub.store.tables import edges, records, review

_PAIR: Final = pa.schema([("record_a", pa.int64()), ("record_b", pa.int64())])
_PAIRS: Final = sa.select(edges.c.record_a, edges.c.record_b)
_ROWS: Final = {table: sa.select(*table.columns) for table in (edges, review)}
_A, _B = records.alias("a"), records.alias("b")
_JUDGED: Final = (
    sa.select(_A.c.id, _B.c.id, judgements.c.verdict)
    .select_from(judgements)
    .join(_A, (_A.c.source == judgements.c.source_a) & (_A.c.key == judgements.c.key_a))
    .join(_B, (_B.c.source == judgements.c.source_b) & (_B.c.key == judgements.c.key_b))
    .where(judgements.c.revoked_at.is_(None))
    .order_by(judgements.c.id)
)
REVIEW_ROW_SCHEMA: Final = pa.schema(
    [
        ("source_a", pa.string()),
        ("key_a", pa.string()),
        ("source_b", pa.string()),
        ("key_b", pa.string()),
        ("probability", pa.float64()),
        ("reason", pa.string()),
    ]
)


def replace_all(connection: Connection, found: pa.Table, waiting: pa.Table, model_id: int) -> None:
    """Makes the stored edges and the review queue those of a whole matching."""
    connection.execute(sa.delete(edges))
    order = in_order(*(found[name].to_numpy() for name in ("record_a", "record_b")))
    bulk.fill(connection, edges, found.take(pa.array(order)), model_id=model_id)
    connection.execute(sa.delete(review))
    bulk.insert(connection, review, waiting.select(REVIEW_SCHEMA.names))


def replace_among(
    connection: Connection,
    record_ids: pa.Array,
    looked_at: pa.Array,
    found: pa.Table,
    waiting: pa.Table,
    model_id: int,
) -> int:
    """The same for a part of the records: what was stored of pairs among `record_ids`, and of pairs with one
    of `looked_at`, gives way to what was found. Only what differs is written. Gives how many pairs more (or
    fewer) wait for a person.
    """
    found = found.append_column("model_id", pa.repeat(model_id, found.num_rows))
    more = 0
    for table, rows in ((edges, found), (review, waiting)):
        held = _concerned(connection, table, record_ids, looked_at)
        _replace(connection, table, held, rows.select([column.name for column in table.columns]))
        more = rows.num_rows - len(held)
    return more


def more_for_review(
    connection: Connection, record_ids: pa.Array, looked_at: pa.Array, waiting: pa.Table
) -> int:
    """How many pairs more would wait for a person after `replace_among`."""
    return int(waiting.num_rows) - len(_concerned(connection, review, record_ids, looked_at))


def _concerned(
    connection: Connection, table: sa.Table, record_ids: pa.Array, looked_at: pa.Array
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """By pair what is stored of pairs among `record_ids`, and of pairs with one of `looked_at`."""
    near = set(looked_at.to_pylist())
    together = near.union(record_ids.to_pylist())
    return {
        row[:2]: row
        for row in _touching(connection, table, sorted(together), _ROWS[table])
        if (row[0] in together and row[1] in together) or row[0] in near or row[1] in near
    }


def _replace(
    connection: Connection, table: sa.Table, held: dict[tuple[Any, ...], tuple[Any, ...]], rows: pa.Table
) -> None:
    told = list(zip(*(column.to_pylist() for column in rows.columns), strict=True))
    same = [held.get(row[:2]) == row for row in told]
    kept = {row[:2] for row, unchanged in zip(told, same, strict=True) if unchanged}
    gone = [pair for pair in held if pair not in kept]
    bulk.delete_rows(connection, table, pa.table(_sides(gone), schema=_PAIR))
    bulk.insert(connection, table, rows.filter(pc.invert(pa.array(same, pa.bool_()))))


def _touching(
    connection: Connection, table: sa.Table, record_ids: list[int], chosen: sa.Select[Any]
) -> set[tuple[Any, ...]]:
    """The rows of pairs with one of these records or both; each starts with its pair."""
    found: set[tuple[Any, ...]] = set()
    for side in _PAIR.names:
        found.update(map(tuple, bulk.rows_where_in(connection, chosen, table.c[side], record_ids).all()))
    return found


def _sides(pairs: Iterable[tuple[Any, ...]]) -> list[list[int]]:
    listed = list(pairs)
    return [[pair[0] for pair in listed], [pair[1] for pair in listed]]


def neighbours(connection: Connection, record_ids: pa.Array) -> pa.Array:
    """The records at the other end of these records' edges, and the records themselves."""
    held = _touching(connection, edges, record_ids.to_pylist(), _PAIRS)
    ends = [pa.array(side, pa.int64()) for side in _sides(held)]
    return pc.unique(pa.concat_arrays([record_ids, *ends]))


def judged(connection: Connection) -> pa.Table:
    """The judgements that hold, on stored records (`JUDGEMENT_SCHEMA`); of two on one pair the newer."""
    rows = connection.execute(_JUDGED).all()
    newest = {(min(row[0], row[1]), max(row[0], row[1])): row[2] for row in rows}
    return pa.table(
        [
            [pair[0] for pair in newest],
            [pair[1] for pair in newest],
            list(newest.values()),
        ],
        schema=JUDGEMENT_SCHEMA,
    )


def edge(connection: Connection, record_a: int, record_b: int) -> dict[str, Any] | None:
    """What is stored of a pair, or None when it was never close: `probability`, `weight`, the number of the
    `model`, and its evidence where that is stored.
    """
    first, second = sorted((record_a, record_b))
    row = connection.execute(
        sa.select(edges).where(edges.c.record_a == first, edges.c.record_b == second)
    ).one_or_none()
    if row is None:
        return None
    told = {"probability": row.probability, "weight": row.weight, "model": row.model_id}
    return told | (json.loads(row.evidence) if row.evidence else {})


def edges_among(connection: Connection, record_ids: list[int]) -> list[tuple[int, int, float]]:
    """The edges between these records: a, b, probability."""
    rows = connection.execute(
        sa.select(edges.c.record_a, edges.c.record_b, edges.c.probability)
        .where(edges.c.record_a.in_(record_ids), edges.c.record_b.in_(record_ids))
        .order_by(edges.c.record_a, edges.c.record_b)
    )
    return [(row.record_a, row.record_b, row.probability) for row in rows]


def review_rows(connection: Connection) -> pa.Table:
    """The review queue by source and key, most important first (`REVIEW_ROW_SCHEMA`)."""
    a, b = records.alias("a"), records.alias("b")
    chosen = (
        sa.select(a.c.source, a.c.key, b.c.source, b.c.key, review.c.probability, review.c.reason)
        .select_from(review)
        .join(a, a.c.id == review.c.record_a)
        .join(b, b.c.id == review.c.record_b)
        .order_by(review.c.importance.desc(), review.c.record_a, review.c.record_b)
    )
    return bulk.fetch(connection, chosen, REVIEW_ROW_SCHEMA)


def count_review(connection: Connection) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(review)).scalar_one())
