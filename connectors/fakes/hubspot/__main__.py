"""`python -m connectors.fakes.hubspot --port N`."""

from __future__ import annotations

import argparse

from connectors.fakes.hubspot.app import FakeHubSpot
from connectors.fakes.hubspot.properties import UNIQUE_KEY
from connectors.fakes.server import serve_until_stopped

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A stateful stand-in for HubSpot's contacts.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default="pat-fake-token", help="the private app's token")
    chosen = parser.parse_args()
    fake = FakeHubSpot(token=chosen.token)
    fake.store.define(UNIQUE_KEY)
    serve_until_stopped(fake, chosen.port)
