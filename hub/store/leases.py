"""One run of a thing at a time, also across processes."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.domain.instants import instant
from hub.errors import ConflictError
from hub.ports import Clock
from hub.store.engine import Store
from hub.store.tables import leases

# A holder renews well within this; a holder on another machine that died blocks for no longer.
LIFETIME: Final = timedelta(minutes=10)

# Every job asks these several times: statements that stay the same objects are worked out once.
_NAMED: Final = leases.c.name == sa.bindparam("of")
_OURS: Final = sa.and_(_NAMED, leases.c.owner == sa.bindparam("by"))
_HELD: Final = sa.select(leases).where(_NAMED)
_TAKE_AWAY: Final = sa.delete(leases).where(_NAMED)
_TAKE: Final = sa.insert(leases)
_KEEP: Final = sa.update(leases).where(_OURS).values(expires_at=sa.bindparam("until"))
_LET_GO: Final = sa.delete(leases).where(_OURS)


@dataclass(frozen=True, slots=True)
class Lease:
    """A held lease. Long work calls `renew` at each batch."""

    store: Store
    clock: Clock
    name: str
    owner: str

    def renew(self) -> None:
        """Holds on for another lifetime; `ConflictError` when somebody took it over meanwhile."""
        with self.store.writing() as connection:
            if not self.kept(connection):
                raise self.lost()

    def kept(self, connection: Connection) -> bool:
        """Holds on for another lifetime, in a transaction of the caller's; whether it was still held."""
        until = instant(self.clock.now() + LIFETIME)
        held = connection.execute(_KEEP, {"of": self.name, "by": self.owner, "until": until})
        return bool(held.rowcount)

    def lost(self) -> ConflictError:
        return ConflictError("lease-lost", f"another process took over {self.name}")


@contextmanager
def hold(store: Store, clock: Clock, name: str) -> Iterator[Lease]:
    """Holds `name` for the block. Raises `ConflictError` (`already-running`) while another holds it.

    A lease whose holder died is taken over: at once when the holder was a process of this machine,
    otherwise when its lifetime has passed.
    """
    owner = this_process()
    now = instant(clock.now())
    with store.writing() as connection:
        row = connection.execute(_HELD, {"of": name}).one_or_none()
        if row is not None and row.expires_at > now and not is_dead(row.owner):
            raise ConflictError(
                "already-running",
                f"{name} is already running (process {row.owner})",
                hint="wait for it to end; `hub runs list` shows it",
            )
        until = instant(clock.now() + LIFETIME)
        connection.execute(_TAKE_AWAY, {"of": name})
        connection.execute(_TAKE, {"name": name, "owner": owner, "acquired_at": now, "expires_at": until})
    try:
        yield Lease(store, clock, name, owner)
    finally:
        with store.writing() as connection:
            connection.execute(_LET_GO, {"of": name, "by": owner})


def this_process() -> str:
    """host:pid:start — the start tells a process from a later one with the same number."""
    return _named(os.getpid())


@cache
def _named(mine: int) -> str:
    """Asked for several times by every job, and always the same but in a process that was split off."""
    return f"{socket.gethostname()}:{mine}:{_started(mine)}"


def is_dead(owner: str) -> bool:
    """Whether the owner is certainly gone; of other machines nothing is known."""
    host, pid, started = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    if Path("/proc/self/stat").exists():
        return _started(int(pid)) != started
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _started(pid: int) -> str:
    """When the process started, in the kernel's ticks since boot; empty where that cannot be read."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    state, start = stat.rpartition(")")[2].split()[0], stat.rpartition(")")[2].split()[19]
    return "" if state == "Z" else start
