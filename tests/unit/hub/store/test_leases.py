"""One run of a thing at a time; whoever died does not hold it for ever."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.errors import ConflictError
from hub.store.engine import Store
from hub.store.leases import LIFETIME, hold
from hub.store.tables import leases
from tests.conftest import SteppingClock

HOLDER = """
import sys, time
from cli.clock import SystemClock
from hub.store.opening import open_store
from hub.store.leases import hold
with hold(open_store(sys.argv[1]), SystemClock(), "resolve"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_holder_is_told_who_runs(store: Store, clock: SteppingClock) -> None:
    with (
        hold(store, clock, "resolve"),
        pytest.raises(ConflictError) as refused,
        hold(store, clock, "resolve"),
    ):
        pass
    assert refused.value.code == "already-running"
    with hold(store, clock, "resolve"):
        pass


def test_different_things_run_side_by_side(store: Store, clock: SteppingClock) -> None:
    with hold(store, clock, "pull a"), hold(store, clock, "pull b"):
        pass


def test_another_process_holds_it_until_it_is_killed(
    store: Store, store_url: str, clock: SteppingClock
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, store_url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[4],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(ConflictError), hold(store, clock, "resolve"):
            pass
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    started = time.monotonic()
    with hold(store, clock, "resolve"):
        assert time.monotonic() - started < 5


def test_a_holder_on_another_machine_is_believed_for_a_lifetime(store: Store, clock: SteppingClock) -> None:
    with store.writing() as connection:
        values = {"acquired_at": "2026-01-01T00:00:00.000000Z", "expires_at": "2026-01-01T00:05:00.000000Z"}
        connection.execute(sa.insert(leases).values(name="resolve", owner="elsewhere:1:1", **values))
    with pytest.raises(ConflictError), hold(store, clock, "resolve"):
        pass
    clock.moment += LIFETIME
    with hold(store, clock, "resolve"):
        pass


def test_a_lease_that_was_taken_over_cannot_be_renewed(store: Store, clock: SteppingClock) -> None:
    with hold(store, clock, "resolve") as lease:
        lease.renew()
        with store.writing() as connection:
            connection.execute(sa.update(leases).values(owner="elsewhere:1:1"))
        with pytest.raises(ConflictError) as lost:
            lease.renew()
    assert lost.value.code == "lease-lost"
    assert timedelta(minutes=1) < LIFETIME
