"""The canary: a few changes go first, and the rest only if the destination takes them and shows them."""

from __future__ import annotations

from hub.domain.plan import Action, Change
from hub.domain.runs import PushTally
from hub.errors import ConflictError
from hub.jobs.deliver import Delivery, deliver
from hub.jobs.open_ends import read_back
from hub.store import ledger
from hub.sync.changes import Changes
from hub.sync.look import shows
from hub.sync.plan import Plan

_WORTH_IT = 5  # times the canary: a smaller push is its own canary
_HINT = "`hub runs show` tells what the destination said; mend it and push again"


def send_canary(delivery: Delivery, plan: Plan, size: int, tally: PushTally) -> tuple[PushTally, Changes]:
    """Sends the first changes of a large plan; gives the tally with them, and what is left to send.

    Raises `ConflictError` when more than half of them are refused, or when the destination, asked afterwards,
    does not show what it said it took.
    """
    if size == 0 or plan.changes.fresh < size * _WORTH_IT:
        return tally, plan.changes
    some, rest = plan.changes[:size], plan.changes[size:]
    after = deliver(delivery, plan, some, tally, progress=lambda _: None, stopping=lambda: False)
    refused = after.parked - tally.parked
    if refused * 2 > size:
        raise ConflictError(
            "canary-refused",
            f"{plan.destination} refused {refused} of the first {size} changes; the other {len(rest)} were"
            " not sent",
            hint=_HINT,
        )
    lost = _not_shown(delivery, plan.destination, list(some))
    if lost:
        raise ConflictError(
            "canary-not-shown",
            f"{plan.destination} took the first {size} changes but does not show {lost} of them; the other"
            f" {len(rest)} were not sent",
            hint=_HINT,
        )
    return after, rest


def _not_shown(delivery: Delivery, destination: str, some: list[Change]) -> int:
    """How many of the confirmed creates and updates are gone when asked for, or show nothing of what was
    sent.
    """
    written = {c.identity_id: c for c in some if c.action in {Action.CREATE, Action.UPDATE} and c.payload}
    with delivery.store.reading() as connection:
        confirmed = ledger.confirmed_remote_ids(connection, destination, list(written), delivery.run.id)
    held = read_back(delivery, list(confirmed.values()))
    lost = 0
    for identity, remote in confirmed.items():
        if remote in held:
            seen = held[remote]
            payload = written[identity].payload
            lost += seen is None or not any(shows(seen, name, value) for name, value in payload.items())
    return lost
