"""Decisions in processes that kill themselves at a write: `decision_process.py`, an order a line.

An order (JSON) names the store, the act with its arguments, and at which write, counted from 1, the process
that carries it out dies (0: at none). Each is carried out by a process of its own, forked from one that has
imported all it needs and opened nothing. The answer is a line of JSON: `killed`, or how many `writes` there
were and with which code the act was `refused`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a file, not as a module of the tests

import dateutil.relativedelta
import numpy.ma
import psycopg
from sqlalchemy import event

from hub.domain.matching import Verdict
from hub.errors import HubError
from hub.golden.survivorship import SurvivorshipRules
from hub.jobs.decide import Person, judge, merge, split
from hub.jobs.override import override
from hub.jobs.resolve import ResolveRequest, resolve
from hub.jobs.taking_back import Undone, undo_once, was_told
from hub.store.engine import Store
from hub.store.opening import open_store
from matching import LocalMatcher

IMPORTED_LATE = (dateutil.relativedelta, numpy.ma)  # by the hub; here not by every process anew

ANNA = Person("anna")
REQUEST = ResolveRequest(LocalMatcher(), "h", SurvivorshipRules())
WRITES = {"INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "COPY", "BEGIN", "COMMIT"}


class Clock:
    """The same instants in every process."""

    moment = datetime(2026, 2, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


ACTS: dict[str, Callable[[Store, Clock, Any], object]] = {
    "merge": lambda store, clock, told: merge(store, clock, ANNA, told),
    "split": lambda store, clock, told: split(store, clock, ANNA, told[0], told[1:]),
    "override": lambda store, clock, told: override(store, clock, ANNA, told[0], told[1]),
    "review": lambda store, clock, told: judge(store, clock, ANNA, told[0], told[1], Verdict.SAME),
    "undo": lambda store, clock, told: undo_once(store, clock, ANNA, told),
    "resolve": lambda store, clock, told: None,
}


class Writes:
    """Counts the writes of a store, and kills the process in front of one."""

    def __init__(self, store: Store, kill_at: int) -> None:
        self.kinds, self.kill_at = list[str](), kill_at
        event.listen(store.engine, "checkout", self._watch)
        if not store.is_sqlite:
            event.listen(store.engine, "commit", lambda _: self.moment("COMMIT"))

    def moment(self, statement: str) -> None:
        kind = statement.lstrip().upper().split(maxsplit=1)[0]
        if kind in WRITES:
            self.kinds.append(kind)
            if len(self.kinds) == self.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def _watch(self, connection: Any, *_: object) -> None:
        if not isinstance(connection, psycopg.Connection):
            connection.set_trace_callback(self.moment)  # also of each row of many, and of the commit
            return
        seen = self.moment

        class Watched(psycopg.Cursor[Any]):
            def execute(self, query: Any, *arguments: Any, **named: Any) -> Watched:
                seen(str(query))
                super().execute(query, *arguments, **named)
                return self

            def executemany(self, query: Any, *arguments: Any, **named: Any) -> None:
                seen(str(query))
                super().executemany(query, *arguments, **named)

            def copy(self, statement: Any, *arguments: Any, **named: Any) -> Any:
                seen(str(statement))
                return super().copy(statement, *arguments, **named)

        connection.cursor_factory = Watched


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """The act, then the resolve, as a command does; where the act is refused, the resolve alone."""
    store, clock, refused, done = open_store(order["store"]), Clock(), None, None
    writes = Writes(store, order["kill"])
    try:
        done = ACTS[order["act"]](store, clock, order["told"])
    except HubError as error:
        refused = error.code
    resolve(store, clock, REQUEST)
    if isinstance(done, Undone):
        was_told(store, ANNA, done)
    store.close()
    return {"killed": False, "writes": writes.kinds, "refused": refused}


def answered(order: dict[str, Any]) -> dict[str, Any]:
    reads, writes = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reads)
        os.write(writes, json.dumps(carry_out(order)).encode())
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads, "rb") as answer:
        text = answer.read()
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return {"killed": True}
    found: dict[str, Any] = json.loads(text)
    return found


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answered(json.loads(line))) + "\n")
        sys.stdout.flush()
