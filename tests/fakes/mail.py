"""Messages of invented people, and mailboxes of each kind to hold the mailbox connectors to the contract."""

from __future__ import annotations

import hashlib
import json
import mailbox
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from connectors.base import Connector, Context
from connectors.contract import Gap, NotPossible, SourceSystem
from connectors.email.maildir import CONNECTOR as MAILDIR
from connectors.email.mbox import CONNECTOR as MBOX
from hub.ports import Source

# For the suite: messages cannot be changed, so one clause has nothing to try.
NEVER_CHANGES = {
    "test_a_changed_record_comes_in_the_next_read": Gap(NotPossible, "a message that was sent never changes")
}
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class StillClock:
    def now(self) -> datetime:
        return NOW


def context(folder: Path) -> Context:
    return Context(folder, StillClock(), "mail")


def message(sender: str, text: str = "Hello\n", *, at: datetime | None = SENT, **headers: str) -> bytes:
    """A plain message; underscores in names of headers are hyphens."""
    found = EmailMessage()
    found["From"] = sender
    if at is not None:
        found["Date"] = format_datetime(at)
    for name, value in headers.items():
        found[name.replace("_", "-")] = value
    found.set_content(text)
    return found.as_bytes()


def person(number: int) -> tuple[str, str]:
    return f"Jane Example-{number}", f"jane{number}@people.example"


def message_of(number: int) -> bytes:
    name, address = person(number)
    return message(f"{name} <{address}>", at=SENT + timedelta(minutes=number))


def payload_of(number: int) -> dict[str, object]:
    name, address = person(number)
    return {"name": name, "emails": [{"type": "other", "value": address}], "role": "from"}


def key_of(number: int) -> str:
    """The address, and a hash of what is known: as `connectors.email.people` promises."""
    text = json.dumps(payload_of(number), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{person(number)[1]}#{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"


class MailSystem(SourceSystem):
    """A mailbox with one message each of some people, and one message that cannot be read."""

    stream = "people"
    first = 7

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = list(range(1, self.first + 1))
        messages = [message_of(number) for number in self.numbers]
        self.deliver(*messages[:3], b"From: nobody at all\n\nHello\n", *messages[3:])

    def deliver(self, *messages: bytes) -> None:
        raise NotImplementedError

    def remove(self, address: str) -> None:
        raise NotImplementedError

    def expected(self) -> Mapping[str, Mapping[str, object]]:
        return {key_of(number): payload_of(number) for number in self.numbers}

    def rejected(self) -> int:
        return 1

    def updated_at(self) -> Mapping[str, datetime]:
        return {key_of(number): SENT + timedelta(minutes=number) for number in self.numbers}

    def add_record(self) -> str:
        number = max(self.numbers) + 1
        self.numbers.append(number)
        self.deliver(message_of(number))
        return key_of(number)

    def delete_record(self, key: str) -> None:
        number = next(number for number in self.numbers if key_of(number) == key)
        self.numbers.remove(number)
        self.remove(person(number)[1])


class MboxSystem(MailSystem):
    def open(self) -> Source:
        return opened(MBOX, self.folder, path="people.mbox", page_messages=3)

    def open_broken(self) -> Source:
        return opened(MBOX, self.folder, path="peple.mbox")

    def deliver(self, *messages: bytes) -> None:
        box = mailbox.mbox(self.folder / "people.mbox")
        for raw in messages:
            box.add(raw)
        box.close()

    def remove(self, address: str) -> None:
        box = mailbox.mbox(self.folder / "people.mbox")
        for key, found in box.items():
            if address in found["From"]:
                box.remove(key)
        box.close()


class MaildirSystem(MailSystem):
    def open(self) -> Source:
        return opened(MAILDIR, self.folder, path="Maildir", page_messages=3)

    def open_broken(self) -> Source:
        return opened(MAILDIR, self.folder, path="Maildir", mailboxes=["Snet"])

    def deliver(self, *messages: bytes) -> None:
        for raw in messages:
            mailbox.Maildir(self.folder / "Maildir").add(raw)

    def remove(self, address: str) -> None:
        box = mailbox.Maildir(self.folder / "Maildir")
        for key, found in box.items():
            if address in found["From"]:
                box.remove(key)


def opened(connector: Connector, folder: Path, **settings: object) -> Source:
    """A source of that connector with these settings."""
    assert connector.open_source is not None
    return connector.open_source(connector.settings.model_validate(settings), context(folder))
