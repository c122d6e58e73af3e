"""Alerts reach a mail server and a webhook, signed as the standard says, and hold nothing secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr, ValidationError

from connectors.alerts.event import Event
from connectors.alerts.mail import send_mail
from connectors.alerts.settings import MailSettings, WebhookSettings
from connectors.alerts.webhook import send_webhook
from connectors.fakes.faults import Fault, Faults
from connectors.fakes.server import FakeServer, Reply, Request
from connectors.http import RetryPolicy
from hub.errors import ConfigurationError, FatalError, RetryableError
from tests.servers.smtp import mailbox

SECRET = "whsec_" + base64.b64encode(b"sixteen bytes ok").decode()
EVENT = Event(
    id="evt_1",
    kind="push.partly",
    at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    subject="hub: 3 rows of the push to crm were not taken",
    lines=("parked: 3", "naïve"),
    data={"destination": "crm", "parked": 3, "sentence": "é"},
)
ONCE = RetryPolicy(attempts=2, first_wait=0.0, longest_wait=0.0)


class Receiver:
    """What a webhook is sent to."""

    def __init__(self, status: int = 204) -> None:
        self.faults = Faults()
        self.got: list[Request] = []
        self.status = status

    def answer(self, request: Request) -> Reply:
        self.got.append(request)
        return Reply(self.status)

    def answer_with(self, fault: Fault, request: Request) -> Reply:
        self.got.append(request)
        return Reply(503)


def test_a_webhook_is_signed_as_standard_webhooks_says() -> None:
    receiver = Receiver()
    with FakeServer(receiver) as server:
        settings = WebhookSettings(url=f"{server.url}/hooks/hub?team=a", secret=SecretStr(SECRET))
        send_webhook(settings, EVENT)
    (got,) = receiver.got
    assert (got.method, got.path, got.query) == ("POST", "/hooks/hub", {"team": "a"})
    signed = b".".join([b"evt_1", got.headers["webhook-timestamp"].encode(), got.body])
    digest = hmac.new(b"sixteen bytes ok", signed, hashlib.sha256).digest()
    assert got.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert (got.headers["webhook-id"], got.headers["webhook-timestamp"]) == ("evt_1", "1767323045")
    told = json.loads(got.body)
    assert (told["type"], told["data"]) == ("push.partly", dict(EVENT.data))


def test_a_webhook_that_fails_once_is_sent_again_under_the_same_id() -> None:
    receiver = Receiver()
    receiver.faults.plan(Fault.SERVER_ERROR)
    with FakeServer(receiver) as server:
        send_webhook(WebhookSettings(url=server.url, secret=SecretStr(SECRET)), EVENT, ONCE)
    assert [one.headers["webhook-id"] for one in receiver.got] == ["evt_1", "evt_1"]


def test_a_webhook_that_is_not_taken_says_so() -> None:
    with FakeServer(Receiver(410)) as server, pytest.raises((ConfigurationError, FatalError)) as caught:
        send_webhook(WebhookSettings(url=server.url, secret=SecretStr(SECRET)), EVENT, ONCE)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "no base64!"])
def test_a_secret_that_protects_nothing_is_refused(secret: str) -> None:
    with pytest.raises(ValidationError):
        WebhookSettings(url="https://example.com", secret=SecretStr(secret))


def test_a_mail_is_handed_to_the_server() -> None:
    with mailbox() as box:
        settings = MailSettings.model_validate(
            {
                "host": "127.0.0.1",
                "port": box.port,
                "security": "none",
                "from": "hub@x.org",
                "to": ["a@x.org"],
            }
        )
        send_mail(settings, EVENT)
        (message,) = box.messages
    assert message["Subject"] == EVENT.subject
    assert message["To"] == "a@x.org"
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert "parked: 3" in payload.decode()


@pytest.mark.parametrize(
    ("refuses", "error"),
    [
        ({"RCPT": "550 nobody"}, ConfigurationError),
        ({"MAIL": "550 not you"}, ConfigurationError),
        ({"DATA": "451 later"}, RetryableError),
    ],
    ids=["recipient", "sender", "busy"],
)
def test_a_mail_that_is_not_taken_says_so(refuses: dict[str, str], error: type[Exception]) -> None:
    with mailbox() as box:
        box.refuses = refuses
        settings = MailSettings.model_validate(
            {
                "host": "127.0.0.1",
                "port": box.port,
                "security": "none",
                "from": "hub@x.org",
                "to": ["a@x.org"],
            }
        )
        with pytest.raises(error):
            send_mail(settings, EVENT)
        assert box.messages == []


def test_a_server_without_encryption_is_not_talked_to_unless_told() -> None:
    with mailbox() as box:
        settings = MailSettings.model_validate(
            {"host": "127.0.0.1", "port": box.port, "from": "hub@x.org", "to": ["a@x.org"]}
        )
        with pytest.raises(RetryableError):
            send_mail(settings, EVENT)
        assert box.messages == []
