"""The lists of the lookup index as they are stored.

A name can be asked for by its beginning, so each has a row. Of the other kinds, most of whose terms one
identity has, some fifty terms share a row: which one, a hash tells.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Final
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.ranking import first_of, in_order
from hub.store import bulk, facts
from hub.store.index_tables import lookup_lists
from hub.store.terms import BETWEEN, LIST_SCHEMA, SPELLING, spelled

BY_BEGINNING: Final = "name"
_FACT: Final = "lookup"
_SHARED: Final = 50  # terms in a row, about
_TERM_END, _ENTRY_END = "\x1f", "\x1e"
_ROWS: Final = sa.select(lookup_lists.c.kind, lookup_lists.c.term, lookup_lists.c.ids)


def stored(found: pa.Table) -> tuple[pa.Table, int]:
    """`LIST_SCHEMA` as rows of the store, with the spellings of names, and by how many rows the hash tells
    apart.
    """
    own = pc.equal(found["kind"], BY_BEGINNING)
    alone, shared = found.filter(own), found.filter(pc.invert(own))
    shared = pa.concat_tables([shared, spelled(alone["term"].combine_chunks())])
    rows = max(1, shared.num_rows // _SHARED)
    kinds = pc.unique(shared["kind"]).to_pylist()
    parts = [_shared(kind, shared.filter(pc.equal(shared["kind"], kind)), rows) for kind in kinds]
    return pa.concat_tables([alone, *parts]).sort_by([("kind", "ascending"), ("term", "ascending")]), rows


def _shared(kind: str, mine: pa.Table, rows: int) -> pa.Table:
    row = np.array([_row(term, rows) for term in mine["term"].to_pylist()], np.int64)
    order = in_order(row)
    entries = pc.binary_join_element_wise(mine["term"], mine["ids"], _TERM_END).combine_chunks()
    row, entries = row[order], entries.take(pa.array(order))
    starts = np.flatnonzero(first_of(row))
    ends = pa.array(np.append(starts, len(row)), pa.int32())
    texts = pc.binary_join(pa.ListArray.from_arrays(ends, entries), _ENTRY_END)
    terms = pa.array(row[starts]).cast(pa.string())
    return pa.table([pa.repeat(kind, len(starts)), terms, texts], schema=LIST_SCHEMA)


def _row(term: str, rows: int) -> int:
    return crc32(term.encode()) % rows


def write(connection: Connection, rows: pa.Table, shares: int, identities: int) -> None:
    """Puts rows (see `stored`) in place of all there are; they tell of so many identities."""
    connection.execute(sa.delete(lookup_lists))
    bulk.insert(connection, lookup_lists, rows)
    facts.put(connection, _FACT, json.dumps({"rows": shares, "identities": identities}))


def identities(connection: Connection) -> int:
    """How many identities the lists tell of."""
    return _layout(connection)["identities"]


def having(connection: Connection, kind: str, terms: list[str]) -> Iterator[str]:
    """The ids in the list of each of these terms."""
    if kind == BY_BEGINNING:
        for _, ids in _read(connection, kind, terms):
            yield from ids.split(BETWEEN)
        return
    for _, each in holders(connection, kind, terms):
        yield from each


def holders(connection: Connection, kind: str, terms: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each of these terms (no words of names) that there is a list of, with its ids."""
    rows = _layout(connection)["rows"]
    wanted = set(terms)
    for _, entries in _read(connection, kind, sorted({str(_row(term, rows)) for term in terms})):
        for entry in entries.split(_ENTRY_END):
            term, _, ids = entry.partition(_TERM_END)
            if term in wanted:
                yield term, ids.split(BETWEEN)


def named(connection: Connection, words: Collection[str]) -> dict[str, list[str]]:
    """By each of these words the ids of those who have it in their name."""
    return {word: ids.split(BETWEEN) for word, ids in _read(connection, BY_BEGINNING, list(words))}


def everything(connection: Connection) -> pa.Table:
    """All lists (`LIST_SCHEMA`) but those of spellings, which follow from the names."""
    rows = bulk.fetch(connection, _ROWS, LIST_SCHEMA)
    own = pc.equal(rows["kind"], BY_BEGINNING)
    shared = rows.filter(pc.and_(pc.invert(own), pc.not_equal(rows["kind"], SPELLING)))
    entries = pc.split_pattern(shared["ids"].combine_chunks(), _ENTRY_END)
    kinds = shared["kind"].take(pc.list_parent_indices(entries))
    halves = pc.split_pattern(entries.flatten(), _TERM_END, max_splits=1)
    term, ids = (pc.list_element(halves, place) for place in (0, 1))
    return pa.concat_tables([rows.filter(own), pa.table([kinds, term, ids], schema=LIST_SCHEMA)])


def there_are_any(connection: Connection) -> bool:
    return connection.execute(_ROWS.limit(1)).first() is not None


def _read(connection: Connection, kind: str, terms: list[str]) -> Iterator[tuple[str, str]]:
    told = lookup_lists.c
    chosen = sa.select(told.term, told.ids).where(told.kind == kind, told.term.in_(terms))
    return ((term, ids) for term, ids in connection.execute(chosen))


def _layout(connection: Connection) -> dict[str, int]:
    found: dict[str, int] = json.loads(facts.get(connection, _FACT) or "{}")
    return {"rows": 1, "identities": 0} | found
