"""Golden records with their history and the change feed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import columns, few_rows
from hub.ahead import ahead
from hub.coded import coded
from hub.domain.contact import CONTACT_SCHEMA
from hub.domain.golden import GOLDEN_SCHEMA
from hub.domain.identity import IdentityState
from hub.errors import ConfigurationError
from hub.store import bulk
from hub.store.tables import golden, golden_history

_ROW: Final = pa.schema(
    [
        ("identity_id", pa.string()),
        ("contact", pa.string()),
        ("provenance", pa.string()),
        ("sources", pa.string()),
        ("record_count", pa.int64()),
    ]
)
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


@dataclass(frozen=True, slots=True)
class GoldenRecord:
    """One golden record as stored: contact and provenance decoded from their JSON."""

    identity_id: str
    state: IdentityState
    contact: dict[str, Any]
    provenance: dict[str, Any]
    sources: list[str]
    record_count: int
    version: int
    valid_from: str


def written(parts: Iterable[pa.Table]) -> Iterator[Written]:
    """Golden records (`GOLDEN_SCHEMA`, no identity twice) and the rows that store them; they are made ahead,
    from now on. A part may have a column `contact`, the JSON text of its contact where that is known.
    """
    return ahead(((built, _rows(built)) for built in parts), most=_AHEAD)


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


def active(connection: Connection) -> pa.Table:
    """Every active golden record, as `GOLDEN_SCHEMA`, by identity id."""
    chosen = (
        sa.select(
            golden.c.identity_id,
            golden.c.contact,
            golden.c.provenance,
            golden.c.sources,
            golden.c.record_count,
        )
        .where(golden.c.state == IdentityState.ACTIVE.value)
        .order_by(golden.c.identity_id)
    )
    return as_records(bulk.fetch(connection, chosen, _ROW))


def as_records(rows: pa.Table) -> pa.Table:
    """Golden records (`GOLDEN_SCHEMA`) from their stored columns identity_id, contact (JSON), sources (JSON),
    record_count and, where it is wanted, provenance.
    """
    contacts = columns.from_json(rows["contact"], CONTACT_SCHEMA)
    sources = columns.lists_from_json(rows["sources"])
    untold = "provenance" not in rows.column_names
    provenance = pa.nulls(rows.num_rows, pa.string()) if untold else rows["provenance"]
    arrays = [rows["identity_id"], *contacts.columns, sources, rows["record_count"], provenance]
    return pa.Table.from_arrays(arrays, schema=GOLDEN_SCHEMA)


def find(connection: Connection, identity_id: str, as_of: str | None = None) -> GoldenRecord | None:
    """The golden record of an identity now, or as it was at an instant; None when it was not there yet."""
    now = connection.execute(sa.select(golden).where(golden.c.identity_id == identity_id)).one_or_none()
    if as_of is None or (now is not None and now.valid_from <= as_of):
        return _record(now) if now else None
    then = connection.execute(
        sa.select(golden_history)
        .where(
            golden_history.c.identity_id == identity_id,
            golden_history.c.valid_from <= as_of,
            golden_history.c.valid_to > as_of,
        )
        .order_by(golden_history.c.version.desc())
    ).first()
    return _record(then) if then else None


def find_all(connection: Connection, identity_ids: list[str]) -> list[GoldenRecord]:
    """The golden records of these identities as they are now, in the order of their ids."""
    rows = bulk.rows_where_in(connection, _WHOLE, golden.c.identity_id, identity_ids)
    return sorted((_record(row) for row in rows), key=lambda record: record.identity_id)


_WHOLE: Final = sa.select(golden)


def versions(connection: Connection, identity_id: str) -> list[GoldenRecord]:
    """Every version of a golden record, the oldest first."""
    past = connection.execute(
        sa.select(golden_history)
        .where(golden_history.c.identity_id == identity_id)
        .order_by(golden_history.c.version)
    )
    found = [_record(row) for row in past]
    now = find(connection, identity_id)
    return [*found, now] if now else found


def richest(connection: Connection) -> str:
    """The active golden record from most sources, then most records; ties by id."""
    row = connection.execute(
        sa.select(golden.c.identity_id)
        .where(golden.c.state == IdentityState.ACTIVE.value)
        .order_by(sa.func.length(golden.c.sources).desc(), golden.c.record_count.desc(), golden.c.identity_id)
    ).first()
    if row is None:
        raise ConfigurationError("no-golden", "there are no golden records yet", hint="run `hub resolve`")
    found: str = row.identity_id
    return found


def count_active(connection: Connection) -> int:
    return int(
        connection.execute(
            sa.select(sa.func.count()).select_from(golden).where(golden.c.state == IdentityState.ACTIVE.value)
        ).scalar_one()
    )


def _rows(built: pa.Table) -> pa.Table:
    sources = coded(pc.binary_join(built["sources"], _BETWEEN))
    texts = [few_rows.text(names.split(_BETWEEN)) for names in sources.texts.to_pylist()]
    rows = pa.table(
        [
            built["identity_id"],
            _contact(built),
            built["provenance"],
            pa.array(texts, pa.string()).take(pa.array(sources.codes)),
            built["record_count"],
        ],
        schema=_ROW,
    )
    content = pc.binary_join_element_wise(
        *(pc.fill_null(rows[name], "") for name in ("contact", "provenance")), "\x1f"
    )
    return rows.append_column("golden_hash", columns.digest(content))


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


def _record(row: sa.Row[Any]) -> GoldenRecord:
    return GoldenRecord(
        identity_id=row.identity_id,
        state=IdentityState(row.state),
        contact=json.loads(row.contact),
        provenance=json.loads(row.provenance),
        sources=json.loads(row.sources),
        record_count=row.record_count,
        version=row.version,
        valid_from=row.valid_from,
    )
