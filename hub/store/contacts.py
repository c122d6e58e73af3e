"""The contacts that the records became, read as columns."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import columns
from hub.ahead import beside
from hub.domain.contact import CONTACT_RECORD_SCHEMA, CONTACT_SCHEMA
from hub.domain.quality import REFUSED_SCHEMA
from hub.store import bulk
from hub.store.records import IN_IDENTITIES
from hub.store.tables import contacts, records

_CONTACT_ROW: Final = pa.schema(
    [
        pa.field("record_id", pa.int64(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        ("source_updated_at", pa.string()),
        pa.field("contact", pa.string(), nullable=False),
    ]
)

_TEXTS: Final = pa.large_string()  # those of five million contacts are more than two gigabytes
_AT_ONCE: Final = 50_000  # contacts that are read while those before them are understood

_ROWS: Final = sa.select(
    records.c.id, records.c.source, records.c.key, records.c.source_updated_at, contacts.c.contact
).join_from(contacts, records, contacts.c.record_id == records.c.id)
_LIVE: Final = _ROWS.where(IN_IDENTITIES)
_AT_SOURCE: Final = _ROWS.where(records.c.deleted_at.is_(None))


def live_contacts(connection: Connection) -> pa.Table:
    """Every contact whose record belongs in an identity, as `CONTACT_RECORD_SCHEMA`, by record id."""
    return live_contacts_with_texts(connection).select(CONTACT_RECORD_SCHEMA.names)


def live_contacts_with_texts(connection: Connection) -> pa.Table:
    """The same with one more column, `contact`: what of each contact is in its columns as a JSON text."""
    rows = bulk.fetch_by_key(connection, _LIVE, _CONTACT_ROW, records.c.id)
    parts = beside(with_texts, bulk.in_tables(rows, _CONTACT_ROW, _AT_ONCE))
    if not parts:
        return CONTACT_RECORD_SCHEMA.append(pa.field("contact", _TEXTS)).empty_table()
    return _in_one_piece(parts)


def _in_one_piece(parts: list[pa.Table]) -> pa.Table:
    """The parts (which are used up) as one table: rows are taken from one piece in half the time. Columns are
    put together one by one, each part of one given back, or all would be in memory twice.
    """
    table, whole = pa.concat_tables(parts), []
    names = table.column_names
    parts.clear()
    while table.num_columns:
        whole.append(table.column(0).combine_chunks())
        table = table.remove_column(0)
    return pa.table(whole, names=names)


def with_texts(rows: pa.Table) -> pa.Table:
    """`CONTACT_RECORD_SCHEMA` and `contact`; see `contact_records`."""
    return _copied(contact_records(rows)).append_column("contact", _completed(rows).cast(_TEXTS))


def _copied(read: pa.Table) -> pa.Table:
    """Each column in memory of its own: what reads JSON leaves up to twice the room, and gives it back with
    the last of all columns only.
    """
    half = read.num_rows // 2
    return pa.concat_tables([read.slice(0, half), read.slice(half)]).combine_chunks()


def _completed(rows: pa.Table) -> pa.Array:
    """The contacts' texts with the time that only the record tells; it is the last member of an object."""
    contact, time = (rows[name].combine_chunks() for name in ("contact", "source_updated_at"))
    bare = pc.invert(pc.match_substring(contact, '"updated_at":'))
    lacking = pc.and_(bare, pc.is_valid(time))
    if not pc.any(lacking).as_py():
        return contact
    times = time.filter(lacking)
    texts = pc.utf8_slice_codeunits(contact.filter(lacking), 0, -1)
    between = pc.if_else(pc.equal(texts, "{"), "", ",")
    told = pc.binary_join_element_wise(texts, between, '"updated_at":"', times, '"}', "")
    return pc.replace_with_mask(contact, lacking, told)


def live_contacts_of(connection: Connection, record_ids: list[int]) -> pa.Table:
    """The contacts (`CONTACT_RECORD_SCHEMA`) of those of the records that belong in an identity."""
    return contact_records(bulk.fetch_where_in(connection, _LIVE, records.c.id, record_ids, _CONTACT_ROW))


def contacts_of(connection: Connection, record_ids: list[int]) -> pa.Table:
    """The contacts of these records (`CONTACT_RECORD_SCHEMA`), deleted ones too."""
    return contact_records(bulk.fetch_where_in(connection, _ROWS, records.c.id, record_ids, _CONTACT_ROW))


def told_between(connection: Connection, since: str, until: str) -> list[int]:
    """The live records last changed at their source from `since` on and before `until` (ISO text)."""
    if connection.dialect.name == "sqlite":
        own = sa.func.json_extract(contacts.c.contact, "$.updated_at")
    else:
        own = sa.cast(contacts.c.contact, sa.JSON)["updated_at"].as_string()
    at = sa.func.coalesce(own, records.c.source_updated_at)
    chosen = (
        sa.select(records.c.id)
        .join_from(contacts, records, contacts.c.record_id == records.c.id)
        .where(IN_IDENTITIES, at >= since, at < until)
    )
    return list(connection.execute(chosen).scalars())


def with_refusals(connection: Connection, source: str) -> tuple[pa.Table, pa.Table]:
    """A source's live contacts (`CONTACT_RECORD_SCHEMA`) and the values that they lack (`REFUSED_SCHEMA`)."""
    of_source = _AT_SOURCE.where(records.c.source == source)
    parts = bulk.fetch_by_key(connection, of_source, _CONTACT_ROW, records.c.id)
    held = pa.Table.from_batches(parts, schema=_CONTACT_ROW)
    chosen = (
        sa.select(records.c.source, records.c.key, contacts.c.refusals)
        .join_from(contacts, records, contacts.c.record_id == records.c.id)
        .where(records.c.source == source, records.c.deleted_at.is_(None), contacts.c.refusals.is_not(None))
    )
    told = bulk.fetch(
        connection, chosen, pa.schema([(name, pa.string()) for name in ("source", "key", "json")])
    )
    return contact_records(held), _refused(told)


def _refused(told: pa.Table) -> pa.Table:
    found = columns.query(
        """
        SELECT source, key, x->>'field' AS field, x->>'reason' AS reason, x->>'raw' AS raw
        FROM (SELECT source, key, unnest(json::JSON[]) AS x FROM told)
        """,
        told=told,
    )
    return found.cast(REFUSED_SCHEMA)


def contact_records(rows: pa.Table) -> pa.Table:
    """`CONTACT_RECORD_SCHEMA` from record_id, source, key, source_updated_at and contact (JSON) columns."""
    table = columns.from_json(rows["contact"], CONTACT_SCHEMA)
    told = pc.coalesce(table["updated_at"], rows["source_updated_at"])
    table = table.set_column(table.column_names.index("updated_at"), "updated_at", told)
    arrays = [rows["record_id"], rows["source"], rows["key"], *table.columns]
    return pa.Table.from_arrays(arrays, schema=CONTACT_RECORD_SCHEMA)
