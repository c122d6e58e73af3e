"""A mailbox of its own on a running IMAP server, to hold the IMAP connector to the contract."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from connectors.email.imap import CONNECTOR
from hub.ports import Source
from tests.fakes.mail import MailSystem, opened
from tests.servers.imap import ImapServer


class ImapSystem(MailSystem):
    def __init__(self, folder: Path, server: ImapServer) -> None:
        self.server = server
        self.secrets = (server.password,)
        self.name = f"people-{uuid4().hex[:8]}"
        super().__init__(folder)

    def settings(self, **other: object) -> dict[str, object]:
        server = self.server
        login = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
        return {**login, "tls": "none", "mailboxes": [self.name], "page_messages": 3, **other}

    def open(self) -> Source:
        return opened(CONNECTOR, self.folder, **self.settings())

    def open_broken(self) -> Source:
        return opened(CONNECTOR, self.folder, **self.settings(password=f"{self.server.password}-mistyped"))

    def deliver(self, *messages: bytes) -> None:
        self.server.deliver(self.name, *messages)

    def remove(self, address: str) -> None:
        with self.server.box(self.name) as box:
            found = [one.uid for one in box.fetch(mark_seen=False) if one.uid and address in one.from_]
            box.delete(found)
