"""How fast updates are delivered: `python benchmarks/push_speed.py [RECORDS] [--bad N] [--store URL]
[--profile]`.

A fake HubSpot runs in a process of its own on 127.0.0.1; the hub pushes so many contacts (100,000) to it in
batches of 100, each golden record changes, and the updates are pushed: that is what is measured, plan and
ledger included. `--bad 3` makes three rows in a hundred such that HubSpot refuses them. Processor seconds are
told for the hub and for the fake, which is not the hub's to answer for. Runs as `hub` does.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib
import os
import pstats
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from cli.main import collect_seldom
from connectors.crm.hubspot_destination import HubSpotDestination
from connectors.crm.hubspot_settings import HubSpotSettings
from hub.jobs.push import PushRequest, PushResult, push
from hub.kept_memory import one_heap_of_small_pages
from hub.store.opening import open_store
from mappings.load import fingerprint, load_builtin_outbound
from mappings.outbound import PayloadMapper

plan_push: Any = importlib.import_module("plan_push")  # beside this file
TOKEN = "pat-fake-token"  # noqa: S105 - the fake's own


@dataclass(frozen=True, slots=True)
class Fake:
    """The other side: where it listens, and its process."""

    url: str
    process_id: int

    def seconds(self) -> float:
        """How much of a processor it has taken, where the system tells (Linux)."""
        try:
            told = Path(f"/proc/{self.process_id}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return float("nan")
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def request(url: str) -> PushRequest:
    spec = load_builtin_outbound("hubspot")
    if spec is None:
        raise SystemExit("there is no built-in mapping")
    settings = HubSpotSettings(token=SecretStr(TOKEN), base_url=url, requests_per_10_seconds=1_000_000)
    return PushRequest(
        "hubspot",
        HubSpotDestination(settings),
        PayloadMapper(spec),
        allow_many=True,
        mapping_hash=fingerprint(spec),
    )


def timed(store: Any, fake: Fake, what: str) -> PushResult:
    began, ours, its = time.perf_counter(), time.process_time(), fake.seconds()
    result = push(store, Clock(), request(fake.url))
    took, ours, its = time.perf_counter() - began, time.process_time() - ours, fake.seconds() - its
    sent = len(result.plan.changes)
    told = ", ".join(f"{count:,} {name}" for name, count in result.tally.as_dict().items() if count)
    print(f"{what:<8}{took:>7.1f} s{sent / took:>9,.0f}/s   hub {ours:.1f} cpu s, fake {its:.1f}   {told}")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("records", nargs="?", type=int, default=100_000)
    parser.add_argument("--bad", type=int, default=0)
    parser.add_argument("--store")
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    one_heap_of_small_pages()
    collect_seldom()
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-m", "connectors.fakes.hubspot"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[1],
        ) as process,
    ):
        try:
            fake = Fake((process.stdout.readline() if process.stdout else "").strip(), process.pid)
            address = asked.store or f"sqlite:///{folder}/hub.db"
            plan_push.fill(address, asked.records)
            store = open_store(address)
            with store.writing() as connection:
                connection.execute(sa.text("DELETE FROM ledger"))
            timed(store, fake, "create")
            with store.writing() as connection:
                plan_push.change(connection, asked.records, every=1, bad=asked.bad)
            if asked.profile:
                profile = cProfile.Profile()
                profile.runcall(timed, store, fake, "update")
                pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
            else:
                timed(store, fake, "update")
            timed(store, fake, "again")
            store.close()
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
