"""Tryton's own dialogues for parties, driven without a person: replacing one by another, and erasing one.

Observed on 7.0 and 8.2 over JSON-RPC: `wizard.<name>.create` gives [session, first state, last state];
`wizard.<name>.execute` takes session, the answers of the form and the state; a `UserWarning` is answered by a
row in `res.user.warning` and the same call again.
"""

from __future__ import annotations

from typing import Final

from connectors.erp.tryton_errors import TrytonWarning
from connectors.erp.tryton_server import TrytonServer
from connectors.erp.tryton_values import Json
from hub.errors import FatalError

_MOST_WARNINGS: Final = 10


def replace_party(server: TrytonServer, source: int, destination: int) -> None:
    """Makes `destination` stand for `source` everywhere; `source` is archived and names it.

    Tryton's warnings (the names differ, the tax numbers differ) are confirmed: that the two are one is
    the hub's judgement.
    """
    _run(server, "party.replace", "replace", {"source": source, "destination": destination}, source)


def erase_party(server: TrytonServer, party_id: int) -> None:
    """Removes everything personal from an archived party and from those that it replaced."""
    _run(server, "party.erase", "erase", {"party": party_id}, party_id)


def _run(server: TrytonServer, name: str, state: str, form: Json, party_id: int) -> None:
    opened = server.call(f"wizard.{name}.create")
    if not isinstance(opened, list) or not opened:
        raise FatalError("unexpected-answer", f"Tryton does not open its wizard {name}")
    try:
        _execute(server, name, [opened[0], {"ask": form}, state], party_id)
    finally:
        server.call(f"wizard.{name}.delete", opened[0])


def _execute(server: TrytonServer, name: str, params: list[object], party_id: int) -> None:
    confirmed: set[str] = set()
    while True:
        try:
            server.call(
                f"wizard.{name}.execute",
                *params,
                repeatable=False,
                active_model="party.party",
                active_id=party_id,
                active_ids=[party_id],
            )
        except TrytonWarning as warning:
            if warning.name in confirmed or len(confirmed) == _MOST_WARNINGS:
                raise
            confirmed.add(warning.name)
            answer = {"user": server.user_id, "name": warning.name, "always": False}
            server.call("model.res.user.warning.create", [answer])
        else:
            return
