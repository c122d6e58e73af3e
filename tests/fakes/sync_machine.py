"""The machine that the hub runs on, whose power may go out at any commit, and the clocks around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import event

from hub.store.engine import Store


class Died(BaseException):
    """The process ends here."""


class Power:
    """What keeps the hub's process alive: it goes out at the n-th commit, or when a call says so.

    Whoever is dead commits nothing more, whatever still wants to tidy up.
    """

    def __init__(self, store: Store) -> None:
        self.left: int | None = None
        self.out = False
        event.listen(store.engine, "begin", self._begins)
        event.listen(store.engine, "commit", self._commits)

    def goes(self) -> None:
        self.out = True
        raise Died

    def _begins(self, _connection: sa.Connection) -> None:
        if self.out:
            raise Died

    def _commits(self, connection: sa.Connection) -> None:
        if self.out:
            raise Died
        if self.left is not None and connection.get_execution_options().get("hub_writes"):
            self.left -= 1
            if self.left < 0:
                self.goes()


@dataclass
class Time:
    """The time as it is, a second later whenever somebody asks, and how wrong each clock is."""

    moment: datetime
    wrong: dict[str, timedelta]

    def by(self, clock: str) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment + self.wrong.get(clock, timedelta())

    def now(self) -> datetime:
        """The hub's clock."""
        return self.by("hub")
