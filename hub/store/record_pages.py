"""A page of records held against the store, and what is new of it stored with the contacts made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import columns
from hub.domain.contact import CONTACT_SCHEMA
from hub.domain.instants import instants
from hub.domain.records import TIME
from hub.store import bulk
from hub.store.tables import contacts, records

_INCOMING: Final = pa.schema(
    [
        ("key", pa.string()),
        ("updated_at", TIME),
        ("deleted", pa.bool_()),
        ("payload", pa.string()),
        ("payload_hash", pa.string()),
        ("position", pa.int64()),  # in the page
    ]
)
_STORED: Final = pa.schema(
    [
        ("record_id", pa.int64()),
        ("key", pa.string()),
        ("payload_hash", pa.string()),
        ("told_at", pa.string()),  # when it was changed, by the source's own time
        ("deleted_at", pa.string()),
        ("mapping_hash", pa.string()),
        ("contact_hash", pa.string()),
        ("changed_seq", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Sorted:
    """A page held against the store: what must be mapped, what is gone, what is as it was.

    `fresh` are rows of the page as they came; `gone` and `same` hold record ids, of records
    deleted at the source and of records that are stored just so. `repeated` counts rows whose key comes
    again later in the page; the last one counts. `whole` tells that every row of the page is fresh.
    """

    fresh: pa.Table
    gone: pa.Array
    same: pa.Array
    repeated: int
    deleted_unknown: int
    payloads: pa.Table
    stored: pa.Table
    whole: bool


def sort_page(
    connection: Connection, source: str, page: pa.Table, mapping_hash: str, told: pa.Table | None = None
) -> Sorted:
    """Holds a page's records against what is stored of that source, by key, payload hash and time: a source
    that says the same again has said it later. No time is no news.

    `told` is what `incoming` makes of the page, where it has been made before.
    """
    unique = told = incoming(page) if told is None else told
    if pc.count_distinct(told["key"]).as_py() < told.num_rows:
        unique = columns.query(
            "SELECT * FROM incoming"
            " QUALIFY row_number() OVER (PARTITION BY key ORDER BY position DESC) = 1 ORDER BY position",
            incoming=told,
        )
    stored = _stored(connection, source, unique["key"].to_pylist())
    record_id, deleted, same = _held(unique, stored, mapping_hash)
    unknown = pc.and_(deleted, pc.is_null(record_id))
    fresh = unique.filter(pc.invert(pc.or_(deleted, same)))
    whole = fresh.num_rows == page.num_rows
    return Sorted(
        fresh=page if whole else page.take(fresh["position"]),
        gone=record_id.filter(pc.and_(deleted, pc.is_valid(record_id))),
        same=record_id.filter(pc.and_(pc.invert(deleted), same)),
        repeated=told.num_rows - unique.num_rows,
        deleted_unknown=pc.sum(unknown).as_py() or 0,
        payloads=fresh.select(["key", "updated_at", "payload", "payload_hash"]),
        stored=stored,
        whole=whole,
    )


def _held(incoming: pa.Table, stored: pa.Table, mapping_hash: str) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Of each row its record id, null for a new one; whether it is deleted; whether it is stored just so."""
    known = stored.take(_places(incoming["key"], stored["key"]))
    same = pc.and_(
        pc.and_(
            pc.equal(known["payload_hash"], incoming["payload_hash"]),
            pc.equal(known["mapping_hash"], mapping_hash),
        ),
        pc.and_(pc.is_null(known["deleted_at"]), _is_as_old(incoming["updated_at"], known["told_at"])),
    )
    same = pc.fill_null(same, fill_value=False)
    found = (known["record_id"], incoming["deleted"], same)
    record_id, deleted, same = (column.combine_chunks() for column in found)
    return record_id, deleted, same


