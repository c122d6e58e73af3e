"""A push to a fake HubSpot, to be killed in a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from multiprocessing.connection import Connection

from pydantic import SecretStr

from connectors.crm.hubspot_destination import HubSpotDestination
from connectors.crm.hubspot_settings import HubSpotSettings
from hub.jobs.push import PushRequest, push
from hub.store.opening import open_store
from mappings.outbound import PayloadMapper
from mappings.outbound_spec import OutboundSpec

TOKEN = "pat-of-the-kill-test"
SPEC = OutboundSpec.model_validate(
    {"mapping": 1, "fields": {"email": "emails[0].value", "lastname": "name.family"}}
)


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def request(hubspot_url: str) -> PushRequest:
    settings = HubSpotSettings(
        token=SecretStr(TOKEN), base_url=hubspot_url, requests_per_10_seconds=1_000_000
    )
    return PushRequest(
        "hubspot", HubSpotDestination(settings), PayloadMapper(SPEC), mapping_hash="m", allow_many=True
    )


def main(store_url: str, hubspot_url: str, begins: Connection) -> None:
    """Pushes, after having told that it begins."""
    store = open_store(store_url)
    begins.send("now")
    begins.close()
    push(store, Clock(), request(hubspot_url))
    store.close()
