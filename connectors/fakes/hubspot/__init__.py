"""A stand-in for HubSpot's contacts: `FakeHubSpot`, served by `FakeServer`.

    with FakeServer(FakeHubSpot(token="…")) as server: …
    python -m connectors.fakes.hubspot --port 8801

Written from the facts of HubSpot's public API reference and usage guidelines (contacts v3, properties v3,
batch upsert with `objectWriteTraceId`, 207 answers, limits); what is not documented there is marked
"unverified" where it is done.
"""

from connectors.fakes.hubspot.app import FakeHubSpot
from connectors.fakes.hubspot.properties import Property

__all__ = ["FakeHubSpot", "Property"]
