"""Pull: read a source's pages, map them, store what changed and set aside what cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from hub.domain.instants import instant
from hub.domain.records import Page
from hub.domain.runs import PullTally, RunState
from hub.errors import ConflictError
from hub.jobs.ahead import Ready, pages_ahead
from hub.jobs.echoes import Echoes, Timed, without_echoes
from hub.jobs.intake import Intake, take_in
from hub.kept_memory import kept_memory
from hub.ports import Clock, Mapper, Source
from hub.store import cursors, deletions, facts, left_there, records, runs
from hub.store.engine import Store
from hub.store.leases import hold


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One source to pull. `mapping_hash` names the mapping's content: what another mapped is mapped anew.

    `full` reads everything again and finds deletions. `max_missing_share` is the share of a source's records
    that may go missing in one whole read before it stops and asks; None asks nothing.

    While a page of at least `ahead_from` records that are all new is stored, the next is read and mapped.
    From pages of fewer come sources that answer slowly, which have nothing to gain by it.

    `echoes`: the source is also a destination; what comes back of what was sent there is no news.
    """

    name: str
    stream: str
    source: Source
    mapper: Mapper
    mapping_hash: str
    full: bool = False
    max_missing_share: float | None = 0.5
    ahead_from: int = 10_000
    echoes: Echoes | None = None


@dataclass(frozen=True, slots=True)
class PullResult:
    run_id: int
    tally: PullTally


Progress = Callable[[PullTally], None]
ASK_FROM = 20  # fewer missing records than this are never "too large a share", unless they are all


def pull(
    store: Store,
    clock: Clock,
    request: PullRequest,
    *,
    progress: Progress = lambda _tally: None,
    stopping: Callable[[], bool] = lambda: False,
) -> PullResult:
    """Pulls one source, from where the last pull stopped.

    Each page is stored in one transaction with the cursor after it, so a killed pull goes on where it was.
    Raises what the source raises; the pages before stay stored. `ConflictError` when a whole read misses so
    much of what is stored that the source is more likely broken than emptied.
    """
    with (
        hold(store, clock, f"pull {request.name}") as lease,
        kept_memory(),
        runs.started(store, clock, "pull", request.name) as run,
    ):
        tally = PullTally()
        with store.reading() as connection:
            cursor = None if request.full else cursors.get(connection, request.name, request.stream)
            sweep = run.id if cursor is None else _sweep_going_on(connection, request.name)
        met_any = cursor is not None
        all_new = cursor is None and not request.full and request.echoes is None
        pages = iter(request.source.read(request.stream, cursor))
        following = pages_ahead(
            pages, request.mapper, lambda page: all_new and page.records.num_rows >= request.ahead_from
        )
        with closing(following):
            for page, ready in following:
                sweep = run.id if page.starts_over else sweep
                found = _store_page(store, clock, request, page, ready, run, tally, sweep)
                tally += found
                met_any, all_new = True, found.unchanged == found.deleted == 0
                progress(tally)
                lease.renew()
                if stopping():
                    return PullResult(run.id, tally)
        if sweep is not None and met_any:
            tally += _end_sweep(store, clock, request, sweep)
            with store.writing() as connection:
                run.count(connection, tally.as_dict())
        run.state = RunState.PARTLY if tally.rejected else RunState.DONE
        return PullResult(run.id, tally)


def _store_page(
    store: Store,
    clock: Clock,
    request: PullRequest,
    page: Page,
    ready: Ready | None,
    run: runs.RunLog,
    before: PullTally,
    sweep: int | None,
) -> PullTally:
    mapper = request.mapper
    if request.echoes is not None:
        page, times = without_echoes(store, request.name, page, request.echoes)
        mapper = Timed(mapper, times)

    gone = page.records.filter(page.records["deleted"])["key"].to_pylist()

    def move_on(connection: Connection, tally: PullTally, now: str) -> None:
        if request.echoes is not None and gone:
            left_there.doubt_missing(connection, request.echoes.destination, gone)
        cursors.put(connection, request.name, request.stream, page.cursor, now)
        run.count(connection, (before + tally).as_dict())
        if sweep is not None:
            facts.put(connection, _sweep_fact(request.name), str(sweep))
            if page.rejects["key"].null_count:
                facts.put(connection, _doubt_fact(request.name), str(sweep))

    return take_in(
        store,
        clock,
        Intake(request.name, mapper, request.mapping_hash),
        page,
        run_id=run.id,
        sweep=sweep,
        ready=ready,
        also=move_on,
    )


def _end_sweep(store: Store, clock: Clock, request: PullRequest, sweep: int) -> PullTally:
    """Marks what a whole read did not meet as deleted at the source.

    A row that could not even be read may be any record's: a read that met one marks nothing.
    """
    now = instant(clock.now())
    with store.writing() as connection:
        if facts.get(connection, _doubt_fact(request.name)) == str(sweep):
            facts.put(connection, _sweep_fact(request.name), None)
            return PullTally()
        live = records.count_live(connection, request.name)
        missing = records.not_seen(connection, request.name, sweep)
        if missing and _too_many(len(missing), live, request.max_missing_share):
            raise ConflictError(
                "too-many-missing",
                f"{request.name} no longer shows {len(missing)} of {live} records; none was marked deleted",
                hint="if that is right, run `hub pull --full --allow-missing`",
            )
        deletions.mark_deleted(connection, missing, now)
        if request.echoes is not None and missing:
            keys = records.names_of(connection, missing)["key"].to_pylist()
            left_there.doubt_missing(connection, request.echoes.destination, keys)
        facts.put(connection, _sweep_fact(request.name), None)
    return PullTally(missing=len(missing))


def _too_many(missing: int, live: int, allowed_share: float | None) -> bool:
    if allowed_share is None:
        return False
    return missing == live or (missing >= ASK_FROM and missing > allowed_share * live)


def _sweep_fact(source: str) -> str:
    return f"sweep:{source}"


def _doubt_fact(source: str) -> str:
    return f"sweep in doubt:{source}"


def _sweep_going_on(connection: Connection, source: str) -> int | None:
    """The number of a whole read that was cut off and that the cursor goes on with."""
    text = facts.get(connection, _sweep_fact(source))
    return int(text) if text else None
