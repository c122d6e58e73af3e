"""A stand-in for a Tryton server with the module `party`: `FakeTryton`, served by `FakeServer`.

    with FakeServer(FakeTryton(version="7.0.59")) as server: …
    python -m connectors.fakes.tryton --port 8802 --version 8.2

Everything that it does was observed on real servers 8.2.1 and 7.0.59 with SQLite, over JSON-RPC: paths, typed
dates, dates that are null, booleans as numbers, errors with status 200, one2many commands, wizards. It knows
the calls that the hub makes, and no others.
"""

from connectors.fakes.tryton.app import FakeTryton

__all__ = ["FakeTryton"]
