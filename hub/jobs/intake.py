"""Taking a page of records in: sort it against the store, map what is new, store it in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from hub.domain.instants import instant
from hub.domain.records import Mapped, Page
from hub.domain.runs import PullTally
from hub.errors import FatalError
from hub.jobs.ahead import Ready
from hub.ports import Clock, Mapper
from hub.store import deletions, record_pages, records, rejects
from hub.store.engine import Store


@dataclass(frozen=True, slots=True)
class Intake:
    """Where records go: the source's name, its mapper, and the hash that names the mapping's content."""

    source: str
    mapper: Mapper
    mapping_hash: str


def take_in(
    store: Store,
    clock: Clock,
    intake: Intake,
    page: Page,
    *,
    run_id: int,
    sweep: int | None = None,
    ready: Ready | None = None,
    also: Callable[[Connection, PullTally, str], None] = lambda _connection, _tally, _now: None,
) -> PullTally:
    """Stores a page and the rows that could not be read; counts what became of each. `ready` is what was made
    of the page before.

    `also` is done in the same transaction (moving the cursor, counting the run). The mapping runs before
    it, so that the store's write lock is held for no longer than writing takes. Raises `FatalError` rather
    than lose a record.
    """
    now = instant(clock.now())
    unread = page.rejects
    with store.reading() as connection:
        told = None if ready is None else ready.incoming
        held = record_pages.sort_page(connection, intake.source, page.records, intake.mapping_hash, told)
    if ready is not None and held.whole:
        mapped, written = ready.mapped, ready.written
    else:
        mapped = intake.mapper.to_contacts(held.fresh)
        written = record_pages.written(mapped.contacts)
    with store.writing() as connection:
        tally = _store(connection, intake, held, mapped, written, run_id, now, sweep)
        if sweep is not None:
            _mark_met(connection, intake.source, unread, now, sweep)
        tally += PullTally(
            read=unread.num_rows, rejected=rejects.set_aside(connection, intake.source, unread, run_id, now)
        )
        if page.records.num_rows + unread.num_rows != tally.read or not tally.balanced:
            raise FatalError("records-lost", "a page does not add up: a record would have been lost")
        also(connection, tally, now)
    return tally


def _store(
    connection: Connection,
    intake: Intake,
    held: record_pages.Sorted,
    mapped: Mapped,
    written: pa.Table,
    run_id: int,
    now: str,
    sweep: int | None,
) -> PullTally:
    source = intake.source
    is_gone = pc.fill_null(mapped.contacts["deleted"], fill_value=False)
    gone, kept = mapped.contacts.filter(is_gone), mapped.contacts
    if gone.num_rows:
        kept, written = (rows.filter(pc.invert(is_gone)) for rows in (kept, written))
    stored = record_pages.store_mapped(
        connection, source, held, written, intake.mapping_hash, now, sweep or run_id
    )
    known_gone = records.find_ids(connection, [(source, key) for key in gone["key"].to_pylist()])
    deletions.mark_deleted(connection, [*held.gone.to_pylist(), *known_gone.values()], now)
    rejected = rejects.set_aside(connection, source, mapped.rejects, run_id, now)
    rejects.mark_resolved(connection, source, kept["key"].to_pylist())
    if sweep is not None:
        records.mark_seen(connection, held.same.to_pylist(), now, sweep)
        _mark_met(connection, source, mapped.rejects, now, sweep)
    unchanged = len(held.same) + held.repeated
    deleted = len(held.gone) + held.deleted_unknown + gone.num_rows
    return PullTally(
        read=stored + unchanged + rejected + deleted,
        stored=stored,
        unchanged=unchanged,
        rejected=rejected,
        deleted=deleted,
        refused_values=int(pc.sum(pc.list_value_length(kept["refusals"])).as_py() or 0),
    )


def _mark_met(connection: Connection, source: str, rejected: pa.Table, now: str, sweep: int) -> None:
    """A record whose newest form was rejected keeps its last good form: it was met, it is not gone."""
    keys = [(source, key) for key in rejected["key"].to_pylist() if key is not None]
    records.mark_seen(connection, list(records.find_ids(connection, keys).values()), now, sweep)
