"""Runs of jobs and what they counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from enum import StrEnum


class RunState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    PARTLY = "partly"  # went through, but some records or rows failed
    FAILED = "failed"
    KILLED = "killed"  # found dead by a later run


@dataclass(frozen=True, slots=True)
class PullTally:
    """What became of every record read: read = stored + unchanged + rejected + deleted, always.

    `stored` counts new and changed records; `missing` counts stored records that a whole read did not meet
    any more (they were not read, so they are outside the sum).
    """

    read: int = 0
    stored: int = 0
    unchanged: int = 0
    rejected: int = 0
    deleted: int = 0
    missing: int = 0
    refused_values: int = 0

    def __add__(self, other: PullTally) -> PullTally:
        return PullTally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def balanced(self) -> bool:
        return self.read == self.stored + self.unchanged + self.rejected + self.deleted

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ResolveTally:
    """What a resolve found and changed. `merged_records` are records beyond the first of each identity;
    `review_left_out` are unsure pairs beyond those that may wait for a person.
    """

    records: int = 0
    identities: int = 0
    merged_records: int = 0
    review: int = 0
    created: int = 0
    redirected: int = 0
    split: int = 0
    archived: int = 0
    golden_changed: int = 0
    review_left_out: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PushTally:
    """What a push planned and what the destination answered; `parked` rows are tried again next time."""

    created: int = 0
    updated: int = 0
    merged: int = 0
    archived: int = 0
    unchanged: int = 0
    blocked: int = 0
    conflict: int = 0
    parked: int = 0
    pending: int = 0

    def __add__(self, other: PushTally) -> PushTally:
        return PushTally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one job; `tallies` is the JSON of the job's tally. Instants are ISO 8601 text in UTC."""

    id: int
    job: str
    target: str
    state: RunState
    tallies: dict[str, int]
    started_at: str
    finished_at: str | None = None
    code: str | None = None
    sentence: str | None = None
