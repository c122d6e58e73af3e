"""From messages to pages, the same way for every kind of mailbox."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Generic, TypeVar

from connectors.contacts.person import FIELDS
from connectors.email.people import Reader
from connectors.email.settings import MailboxSettings
from connectors.pages import Bad, Good, as_page
from hub.domain.records import Check, Cursor, Page, Stream
from hub.errors import ConfigurationError, HubError
from hub.ports import Clock

STREAM: Final = "people"
_CHECKED: Final = 50  # messages read by `check`
S = TypeVar("S", bound=MailboxSettings)
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """A message and where it is ("uid 12"). Without `raw` it could not be had, for the reason given."""

    position: str
    raw: bytes | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PageEnd:
    """Between two letters: here a page may end, with this cursor."""

    cursor: Mapping[str, object]


@dataclass(slots=True)
class Tally:
    """What a read met so far. People's details are never in it."""

    messages: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(self.passed_over.items()))
        return f"{self.messages} messages" + (f"; passed over: {reasons}" if reasons else "")


def pages(letters: Iterable[Letter | PageEnd], reader: Reader, tally: Tally) -> Iterator[Page]:
    """A page for the letters before each `PageEnd`. Messages passed over are no rows; they are counted in
    `tally` and logged at the end.
    """
    rows: list[Good | Bad] = []
    for one in letters:
        if isinstance(one, PageEnd):
            yield as_page(rows, one.cursor)
            rows = []
            continue
        tally.messages += 1
        if one.raw is None:
            rows.append(Bad(one.position, "unreadable-message", one.problem, ""))
            continue
        found = reader.people(one.raw, one.position)
        rows += found.rows
        tally.passed_over += found.passed_over
    _log.info("read %s", tally)


@dataclass(frozen=True, slots=True)
class MailboxSource(ABC, Generic[S]):
    """What all mailboxes share. People stay known when messages are deleted; only a whole read (`--full`)
    finds them gone.
    """

    settings: S
    folder: Path
    clock: Clock

    @abstractmethod
    def letters(self, cursor: Cursor | None) -> Iterator[Letter | PageEnd]:
        """The messages that are new since `cursor`, with the places where a page may end."""

    def require_all(self) -> None:
        """Raises a `HubError` for anything in the settings that is not there."""

    def check(self) -> Check:
        few = self.settings.model_copy(update={"page_messages": min(_CHECKED, self.settings.page_messages)})
        letters = replace(self, settings=few).letters(None)
        try:
            self.require_all()
            return _told(letters, self._reader())
        except HubError as error:
            return Check(ok=False, sentence=str(error), hint=error.hint)

    def discover(self) -> Sequence[Stream]:
        return [Stream(STREAM, FIELDS)]

    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        """See `Source.read`."""
        if stream != STREAM:
            hint = f"a mailbox has one stream, `{STREAM}`"
            raise ConfigurationError("unknown-stream", f"there is no stream `{stream}`", hint=hint)
        yield from pages(self.letters(cursor), self._reader(), Tally())

    def _reader(self) -> Reader:
        return Reader(frozenset(self.settings.own_domains), self.clock.now())


def _told(letters: Iterable[Letter | PageEnd], reader: Reader) -> Check:
    """What the first page holds."""
    tally = Tally()
    page = next(pages(letters, reader, tally), None)
    if page is None:
        return Check(ok=True, sentence="the mailbox can be read; it holds no message")
    rejected = f", {page.rejects.num_rows} rejected" if page.rejects.num_rows else ""
    told = f"the first page has {page.records.num_rows} people{rejected} in {tally}"
    return Check(ok=True, sentence=told)
