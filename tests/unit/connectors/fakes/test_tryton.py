"""The fake Tryton does what real servers do: the integration tests hold those to the same facts."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from connectors.fakes.server import FakeServer
from connectors.fakes.tryton import FakeTryton
from tests.fakes.tryton_client import DATABASE, PASSWORD, TrytonClient
from tests.fakes.tryton_facts import TrytonFacts


class TestFacts(TrytonFacts):
    @pytest.fixture(params=["8.2", "7.0"])
    def server(self, request: pytest.FixtureRequest) -> Iterator[TrytonClient]:
        fake = FakeTryton(version=request.param, database=DATABASE, password=PASSWORD)
        with FakeServer(fake) as running, httpx.Client(base_url=running.url) as client:
            yield TrytonClient(request.param, running.url, client)
