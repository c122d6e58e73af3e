"""vCard files as a source: an address book that was exported, or a folder of cards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from connectors.base import Connector, ConnectorSettings, Context, SystemKind
from connectors.contacts.person import FIELDS
from connectors.contacts.settings import VcardSettings
from connectors.contacts.vcard import Card, cards
from connectors.folders import files_below, reading, require
from connectors.pages import Bad, Good, as_page
from hub.domain.records import Check, Cursor, Page, Stream
from hub.errors import ConfigurationError, HubError

STREAM: Final = "cards"
_LONGEST_KEY: Final = 200
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Reads every card; when a file has changed, all of them again (`Page.starts_over`), so that cards which
    are gone are noticed. An address book fits in memory; its pictures are never decoded.

    A card's key is its UID, else a hash of what it says. Of several cards with one UID the one revised last
    counts (without REV the last one met); the others are rejected as `duplicate-key`, equal ones left out.
    """

    settings: VcardSettings
    folder: Path

    def check(self) -> Check:
        try:
            files = self._files()
            rows = self._rows(files)
        except HubError as error:
            return Check(ok=False, sentence=str(error), hint=error.hint)
        rejected = sum(isinstance(row, Bad) for row in rows)
        told = f"{len(files)} files, {len(rows) - rejected} cards"
        return Check(ok=True, sentence=told + (f", {rejected} rejected" if rejected else ""))

    def discover(self) -> Sequence[Stream]:
        return [Stream(STREAM, FIELDS)]

    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        """See `Source.read`."""
        if stream != STREAM:
            hint = f"an address book has one stream, `{STREAM}`"
            raise ConfigurationError("unknown-stream", f"there is no stream `{stream}`", hint=hint)
        files = self._files()
        print_ = _fingerprint(files)
        known, done = _place(cursor)
        starts_over = cursor is not None and known != print_
        rows = self._rows(files)
        size = self.settings.page_cards
        for at in range(0 if starts_over else done, len(rows), size):
            place = {"print": print_, "done": min(at + size, len(rows))}
            yield as_page(rows[at : at + size], place, starts_over=starts_over)
            starts_over = False

    def _files(self) -> Mapping[str, Path]:
        path = self.folder / Path(self.settings.path).expanduser()
        require(path)
        if not path.is_dir():
            return {path.name: path}
        found = files_below(path, {".vcf", ".vcard"})
        if not found:
            hint = "export the address book as vCard (.vcf) into it"
            raise ConfigurationError("no-cards", "there is no .vcf file in the folder", hint=hint)
        return found

    def _rows(self, files: Mapping[str, Path]) -> list[Good | Bad]:
        met: list[_Met] = []
        rows: list[Good | Bad] = []
        for name, path in files.items():
            with reading(path):
                found = list(cards(path.read_bytes()))
            if not found:
                rows.append(Bad(name, "no-card", "the file holds no vCard", ""))
            met += [_Met(f"{name} card {card.number}", card) for card in found]
        rows += [_bad(one, *one.card.problem, one.key_of_reject) for one in met if one.card.problem]
        return rows + _newest([one for one in met if not one.card.problem])


@dataclass(frozen=True, slots=True, repr=False)
class _Met:
    """A card where it was met."""

    position: str
    card: Card

    @property
    def payload(self) -> str:
        return self.card.person.as_json()

    @property
    def key(self) -> str:
        uid = self.card.person.uid
        if uid and len(uid) <= _LONGEST_KEY:
            return uid
        return hashlib.blake2b((uid or self.payload).encode(), digest_size=12).hexdigest()

    @property
    def key_of_reject(self) -> str | None:
        """None for a card that was cut off before it told its UID: it may be any record's."""
        is_cut = self.card.problem is not None and self.card.problem[0] == "card-not-closed"
        return None if is_cut and not self.card.person.uid else self.key


def _newest(met: Sequence[_Met]) -> list[Good | Bad]:
    """One card a key, in the order in which the keys were met, and what is told of the others."""
    by_key: dict[str, list[_Met]] = {}
    for one in met:
        by_key.setdefault(one.key, []).append(one)
    rows: list[Good | Bad] = []
    for key, candidates in by_key.items():
        newest = max(enumerate(candidates), key=lambda at: (at[1].card.revised or _NEVER, at[0]))[1]
        rows.append(Good(key, newest.payload, newest.card.revised))
        rows += [
            _bad(other, "duplicate-key", "another card has the same UID and is newer", key)
            for other in candidates
            if other.payload != newest.payload
        ]
    return rows


def _bad(met: _Met, code: str, sentence: str, key: str | None = None) -> Bad:
    return Bad(met.position, code, sentence, met.payload, key)


def _fingerprint(files: Mapping[str, Path]) -> str:
    """A hash of all contents: times and sizes can stay while a content changes."""
    found = hashlib.blake2b(digest_size=16)
    for name, path in files.items():
        with reading(path):
            content = hashlib.blake2b(path.read_bytes(), digest_size=16).digest()
        found.update(name.encode() + b"\0" + content)
    return found.hexdigest()


def _place(cursor: Cursor | None) -> tuple[str, int]:
    match cursor:
        case {"print": str(known), "done": int(done)}:
            return known, done
    return "", 0


def open_source(settings: ConnectorSettings, context: Context) -> AddressBook:
    return AddressBook(VcardSettings.model_validate(settings), context.folder)


CONNECTOR: Final = Connector(
    type_name="vcard",
    kind=SystemKind.CONTACTS,
    title="vCard files 2.1, 3.0, 4.0 (address book exports)",
    settings=VcardSettings,
    open_source=open_source,
    incremental="when a file has changed, all are read again",
    deletes="when a changed file, or with --full, is read",
    tested="real files",
)
