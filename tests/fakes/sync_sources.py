"""Three sources in memory: a log with a cursor, lists that are read whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from hub.domain.records import REJECT_SCHEMA, TIME, Check, Cursor, Page, SourceField, Stream, page_schema
from hub.errors import RetryableError
from mappings.apply import ContactMapper
from mappings.spec import MappingSpec

FIELDS = ("name", "mail", "news", "news_at", "stage")
MAPPER = ContactMapper(
    MappingSpec.model_validate(
        {
            "mapping": 1,
            "fields": {
                "name.family": "name",
                "emails": "mail",
                "organization": "stage",
                "consents": [{"channel": "email", "purpose": "marketing", "status": "news", "at": "news_at"}],
            },
        }
    )
)
# What becomes of a read: it is refused, breaks off after a page, gives a page twice.
FAULTS = ("429", "breaks off", "sent twice")
PAGE = 2


@dataclass(frozen=True)
class Said:
    """What a source says of one person."""

    key: str
    at: datetime
    values: dict[str, str | None] = field(default_factory=dict)
    deleted: bool = False


@dataclass
class ListedSource:
    """It shows what it holds, and nothing of what it no longer does; `faults` are taken one a read."""

    held: dict[str, Said] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    by_cursor = False

    def check(self) -> Check:
        return Check(ok=True, sentence="in memory")

    def discover(self) -> Sequence[Stream]:
        return [Stream("people", tuple(SourceField(name, "text") for name in FIELDS))]

    def says(self, said: Said) -> None:
        self.held[said.key] = said

    def deletes(self, key: str, at: datetime) -> None:
        self.held.pop(key, None)

    def rows(self) -> list[Said]:
        return [self.held[key] for key in sorted(self.held)]

    def read(self, stream: str, cursor: Cursor | None) -> Iterator[Page]:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "429":
            raise RetryableError("rate-limited", "it has had too many requests", retry_after=1)
        rows, start = self.rows(), int(str(cursor["at"])) if cursor and self.by_cursor else 0
        for at in range(start, max(len(rows), start + 1), PAGE):
            page = Page(
                _table(rows[at : at + PAGE]), REJECT_SCHEMA.empty_table(), {"at": len(rows[: at + PAGE])}
            )
            yield page
            if fault == "sent twice":
                yield page
            if fault == "breaks off":
                raise RetryableError("torn-answer", "the answer broke off")


@dataclass
class LoggedSource(ListedSource):
    """It shows what happened since the cursor, deletions too."""

    log: list[Said] = field(default_factory=list)
    by_cursor = True

    def says(self, said: Said) -> None:
        super().says(said)
        self.log.append(said)

    def deletes(self, key: str, at: datetime) -> None:
        if self.held.pop(key, None):
            self.log.append(Said(key, at, deleted=True))

    def rows(self) -> list[Said]:
        return self.log


def _table(rows: list[Said]) -> pa.Table:
    shape = pa.struct([(name, pa.string()) for name in FIELDS])
    arrays = [
        pa.array([row.key for row in rows], pa.string()),
        pa.array([row.at for row in rows], TIME),
        pa.array([row.deleted for row in rows], pa.bool_()),
        pa.array([{name: row.values.get(name) for name in FIELDS} for row in rows], shape),
    ]
    return pa.table(arrays, schema=page_schema(shape))