def _is_as_old(times: pa.ChunkedArray, stored: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether records were last changed when the store says so, or nobody says when."""
    same = pc.equal(times.cast(TIME), stored.cast(TIME))  # as times: to write them takes forty times as long
    return pc.or_(pc.is_null(times), pc.fill_null(same, fill_value=False))


def _stored(connection: Connection, source: str, keys: list[str]) -> pa.Table:
    some = connection.execute(sa.select(records.c.id).where(records.c.source == source).limit(1)).first()
    if some is None:
        return _STORED.empty_table()  # a first pull asks nothing of the index
    chosen = (
        sa.select(
            records.c.id,
            records.c.key,
            records.c.payload_hash,
            records.c.source_updated_at,
            records.c.deleted_at,
            contacts.c.mapping_hash,
            contacts.c.contact_hash,
            contacts.c.changed_seq,
        )
        .join_from(records, contacts, contacts.c.record_id == records.c.id)
        .where(records.c.source == source)
    )
    return bulk.fetch_where_in(connection, chosen, records.c.key, keys, _STORED)


def incoming(page: pa.Table) -> pa.Table:
    """A page's records with their payload as JSON text and its hash, and their place in the page."""
    payload = page["payload"]
    if pa.types.is_struct(payload.type):
        flat = pa.Table.from_batches(
            [pa.RecordBatch.from_struct_array(chunk) for chunk in payload.chunks],
            schema=pa.schema(list(payload.type)),
        )
        payload, digests = columns.hashed_json(flat, flat.column_names)
    else:
        digests = columns.digest(payload)
    return pa.table(
        [
            page["key"],
            page["updated_at"],
            pc.fill_null(page["deleted"], fill_value=False),
            payload,
            digests,
            pa.array(range(page.num_rows), pa.int64()),
        ],
        schema=_INCOMING,
    )


def written(mapped: pa.Table) -> pa.Table:
    """Contacts (`MAPPED_SCHEMA`) as they are stored: key, JSON text, its hash, refusals as JSON or null."""
    contact, digests = columns.hashed_json(mapped, CONTACT_SCHEMA.names)
    return pa.table(
        {
            "key": mapped["key"],
            "contact": contact,
            "contact_hash": digests,
            "refusals": _refusals(mapped),
        }
    )


def _refusals(mapped: pa.Table) -> pa.ChunkedArray | pa.Array:
    """The refusals of each row as JSON, null where there are none."""
    if mapped["refusals"].null_count == mapped.num_rows:
        return pa.nulls(mapped.num_rows, pa.string())
    return columns.query(
        "SELECT CASE WHEN len(refusals) > 0 THEN to_json(refusals)::VARCHAR END AS refusals FROM mapped",
        mapped=mapped.select(["refusals"]),
    )["refusals"]


def store_mapped(
    connection: Connection,
    source: str,
    sorted_page: Sorted,
    made: pa.Table,
    mapping_hash: str,
    now: str,
    sweep: int,
) -> int:
    """Stores contacts (as `written` gives them) of a page with the records they came from; gives how many.

    A contact whose content is as before keeps its place in the order of changes, so that nothing is
    resolved again for a field that the mapping does not read.
    """
    if made.num_rows == 0:
        return 0
    first_seq = bulk.next_numbers(connection, "contact_change", made.num_rows)
    ready = _ready_contacts(made, sorted_page, first_seq)
    of_all: dict[str, str | int] = {
        "source": source, "first_seen_at": now, "seen_at": now, "seen_in": sweep,
    }  # fmt: skip
    is_new = pc.is_null(ready["record_id"])
    new, known = ready.filter(is_new), ready.filter(pc.invert(is_new))
    if new.num_rows:
        first = bulk.next_numbers(connection, "record", new.num_rows)
        ids = pa.array(range(first, first + new.num_rows), pa.int64())
        new = new.set_column(0, "record_id", ids)
        bulk.insert(connection, records, _record_rows(new), **of_all)
        bulk.insert(connection, contacts, _contact_rows(new), mapping_hash=mapping_hash)
    if known.num_rows:
        rows = _record_rows(known)
        for name in ("deleted_at", "deletion"):
            rows = rows.append_column(name, pa.nulls(known.num_rows, pa.string()))
        bulk.upsert(connection, records, rows, keep=("first_seen_at",), **of_all)
        bulk.upsert(connection, contacts, _contact_rows(known), mapping_hash=mapping_hash)
    return int(ready.num_rows)


def _ready_contacts(made: pa.Table, page: Sorted, first_seq: int) -> pa.Table:
    if page.stored.num_rows == 0 and made["key"].equals(page.payloads["key"]):
        return _all_new(made, page.payloads, first_seq)
    made = made.sort_by("key")
    payloads = page.payloads.take(_places(made["key"], page.payloads["key"]))
    known = page.stored.take(_places(made["key"], page.stored["key"]))
    unchanged = pc.and_(
        pc.equal(known["contact_hash"], made["contact_hash"]), pc.is_null(known["deleted_at"])
    )
    fresh_seq = pa.chunked_array([pa.array(range(first_seq, first_seq + made.num_rows), pa.int64())])
    changed_seq = pc.if_else(pc.fill_null(unchanged, fill_value=False), known["changed_seq"], fresh_seq)
    return pa.table(
        {
            "record_id": known["record_id"],
            **_told(made, payloads),
            "changed_seq": changed_seq,
        }
    )


def _told(made: pa.Table, payloads: pa.Table) -> dict[str, pa.ChunkedArray | pa.Array]:
    return {
        "key": made["key"],
        "updated_at": payloads["updated_at"],
        "payload": payloads["payload"],
        "payload_hash": payloads["payload_hash"],
        "contact": made["contact"],
        "contact_hash": made["contact_hash"],
        "refusals": made["refusals"],
    }


def _places(keys: pa.ChunkedArray, among: pa.ChunkedArray) -> pa.ChunkedArray:
    """Where each key stands among others; null where it does not."""
    return pc.index_in(keys, value_set=among.combine_chunks())


def _all_new(made: pa.Table, payloads: pa.Table, first_seq: int) -> pa.Table:
    """What the join gives for a page of which nothing is stored and nothing was rejected."""
    n = made.num_rows
    return pa.table(
        {
            "record_id": pa.nulls(n, pa.int64()),
            **_told(made, payloads),
            "changed_seq": pa.array(range(first_seq, first_seq + n), pa.int64()),
        }
    )


def _record_rows(ready: pa.Table) -> pa.Table:
    """What differs from record to record."""
    return pa.table(
        {
            "id": ready["record_id"],
            "key": ready["key"],
            "payload": ready["payload"],
            "payload_hash": ready["payload_hash"],
            "source_updated_at": instants(ready["updated_at"]),
        }
    )


def _contact_rows(ready: pa.Table) -> pa.Table:
    return ready.select(["record_id", "contact", "contact_hash", "refusals", "changed_seq"])
