"""The index that a lookup searches: contact points, identifiers and name words of golden records.

A million golden records have some five million terms: too many for a row each. After a whole resolve they lie
in lists (`hub.store.lookup_lists`). What changed since has rows of its own, a row a term and identity, and
what the lists tell of it counts for nothing. When these become many, the lists are written anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from functools import cached_property
from itertools import islice
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.golden import GOLDEN_SCHEMA
from hub.store import bulk, golden, lookup_lists, spellings
from hub.store.index_tables import lookup_changes, lookup_terms
from hub.store.terms import FIELDS, TERM_SCHEMA, listed, lists, terms, unlisted

_FEW: Final = 2_000  # changed identities that have rows of their own
_HOLDERS: Final = 1_000  # identities of one term that are looked at
_SHARE: Final = 0.01  # of those in the lists; with more, the lists are written anew
_NOTHING: Final = GOLDEN_SCHEMA.empty_table().select(FIELDS)
_TERMS: Final = sa.select(lookup_terms.c.kind, lookup_terms.c.term, lookup_terms.c.identity_id)
_NAMES: Final = _TERMS.where(lookup_terms.c.kind == lookup_lists.BY_BEGINNING)
_CHANGED: Final = sa.select(lookup_changes.c.identity_id)
_COUNT_CHANGED: Final = sa.select(sa.func.count()).select_from(lookup_changes)


class Indexing:
    """Takes changed golden records and those that are gone, part by part, and at the end indexes them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._built: list[pa.Table] = []
        self._gone: list[str] = []
        self._coming: Future[tuple[pa.Table, int]] | None = None
        self._follows = False

    def following(self, parts: Iterable[pa.Table], thread: Executor) -> Iterable[pa.Table]:
        """The golden records that are all to be indexed, where nothing is yet: lists are made in the thread
        as soon as the last are built, while they are stored. To add them afterwards then does nothing.
        """
        self._follows = not _anything(self._connection)
        return self._followed(parts, thread) if self._follows else parts

    def _followed(self, parts: Iterable[pa.Table], thread: Executor) -> Iterator[pa.Table]:
        for built in parts:
            self._built.append(built.select(FIELDS))
            yield built
        if sum(built.num_rows for built in self._built) > _FEW:
            self._coming = thread.submit(_lists_of, self._together())

    def add(self, built: pa.Table) -> None:
        """Golden records (`GOLDEN_SCHEMA`) to index in place of what was indexed of them before."""
        if built.num_rows and not self._follows:
            self._built.append(built.select(FIELDS))

    def remove(self, identity_ids: list[str]) -> None:
        self._gone += identity_ids

    def finish(self) -> None:
        connection = self._connection
        changed = [one for built in self._built for one in built["identity_id"].to_pylist()] + self._gone
        if not changed:
            return
        if self._coming is not None:
            self._put_lists(*self._coming.result(), len(changed))
            return
        if self._many:
            every = pa.concat_tables([_everything_but(connection, changed), terms(self._together())])
            count = pc.count_distinct(every["identity_id"]).as_py()
            self._put_lists(*lookup_lists.stored(listed(every)), count)
            return
        bulk.delete(connection, lookup_terms, "identity_id", changed)
        ids = pa.table([pa.array(sorted(set(changed)), pa.string())], names=["identity_id"])
        bulk.upsert(connection, lookup_changes, ids)
        for built in self._built:
            found = terms(built)
            bulk.insert(connection, lookup_terms, found)
            names = found["term"].filter(pc.equal(found["kind"], lookup_lists.BY_BEGINNING))
            spellings.learn(connection, pc.unique(names).to_pylist())

    @cached_property
    def _many(self) -> bool:
        """Whether so much changed that the lists are written anew."""
        changed = sum(built.num_rows for built in self._built) + len(self._gone)
        waiting = self._connection.execute(_COUNT_CHANGED).scalar_one() if changed else 0
        return bool(changed + waiting > max(_FEW, _SHARE * lookup_lists.identities(self._connection)))

    def _together(self) -> pa.Table:
        return pa.concat_tables([_NOTHING, *self._built])

    def _put_lists(self, rows: pa.Table, shares: int, identities: int) -> None:
        for table in (lookup_changes, lookup_terms):
            self._connection.execute(sa.delete(table))
        spellings.forget(self._connection)
        lookup_lists.write(self._connection, rows, shares, identities)


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
    hits = Counter(lookup_lists.having(connection, kind, terms))
    likely = iter(sorted(hits, key=lambda one: (-hits[one], one)))
    found |= {one: hits[one] for one in _true(connection, likely, limit)}
    return dict(sorted(found.items(), key=lambda hit: (-hit[1], hit[0]))[:limit])


