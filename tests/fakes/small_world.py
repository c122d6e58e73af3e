"""Small real parts for tests of the hub: a source in memory, a destination in memory, a plain matcher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa

from hub import columns
from hub.domain.matching import (
    CLUSTER_SCHEMA,
    EDGE_SCHEMA,
    EXPLAINED_SCHEMA,
    REVIEW_SCHEMA,
    Matching,
    MatchingChange,
    Told,
    Verdict,
)
from hub.domain.plan import REMOTE_GONE, Action, Capabilities, Change, Outcome, Receipt
from hub.domain.records import REJECT_SCHEMA, TIME, Check, Cursor, Page, SourceField, Stream, page_schema
from hub.errors import HubError
from hub.later import Later
from hub.ports import Surroundings
from mappings.apply import ContactMapper
from mappings.spec import MappingSpec

FIELDS = ("first", "last", "mail", "news", "gone")
SPEC = MappingSpec.model_validate(
    {
        "mapping": 1,
        "deleted": "gone",
        "fields": {
            "name.given": "first",
            "name.family": "last",
            "emails": "mail",
            "consents": [{"channel": "email", "purpose": "marketing", "status": "news"}],
        },
    }
)


def mapper(spec: MappingSpec = SPEC) -> ContactMapper:
    return ContactMapper(spec)


@dataclass
class Row:
    """One source record; `bad` makes it a row that cannot be read."""

    key: str
    values: Mapping[str, str | None] = field(default_factory=dict)
    deleted: bool = False
    bad: bool = False
    at: datetime | None = datetime(2025, 5, 1, tzinfo=UTC)


@dataclass
class MemorySource:
    """Pages of rows with a cursor after each; `fails_after` pages it raises."""

    rows: list[Row]
    page: int = 3
    fails_after: int | None = None
    failure: HubError | None = None
    starts_over: bool = False

    def check(self) -> Check:
        return Check(ok=True, sentence="in memory")

    def discover(self) -> Sequence[Stream]:
        return [Stream("rows", tuple(SourceField(name, "text") for name in FIELDS))]

    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        start = 0 if cursor is None or self.starts_over else int(str(cursor["at"]))
        for number, at in enumerate(range(start, len(self.rows), self.page)):
            if self.fails_after is not None and number >= self.fails_after:
                assert self.failure is not None
                raise self.failure
            rows = self.rows[at : at + self.page]
            yield Page(
                _table([row for row in rows if not row.bad]),
                _rejects([row for row in rows if row.bad]),
                {"at": at + len(rows)},
                starts_over=self.starts_over and number == 0,
            )


def _table(rows: list[Row]) -> pa.Table:
    payload = pa.array(
        [{name: row.values.get(name) for name in FIELDS} for row in rows],
        pa.struct([(name, pa.string()) for name in FIELDS]),
    )
    arrays = [
        pa.array([row.key for row in rows], pa.string()),
        pa.array([row.at for row in rows], TIME),
        pa.array([row.deleted for row in rows], pa.bool_()),
        payload,
    ]
    return pa.table(arrays, schema=page_schema(payload.type))


def _rejects(rows: list[Row]) -> pa.Table:
    found = [
        {
            "key": row.key or None,
            "position": f"line {row.key}",
            "code": "torn",
            "reason": "torn",
            "payload": f"raw {row.key}",
        }
        for row in rows
    ]
    return pa.Table.from_pylist(found, schema=REJECT_SCHEMA)


class SameMail:
    """Records with the same e-mail are one; judgements win. It keeps no blocks, so it always matches all."""

    def match(
        self, contacts: pa.Table, judgements: pa.Table, *, model: str | None = None, index: bool = False
    ) -> Matching:
        parent = {number: number for number in contacts["record_id"].to_pylist()}
        judged = [
            row for row in judgements.to_pylist() if {row["record_a"], row["record_b"]} <= parent.keys()
        ]
        apart = [row for row in judged if row["verdict"] == Verdict.DIFFERENT]

        def root(number: int) -> int:
            while parent[number] != number:
                number = parent[number]
            return number

        def join(a: int, b: int) -> None:
            low, high = sorted((root(a), root(b)))
            torn = any({root(row["record_a"]), root(row["record_b"])} == {low, high} for row in apart)
            if not torn:
                parent[high] = low

        for row in judged:
            if row["verdict"] == Verdict.SAME:
                join(row["record_a"], row["record_b"])
        mails: dict[str, list[int]] = {}
        for row in contacts.select(["record_id", "emails"]).to_pylist():
            for mail in row["emails"] or []:
                for other in mails.setdefault(mail["match"], []):
                    join(other, row["record_id"])
                mails[mail["match"]].append(row["record_id"])
        clusters = pa.table([list(parent), [root(number) for number in parent]], schema=CLUSTER_SCHEMA)
        told = Told(EDGE_SCHEMA.empty_table(), REVIEW_SCHEMA.empty_table())
        return Matching(clusters, Later(lambda: "{}"), Later(lambda: told))

    def train(self, contacts: pa.Table, judgements: pa.Table, *, from_judgements: bool = False) -> str:
        return "{}"

    def update(
        self, changed: pa.Array, gone: pa.Array, surroundings: Surroundings, *, model: str
    ) -> MatchingChange:
        raise AssertionError("there are no blocks to match a change against")

    def fits(self, model: str, records: int, contacts: pa.Table) -> bool:
        return True

    def explain_pairs(self, contacts: pa.Table, pairs: pa.Table, *, model: str | None = None) -> pa.Table:
        mails = {row["record_id"]: row["emails"] for row in contacts.to_pylist()}
        rows = [
            {**pair, "probability": 0.9 if mails[pair["record_a"]] == mails[pair["record_b"]] else 0.1}
            for pair in pairs.to_pylist()
        ]
        told = {"weight": 0.0, "needed": 0.0, "evidence": '{"prior": 0.0, "fields": []}'}
        return pa.Table.from_pylist([{**row, **told} for row in rows], schema=EXPLAINED_SCHEMA)

    def threshold(self, model: str | None = None) -> float:
        return 0.5


class MailPayloads:
    """The outbound mapping of these tests: e-mail and name; who said no is blocked."""

    def to_payloads(self, golden: pa.Table) -> pa.Table:
        return columns.query(
            """
            SELECT identity_id, '{}' AS initial,
                to_json({mail: emails[1].value, name: concat_ws(' ', name.given, name.family)})::VARCHAR
                    AS payload,
                CASE WHEN len(list_filter(coalesce(consents, []), lambda x: x.status = 'denied')) > 0
                     THEN 'said no' END AS blocked
            FROM golden ORDER BY identity_id
            """,
            golden=golden.select(["identity_id", "emails", "name", "consents"]),
        )


@dataclass
class MemoryDestination:
    """Holds what it is sent, by upsert key. `refuses` are identity ids that it does not take, with a code;
    `fails` are errors that the next calls raise; `forgets` are rows that its answer leaves out. With `misses`
    an update of a record that is not there is refused.
    """

    capabilities: Capabilities = Capabilities(batch_size=4, upsert_key=True, archive=True)  # noqa: RUF009 - frozen
    held: dict[str, dict[str, object]] = field(default_factory=dict)
    refuses: dict[str, str] = field(default_factory=dict)
    refuses_batches: bool = False
    fails: list[HubError] = field(default_factory=list)
    forgets: set[str] = field(default_factory=set)
    calls: list[list[Change]] = field(default_factory=list)
    merged: list[tuple[str, ...]] = field(default_factory=list)
    misses: bool = False

    def check(self) -> Check:
        return Check(ok=True, sentence="in memory")

    def discover(self) -> Sequence[Stream]:
        return []

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        self.calls.append(list(changes))
        if self.fails:
            raise self.fails.pop(0)
        if self.refuses_batches and any(change.identity_id in self.refuses for change in changes):
            raise HubError("batch-refused", "the batch holds a bad row")
        receipts = [self._write(change) for change in changes]
        kept = [receipt for receipt in receipts if receipt.identity_id not in self.forgets]
        return [*reversed(kept), Receipt("nobody-asked", Outcome.CREATED)]

    def _write(self, change: Change) -> Receipt:
        remote = f"r-{change.identity_id}"
        if change.identity_id in self.refuses:
            return Receipt(
                change.identity_id,
                Outcome.REJECTED,
                code=self.refuses[change.identity_id],
                sentence="not taken",
            )
        if change.action is Action.ARCHIVE:
            self.held.pop(change.remote_id or remote, None)
            return Receipt(change.identity_id, Outcome.ARCHIVED, remote)
        if change.action is Action.ERASE:
            self.held.pop(str(change.remote_id), None)
            return Receipt(change.identity_id, Outcome.ERASED, remote)
        if change.action is Action.MERGE:
            self.merged.append((str(change.remote_id), *change.merged_remote_ids))
            for loser in change.merged_remote_ids:
                self.held.pop(loser, None)
            return Receipt(change.identity_id, Outcome.MERGED, change.remote_id)
        if self.misses and change.action is Action.UPDATE:
            remote = str(change.remote_id)
            if remote not in self.held:
                return Receipt(change.identity_id, Outcome.REJECTED, code=REMOTE_GONE, sentence="it is gone")
        outcome = Outcome.UPDATED if remote in self.held else Outcome.CREATED
        self.held[remote] = {**self.held.get(remote, {}), **change.payload}
        return Receipt(change.identity_id, outcome, remote)


CAN_READ = Capabilities(batch_size=4, upsert_key=True, archive=True, read_back=True)


@dataclass
class Showing(MemoryDestination):
    """It can be asked what it holds; `hides` what it took."""

    hides: bool = False

    def read_back(self, remote_ids: Sequence[str]) -> Mapping[str, Mapping[str, object] | None]:
        return {one: None if self.hides else self.held.get(one) for one in remote_ids}
