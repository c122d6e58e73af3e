"""The fake HubSpot as the contract suite wants it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from connectors.contract import DestinationSystem
from connectors.crm.hubspot_destination import HubSpotDestination
from connectors.crm.hubspot_settings import HubSpotSettings
from connectors.fakes.hubspot import FakeHubSpot
from connectors.fakes.hubspot.properties import UNIQUE_KEY
from hub.domain.plan import Payload
from hub.ports import DestinationWithCapabilities

FAST = 100_000  # requests per ten seconds: the fake is not to be waited for


class HubSpotSystem(DestinationSystem):
    def __init__(self, fake: FakeHubSpot, url: str) -> None:
        self.secrets = (fake.token,)
        self._fake = fake
        self._url = url
        fake.store.define(UNIQUE_KEY)

    def open(self) -> DestinationWithCapabilities:
        return self._destination(self._fake.token)

    def open_broken(self) -> DestinationWithCapabilities:
        return self._destination("pat-revoked-token")

    def payload(self, number: int) -> Payload:
        return {
            "email": f"person{number}@example.com",
            "firstname": f"Person {number}",
            "phone": f"+3319900{number:04}",
        }

    def changed_field(self) -> tuple[str, object]:
        return "firstname", "Somebody Else"

    def bad_payload(self) -> Payload:
        return {"email": "no address", "firstname": "Bad"}

    def stored(self) -> Mapping[str, Payload]:
        live = [contact for contact in self._fake.store.contacts.values() if not contact.archived]
        return {contact.id: dict(contact.values) for contact in live}

    def _destination(self, token: str) -> HubSpotDestination:
        settings = HubSpotSettings(token=SecretStr(token), base_url=self._url, requests_per_10_seconds=FAST)
        return HubSpotDestination(settings)
