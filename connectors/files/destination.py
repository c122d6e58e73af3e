"""A CSV or JSON Lines file as a destination: one row an identity, kept by upsert."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from connectors.files.cells import NotStorable
from connectors.files.disk import reading
from connectors.files.held import CsvForm, Fields, FileForm, Held, JsonLinesForm, load
from connectors.files.replacing import only_writer, replace_file
from connectors.files.settings import FileDestinationSettings
from hub.domain.instants import instant
from hub.domain.plan import Action, Capabilities, Change, Outcome, Receipt
from hub.domain.records import Check, SourceField, Stream
from hub.errors import ConfigurationError, HubError, Place
from hub.ports import Clock

CAPABILITIES: Final = Capabilities(
    batch_size=50_000, upsert_key=True, merge=True, archive=True, erase=True, read_back=True, find=True
)
ARCHIVED_AT: Final = "archived_at"
_JSON_SUFFIXES: Final = frozenset({".jsonl", ".ndjson"})
_CSV_SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt"})

Stamp = tuple[int, int, int]


class FileDestination:
    """Writes rows to a file, by identity id, which is also the remote id.

    Each batch replaces the file as a whole: a reader, and a run after a crash, sees all of the batch or
    nothing of it. Columns and rows that others put there are kept. A record that was archived (with
    `archive: mark`) and is created again is live again.
    """

    def __init__(self, settings: FileDestinationSettings, folder: Path, clock: Clock) -> None:
        self._settings = settings
        self._path = folder / Path(settings.path).expanduser()
        self._clock = clock
        self._last: tuple[Stamp, Held] | None = None  # what this writer wrote, while nobody else did

    def __repr__(self) -> str:
        return f"FileDestination({str(self._path)!r})"

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def check(self) -> Check:
        """Reads the file, if there is one, and looks whether it may be written; writes nothing."""
        try:
            held = self._load()
            self._require_folder()
        except HubError as error:
            return Check(ok=False, sentence=str(error), hint=error.hint)
        if not self._path.exists():
            return Check(ok=True, sentence=f"{self._path.name} will be made by the first push")
        told = f"{self._path.name}: {len(held.lines)} rows, {len(held.columns)} columns"
        return Check(ok=True, sentence=told)

    def discover(self) -> Sequence[Stream]:
        """The columns that the file has now, or those that the settings name."""
        return [Stream("rows", tuple(SourceField(name, "text") for name in self._load().columns))]

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        """See `Destination.write`. Raises `FatalError` `disk-full`, leaving the file as it was."""
        if not changes:
            return []
        with only_writer(self._path):
            held = self._load()
            try:
                receipts = [self._apply(change, held) for change in changes]
                if any(_touched(receipt) for receipt in receipts):
                    replace_file(self._path, held.dump)
            except BaseException:
                self._last = None  # it holds what the file does not
                raise
            self._last = (self._stamp(), held)
        return receipts

    def read_back(self, remote_ids: Sequence[str]) -> Mapping[str, Mapping[str, object] | None]:
        """Remote id → its fields as the file holds them (text in CSV), None when archived or gone."""
        held = self._load()
        return {remote_id: _live(held.row(remote_id), self._settings.key) for remote_id in remote_ids}

    def find(self, identity_ids: Sequence[str]) -> Mapping[str, str]:
        """See `Find.find`."""
        return {one: one for one, row in self.read_back(identity_ids).items() if row is not None}

    def _apply(self, change: Change, held: Held) -> Receipt:
        """Applies one change to the rows in memory, or refuses it and leaves them."""
        if not change.identity_id.strip():
            return _refused(change, "no-id", "the change has no identity id")
        if change.payload.get(self._settings.key, change.identity_id) != change.identity_id:
            return _refused(change, "other-id", f"the payload has another value in `{self._settings.key}`")
        try:
            fields = {name: held.form.value(value) for name, value in change.payload.items()}
        except NotStorable as error:
            return _refused(change, "not-storable", str(error))
        match change.action:
            case Action.CREATE:
                return self._create(change, fields, held)
            case Action.UPDATE | Action.MERGE:
                return self._update(change, fields, held)
            case Action.ARCHIVE | Action.ERASE:
                self._remove(_remote_id(change), held, erase=change.action is Action.ERASE)
                outcome = Outcome.ERASED if change.action is Action.ERASE else Outcome.ARCHIVED
                return Receipt(change.identity_id, outcome, _remote_id(change))
            case _:
                return _refused(change, "not-supported", f"a file cannot do {change.action.value}")

    def _create(self, change: Change, fields: Fields, held: Held) -> Receipt:
        key, identity_id = self._settings.key, change.identity_id
        before = held.row(identity_id)
        row = {**(before or {}), key: identity_id, **fields}
        if row.get(ARCHIVED_AT) and ARCHIVED_AT not in fields:
            row[ARCHIVED_AT] = held.form.value(None)
        changed = held.put(identity_id, row)
        outcome = Outcome.CREATED if before is None else Outcome.UPDATED
        return Receipt(identity_id, outcome if changed else Outcome.UNCHANGED, identity_id)

    def _update(self, change: Change, fields: Fields, held: Held) -> Receipt:
        remote_id = _remote_id(change)
        before = held.row(remote_id)
        if before is None:
            return _refused(change, "remote-gone", "the file has no row with this id any more")
        changed = held.put(remote_id, {**before, **fields})
        for loser in change.merged_remote_ids:
            if loser != remote_id:
                self._remove(loser, held, erase=False)
        if change.action is Action.MERGE:
            return Receipt(change.identity_id, Outcome.MERGED, remote_id)
        return Receipt(change.identity_id, Outcome.UPDATED if changed else Outcome.UNCHANGED, remote_id)

    def _remove(self, remote_id: str, held: Held, *, erase: bool) -> None:
        row = held.row(remote_id)
        if row is None:
            return
        if erase or self._settings.archive == "remove":
            del held.lines[remote_id]
        elif not row.get(ARCHIVED_AT):
            held.put(remote_id, {**row, ARCHIVED_AT: instant(self._clock.now())})

    def _load(self) -> Held:
        form = self._form
        if self._last is not None and self._last[0] == self._stamp():
            return self._last[1]
        if self._stamp()[2]:
            held = load(form, self._path, self._settings.key)
        else:
            held = Held(form, [self._settings.key])
        held.take_columns(self._settings.columns)
        return held

    def _stamp(self) -> Stamp:
        """Tells one state of the file from another; all zero when there is none."""
        if not self._path.exists():
            return (0, 0, 0)
        with reading(self._path):
            found = self._path.stat()
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    @property
    def _form(self) -> FileForm:
        suffix = self._path.suffix.lower()
        form = self._settings.format or ("jsonl" if suffix in _JSON_SUFFIXES else None)
        if form == "jsonl":
            return JsonLinesForm()
        if form is None and suffix not in _CSV_SUFFIXES:
            raise ConfigurationError(
                "unknown-format",
                f"a file ending in `{suffix}` cannot be written",
                hint="name a `.csv` or `.jsonl` file, or set `format`",
                place=Place(str(self._path)),
            )
        delimiter = self._settings.delimiter or ("\t" if suffix == ".tsv" else ",")
        return CsvForm(delimiter, self._settings.raw, self._settings.bom)

    def _require_folder(self) -> None:
        folder, place = self._path.resolve().parent, Place(str(self._path))
        if not folder.is_dir():
            hint = "make the folder, or mend `path`"
            raise ConfigurationError("no-such-folder", "the folder does not exist", hint=hint, place=place)
        if not os.access(folder, os.W_OK | os.X_OK):
            hint = "give the user who runs the hub the right to write in the folder"
            raise ConfigurationError("no-permission", "the file may not be written", hint=hint, place=place)
        if self._path.is_dir():
            hint = "add a file name to `path`"
            raise ConfigurationError("is-a-folder", "this is a folder, not a file", hint=hint, place=place)


def _remote_id(change: Change) -> str:
    return change.remote_id or change.identity_id


def _refused(change: Change, code: str, sentence: str) -> Receipt:
    return Receipt(change.identity_id, Outcome.REJECTED, change.remote_id, code, sentence)


def _touched(receipt: Receipt) -> bool:
    return receipt.outcome not in {Outcome.REJECTED, Outcome.UNCHANGED}


def _live(row: Fields | None, key: str) -> Fields | None:
    if row is None or row.get(ARCHIVED_AT):
        return None
    return {name: value for name, value in row.items() if name != key}
