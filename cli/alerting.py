"""Alerts: who is told when a pull, resolve or push fails, goes through in part only, or is stopped."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from cli.settings.model import Alerts
from connectors.alerts.event import Event
from hub.errors import ConflictError, HubError
from hub.jobs.pull import PullResult
from hub.jobs.push import PushResult
from hub.jobs.resolve import ResolveResult
from hub.store import runs

if TYPE_CHECKING:
    from cli.output import Output
    from cli.wiring import Hub

Occasion = Literal["failed", "partly", "stopped"]
Job = Literal["pull", "resolve", "push"]
Found = PullResult | ResolveResult | PushResult | HubError
_WHAT: Final = {"pull": "the pull of {}", "resolve": "a resolve", "push": "the push to {}"}
_LEFT: Final = {"pull": "rejected", "push": "parked"}


def alert(hub: Hub, output: Output, job: Job, target: str, found: Found) -> None:
    """Tells those whom `alerts:` names, if there is something to tell, once a run. That an alert cannot be
    sent is said, and changes nothing about the run.
    """
    occasion = occasion_of(found)
    told = hub.project.settings.alerts
    if occasion is None or occasion not in told.on:
        return
    event = event_of(hub, job, target, occasion, found)
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


def occasion_of(found: Found) -> Occasion | None:
    if isinstance(found, ConflictError):
        return "stopped" if found.code != "already-running" else None
    if isinstance(found, HubError):
        return "failed"
    if isinstance(found, PushResult):
        return "partly" if found.partly else None
    return "partly" if isinstance(found, PullResult) and found.tally.rejected else None


def event_of(hub: Hub, job: Job, target: str, occasion: Occasion, found: Found) -> Event:
    """What happened, in counts and codes."""
    what, run = _WHAT[job].format(target), run_of(hub, job, target, found)
    data: dict[str, object] = {"job": job, "run": run}
    if job != "resolve":
        data["destination" if job == "push" else "source"] = target
    if isinstance(found, HubError):
        subject = f"hub: {what} " + ("was stopped" if occasion == "stopped" else "failed")
        data |= {"code": found.code, "sentence": str(found), "hint": found.hint}
        lines = [str(found), *([found.hint] if found.hint else [])]
    else:
        tally = found.tally.as_dict()
        left = tally[_LEFT[job]]
        subject = f"hub: {left} {'rows' if job == 'push' else 'records'} of {what} were not taken"
        data |= {**({"plan": found.plan.hash} if isinstance(found, PushResult) else {}), **tally}
        lines = [f"{name}: {count}" for name, count in tally.items() if count]
    lines.append(f"project: {hub.project.folder.resolve().name}")
    if run is not None:
        lines.append(f"`hub runs show {run}` tells more")
    return Event(
        id=f"evt_{secrets.token_hex(12)}",
        kind=f"{job}.{occasion}",
        at=hub.clock.now(),
        subject=subject,
        lines=tuple(lines),
        data=data,
    )


def run_of(hub: Hub, job: Job, target: str, found: Found) -> int | None:
    """The run that is told of; None when it failed before there was one."""
    if not isinstance(found, HubError):
        return found.run_id
    last = runs.last(hub.store, job, target)
    return last.id if last is not None and last.code == found.code else None
