"""A destination in memory, that people use too, whose calls go wrong in every way that was thought of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.plan import Action, Capabilities, Change, Outcome, Payload, Receipt
from hub.domain.records import Check, Stream
from hub.errors import HubError, RetryableError

# What becomes of a call, in the words of the one that made it.
FAULTS = (
    "429",
    "answer lost",
    "sent twice",
    "dies before",
    "dies after",
    "forgets a row",
    "loses a row",
    "answers twice",
    "refuses one",
    "refuses all",
    "somebody edits before",
    "somebody edits after",
    "the hub goes on before",
    "the hub goes on after",
)


@dataclass
class Portal:
    """A destination with an upsert key.

    `faults` are taken one a call; `meanwhile` is what others do during one. `may` names who may be written,
    `theirs` the fields that the portal's people own. A record that was merged into another forwards to it.
    `touched` are records that people removed or merged; `edits` what they wrote over, and what was there.
    """

    capabilities: Capabilities
    now: Callable[[], datetime]
    meanwhile: Callable[[str], None]
    theirs: frozenset[str] = frozenset()
    records: dict[str, dict[str, object]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    changed: dict[str, datetime] = field(default_factory=dict)  # by whomever
    forwards: dict[str, str] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    edits: dict[tuple[str, str], tuple[object, tuple[object, ...]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    may: set[str] | None = None
    writes: int = 0
    _made: int = 0

    def take_over(self, other: Portal) -> None:
        """What another one holds."""
        self.records = {remote: dict(record) for remote, record in other.records.items()}
        self.changed, self.keys = dict(other.changed), dict(other.keys)
        self._made = other._made

    # --- what the hub asks

    def check(self) -> Check:
        return Check(ok=True, sentence="in memory")

    def discover(self) -> Sequence[Stream]:
        return []

    def read_back(self, remote_ids: Sequence[str]) -> Mapping[str, Payload | None]:
        """What was merged into another is not found under its old id, as HubSpot and Tryton have it."""
        return {one: dict(self.records[one]) if one in self.records else None for one in remote_ids}

    def find(self, identity_ids: Sequence[str]) -> Mapping[str, str]:
        if self.faults[:1] == ["429"]:  # it has no time for questions either; the next write meets it too
            raise RetryableError("rate-limited", "it has had too many requests", retry_after=1)
        return {one: self.keys[one] for one in identity_ids if one in self.keys}

    def write(self, changes: Sequence[Change]) -> Sequence[Receipt]:
        self.writes += 1
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "429":
            raise RetryableError("rate-limited", "it has had too many requests", retry_after=1)
        if fault == "refuses all":
            raise HubError("batch-refused", "there is a bad row")
        if fault.endswith("before"):
            self.meanwhile(fault)
        refused = changes[0] if fault == "refuses one" else None
        changes = changes[1:] if fault == "loses a row" else changes
        receipts = [self._write(change, refuse=change is refused) for change in changes]
        if fault == "sent twice":
            receipts = [self._write(change, refuse=False) for change in changes]
        if fault.endswith("after"):
            self.meanwhile(fault)
        if fault == "answer lost":
            raise RetryableError("torn-answer", "the answer did not come")
        if fault == "forgets a row":
            return receipts[1:]
        stray = Receipt("nobody-asked", Outcome.CREATED, "r0")
        return [*reversed(receipts), stray, *receipts] if fault == "answers twice" else receipts

    def _write(self, change: Change, *, refuse: bool) -> Receipt:
        if refuse:
            return Receipt(change.identity_id, Outcome.REJECTED, code="bad", sentence="not taken")
        match change.action:
            case Action.CREATE:
                return self._create(change)
            case Action.UPDATE:
                return self._update(change)
            case Action.MERGE:
                return self._merge(change)
            case _:
                self._remove(change.remote_id or "")
                return Receipt(change.identity_id, Outcome.ARCHIVED, change.remote_id)

    def _create(self, change: Change) -> Receipt:
        self._check_permission(change)
        known = self.keys.get(change.identity_id)
        if known is None:
            self._made += 1
            known = self.keys[change.identity_id] = f"r{self._made}"
            self.records[known] = {}
            self._set(known, change.payload)
            return Receipt(change.identity_id, Outcome.CREATED, known)
        self._set(known, change.payload)
        return Receipt(change.identity_id, Outcome.UPDATED, known)

    def _update(self, change: Change) -> Receipt:
        self._check_permission(change)
        assert not self.theirs & change.payload.keys(), "what others own was written over"
        remote = self._now(change.remote_id or "")
        if remote not in self.records:
            return Receipt(change.identity_id, Outcome.REJECTED, code="remote-gone", sentence="it is gone")
        self._set(remote, change.payload)
        if self.capabilities.moves_key and remote == change.remote_id:
            self._is_of(remote, change.identity_id)
        return Receipt(change.identity_id, Outcome.UPDATED, remote)

    def _set(self, remote: str, values: Payload) -> None:
        self.records[remote].update(values)
        self.changed[remote] = self.now()

    def _is_of(self, remote: str, identity: str) -> None:
        self.keys = {key: one for key, one in self.keys.items() if one != remote} | {identity: remote}

    def _merge(self, change: Change) -> Receipt:
        """The record to keep has its own values, and the others' where it has none."""
        remote = self._now(change.remote_id or "")
        if remote not in self.records:
            return Receipt(change.identity_id, Outcome.REJECTED, code="remote-gone", sentence="it is gone")
        into = str(change.payload["into"])
        for loser in change.merged_remote_ids:
            if self._now(loser) not in {loser, remote}:  # people had merged it: that one goes along
                self.touched |= {self._now(loser), remote}
            self._fold(self._now(loser), remote)
        self._is_of(remote, into)
        return Receipt(change.identity_id, Outcome.MERGED, remote)

    def _fold(self, loser: str, remote: str) -> None:
        if loser != remote and loser in self.records:
            own = {name: value for name, value in self.records[remote].items() if value is not None}
            self._set(remote, self.records[loser] | own)
            self._remove(loser)
            self.forwards[loser] = remote
            if loser in self.touched:  # whom people had put into it goes along
                self.touched.add(remote)

    def _remove(self, remote: str) -> None:
        self.records.pop(remote, None)
        self.keys = {key: one for key, one in self.keys.items() if one != remote}

    def _now(self, remote: str) -> str:
        while remote in self.forwards:
            remote = self.forwards[remote]
        return remote

    def now_at(self, remote: str) -> str | None:
        """The record that is meant by an id today."""
        there = self._now(remote)
        return there if there in self.records else None

    def _check_permission(self, change: Change) -> None:
        assert self.may is None or change.identity_id in self.may, "somebody was sent without permission"

    # --- what its people do

    def edits_field(self, remote: str, field: str, value: object) -> None:
        """The values before are remembered: while the hub wants no other, theirs may stay. What somebody
        wrote may be just what the hub was about to write, so when it is written over it is one of them.
        """
        shown = self.records[remote].get(field)
        theirs, before = self.edits.get((remote, field), (None, ()))
        kept = before if (remote, field) in self.edits and theirs == shown else ()
        self.edits[remote, field] = (value, (*kept, shown))
        self._set(remote, {field: value})

    def deletes(self, remote: str) -> None:
        self.touched.add(remote)
        self._remove(remote)

    def merges(self, loser: str, remote: str) -> None:
        """Both are touched: two identities of the hub have one record now."""
        if loser != remote:
            self.touched |= {loser, remote}
            before = dict(self.records[remote])
            self._fold(loser, remote)
            for field, value in self.records[remote].items():
                if before.get(field) != value:
                    self.edits[remote, field] = (value, (before.get(field),))
