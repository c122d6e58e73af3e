"""A teller of changes as a process of its own, to be killed: `webhook_process.py STORE_URL WEBHOOK_URL`."""

from __future__ import annotations

import base64
import sys
from datetime import UTC, datetime

from pydantic import SecretStr

from cli.settings.model import ChangesWebhook
from cli.telling import event_of
from connectors.alerts.webhook import Webhook
from hub.jobs.telling import tell
from hub.store.opening import open_store

KEY = b"sixteen bytes ok"
NAME = "shop"


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def main(store_url: str, url: str) -> None:
    secret = SecretStr("whsec_" + base64.b64encode(KEY).decode())
    settings = ChangesWebhook(url=url, secret=secret, start="beginning")
    store, clock, webhook = open_store(store_url), Clock(), Webhook(settings)
    tell(store, clock, NAME, lambda change: webhook.send(event_of(change, settings), clock.now()))
    webhook.close()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