def holders(connection: Connection, kind: str, terms: Collection[str]) -> dict[str, list[str]]:
    """By each of these terms (no words of names) the identities that have it today; of a term that very many
    have some of them.
    """
    found: dict[str, list[str]] = {term: [] for term in terms}
    listed_ = {term: ids[:_HOLDERS] for term, ids in lookup_lists.holders(connection, kind, sorted(terms))}
    every = sorted({one for ids in listed_.values() for one in ids})
    stale = set(bulk.rows_where_in(connection, _CHANGED, lookup_changes.c.identity_id, every).scalars())
    for term, ids in listed_.items():
        found[term] += [one for one in ids if one not in stale]
    own = _TERMS.where(lookup_terms.c.kind == kind, lookup_terms.c.term.in_(sorted(terms)))
    for row in connection.execute(own):
        found[row.term].append(row.identity_id)
    return found


def index_all(connection: Connection) -> None:
    """Indexes every active golden record anew, as when the index has another form than before."""
    built = golden.active(connection).select(FIELDS)
    if built.num_rows:
        for table in (lookup_changes, lookup_terms):
            connection.execute(sa.delete(table))
        spellings.forget(connection)
        lookup_lists.write(connection, *_lists_of(built), built.num_rows)


def named(connection: Connection, words: Collection[str]) -> dict[str, list[str]]:
    """By each of these words the identities with it in their name. Of some it may be true no more: see
    `still_true`.
    """
    found: dict[str, list[str]] = {word: [] for word in words}
    found |= lookup_lists.named(connection, words)
    own = _TERMS.where(lookup_terms.c.kind == lookup_lists.BY_BEGINNING, lookup_terms.c.term.in_(words))
    for row in connection.execute(own):
        found[row.term].append(row.identity_id)
    return found


def still_true(connection: Connection, words: Mapping[str, list[str]]) -> dict[str, set[str]]:
    """By word those of its identities (some of those that `named` gave) that have it in their name today."""
    every = sorted({one for ids in words.values() for one in ids})
    stale = set(bulk.rows_where_in(connection, _CHANGED, lookup_changes.c.identity_id, every).scalars())
    rows = bulk.rows_where_in(connection, _NAMES, lookup_terms.c.identity_id, sorted(stale))
    today = {(row.term, row.identity_id) for row in rows}
    return {
        word: {one for one in ids if one not in stale or (word, one) in today} for word, ids in words.items()
    }


def _true(connection: Connection, likely: Iterator[str], limit: int) -> list[str]:
    """The first of these identities from the lists of which the lists' word is still true."""
    found: list[str] = []
    while len(found) < limit and (some := list(islice(likely, limit))):
        stale = set(bulk.rows_where_in(connection, _CHANGED, lookup_changes.c.identity_id, some).scalars())
        found += [one for one in some if one not in stale]
    return found[:limit]


def _anything(connection: Connection) -> bool:
    """Whether anything is indexed."""
    if lookup_lists.there_are_any(connection):
        return True
    return connection.execute(_TERMS.limit(1)).first() is not None


def _lists_of(built: pa.Table) -> tuple[pa.Table, int]:
    return lookup_lists.stored(lists(built))


def _everything_but(connection: Connection, changed: list[str]) -> pa.Table:
    """All terms (`TERM_SCHEMA`) that are true now, but those of some identities."""
    held = lookup_lists.everything(connection)
    rows = bulk.fetch(connection, _TERMS, TERM_SCHEMA)
    stale = bulk.fetch(connection, _CHANGED, pa.schema([("identity_id", pa.string())]))["identity_id"]
    gone = pa.array(changed, pa.string())
    told = unlisted(held)
    told = told.filter(pc.invert(pc.is_in(told["identity_id"], value_set=stale.combine_chunks())))
    both = pa.concat_tables([told, rows])
    return both.filter(pc.invert(pc.is_in(both["identity_id"], value_set=gone)))
