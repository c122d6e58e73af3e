"""Retry: replay rejected records through the present mapping."""

from __future__ import annotations

import json

import pyarrow as pa

from hub.domain.records import Page, page_schema
from hub.domain.runs import PullTally, RunState
from hub.jobs.intake import Intake, take_in
from hub.ports import Clock
from hub.store import rejects, runs
from hub.store.engine import Store
from hub.store.leases import hold


def retry(store: Store, clock: Clock, intake: Intake) -> tuple[PullTally, int]:
    """Maps a source's open rejects again; gives the tally and how many cannot be replayed.

    A row that could not even be read (a torn line) has no fields to map; it comes again with the next pull,
    once it is mended at the source.
    """
    with (
        hold(store, clock, f"pull {intake.source}"),
        runs.started(store, clock, "retry", intake.source) as run,
    ):
        with store.reading() as connection:
            waiting = rejects.listed(connection, intake.source)
        readable = [one for one in waiting if _is_object(one.payload)]
        page = pa.table(
            [
                [one.key for one in readable],
                [None] * len(readable),
                [False] * len(readable),
                [one.payload for one in readable],
            ],
            schema=page_schema(pa.string()),
        )
        tally = take_in(store, clock, intake, Page(page), run_id=run.id)
        with store.writing() as connection:
            run.count(connection, tally.as_dict())
        run.state = RunState.PARTLY if tally.rejected else RunState.DONE
        return tally, len(waiting) - len(readable)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
