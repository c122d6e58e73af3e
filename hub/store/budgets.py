"""Budgets of requests that all processes on a store share: one account, one limit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.store import bulk
from hub.store.engine import Store
from hub.store.tables import request_slots

_NEVER: Final = 0.0
_LONGEST: Final = (
    600.0  # seconds that anybody is told to wait; what is further ahead comes from a wrong clock
)


@dataclass
class SharedBudget:
    """At most `requests` in any `seconds` for an account, whichever process sends them.

    An account has as many slots as it may send in a window; a request takes the slot that was used the
    longest ago, if that is a window back. `account` is a digest: names of accounts may hold tokens. Times
    are of the wall clock; a slot from far in the future (a clock that was set back) counts as just used.
    """

    store: Store
    account: str
    requests: int
    seconds: float
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def acquire(self) -> None:
        """Returns when one more request may be sent."""
        while (wait := self._wait_or_take()) > 0:
            self.sleep(wait)

    def pause(self, seconds: float) -> None:
        """Lets nobody send for that long: every slot counts as used that much later."""
        until = self.now() + seconds - self.seconds
        with self.store.writing() as connection:
            self._make_slots(connection)
            connection.execute(
                sa.update(request_slots)
                .where(request_slots.c.account == self.account, request_slots.c.taken_at < until)
                .values(taken_at=until)
            )

    def _wait_or_take(self) -> float:
        now = self.now()
        with self.store.writing() as connection:
            self._make_slots(connection)
            oldest = connection.execute(
                sa.select(request_slots.c.slot, request_slots.c.taken_at)
                .where(request_slots.c.account == self.account, request_slots.c.slot < self.requests)
                .order_by(request_slots.c.taken_at, request_slots.c.slot)
                .limit(1)
                .with_for_update()
            ).one()
            taken = oldest.taken_at if oldest.taken_at <= now + _LONGEST else now
            wait: float = taken + self.seconds - now
            if taken != oldest.taken_at:
                self._use(connection, oldest.slot, now)
            if oldest.taken_at > _NEVER and wait > 0:
                return wait
            self._use(connection, oldest.slot, now)
        return 0.0

    def _use(self, connection: Connection, slot: int, now: float) -> None:
        connection.execute(
            sa.update(request_slots)
            .where(request_slots.c.account == self.account, request_slots.c.slot == slot)
            .values(taken_at=now)
        )

    def _make_slots(self, connection: Connection) -> None:
        """Makes the account's slots that are not there; those beyond a stricter limit are just not used."""
        counted = sa.select(sa.func.count()).where(request_slots.c.account == self.account)
        there = connection.execute(counted).scalar_one()
        if there < self.requests:
            slots = pa.array(range(there, self.requests), pa.int64())
            rows = pa.table({"slot": slots, "taken_at": pa.repeat(_NEVER, len(slots))})
            bulk.upsert(connection, request_slots, rows, keep=["taken_at"], account=self.account)
