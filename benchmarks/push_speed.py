"""How fast updates are delivered: `python benchmarks/push_speed.py [RECORDS] [--bad N] [--store URL]
[--profile]`.

A fake HubSpot runs in a process of its own on 127.0.0.1; the hub pushes so many contacts (100,000) to it in
batches of 100, each golden record changes, and the updates are pushed: that is what is measured, plan and
ledger included. `--bad 3` makes three rows in a hundred such that HubSpot refuses them.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib
import pstats
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from connectors.crm.hubspot_destination import HubSpotDestination
from connectors.crm.hubspot_settings import HubSpotSettings
from hub.jobs.push import PushRequest, PushResult, push
from hub.store.opening import open_store
from mappings.load import fingerprint, load_builtin_outbound
from mappings.outbound import PayloadMapper

plan_push: Any = importlib.import_module("plan_push")  # beside this file
TOKEN = "pat-fake-token"  # noqa: S105 - the fake's own


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


def timed(store: Any, url: str, what: str) -> PushResult:
    began, cpu = time.perf_counter(), time.process_time()
    result = push(store, Clock(), request(url))
    took = time.perf_counter() - began
    sent = len(result.plan.changes)
    told = ", ".join(f"{count:,} {name}" for name, count in result.tally.as_dict().items() if count)
    print(f"{what:<10}{took:>8.1f} s{sent / took:>10,.0f}/s{time.process_time() - cpu:>8.1f} cpu s   {told}")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("records", nargs="?", type=int, default=100_000)
    parser.add_argument("--bad", type=int, default=0)
    parser.add_argument("--store")
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-m", "connectors.fakes.hubspot"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[1],
        ) as fake,
    ):
        try:
            url = (fake.stdout.readline() if fake.stdout else "").strip()
            address = asked.store or f"sqlite:///{folder}/hub.db"
            plan_push.fill(address, asked.records)
            store = open_store(address)
            with store.writing() as connection:
                connection.execute(sa.text("DELETE FROM ledger"))
            timed(store, url, "create")
            with store.writing() as connection:
                plan_push.change(connection, asked.records, every=1, bad=asked.bad)
            if asked.profile:
                profile = cProfile.Profile()
                profile.runcall(timed, store, url, "update")
                pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
            else:
                timed(store, url, "update")
            timed(store, url, "again")
            store.close()
        finally:
            fake.terminate()


if __name__ == "__main__":
    main()
