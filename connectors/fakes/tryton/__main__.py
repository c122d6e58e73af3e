"""`python -m connectors.fakes.tryton --port N`."""

from __future__ import annotations

import argparse

from connectors.fakes.server import serve_until_stopped
from connectors.fakes.tryton.app import FakeTryton

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A stateful stand-in for a Tryton server.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--version", default="8.2", help="8.2 or 7.0.59")
    parser.add_argument("--database", default="erp")
    parser.add_argument("--password", default="fake-password", help="of the user admin")
    chosen = parser.parse_args()
    fake = FakeTryton(version=chosen.version, database=chosen.database, password=chosen.password)
    serve_until_stopped(fake, chosen.port)
