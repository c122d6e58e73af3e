"""What a push will do (plan, change) and what became of it (receipt)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, overload

import pyarrow as pa

# The fields of a destination's record, under the destination's own names. JSON values.
Payload = Mapping[str, object]


# Codes of rejections from which more follows: a person has deleted the record at the destination, or made one
# of it and the record of another identity.
REMOTE_GONE: Final = "remote-gone"
MERGED_THERE: Final = "merged-there"

# What the ledger says of a field of which it is not known what the destination shows: it equals no value, so
# whatever the golden record says is sent, also that there is none. And how that looks in JSON, as a pattern.
UNKNOWN: Final = {"hub:unknown": True}
UNKNOWN_TEXT: Final = r'\{"hub:unknown": ?true\}'


class Action(StrEnum):
    """What a change does, or why it does nothing. The marks are those printed by `hub push --dry-run`."""

    CREATE = "create"
    UPDATE = "update"
    MERGE = "merge"
    ARCHIVE = "archive"
    ERASE = "erase"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    CONFLICT = "conflict"

    @property
    def mark(self) -> str:
        return {"create": "+", "update": "~", "merge": "><", "archive": "-", "erase": "-"}.get(
            self.value, {"unchanged": "=", "blocked": "!", "conflict": "!"}.get(self.value, "?")
        )

    @property
    def writes(self) -> bool:
        """Whether the destination hears of this change."""
        return self in {Action.CREATE, Action.UPDATE, Action.MERGE, Action.ARCHIVE, Action.ERASE}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: what the destination last confirmed, what it shall hold, who owns it."""

    field: str
    old: object
    new: object
    owner: str = "hub"


class FieldChanges(Sequence[FieldChange]):
    """The fields of a change from their JSON text (a list of field, old, new, owner), taken apart when
    somebody looks: of a hundred thousand updates hardly anybody does.
    """

    __slots__ = ("_fields", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._fields: tuple[FieldChange, ...] | None = None

    @overload
    def __getitem__(self, place: int) -> FieldChange: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[FieldChange]: ...

    def __getitem__(self, place: int | slice) -> FieldChange | Sequence[FieldChange]:
        return self._told()[place]

    def __len__(self) -> int:
        return len(self._told())

    def __eq__(self, other: object) -> bool:
        return self._told() == tuple(other) if isinstance(other, FieldChanges | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._told())

    def __repr__(self) -> str:
        return repr(self._told())

    def _told(self) -> tuple[FieldChange, ...]:
        if self._fields is None:
            told = json.loads(self._text)
            self._fields = tuple(FieldChange(f["field"], f["old"], f["new"], f["owner"]) for f in told)
        return self._fields


@dataclass(frozen=True, slots=True)
class Change:
    """One planned write.

    `identity_id` is the value of the destination's upsert key. `payload` holds only the fields to write
    (all of them on create). `merged_remote_ids` are the remote records that a merge folds into `remote_id`.
    """

    identity_id: str
    action: Action
    payload: Payload
    remote_id: str | None = None
    fields: Sequence[FieldChange] = ()
    reason: str | None = None
    merged_remote_ids: tuple[str, ...] = ()


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    MERGED = "merged"
    ARCHIVED = "archived"
    ERASED = "erased"
    REJECTED = "rejected"
    PENDING = "pending"

    @property
    def confirmed(self) -> bool:
        return self is not Outcome.REJECTED and self is not Outcome.PENDING


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the destination answered for one change.

    `code` and `sentence` say why a change was rejected, `ticket` is where a pending result is collected.
    `retryable` tells that the same change may pass later without anybody mending it, `unsure` that it may
    have been made all the same: nothing was heard of it.
    """

    identity_id: str
    outcome: Outcome
    remote_id: str | None = None
    code: str | None = None
    sentence: str | None = None
    ticket: str | None = None
    retryable: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a destination can do; the push plans and delivers by it.

    `upsert_key`: a repeated create finds the record it made before. `merge`, `archive`, `erase`: it has a
    call for it. `read_back`: it can be asked for a record by remote id. `find`: it can be asked which record
    is that of an identity. `asynchronous`: receipts may be pending. `batch_size`: changes in one `write`.
    `concurrency`: how many `write`s may go on at the same time, each in a thread of its own. `moves_key`: an
    update by remote id gives the record the upsert key of the change's identity, so that another identity can
    take a record over.
    """

    batch_size: int
    upsert_key: bool
    merge: bool = False
    archive: bool = False
    erase: bool = False
    read_back: bool = False
    find: bool = False
    asynchronous: bool = False
    concurrency: int = 1
    moves_key: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


# Of an identity in the ledger that is not active: whom it stands for today, and whether somebody deleted
# that one's record at the destination.
REDIRECT_SCHEMA: Final = pa.schema([("id", pa.string()), ("redirect_to", pa.string()), ("left", pa.bool_())])
# Who takes over the record of whom: it is not at the destination, and one that was merged into it is.
# `confirmed` is what is known of that record (JSON).
HEIR_SCHEMA: Final = pa.schema([(n, pa.string()) for n in ("identity_id", "remote_id", "confirmed")])
