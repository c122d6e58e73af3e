"""A push to a fake HubSpot as a process of its own, to be killed: `push_process.py STORE_URL HUBSPOT_URL`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

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


def main(store_url: str, hubspot_url: str) -> None:
    store = open_store(store_url)
    sys.stdout.write("pushing\n")
    sys.stdout.flush()
    push(store, Clock(), request(hubspot_url))
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
