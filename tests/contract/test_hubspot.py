"""HubSpot as a destination, against the stateful fake: with answers row by row and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.contract import DestinationContract, DestinationSystem
from connectors.fakes.hubspot import FakeHubSpot
from connectors.fakes.server import FakeServer
from tests.fakes.hubspot_system import HubSpotSystem


class TestHubSpotDestination(DestinationContract):
    @pytest.fixture(params=["row by row", "all or none", "without values"])
    def system(self, request: pytest.FixtureRequest) -> Iterator[DestinationSystem]:
        fake = FakeHubSpot(
            token="pat-contract-token",
            partial_failures=request.param != "all or none",
            echo_values=request.param != "without values",
        )
        with FakeServer(fake) as running:
            yield HubSpotSystem(fake, running.url)
