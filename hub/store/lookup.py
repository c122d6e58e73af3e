"""The index that a lookup searches: contact points, identifiers and name words of golden records.

A million golden records have some five million terms: too many for a row each. After a whole resolve they lie
in lists, one row a term. What changed since has rows of its own, a row a term and identity, and what the
lists tell of it counts for nothing. When these become many, the lists are written anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from functools import cached_property
from itertools import islice
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.golden import GOLDEN_SCHEMA
from hub.store import bulk, facts
from hub.store.tables import lookup_changes, lookup_lists, lookup_terms
from hub.store.terms import BETWEEN, FIELDS, LIST_SCHEMA, TERM_SCHEMA, listed, lists, terms, unlisted

_FACT: Final = "lookup"  # how many identities the lists tell of
_FEW: Final = 2_000  # changed identities that have rows of their own
_SHARE: Final = 0.01  # of those in the lists; with more, the lists are written anew
_NOTHING: Final = GOLDEN_SCHEMA.empty_table().select(FIELDS)
_TERMS: Final = sa.select(lookup_terms.c.kind, lookup_terms.c.term, lookup_terms.c.identity_id)
_LISTS: Final = sa.select(lookup_lists.c.kind, lookup_lists.c.term, lookup_lists.c.ids)
_CHANGED: Final = sa.select(lookup_changes.c.identity_id)
_COUNT_CHANGED: Final = sa.select(sa.func.count()).select_from(lookup_changes)


class Indexing:
    """Takes changed golden records and those that are gone, part by part, and at the end indexes them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._built: list[pa.Table] = []
        self._gone: list[str] = []
        self._coming: Future[pa.Table] | None = None

    def add(self, built: pa.Table) -> None:
        """Golden records (`GOLDEN_SCHEMA`) to index in place of what was indexed of them before."""
        if built.num_rows:
            self._built.append(built.select(FIELDS))

    def remove(self, identity_ids: list[str]) -> None:
        self._gone += identity_ids

    def begin(self, thread: Executor) -> None:
        """Nothing more comes: lists that have to be made can be made in a thread from now on."""
        if self._many and not _anything(self._connection):
            self._coming = thread.submit(lists, self._together())

    def finish(self) -> None:
        connection = self._connection
        changed = [one for built in self._built for one in built["identity_id"].to_pylist()] + self._gone
        if not changed:
            return
        if self._coming is not None:
            self._put_lists(self._coming.result(), len(changed))
            return
        if self._many:
            every = pa.concat_tables([_everything_but(connection, changed), terms(self._together())])
            self._put_lists(listed(every), pc.count_distinct(every["identity_id"]).as_py())
            return
        bulk.delete(connection, lookup_terms, "identity_id", changed)
        ids = pa.table([pa.array(sorted(set(changed)), pa.string())], names=["identity_id"])
        bulk.upsert(connection, lookup_changes, ids)
        for built in self._built:
            bulk.insert(connection, lookup_terms, terms(built))

    @cached_property
    def _many(self) -> bool:
        """Whether so much changed that the lists are written anew."""
        changed = sum(built.num_rows for built in self._built) + len(self._gone)
        waiting = self._connection.execute(_COUNT_CHANGED).scalar_one() if changed else 0
        return bool(changed + waiting > max(_FEW, _SHARE * _listed(self._connection)))

    def _together(self) -> pa.Table:
        return pa.concat_tables([_NOTHING, *self._built])

    def _put_lists(self, found: pa.Table, identities: int) -> None:
        for table in (lookup_lists, lookup_changes, lookup_terms):
            self._connection.execute(sa.delete(table))
        bulk.insert(self._connection, lookup_lists, found)
        facts.put(self._connection, _FACT, json.dumps(identities))


def having(connection: Connection, kind: str, terms: list[str], limit: int) -> dict[str, int]:
    """Identity id → how many of these terms it has, the best first, at most `limit`."""
    counted = sa.func.count().label("hits")
    rows = connection.execute(
        sa.select(lookup_terms.c.identity_id, counted)
        .where(lookup_terms.c.kind == kind, lookup_terms.c.term.in_(terms))
        .group_by(lookup_terms.c.identity_id)
        .order_by(counted.desc(), lookup_terms.c.identity_id)
        .limit(limit)
    )
    found = {row.identity_id: row.hits for row in rows}
    chosen = sa.select(lookup_lists.c.ids).where(lookup_lists.c.kind == kind, lookup_lists.c.term.in_(terms))
    hits = Counter(one for (ids,) in connection.execute(chosen) for one in ids.split(BETWEEN))
    likely = iter(sorted(hits, key=lambda one: (-hits[one], one)))
    found |= {one: hits[one] for one in _true(connection, likely, limit)}
    return dict(sorted(found.items(), key=lambda hit: (-hit[1], hit[0]))[:limit])


def starting_with(connection: Connection, kind: str, prefix: str, limit: int) -> list[str]:
    """Identities with a term that starts so."""
    ends = prefix + "\U0010ffff"
    table = lookup_terms.c
    own = sa.select(table.identity_id).distinct()
    own = own.where(table.kind == kind, table.term >= prefix, table.term < ends)
    found = list(connection.execute(own.limit(limit)).scalars())
    if len(found) < limit:
        told = lookup_lists.c
        rows = connection.execute(
            sa.select(told.ids)
            .where(told.kind == kind, told.term >= prefix, told.term < ends)
            .order_by(told.term)
            .limit(limit)
        )
        ids = dict.fromkeys(one for (ids,) in rows for one in ids.split(BETWEEN))
        found += _true(connection, iter(ids), limit - len(found))
    return found


def _true(connection: Connection, likely: Iterator[str], limit: int) -> list[str]:
    """The first of these identities from the lists of which the lists' word is still true."""
    found: list[str] = []
    while len(found) < limit and (some := list(islice(likely, limit))):
        stale = set(bulk.rows_where_in(connection, _CHANGED, lookup_changes.c.identity_id, some).scalars())
        found += [one for one in some if one not in stale]
    return found[:limit]


def _anything(connection: Connection) -> bool:
    """Whether anything is indexed."""
    return any(connection.execute(chosen.limit(1)).first() for chosen in (_LISTS, _TERMS))


def _listed(connection: Connection) -> int:
    return int(json.loads(facts.get(connection, _FACT) or "0"))


def _everything_but(connection: Connection, changed: list[str]) -> pa.Table:
    """All terms (`TERM_SCHEMA`) that are true now, but those of some identities."""
    held = bulk.fetch(connection, _LISTS, LIST_SCHEMA)
    rows = bulk.fetch(connection, _TERMS, TERM_SCHEMA)
    stale = bulk.fetch(connection, _CHANGED, pa.schema([("identity_id", pa.string())]))["identity_id"]
    gone = pa.array(changed, pa.string())
    told = unlisted(held)
    told = told.filter(pc.invert(pc.is_in(told["identity_id"], value_set=stale.combine_chunks())))
    both = pa.concat_tables([told, rows])
    return both.filter(pc.invert(pc.is_in(both["identity_id"], value_set=gone)))
