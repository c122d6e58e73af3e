"""Runs: what happened, when, with which counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.domain.instants import instant
from hub.domain.runs import Run, RunState
from hub.errors import HubError
from hub.ports import Clock
from hub.store import bulk
from hub.store.engine import Store
from hub.store.leases import is_dead, this_process
from hub.store.tables import runs

# Every job asks these: statements that stay the same objects are worked out once.
_COUNT: Final = (
    sa.update(runs).where(runs.c.id == sa.bindparam("number")).values(tallies=sa.bindparam("told"))
)
_KILLED: Final = (
    sa.update(runs)
    .where(
        runs.c.job == sa.bindparam("of"),
        runs.c.target == sa.bindparam("on"),
        runs.c.state == RunState.RUNNING,
    )
    .values(state=RunState.KILLED, finished_at=sa.bindparam("at"))
)
_BEGIN: Final = sa.insert(runs)
_END: Final = (
    sa.update(runs)
    .where(runs.c.id == sa.bindparam("number"))
    .values(
        state=sa.bindparam("became"),
        code=sa.bindparam("coded"),
        sentence=sa.bindparam("said"),
        finished_at=sa.bindparam("at"),
    )
)


@dataclass(slots=True)
class RunLog:
    """The run that is going on. `count` replaces its tallies, in the transaction that stores the batch."""

    id: int
    tallies: Mapping[str, int] = field(default_factory=dict)
    state: RunState = RunState.DONE

    def count(self, connection: Connection, tallies: Mapping[str, int]) -> None:
        self.tallies = tallies
        connection.execute(_COUNT, {"number": self.id, "told": json.dumps(dict(tallies))})


@contextmanager
def started(store: Store, clock: Clock, job: str, target: str) -> Iterator[RunLog]:
    """A row for this run; it ends as done, as the block sets `state`, or as failed with the error's code.

    Call it under the lease of job and target: earlier runs of them that never ended are marked killed.
    """
    with store.writing() as connection:
        connection.execute(_KILLED, {"of": job, "on": target, "at": instant(clock.now())})
        log = RunLog(bulk.next_numbers(connection, "run", 1))
        row = {"id": log.id, "job": job, "target": target, "owner": this_process()}
        begun = {"state": RunState.RUNNING, "tallies": "{}", "started_at": instant(clock.now())}
        connection.execute(_BEGIN, row | begun)
    try:
        yield log
    except BaseException as error:
        code, sentence = _told(error)
        _finish(store, clock, log.id, RunState.FAILED, code, sentence)
        raise
    _finish(store, clock, log.id, log.state, None, None)


def newest(store: Store, limit: int = 20, job: str | None = None) -> list[Run]:
    """The newest runs first."""
    chosen = sa.select(runs).order_by(runs.c.id.desc()).limit(limit)
    with store.reading() as connection:
        return [_run(row) for row in connection.execute(chosen.where(runs.c.job == job) if job else chosen)]


def last(store: Store, job: str, target: str) -> Run | None:
    """The newest run of a job on a target; one whose process is gone counts as killed."""
    chosen = sa.select(runs).where(runs.c.job == job, runs.c.target == target).order_by(runs.c.id.desc())
    with store.reading() as connection:
        row = connection.execute(chosen.limit(1)).one_or_none()
    if row is None:
        return None
    run = _run(row)
    died = run.state is RunState.RUNNING and is_dead(row.owner)
    return replace(run, state=RunState.KILLED) if died else run


def find(store: Store, run_id: int) -> Run | None:
    with store.reading() as connection:
        row = connection.execute(sa.select(runs).where(runs.c.id == run_id)).one_or_none()
    return _run(row) if row else None


def _finish(
    store: Store, clock: Clock, run_id: int, state: RunState, code: str | None, sentence: str | None
) -> None:
    with store.writing() as connection:
        told = {"became": state, "coded": code, "said": sentence, "at": instant(clock.now())}
        connection.execute(_END, {"number": run_id, **told})


def _told(error: BaseException) -> tuple[str, str]:
    if isinstance(error, HubError):
        return error.code, str(error)
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", "stopped from the keyboard"
    # A foreign exception may carry a customer's data in its text: only its kind is kept.
    return "unexpected", f"an unexpected error ({type(error).__name__})"


def _run(row: Row[tuple[object, ...]]) -> Run:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name
    return Run(
        id=values["id"],
        job=values["job"],
        target=values["target"],
        state=RunState(values["state"]),
        tallies=json.loads(values["tallies"]),
        started_at=values["started_at"],
        finished_at=values["finished_at"],
        code=values["code"],
        sentence=values["sentence"],
    )
