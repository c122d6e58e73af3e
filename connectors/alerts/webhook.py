"""Events as webhooks, signed as Standard Webhooks (standardwebhooks.com) asks, so that any of its libraries
verifies them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from contextlib import closing
from datetime import datetime

import httpx

from connectors.alerts.event import Event
from connectors.alerts.settings import WebhookSettings, signing_key
from connectors.http import SYSTEM, HttpClient, Manners, RetryPolicy, Timing


def send_webhook(
    settings: WebhookSettings, event: Event, policy: RetryPolicy | None = None, timing: Timing = SYSTEM
) -> None:
    """Posts one event; see `Webhook`."""
    with closing(Webhook(settings, policy, timing)) as webhook:
        webhook.send(event, event.at)


class Webhook:
    """A receiver of events, with a connection that stays open from one to the next."""

    def __init__(
        self, settings: WebhookSettings, policy: RetryPolicy | None = None, timing: Timing = SYSTEM
    ) -> None:
        self._settings = settings
        self._url = httpx.URL(settings.url)
        self._client = HttpClient(
            str(self._url.copy_with(raw_path=b"/")),
            manners=Manners(policy=policy or RetryPolicy(attempts=3, patience=10)),
            timing=timing,
        )

    def send(self, event: Event, now: datetime) -> None:
        """Posts the event; raises the kit's errors when it is not taken, after some tries. Receivers refuse
        what was signed long before `now`, however old the event.
        """
        content = {"type": event.kind, "timestamp": event.at.isoformat(), "data": dict(event.data)}
        # as the client writes it: the signature is over the bytes that are sent
        body = json.dumps(content, ensure_ascii=False)
        headers = signed(self._settings, event, body, now)
        self._client.request("POST", str(self._url), json=content, headers=headers)

    def close(self) -> None:
        self._client.close()


def signed(settings: WebhookSettings, event: Event, body: str, now: datetime) -> dict[str, str]:
    """The three headers of the standard."""
    moment = str(int(now.timestamp()))
    key = signing_key(settings.secret.get_secret_value())
    digest = hmac.new(key, f"{event.id}.{moment}.{body}".encode(), hashlib.sha256).digest()
    return {
        "webhook-id": event.id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
