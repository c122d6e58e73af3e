"""What becomes of a record that its source no longer has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DeletionPolicy(StrEnum):
    """REMOVE: it leaves its identity, whose golden record is rebuilt without it. KEEP: it stays as it last
    was. REVIEW: it stays until a person says which.
    """

    REMOVE = "remove"
    KEEP = "keep"
    REVIEW = "review"


class Deletion(StrEnum):
    """Why a record that is gone from its source is still in its identity."""

    KEPT = "kept"
    WAITING = "waiting"


STAYS: dict[DeletionPolicy, Deletion | None] = {
    DeletionPolicy.REMOVE: None,
    DeletionPolicy.KEEP: Deletion.KEPT,
    DeletionPolicy.REVIEW: Deletion.WAITING,
}


@dataclass(frozen=True, slots=True)
class DeletionVerdict:
    """A person's word on one deletion of a record: remove or keep."""

    source: str
    key: str
    gone_at: str
    verdict: DeletionPolicy
    author: str
    judged_at: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A record that is gone from its source since `gone_at`; `deletion` is None when it left its identity."""

    record_id: int
    source: str
    key: str
    gone_at: str
    deletion: Deletion | None
    identity_id: str | None = None

    def __str__(self) -> str:
        return f"{self.source}:{self.key}"
