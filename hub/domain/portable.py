"""Decisions on their way between hubs: everything named by source and key, nothing by a number of a store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.domain.deletions import DeletionPolicy
from hub.domain.judgement import RecordName
from hub.domain.matching import Verdict


@dataclass(frozen=True, slots=True)
class ToldJudgement:
    """A judgement as a file tells it; who, when and why where it says so. `line` is for messages."""

    a: RecordName
    b: RecordName
    verdict: Verdict
    author: str | None = None
    at: str | None = None
    reason: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class ToldOverride:
    """An override of the identity that a record is in."""

    record: RecordName
    field: str
    value: Any
    author: str | None = None
    at: str | None = None
    reason: str | None = None
    expires_at: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class ToldDeletion:
    """Whether a record that is gone from its source leaves its identity, or stays."""

    record: RecordName
    verdict: DeletionPolicy
    author: str | None = None
    at: str | None = None
    reason: str | None = None
    line: int = 0
