"""An mbox file as a source of people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import BinaryIO, Final

from connectors.base import Connector, ConnectorSettings, Context, SystemKind
from connectors.email.mbox_file import begins_message, message_at, message_offsets
from connectors.email.reading import Letter, MailboxSource, PageEnd
from connectors.email.settings import MboxSettings
from connectors.folders import reading, require
from connectors.growing import Place
from hub.domain.records import Cursor
from hub.errors import ConfigurationError
from hub.errors import Place as ErrorPlace


class MboxSource(MailboxSource[MboxSettings]):
    """Reads on from where it stopped; a file that was rewritten (compacted, replaced) is read anew."""

    def letters(self, cursor: Cursor | None) -> Iterator[Letter | PageEnd]:
        path = self.folder / Path(self.settings.path).expanduser()
        require(path)
        if path.is_dir():
            hint = "for a folder with `cur` and `new` in it use type: maildir"
            raise ConfigurationError(
                "is-a-folder", "this is a folder", hint=hint, place=ErrorPlace(str(path))
            )
        with reading(path), path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            _require_mbox(file, path)
            place = Place.of(cursor)
            start = place.resume(file, size) if place else 0
            if start is not None:
                yield from _letters(file, start, size, self.settings.page_messages)


def _letters(file: BinaryIO, start: int, size: int, page_messages: int) -> Iterator[Letter | PageEnd]:
    """The cursor of the last page stands before the last message, which may have been cut short: it is read
    again when the file has grown. One that grows while we look is left for the next read.
    """
    waiting = 0
    for offset, following in pairwise(chain(message_offsets(file, start, size), [size])):
        letter = Letter(f"offset {offset}", message_at(file, offset, following))
        if following == size and os.fstat(file.fileno()).st_size != size:
            if waiting:
                yield PageEnd(Place.at(file, offset, offset).as_cursor())
            return
        yield letter
        waiting += 1
        if following == size:
            yield PageEnd(Place.at(file, offset, size).as_cursor())
        elif waiting == page_messages:
            yield PageEnd(Place.at(file, following, following).as_cursor())
            waiting = 0


def _require_mbox(file: BinaryIO, path: Path) -> None:
    file.seek(0)
    beginning = file.read(2048)
    if beginning.strip() and not begins_message(b"", beginning):
        raise ConfigurationError(
            "not-an-mbox",
            "the file does not begin as an mbox does, with a line `From …`",
            hint="export the mailbox in mbox form; for a folder of messages use type: maildir",
            place=ErrorPlace(str(path)),
        )


def open_source(settings: ConnectorSettings, context: Context) -> MboxSource:
    return MboxSource(MboxSettings.model_validate(settings), context.folder, context.clock)


CONNECTOR: Final = Connector(
    type_name="mbox",
    kind=SystemKind.EMAIL,
    title="Mailbox file (mbox: Thunderbird, Google Takeout, mutt)",
    settings=MboxSettings,
    open_source=open_source,
    incremental="by place in the file; a rewritten file is read anew",
    deletes="with --full",
    tested="real files",
)
