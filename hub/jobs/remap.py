"""Remap: when a source's mapping has changed, map what is stored of it anew, without pulling."""

from __future__ import annotations

from hub.domain.records import Page
from hub.domain.runs import PullTally, RunState
from hub.jobs.intake import Intake, take_in
from hub.ports import Clock
from hub.store import records, runs
from hub.store.engine import Store
from hub.store.leases import hold

BATCH = 50_000


def remap(store: Store, clock: Clock, intake: Intake) -> PullTally:
    """Brings a source's contacts to its present mapping; without any to bring, not even a run is noted.

    A record that the new mapping rejects is set aside and keeps the contact that it had.
    """
    with store.reading() as connection:
        page = records.payloads_mapped_otherwise(connection, intake.source, intake.mapping_hash)
    if page.num_rows == 0:
        return PullTally()
    tally = PullTally()
    with (
        hold(store, clock, f"pull {intake.source}") as lease,
        runs.started(store, clock, "remap", intake.source) as run,
    ):
        for start in range(0, page.num_rows, BATCH):
            tally += take_in(store, clock, intake, Page(page.slice(start, BATCH)), run_id=run.id)
            lease.renew()
        with store.writing() as connection:
            run.count(connection, tally.as_dict())
        run.state = RunState.PARTLY if tally.rejected else RunState.DONE
    return tally
