"""Kills pushes at random moments and keeps account of what may have been sent twice."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from random import Random
from typing import Final

import pyarrow as pa
import sqlalchemy as sa

from connectors.fakes.hubspot import FakeHubSpot
from connectors.fakes.hubspot.errors import Json
from connectors.fakes.hubspot.properties import UNIQUE_KEY
from connectors.fakes.hubspot.requests import WriteInput
from connectors.fakes.hubspot.store import Contact
from hub import columns
from hub.store import bulk
from hub.store.engine import Store
from hub.store.tables import golden, identities, intents
from tests.fakes import push_process

NOW = "2026-01-01T00:00:00.000000Z"


class CountingHubSpot(FakeHubSpot):
    """A portal that counts how often each contact is written, and takes some time for each request."""

    delay: float = 0.0

    def begin(self) -> None:
        self.store.define(UNIQUE_KEY)
        self.writes: Counter[str] = Counter()

    def _result(self, contact: Contact, row: WriteInput) -> Json:
        self.writes[contact.values["hub_id"]] += 1
        time.sleep(self.delay / 100)
        return super()._result(contact, row)


def counting_hubspot(delay: float = 0.0) -> CountingHubSpot:
    fake = CountingHubSpot(token=push_process.TOKEN)
    fake.begin()
    fake.delay = delay
    return fake


def fill(store: Store, count: int, wave: int = 0) -> None:
    """So many golden records; another wave gives each another family name."""
    rows = columns.query(
        f"""
        SELECT printf('i%09d', n) AS identity_id, '{{}}' AS provenance, '["crm"]' AS sources,
            1::BIGINT AS record_count, n AS seq, md5(printf('%d {wave}', n)) AS golden_hash,
            printf('{{"emails":[{{"value":"p%d@example.org"}}],"name":{{"family":"Nr %d of {wave}"}}}}', n, n)
                AS contact
        FROM numbers
        """,
        numbers=pa.table({"n": pa.array(range(count), pa.int64())}),
    )
    with store.writing(checked=False) as connection:
        if wave:
            changed = rows.select(["identity_id", "contact", "golden_hash"])
            bulk.change(connection, golden, changed)
            bulk.next_numbers(connection, "golden_change", count)  # else a push at rest sees no change
            return
        known = pa.table({"id": rows["identity_id"], "born_seq": rows["seq"]})
        bulk.insert(connection, identities, known, state="active", created_at=NOW, changed_at=NOW)
        bulk.insert(connection, golden, rows, state="active", version=1, run_id=1, valid_from=NOW)


@dataclass
class Killing:
    """`may` is how often each identity may be sent beyond the once that it has to be."""

    store: Store
    store_url: str
    hubspot_url: str
    random: Random = field(default_factory=Random)
    may: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    interrupted: int = 0

    def kill_once(self, longest: float, *, sending: bool = False) -> bool:
        """Starts a push and kills it, within so many seconds from its start, or from when it is `sending`;
        whether it was still going on.
        """
        before = self._newest()
        process = self._started()
        while sending and process.is_alive() and self._newest() == before:
            time.sleep(0.01)
        time.sleep(self.random.uniform(0, longest))
        process.kill()
        process.join(30)
        going = process.exitcode == -signal.SIGKILL
        with self.store.reading() as connection:
            left = list(connection.execute(sa.select(intents.c.identity_id)).scalars())
        self.may.update(left)
        self.kills += going
        self.interrupted += bool(left)
        return going

    def finish(self) -> None:
        process = self._started()
        process.join(600)
        if process.exitcode != 0:
            raise AssertionError("the last push failed")

    def _newest(self) -> int:
        """The newest run that has noted what it is about to send."""
        with self.store.reading() as connection:
            return int(connection.execute(sa.select(sa.func.max(intents.c.run_id))).scalar_one() or 0)

    def _started(self) -> ForkServerProcess:
        """A process that has everything imported and the store open, and begins to push now."""
        hears, tells = _PROCESSES.Pipe(duplex=False)
        arguments = (self.store_url, self.hubspot_url, tells)
        process = _PROCESSES.Process(target=push_process.main, args=arguments, daemon=True)
        process.start()
        tells.close()
        with suppress(EOFError):
            hears.recv()
        hears.close()
        return process


# Each push is forked from one process that has imported everything: to start an interpreter takes longer than
# most of them live.
_PROCESSES: Final = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([push_process.__name__])


def wrongs(fake: CountingHubSpot, killing: Killing, count: int, wave: int, waves: int) -> dict[str, int]:
    """What must all be zero after the last push: twins, missing and stale contacts, and resends too many."""
    live = [contact for contact in fake.store.contacts.values() if not contact.archived]
    held = Counter(contact.values["hub_id"] for contact in live)
    right = {f"i{n:09}": f"Nr {n} of {wave}" for n in range(count)}
    stale = sum(right.get(c.values["hub_id"]) != c.values["lastname"] for c in live)
    many = sum(max(0, fake.writes[one] - waves - killing.may[one]) for one in held)
    return {
        "twins": len(live) - len(held),
        "missing": len(right.keys() - held.keys()),
        "stale": stale,
        "resent too often": many,
    }
