"""Alerts as webhooks, signed as Standard Webhooks (standardwebhooks.com) asks, so that any of its libraries
verifies them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import httpx

from connectors.alerts.event import Event
from connectors.alerts.settings import WebhookSettings, signing_key
from connectors.http import SYSTEM, HttpClient, Manners, RetryPolicy, Timing


def send_webhook(
    settings: WebhookSettings, event: Event, policy: RetryPolicy | None = None, timing: Timing = SYSTEM
) -> None:
    """Posts the event; raises the kit's errors when it is not taken, after some tries."""
    content = {"type": event.kind, "timestamp": event.at.isoformat(), "data": dict(event.data)}
    url = httpx.URL(settings.url)
    # as the client writes it: the signature is over the bytes that are sent
    body = json.dumps(content, ensure_ascii=False)
    client = HttpClient(
        str(url.copy_with(raw_path=b"/")),
        manners=Manners(policy=policy or RetryPolicy(attempts=3, patience=10)),
        timing=timing,
        headers=signed(settings, event, body),
    )
    try:
        client.request("POST", str(url), json=content)
    finally:
        client.close()


def signed(settings: WebhookSettings, event: Event, body: str) -> dict[str, str]:
    """The three headers of the standard."""
    moment = str(int(event.at.timestamp()))
    key = signing_key(settings.secret.get_secret_value())
    digest = hmac.new(key, f"{event.id}.{moment}.{body}".encode(), hashlib.sha256).digest()
    return {
        "webhook-id": event.id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
