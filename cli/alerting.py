"""Alerts: who is told when a push fails, goes through in part only, or is stopped by a guard."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal

from cli.settings.model import Alerts
from connectors.alerts.event import Event
from hub.errors import ConflictError, HubError
from hub.jobs.push import PushResult
from hub.store import runs

if TYPE_CHECKING:
    from cli.output import Output
    from cli.wiring import Hub

Occasion = Literal["failed", "partly", "stopped"]


def alert(hub: Hub, output: Output, destination: str, found: PushResult | HubError) -> None:
    """Tells those whom `alerts:` names, if there is something to tell. That an alert cannot be sent is said,
    and changes nothing about the push.
    """
    occasion = occasion_of(found)
    told = hub.project.settings.alerts
    if occasion is None or occasion not in told.on:
        return
    event = event_of(hub, destination, occasion, found)
    for send in senders(told):
        try:
            send(event)
        except HubError as error:
            output.say("an alert could not be sent", style="yellow")
            output.error(error)


def senders(told: Alerts) -> list[Callable[[Event], None]]:
    from connectors.alerts.mail import send_mail  # noqa: PLC0415 - seldom needed, and slow to load
    from connectors.alerts.webhook import send_webhook  # noqa: PLC0415

    found: list[Callable[[Event], None]] = []
    if told.email is not None:
        found.append(partial(send_mail, told.email))
    if told.webhook is not None:
        found.append(partial(send_webhook, told.webhook))
    return found


def occasion_of(found: PushResult | HubError) -> Occasion | None:
    if isinstance(found, ConflictError):
        return "stopped"
    if isinstance(found, HubError):
        return "failed"
    return "partly" if found.partly else None


def event_of(hub: Hub, destination: str, occasion: Occasion, found: PushResult | HubError) -> Event:
    """What happened, in counts and codes."""
    last = runs.last(hub.store, "push", destination)
    run = last.id if last is not None else None
    data: dict[str, object] = {"destination": destination, "run": run}
    if isinstance(found, HubError):
        subject = f"hub: the push to {destination} " + ("was stopped" if occasion == "stopped" else "failed")
        data |= {"code": found.code, "sentence": str(found), "hint": found.hint}
        lines = [str(found), *([found.hint] if found.hint else [])]
    else:
        subject = f"hub: {found.tally.parked} rows of the push to {destination} were not taken"
        data |= {"plan": found.plan.hash, **found.tally.as_dict()}
        lines = [f"{name}: {count}" for name, count in found.tally.as_dict().items() if count]
    lines += [f"project: {hub.project.folder.resolve().name}", f"`hub runs show {run}` tells more"]
    return Event(
        id=f"evt_{secrets.token_hex(12)}",
        kind=f"push.{occasion}",
        at=hub.clock.now(),
        subject=subject,
        lines=tuple(lines),
        data=data,
    )
