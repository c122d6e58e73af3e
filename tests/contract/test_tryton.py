"""Tryton, as a source and as a destination, against the stateful fake in both versions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.contract import DestinationContract, DestinationSystem, SourceContract, SourceSystem
from connectors.fakes.server import FakeServer
from connectors.fakes.tryton import FakeTryton
from tests.fakes.tryton_client import DATABASE, PASSWORD, TrytonClient
from tests.fakes.tryton_systems import TrytonDestinationSystem, TrytonSourceSystem, clock_at


@pytest.fixture(params=["8.2", "7.0"])
def fake(request: pytest.FixtureRequest) -> FakeTryton:
    return FakeTryton(version=request.param, database=DATABASE, password=PASSWORD)


@pytest.fixture
def server(fake: FakeTryton) -> Iterator[TrytonClient]:
    with FakeServer(fake) as running, httpx.Client(base_url=running.url) as client:
        yield TrytonClient(fake.version, running.url, client)


class TestTrytonSource(SourceContract):
    @pytest.fixture
    def system(self, fake: FakeTryton, server: TrytonClient) -> SourceSystem:
        """Parties of yesterday, so that nothing is young enough to be read again."""
        now = fake.store.now
        fake.store.now = clock_at(datetime.now(UTC) - timedelta(days=1))
        system = TrytonSourceSystem(server)
        fake.store.now = now
        return system


class TestTrytonDestination(DestinationContract):
    @pytest.fixture
    def system(self, server: TrytonClient) -> DestinationSystem:
        return TrytonDestinationSystem(server)
