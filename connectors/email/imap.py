"""An IMAP account as a source of people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from connectors.base import Connector, ConnectorSettings, Context, SystemKind
from connectors.email.imap_server import Session, session
from connectors.email.message import BEGINNING, WHOLE, mentions_card
from connectors.email.reading import Letter, MailboxSource, PageEnd
from connectors.email.settings import ImapSettings
from hub.domain.records import Cursor

_AT_ONCE: Final = 50  # messages fetched with one command; so many times `BEGINNING` bytes are held at most
_BEGINNING: Final = f"(UID RFC822.SIZE BODY.PEEK[]<0.{BEGINNING}>)"
_STRUCTURE: Final = "(UID BODYSTRUCTURE)"
_WHOLE: Final = f"(UID RFC822.SIZE BODY.PEEK[]<0.{WHOLE}>)"
_CARD_PART: Final = re.compile(rb'"(?:x-)?vcard"|"directory"|\.vcf\b', re.IGNORECASE)


class ImapSource(MailboxSource[ImapSettings]):
    """Reads the messages with higher UIDs than before; a mailbox whose UIDVALIDITY changed is read anew.

    Nothing is marked as read. Of a message the beginning is fetched, all of it only when an address card is
    attached.
    """

    def require_all(self) -> None:
        with session(self.settings, self.folder) as server:
            for name in self.settings.mailboxes:
                server.open(name)

    def letters(self, cursor: Cursor | None) -> Iterator[Letter | PageEnd]:
        read_up_to = _places(cursor)
        size = self.settings.page_messages
        with session(self.settings, self.folder) as server:
            for name in self.settings.mailboxes:
                validity = server.open(name)
                known, last = read_up_to.get(name, (validity, 0))
                uids = server.uids_after(last if known == validity else 0)
                for at in range(0, len(uids), size):
                    share = uids[at : at + size]
                    yield from _fetched(server, name, share)
                    read_up_to[name] = (validity, share[-1])
                    yield PageEnd({"mailboxes": {box: list(place) for box, place in read_up_to.items()}})


def _fetched(server: Session, mailbox: str, uids: Sequence[int]) -> Iterator[Letter]:
    for at in range(0, len(uids), _AT_ONCE):
        share = uids[at : at + _AT_ONCE]
        contents = _contents(server, share)
        if contents is None:  # the server refuses all of them for one that it cannot give
            for uid in share:
                yield from _letters(mailbox, [uid], _contents(server, [uid]))
        else:
            yield from _letters(mailbox, share, contents)


def _letters(mailbox: str, uids: Sequence[int], contents: dict[int, bytes] | None) -> Iterator[Letter]:
    """Messages that were deleted since are left out; one that the server refuses is a problem."""
    for uid in uids:
        position = f"{mailbox} uid {uid}"
        if contents is None:
            yield Letter(position, None, "the server does not give the message")
        elif uid in contents:
            yield Letter(position, contents[uid])


def _contents(server: Session, uids: Sequence[int]) -> dict[int, bytes] | None:
    """What is needed of each message; None when the server refuses."""
    found = server.fetch(uids, _BEGINNING)
    if found is None:
        return None
    contents = {one.uid: one.body for one in found if one.body is not None}
    cut = [one.uid for one in found if one.size > BEGINNING and one.uid in contents]
    for uid in _with_cards(server, cut, contents):
        contents |= {one.uid: one.body for one in server.fetch([uid], _WHOLE) or () if one.body is not None}
    return contents


def _with_cards(server: Session, uids: Sequence[int], contents: dict[int, bytes]) -> list[int]:
    if not uids:
        return []
    parts = {one.uid: one.answer for one in server.fetch(uids, _STRUCTURE) or ()}
    return [uid for uid in uids if _CARD_PART.search(parts.get(uid, b"")) or mentions_card(contents[uid])]


def _places(cursor: Cursor | None) -> dict[str, tuple[int, int]]:
    """Mailbox → its UIDVALIDITY and the highest UID read."""
    match cursor:
        case {"mailboxes": dict(mailboxes)}:
            return {str(name): (int(place[0]), int(place[1])) for name, place in mailboxes.items()}
    return {}


def open_source(settings: ConnectorSettings, context: Context) -> ImapSource:
    return ImapSource(ImapSettings.model_validate(settings), context.folder, context.clock)


CONNECTOR: Final = Connector(
    type_name="imap",
    kind=SystemKind.EMAIL,
    title="IMAP account",
    settings=ImapSettings,
    open_source=open_source,
    auth="password or OAuth 2 token (XOAUTH2)",
    incremental="by UIDVALIDITY and UID of each mailbox",
    deletes="with --full",
    tested="real server (pymap)",
)
