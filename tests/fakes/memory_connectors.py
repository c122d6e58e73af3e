"""A good source and a good destination in memory, with seams at which the broken ones differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from connectors.contract import DestinationSystem, SourceSystem
from hub.domain.plan import REMOTE_GONE, Action, Capabilities, Change, Outcome, Payload, Receipt
from hub.domain.records import REJECT_SCHEMA, Check, Cursor, Page, SourceField, Stream, page_schema
from hub.errors import ConfigurationError

SECRET = "hunter2-hunter2"
PAGE = 3
EPOCH = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(slots=True)
class Row:
    """One entry of the memory's log; the later entry of a key is what holds."""

    number: int
    key: str
    fields: dict[str, object]
    version: int = 1
    deleted: bool = False
    unreadable: bool = False

    @property
    def at(self) -> datetime:
        return EPOCH + timedelta(seconds=self.number)


class MemorySource:
    """Reads the log of a `MemorySourceSystem` in pages of three; the cursor is the last entry's number."""

    def __init__(self, system: MemorySourceSystem, password: str) -> None:
        self.system = system
        self.password = password

    def __repr__(self) -> str:
        return "MemorySource()"

    def check(self) -> Check:
        if self.password != SECRET:
            return Check(ok=False, sentence="the password is wrong", hint="set another one")
        return Check(ok=True, sentence="it answers")

    def discover(self) -> Sequence[Stream]:
        return [Stream("people", tuple(SourceField(name, "text") for name in ("name", "town")))]

    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        if self.password != SECRET:
            raise ConfigurationError("wrong-password", "the password is wrong", hint="set another one")
        if stream != "people":
            raise ConfigurationError("unknown-stream", f"there is no stream {stream}", hint="take people")
        at = 0 if cursor is None else int(str(cursor["at"]))
        while rows := self.rows_after(at, cursor)[:PAGE]:
            at = rows[-1].number
            yield Page(*self.tables(rows), cursor=self.cursor_at(at))

    def rows_after(self, at: int, cursor: Cursor | None) -> list[Row]:
        return [row for row in self.system.log() if row.number > at]

    def cursor_at(self, at: int) -> Cursor:
        return {"at": at}

    def tables(self, rows: list[Row]) -> tuple[pa.Table, pa.Table]:
        good = [row for row in rows if not row.unreadable]
        records = {
            "key": [row.key for row in good],
            "updated_at": [self.instant(row) for row in good],
            "deleted": [row.deleted for row in good],
            "payload": [self.text(row) for row in good],
        }
        bad = [
            {"position": f"entry {row.number}", "code": "unreadable", "reason": "the entry is torn"}
            for row in rows
            if row.unreadable
        ]
        return (
            pa.table(records, schema=page_schema(pa.string())),
            pa.Table.from_pylist(bad, schema=REJECT_SCHEMA),
        )

    def text(self, row: Row) -> str:
        return json.dumps(row.fields, sort_keys=True)

    def instant(self, row: Row) -> datetime:
        return row.at


class MemorySourceSystem(SourceSystem):
    """A log of eight people, one of them unreadable; opens sources of the class it is given."""

    stream = "people"
    secrets = (SECRET,)
    deletes = True

    def __init__(self, kind: type[MemorySource] = MemorySource) -> None:
        self.kind = kind
        self.rows = [
            Row(number, f"p{number}", {"town": "Roubaix", "name": f"Ada Example {number}"})
            for number in range(1, 9)
        ]
        self.rows[4].unreadable = True
        self.reads = 0

    def log(self) -> list[Row]:
        """The last entry of each key, in the order of the entries."""
        return sorted({row.key: row for row in self.rows}.values(), key=lambda row: row.number)

    def open(self) -> MemorySource:
        return self.kind(self, SECRET)

    def open_broken(self) -> MemorySource:
        return self.kind(self, "guess")

    def expected(self) -> Mapping[str, Mapping[str, object]]:
        return {row.key: row.fields for row in self.log() if not row.deleted and not row.unreadable}

    def rejected(self) -> int:
        return 1

    def updated_at(self) -> Mapping[str, datetime]:
        return {row.key: row.at for row in self.log() if not row.deleted and not row.unreadable}

    def add_record(self) -> str:
        number = self.rows[-1].number + 1
        self.rows.append(Row(number, f"p{number}", {"name": "Grace Example", "town": "Lille"}))
        return f"p{number}"

    def change_record(self, key: str) -> None:
        self.rows.append(Row(self.rows[-1].number + 1, key, {"name": "Edith", "town": "Lens"}, version=2))

    def delete_record(self, key: str) -> None:
        self.rows.append(Row(self.rows[-1].number + 1, key, {}, deleted=True))


CAN_ALL = Capabilities(
    batch_size=6,
    upsert_key=True,
    merge=True,
    archive=True,
    erase=True,
    read_back=True,
    find=True,
    moves_key=True,
)
CAN_LITTLE = Capabilities(batch_size=6, upsert_key=True)


@dataclass(slots=True)
class Held:
    """What a `MemoryDestinationSystem` holds: fields by remote id, the remote ids by upsert key, and what
    became of jobs.
    """

    live: dict[str, dict[str, object]] = field(default_factory=dict)
    remote_ids: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, dict[str, Receipt]] = field(default_factory=dict)


