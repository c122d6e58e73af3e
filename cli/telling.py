"""Webhooks that are told each change of a golden record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from difflib import get_close_matches
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cli.settings.model import ChangesWebhook
from connectors.alerts.event import Event
from hub.domain.identity import IdentityState
from hub.errors import ConfigurationError, HubError
from hub.jobs.telling import Told, tell
from hub.store.feed import Change

if TYPE_CHECKING:
    from cli.output import Output
    from cli.wiring import Hub

_KINDS: Final = {
    IdentityState.ACTIVE: "golden.changed",
    IdentityState.REDIRECTED: "golden.merged",
    IdentityState.ARCHIVED: "golden.archived",
}


def webhook_names(hub: Hub, asked: Sequence[str] | None) -> list[str]:
    """Those asked for, or all. Raises `ConfigurationError` with the nearest name for an unknown one."""
    known = list(hub.project.settings.webhooks)
    for name in asked or ():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known) or 'none'}"
            raise ConfigurationError("unknown-webhook", f"there is no webhook `{name}`", hint=hint)
    return list(asked or known)


def tell_all(
    hub: Hub,
    output: Output,
    names: Sequence[str] | None = None,
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> tuple[dict[str, Told], list[HubError]]:
    """Tells each webhook what it does not know yet; one that fails does not keep the others from it."""
    told: dict[str, Told] = {}
    failed: list[HubError] = []
    for name in webhook_names(hub, names):
        if stopping():
            break
        try:
            with output.progress(f"telling {name}"):
                told[name] = tell_one(hub, name, stopping)
        except HubError as error:
            output.say(f"{name}: not all was told; the next time goes on from here", style="yellow")
            output.error(error)
            failed.append(error)
    return told, failed


def tell_one(hub: Hub, name: str, stopping: Callable[[], bool] = lambda: False) -> Told:
    from connectors.alerts.webhook import Webhook  # noqa: PLC0415 - seldom needed, and slow to load

    settings = hub.project.settings.webhooks[name]
    with closing(Webhook(settings)) as webhook:
        return tell(
            hub.store,
            hub.clock,
            name,
            lambda change: webhook.send(event_of(change, settings), hub.clock.now()),
            from_now=settings.start == "now",
            stopping=stopping,
        )


def event_of(change: Change, settings: ChangesWebhook) -> Event:
    """A change as it is told; its id is the same however often."""
    data: dict[str, object] = {
        "seq": change.seq,
        "id": change.identity_id,
        "version": change.version,
        "state": change.state.value,
        "redirect_to": change.redirect_to,
        "at": change.at,
        "record_count": change.record_count,
    }
    if settings.contact:
        data["contact"] = change.contact
    # the number alone might come again in a store that was restored from a backup
    mark = sha256(f"{change.identity_id} {change.version} {change.at}".encode()).hexdigest()[:8]
    return Event(
        id=f"chg_{change.seq}_{mark}",
        kind=_KINDS[change.state],
        at=datetime.fromisoformat(change.at),
        subject=f"{change.identity_id} is {change.state.value}",
        data=data,
    )
