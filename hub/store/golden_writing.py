"""Storing golden records: only what differs, the superseded version kept, each change numbered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import columns, few_rows
from hub.ahead import ahead
from hub.coded import coded
from hub.domain.contact import CONTACT_SCHEMA
from hub.domain.identity import IdentityState
from hub.store import bulk
from hub.store.golden import ROW_SCHEMA
from hub.store.tables import golden, golden_history

STORED_SCHEMA: Final = pa.schema(
    [*ROW_SCHEMA, ("golden_hash", pa.string()), ("version", pa.int64()), ("state", pa.string())]
)
_STORED: Final = sa.select(*(golden.c[name] for name in STORED_SCHEMA.names))
_KNOWN: Final = sa.select(golden.c.identity_id, golden.c.golden_hash, golden.c.version, golden.c.state)
_NOBODY: Final = pa.schema(
    [
        ("identity_id", pa.string()),
        ("golden_hash", pa.string()),
        ("version", pa.int64()),
        ("state", pa.string()),
    ]
).empty_table()
_AHEAD: Final = 4  # parts of many golden records that wait to be stored
_WITHIN: Final = "\x1f"  # the contact and its provenance, where they are hashed
_BETWEEN: Final = "\x00"  # no name of a source holds it
_HISTORY: Final = (
    "identity_id",
    "version",
    "state",
    "contact",
    "provenance",
    "sources",
    "record_count",
    "run_id",
    "valid_from",
    "seq",
)
Written = tuple[pa.Table, pa.Table]


def written(parts: Iterable[pa.Table], *, few: bool = False) -> Iterator[Written]:
    """Golden records (`GOLDEN_SCHEMA`, no identity twice) and the rows that store them; they are made ahead,
    from now on, a `few` when they are wanted, for to begin a thread takes as long as one of them. A part may
    have a column `contact`, the JSON text of its contact where that is known.
    """
    if few:
        return ((built, _rows(built)) for built in parts)
    # One core builds while another writes what was built as JSON.
    return ahead(((built, _rows(built)) for built in ahead(parts)), most=_AHEAD)


def replace(connection: Connection, parts: Iterable[Written], run_id: int, now: str) -> Iterator[pa.Table]:
    """Stores golden records where they differ from what is stored; gives of each part those that changed,
    when they are stored. The superseded version goes to the history. Each change takes the next place in the
    change feed.
    """
    empty = connection.execute(sa.select(golden.c.identity_id).limit(1)).first() is None
    for built, rows in parts:
        known = _NOBODY if empty else _known(connection, rows["identity_id"].to_pylist())
        version, place = _changed(rows, known)
        _store(connection, rows.take(place).append_column("version", version), run_id, now)
        yield built if len(place) == built.num_rows else built.take(place)


def differing(connection: Connection, parts: Iterable[Written]) -> Iterator[pa.Table]:
    """Of golden records that were made, the rows that `replace` would store, part by part; stores nothing."""
    for _, rows in parts:
        version, place = _changed(rows, _known(connection, rows["identity_id"].to_pylist()))
        yield rows.take(place).append_column("version", version)


def retiring(connection: Connection, identity_ids: list[str], state: IdentityState) -> pa.Table:
    """The rows of these golden records that `retire` would mark, as they are stored."""
    held = bulk.fetch_where_in(connection, _STORED, golden.c.identity_id, identity_ids, STORED_SCHEMA)
    return held.filter(pc.not_equal(held["state"], state.value)).drop_columns("state")


def _store(connection: Connection, changed: pa.Table, run_id: int, now: str) -> None:
    if changed.num_rows == 0:
        return
    there = pc.greater(changed["version"], 1)
    _keep_history(connection, changed["identity_id"].filter(there).to_pylist(), now)
    n = changed.num_rows
    first = bulk.next_numbers(connection, "golden_change", n)
    fresh = changed.append_column("seq", pa.array(range(first, first + n), pa.int64()))
    state = IdentityState.ACTIVE.value
    bulk.upsert(connection, golden, fresh.filter(there), state=state, run_id=run_id, valid_from=now)
    new = fresh.filter(pc.invert(there))
    bulk.insert(connection, golden, new, state=state, run_id=run_id, valid_from=now)


def retire(
    connection: Connection, identity_ids: list[str], state: IdentityState, run_id: int, now: str
) -> int:
    """Marks golden records as redirected or archived; their content stays readable, and in the history."""
    retired = 0
    for chunk in bulk.chunks(identity_ids):
        active = list(
            connection.execute(
                sa.select(golden.c.identity_id)
                .where(golden.c.identity_id.in_(chunk), golden.c.state != state.value)
                .order_by(golden.c.identity_id)
            ).scalars()
        )
        if not active:
            continue
        _keep_history(connection, active, now)
        first = bulk.next_numbers(connection, "golden_change", len(active))
        for offset, identity in enumerate(active):
            connection.execute(
                sa.update(golden)
                .where(golden.c.identity_id == identity)
                .values(
                    state=state.value,
                    seq=first + offset,
                    version=golden.c.version + 1,
                    run_id=run_id,
                    valid_from=now,
                )
            )
        retired += len(active)
    return retired


def _rows(built: pa.Table) -> pa.Table:
    few = built.num_rows <= few_rows.FEW
    contact, provenance = _contact(built), built["provenance"]
    told = [built["identity_id"], contact, provenance]
    told += [_few_sources(built) if few else _sources(built), built["record_count"]]
    rows = pa.Table.from_arrays(told, schema=ROW_SCHEMA)
    if few:
        pairs = zip(contact.to_pylist(), provenance.to_pylist(), strict=True)
        return rows.append_column("golden_hash", few_rows.digests([_content(*pair) for pair in pairs]))
    content = pc.binary_join_element_wise(*(pc.fill_null(one, "") for one in (contact, provenance)), _WITHIN)
    return rows.append_column("golden_hash", columns.digest(content))


def _content(contact: str | None, provenance: str | None) -> str:
    """What the hash is of."""
    return f"{contact or ''}{_WITHIN}{provenance or ''}"


def _few_sources(built: pa.Table) -> pa.Array:
    return pa.array([few_rows.text(names) for names in built["sources"].to_pylist()], pa.string())


def _sources(built: pa.Table) -> pa.Array:
    sources = coded(pc.binary_join(built["sources"], _BETWEEN))
    texts = [few_rows.text(names.split(_BETWEEN)) for names in sources.texts.to_pylist()]
    return pa.array(texts, pa.string()).take(pa.array(sources.codes))


def _contact(built: pa.Table) -> pa.ChunkedArray | pa.Array:
    """The contacts as JSON, written where it is not known."""
    if "contact" not in built.column_names:
        return columns.json_text(built, CONTACT_SCHEMA.names)
    contact = built["contact"].combine_chunks()
    unknown = pc.is_null(contact)
    written = columns.json_text(built.filter(unknown), CONTACT_SCHEMA.names)
    return pc.replace_with_mask(contact, unknown, written.combine_chunks())


def _changed(rows: pa.Table, known: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Of the rows that differ from what is known of them, by identity: the version that they become, and
    their places.
    """
    place = pc.index_in(rows["identity_id"], value_set=known["identity_id"].combine_chunks())
    held = known.take(place)
    active = pc.equal(held["state"], IdentityState.ACTIVE.value)
    same = pc.and_(active, pc.equal(held["golden_hash"], rows["golden_hash"]))
    version = pc.add(pc.fill_null(held["version"], 0), 1)
    fresh = pc.indices_nonzero(pc.invert(pc.fill_null(same, fill_value=False)))
    by_id = fresh.take(pc.sort_indices(rows["identity_id"].take(fresh)))
    return version.take(by_id), by_id


def _known(connection: Connection, ids: list[str]) -> pa.Table:
    return bulk.fetch_where_in(connection, _KNOWN, golden.c.identity_id, ids, _NOBODY.schema)


def _keep_history(connection: Connection, ids: list[str], now: str) -> None:
    for chunk in bulk.chunks(ids):
        past = sa.select(*(golden.c[name] for name in _HISTORY), sa.literal(now)).where(
            golden.c.identity_id.in_(chunk)
        )
        connection.execute(sa.insert(golden_history).from_select([*_HISTORY, "valid_to"], past))