class MemoryDestination:
    """Writes into a `Held`; refuses a payload whose name is empty."""

    capabilities: Capabilities = CAN_ALL

    def __init__(self, held: Held, password: str) -> None:
        self.held = held
        self.password = password

    def __repr__(self) -> str:
        return "MemoryDestination()"

    def check(self) -> Check:
        if self.password != SECRET:
            return Check(ok=False, sentence="the password is wrong", hint="set another one")
        return Check(ok=True, sentence="it answers")

    def discover(self) -> Sequence[Stream]:
        return [Stream("people", tuple(SourceField(name, "text") for name in ("name", "town")))]

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        if self.password != SECRET:
            raise ConfigurationError("wrong-password", "the password is wrong", hint="set another one")
        return [self.one(change) for change in changes]

    def one(self, change: Change) -> Receipt:
        if change.action is Action.CREATE:
            return self.create(change)
        if change.action is Action.UPDATE:
            return self.update(change)
        if change.action is Action.MERGE and self.capabilities.merge:
            return self.merge(change)
        if change.action is Action.ARCHIVE and self.capabilities.archive:
            return self.remove(change, Outcome.ARCHIVED)
        if change.action is Action.ERASE and self.capabilities.erase:
            return self.remove(change, Outcome.ERASED)
        return self.refused(change, "not-supported", f"it cannot {change.action}")

    def create(self, change: Change) -> Receipt:
        if change.payload.get("name") == "":
            return self.refused(change, "empty-name", "the name is empty")
        known = self.held.remote_ids.get(change.identity_id)
        remote_id = known or f"r{len(self.held.remote_ids)}"
        self.held.remote_ids[change.identity_id] = remote_id
        self.held.live[remote_id] = dict(change.payload)
        return Receipt(change.identity_id, Outcome.UPDATED if known else Outcome.CREATED, remote_id)

    def update(self, change: Change) -> Receipt:
        if change.remote_id not in self.held.live:
            return self.refused(change, REMOTE_GONE, "there is no such record")
        self.held.live[change.remote_id].update(change.payload)
        self.move_key(change)
        return Receipt(change.identity_id, Outcome.UPDATED, change.remote_id)

    def move_key(self, change: Change) -> None:
        others = {key: one for key, one in self.held.remote_ids.items() if one != change.remote_id}
        self.held.remote_ids = {**others, change.identity_id: str(change.remote_id)}

    def merge(self, change: Change) -> Receipt:
        if change.remote_id not in self.held.live:
            return self.refused(change, REMOTE_GONE, "the record to keep is gone")
        for remote_id in change.merged_remote_ids:
            self.held.live.pop(remote_id, None)
        return Receipt(change.identity_id, Outcome.MERGED, change.remote_id)

    def remove(self, change: Change, outcome: Outcome) -> Receipt:
        self.held.live.pop(str(change.remote_id), None)
        return Receipt(change.identity_id, outcome, change.remote_id)

    def refused(self, change: Change, code: str, sentence: str) -> Receipt:
        return Receipt(change.identity_id, Outcome.REJECTED, code=code, sentence=sentence)

    def read_back(self, remote_ids: Sequence[str]) -> Mapping[str, Payload | None]:
        return {remote_id: self.held.live.get(remote_id) for remote_id in remote_ids}

    def find(self, identity_ids: Sequence[str]) -> Mapping[str, str]:
        known = {one: self.held.remote_ids.get(one, "") for one in identity_ids}
        return {one: remote for one, remote in known.items() if remote in self.held.live}


class AnswersLater(MemoryDestination):
    """It writes at once, and tells the outcome when it is asked."""

    capabilities = replace(CAN_ALL, asynchronous=True)

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        ticket = f"job-{len(self.held.jobs) + 1}"
        self.held.jobs[ticket] = {receipt.identity_id: receipt for receipt in super().write(changes)}
        return [Receipt(change.identity_id, Outcome.PENDING, ticket=ticket) for change in changes]

    def collect(self, tickets: Mapping[str, str]) -> Sequence[Receipt]:
        return [
            self.held.jobs[ticket][one] if ticket in self.held.jobs else self.lost(one, ticket)
            for one, ticket in tickets.items()
        ]

    def lost(self, identity: str, _ticket: str) -> Receipt:
        return Receipt(
            identity, Outcome.REJECTED, code="ticket-lost", sentence="there is no such job", unsure=True
        )


class MemoryDestinationSystem(DestinationSystem):
    """An empty memory; opens destinations of the class it is given."""

    secrets = (SECRET,)

    def __init__(self, kind: type[MemoryDestination] = MemoryDestination) -> None:
        self.kind = kind
        self.held = Held()

    def open(self) -> MemoryDestination:
        return self.kind(self.held, SECRET)

    def open_broken(self) -> MemoryDestination:
        return self.kind(self.held, "guess")

    def payload(self, number: int) -> Payload:
        return {"name": f"Ada Example {number}", "town": "Roubaix"}

    def changed_field(self) -> tuple[str, object]:
        return "town", "Lille"

    def stored(self) -> Mapping[str, Payload]:
        return self.held.live

    def bad_payload(self) -> Payload:
        return {"name": ""}
