"""`kill -9` at random moments of pull, resolve and push, then again: the same end as without a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from cli.demo.project import make_project
from connectors.fakes.hubspot import FakeHubSpot
from connectors.fakes.hubspot.properties import UNIQUE_KEY
from connectors.fakes.server import FakeServer, Reply, Request
from hub.domain.plan import UNKNOWN
from hub.store import intents, ledger
from hub.store.metadata import metadata
from hub.store.opening import open_store
from hub.store.tables import golden, identities, members, records, rejects, runs
from tests.fakes import whole_way

KILLS = 3  # tries in each phase
WORLDS = 8  # at most, until every phase has met two kills
REACHES = (0.3, 0.6, 1.2)  # of what a phase took undisturbed: the machine may be busier or idler now
DISTANCE = 0.1  # seconds, each way
TOKEN = "pat-of-the-kill-test"

SETTINGS = """
store: ${HUB_STORE}
defaults: {country: FR}
sources:
  erp: {type: file, path: data/erp_export.csv, key: customer_no, page_rows: 15}
  salon: {type: file, path: data/prospects_salon.xlsx, page_rows: 15}
destinations:
  crm: {type: file, path: out/crm.csv}
  hubspot: {type: hubspot, token: "${HUBSPOT_TOKEN}", base_url: "${HUBSPOT_URL}"}
"""
HUBSPOT = """
mapping: 1
only: emails
fields:
  email: emails[0].value
  firstname: name.given
  lastname: name.family
"""


class FarHubSpot(FakeHubSpot):
    """A portal some way off: a kill can fall before a batch has arrived, and after, before its answer."""

    def answer(self, request: Request) -> Reply:
        time.sleep(DISTANCE)
        reply = super().answer(request)
        time.sleep(DISTANCE)
        return reply


@pytest.fixture
def hubspot() -> Iterator[tuple[FakeHubSpot, str]]:
    fake = FarHubSpot(token=TOKEN)
    fake.store.define(UNIQUE_KEY)
    with FakeServer(fake) as server:
        yield fake, server.url


def project(folder: Path) -> Path:
    make_project(folder)
    (folder / "hub.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "mappings" / "hubspot.yaml").write_text(HUBSPOT, encoding="utf-8")
    return folder


@dataclass
class Ways:
    """Has the whole way gone, by one process at a time."""

    server: subprocess.Popen[str]
    hubspot_url: str

    def start(self, folder: Path, store_url: str) -> int:
        """The number of the process that begins now."""
        environ = {"HUB_STORE": store_url, "HUBSPOT_URL": self.hubspot_url, "HUBSPOT_TOKEN": TOKEN}
        assert self.server.stdin is not None
        self.server.stdin.write(json.dumps({"folder": str(folder), "environ": environ}) + "\n")
        self.server.stdin.flush()
        return int(self.line())

    def line(self) -> str:
        assert self.server.stdout is not None
        return self.server.stdout.readline().strip()

    def finished(self, folder: Path, store_url: str) -> dict[str, float]:
        """Goes the whole way; gives the seconds that each phase took."""
        self.start(folder, store_url)
        began: dict[str, float] = {}
        while not (line := self.line()).startswith(whole_way.ENDED):
            began[line] = time.monotonic()
        assert line == f"{whole_way.ENDED} 0"
        ends = [*list(began.values())[1:], began[whole_way.OVER]]
        return {phase: end - start for (phase, start), end in zip(began.items(), ends, strict=True)}

    def killed(self, folder: Path, store_url: str, phase: str, after: float) -> str:
        """Kills the way `after` seconds into a phase; gives the phase that it met, "over" for none."""
        process = self.start(folder, store_url)
        while (line := self.line()) != phase:
            assert line in whole_way.PHASES
        time.sleep(after)
        with suppress(ProcessLookupError):  # it is over
            os.kill(process, signal.SIGKILL)
        while not (line := self.line()).startswith(whole_way.ENDED):
            phase = line
        assert line in {f"{whole_way.ENDED} 0", f"{whole_way.ENDED} {-signal.SIGKILL}"}
        return phase


@pytest.fixture
def ways(hubspot: tuple[FakeHubSpot, str]) -> Iterator[Ways]:
    command = [sys.executable, whole_way.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Ways(process, hubspot[1])
        assert process.stdin is not None
        process.stdin.close()


def open_runs(store_url: str) -> Counter[str]:
    """The jobs that a kill left as running, counted."""
    store = open_store(store_url)
    with store.reading() as connection:
        left = connection.scalars(sa.select(runs.c.job).where(runs.c.state == "running")).all()
    store.close()
    return Counter(left)


def end_state(store_url: str, fake: FakeHubSpot, folder: Path) -> dict[str, Any]:
    """Everything that must not depend on kills: no run numbers, no times, no record numbers."""
    store = open_store(store_url)
    with store.reading() as connection:
        named = sa.select(records.c.source, records.c.key, records.c.payload_hash, members.c.identity_id)
        state = {
            "members": sorted(
                map(
                    tuple,
                    connection.execute(
                        named.join_from(records, members, members.c.record_id == records.c.id)
                    ),
                )
            ),
            "identities": sorted(
                map(
                    tuple,
                    connection.execute(
                        sa.select(identities.c.id, identities.c.state, identities.c.redirect_to)
                    ),
                )
            ),
            "golden": sorted(
                map(
                    tuple,
                    connection.execute(
                        sa.select(golden.c.identity_id, golden.c.golden_hash, golden.c.version)
                    ),
                )
            ),
            "rejects": sorted(
                map(tuple, connection.execute(sa.select(rejects.c.source, rejects.c.fingerprint)))
            ),
            "ledgers": {
                name: [
                    (row["identity_id"], row["state"], json.loads(row["confirmed"]))
                    for row in ledger.held_by(connection, name).to_pylist()
                ]
                for name in ("crm", "hubspot")
            },
            "open intents": [intents.unsettled(connection, name) for name in ("crm", "hubspot")],
        }
    store.close()
    contacts = [dict(contact.values) for contact in fake.store.contacts.values() if not contact.archived]
    state["hubspot"] = sorted(
        tuple(sorted((k, str(v)) for k, v in one.items() if k in {"hub_id", "email", "firstname"}))
        for one in contacts
    )
    state["crm"] = (folder / "out" / "crm.csv").read_text(encoding="utf-8")
    return state


def but_for_doubts(expected: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What is expected, with the same doubt about a `note` that was found. It is the CRM's once a record is
    there: whether the one that a killed create sent is there still, the hub does not know, and need not.
    """
    doubted = {row[0] for row in found["ledgers"]["crm"] if row[2].get("note") == UNKNOWN}
    rows = [
        (identity, state, {**confirmed, "note": UNKNOWN} if identity in doubted else confirmed)
        for identity, state, confirmed in expected["ledgers"]["crm"]
    ]
    return {**expected, "ledgers": {**expected["ledgers"], "crm": rows}}


