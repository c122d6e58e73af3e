"""`kill -9` during a push: no twin, none missing, and nothing sent again but what was under way."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.fakes.server import FakeServer
from hub.store.opening import open_store
from tests.fakes.killed_push import Killing, counting_hubspot, fill, wrongs

COUNT = 1_500


@pytest.mark.slow
def test_pushes_that_are_killed_leave_no_twin_and_resend_only_what_was_under_way(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    store = open_store(url)
    fill(store, COUNT)
    fake = counting_hubspot(delay=0.1)
    with FakeServer(fake) as server:
        killing = Killing(store, url, server.url)
        killing.kill_once(0.2)  # wherever that is
        for _ in range(3):
            killing.kill_once(0.2, sending=True)
        fake.delay = 0.0
        killing.finish()
        assert wrongs(fake, killing, COUNT, wave=0, waves=1) == {
            "twins": 0,
            "missing": 0,
            "stale": 0,
            "resent too often": 0,
        }
        assert killing.interrupted > 0, "no kill fell into a batch"
    store.close()
