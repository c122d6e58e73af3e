"""`kill -9` while changes are told: none is left out, and only what was under way comes twice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors.fakes.faults import Fault, Faults
from connectors.fakes.server import FakeServer, Reply, Request
from hub.jobs.feed import consumers, read
from hub.ports import Clock
from hub.store.opening import open_store
from tests.fakes import webhook_process
from tests.unit.hub.jobs.test_resolve import run, take


@dataclass
class Receiver:
    """Kills who tells it at some of the requests, before it answers."""

    kills_at: frozenset[int]
    faults: Faults = field(default_factory=Faults)
    got: list[Request] = field(default_factory=list)
    teller: subprocess.Popen[bytes] | None = None

    def answer(self, request: Request) -> Reply:
        self.got.append(request)
        if len(self.got) in self.kills_at and self.teller is not None:
            self.teller.send_signal(signal.SIGKILL)
        return Reply(204)

    def answer_with(self, fault: Fault, request: Request) -> Reply:
        raise AssertionError("no faults are planned")


def signature(request: Request) -> str:
    moment = request.headers["webhook-timestamp"].encode()
    signed = b".".join([request.headers["webhook-id"].encode(), moment, request.body])
    digest = hmac.new(webhook_process.KEY, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


@pytest.mark.slow
def test_a_teller_that_is_killed_leaves_nothing_out(empty_file: Path, tmp_path: Path, clock: Clock) -> None:
    store_url = f"sqlite:///{shutil.copyfile(empty_file, tmp_path / 'hub.db')}"
    store = open_store(store_url)
    take(store, clock, *((str(n), f"{n}@x.org") for n in range(30)))
    run(store, clock)
    take(store, clock, *((str(n), f"{n // 2}@x.org") for n in range(30)))
    run(store, clock)
    every = [one.seq for one in read(store, 0).changes]
    receiver = Receiver(kills_at=frozenset({12}))
    with FakeServer(receiver) as server:
        codes: list[int] = []
        while 0 not in codes and len(codes) < 5:
            command = [sys.executable, webhook_process.__file__, store_url, server.url]
            receiver.teller = subprocess.Popen(command)
            codes.append(receiver.teller.wait(60))
    assert codes == [-signal.SIGKILL, 0]
    told = [json.loads(one.body)["data"]["seq"] for one in receiver.got]
    assert list(dict.fromkeys(told)) == every
    assert told == sorted(told)
    assert len(told) <= len(every) + 1
    assert len({(one.headers["webhook-id"], one.body) for one in receiver.got}) == len(every)
    assert all(one.headers["webhook-signature"] == signature(one) for one in receiver.got)
    ((consumer,), newest) = consumers(store)
    assert (consumer.name, consumer.seq) == (webhook_process.NAME, newest)
    store.close()