def empty(store_url: str) -> None:
    """Takes every row out, as if the store were new."""
    store = open_store(store_url)
    with store.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))
    store.close()


@pytest.mark.slow
def test_kills_at_random_moments_of_each_phase_change_nothing_about_the_end(
    tmp_path: Path, store_url: str, hubspot: tuple[FakeHubSpot, str], ways: Ways
) -> None:
    fake, _ = hubspot
    undisturbed = project(tmp_path / "undisturbed")
    plain_store = f"sqlite:///{tmp_path / 'undisturbed.db'}"
    took = ways.finished(undisturbed, plain_store)
    expected = end_state(plain_store, fake, undisturbed)
    assert expected["open intents"] == [0, 0]

    random = Random()
    met, interrupted = Counter[str](), Counter[str]()
    for world in range(WORLDS):
        fake.store.contacts.clear()
        empty(store_url)
        disturbed = project(tmp_path / f"disturbed {world}")
        for phase in [each for each in whole_way.PHASES for _ in range(KILLS)]:
            after = random.uniform(0, took[phase] * random.choice(REACHES))
            met[ways.killed(disturbed, store_url, phase, after)] += 1
            interrupted += open_runs(store_url)
        ways.finished(disturbed, store_url)
        found = end_state(store_url, fake, disturbed)
        assert found == but_for_doubts(expected, found), f"after kills in {met}"
        if all(met[phase] > 1 and interrupted[phase] for phase in whole_way.PHASES):
            break
    # A moment between two runs also counts as met; one kill of each at least has to fall into a run.
    assert all(met[phase] and interrupted[phase] for phase in whole_way.PHASES), (met, interrupted)
