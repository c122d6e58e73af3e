"""A Maildir as a source of people: a folder in which each message is a file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from connectors.arrivals import Arrivals, plain_name
from connectors.base import Connector, ConnectorSettings, Context, SystemKind
from connectors.email.message import WHOLE
from connectors.email.reading import Letter, MailboxSource, PageEnd
from connectors.email.settings import MaildirSettings
from connectors.folders import nearest, reading, require
from hub.domain.records import Cursor
from hub.errors import ConfigurationError, Place

_FLAGS: Final = re.compile(r"[:;!]2,[A-Za-z]*$")  # `;` and `!` where a file's name cannot hold a colon


class MaildirSource(MailboxSource[MaildirSettings]):
    """Reads the messages whose names no read before has given (see `connectors.arrivals`).

    A message is known by its file's name before the flags, so reading, answering or moving it changes
    nothing.
    """

    def letters(self, cursor: Cursor | None) -> Iterator[Letter | PageEnd]:
        files = self._files()
        coming = Arrivals.of(cursor).coming(files)
        steps = coming.steps()
        unread: set[str] = set()
        for number, name in enumerate(coming.names, start=1):
            letter = self._letter(name, files[name])
            if letter is None or letter.raw is None:
                unread.add(name)
            if letter is not None:
                yield letter
            steps.step(name)
            if number == len(coming.names):
                yield PageEnd(coming.finished(files, unread).as_cursor())
            elif number % self.settings.page_messages == 0:
                yield PageEnd(steps.as_cursor())

    def _letter(self, name: str, path: Path) -> Letter | None:
        """None when the message was deleted since the folder was listed."""
        try:
            return _letter(name, path)
        except FileNotFoundError:
            moved = self._files().get(name)  # its flags changed, or it went from `new` to `cur`
        try:
            return _letter(name, moved) if moved else None
        except FileNotFoundError:
            return None

    def _files(self) -> Mapping[str, Path]:
        """The messages that are there by the unchanging part of their names."""
        root = self.folder / Path(self.settings.path).expanduser()
        require(root)
        found: dict[str, Path] = {}
        for mailbox in self.settings.mailboxes:
            place = _place(root, mailbox)
            for part in ("new", "cur"):  # in the order in which messages move, so that none slips through
                found |= _names(place / part)
        return found


def _place(root: Path, mailbox: str) -> Path:
    place = root if mailbox.upper() == "INBOX" else root / ("." + mailbox.strip("/.").replace("/", "."))
    if (place / "cur").is_dir() and (place / "new").is_dir():
        return place
    if place == root:
        hint = (
            "a Maildir is a folder with `cur` and `new` in it; for one file with many messages use type: mbox"
        )
        raise ConfigurationError(
            "not-a-maildir", "the folder is no Maildir", hint=hint, place=Place(str(root))
        )
    there = [entry.name[1:].replace(".", "/") for entry in root.glob(".*") if (entry / "cur").is_dir()]
    raise ConfigurationError(
        "no-such-mailbox",
        f"there is no mailbox `{mailbox}`",
        hint=nearest(mailbox, ["INBOX", *sorted(there)]),
        place=Place(str(root), field="mailboxes"),
    )


def _names(folder: Path) -> dict[str, Path]:
    with reading(folder), os.scandir(folder) as entries:
        return {
            plain_name(_FLAGS.sub("", entry.name)): Path(entry.path)
            for entry in entries
            if not entry.name.startswith(".")
        }


def _letter(name: str, path: Path) -> Letter:
    """A file that is there but cannot be read is a reject, and comes again in the next read."""
    position = f"message {name}"
    try:
        with path.open("rb") as file:
            return Letter(position, file.read(WHOLE))
    except FileNotFoundError:
        raise
    except OSError as error:
        return Letter(position, None, f"the file cannot be read: {error.strerror}")


def open_source(settings: ConnectorSettings, context: Context) -> MaildirSource:
    return MaildirSource(MaildirSettings.model_validate(settings), context.folder, context.clock)


CONNECTOR: Final = Connector(
    type_name="maildir",
    kind=SystemKind.EMAIL,
    title="Mailbox folder (Maildir: Dovecot, Postfix, mbsync)",
    settings=MaildirSettings,
    open_source=open_source,
    incremental="by message name, whatever the flags and dates",
    deletes="with --full",
    tested="real folders",
)
