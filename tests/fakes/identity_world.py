"""A small world whose records come together, part, come and go; identities as a store keeps them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from hub.domain.identity import IDENTITY_SCHEMA, MEMBER_SCHEMA, Assignment, IdentityState, assign

_MERGED = pa.schema([("identity_id", pa.string()), ("record_id", pa.int64())])
_NAMES = pa.schema([("record_id", pa.int64()), ("source", pa.string()), ("key", pa.string())])
_CLUSTERS = pa.schema([("record_id", pa.int64()), ("cluster", pa.int64())])


@dataclass
class Known:
    """What is known of one identity."""

    born: int
    state: IdentityState = IdentityState.ACTIVE
    redirect_to: str | None = None
    held: set[int] = field(default_factory=set)  # when it was merged away or archived


@dataclass
class IdentityWorld:
    """`truth` is which records are one now, `members` which identity each is in. Every change is assigned by
    itself, with what it concerns, as an incremental resolve does.
    """

    chance: random.Random
    size: int
    truth: dict[int, int] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    identities: dict[str, Known] = field(default_factory=dict)

    def change(self) -> tuple[Assignment, pa.Table]:
        """One random merge, split, arrival, departure or move; what it comes to, and the members before."""
        what = self.chance.choice([self._merge, self._split, self._come, self._go, self._move])
        concerned = what() if self.truth else self._come()
        return self._assigned(concerned)

    def resolve(self, identity: str) -> str:
        """The identity that an id stands for today; raises `KeyError` for an id that leads nowhere."""
        for _ in range(len(self.identities)):
            known = self.identities[identity]
            if known.redirect_to is None:
                return identity
            identity = known.redirect_to
        raise KeyError(identity)

    # --- what happens: the records that it concerns -----------------------------------------------------

    def _merge(self) -> set[int]:
        one, other = (self.truth[self._any()] for _ in range(2))
        self.truth = {record: one if at == other else at for record, at in self.truth.items()}
        return self._group(one)

    def _split(self) -> set[int]:
        group = self._group(self.truth[self._any()])
        leaving = [record for record in sorted(group) if self.chance.random() < 0.4]
        self.truth |= dict.fromkeys(leaving, self._fresh())
        return group

    def _come(self) -> set[int]:
        absent = [record for record in range(1, self.size + 1) if record not in self.truth]
        if not absent:
            return self._merge()
        record = self.chance.choice(absent)
        alone = self.chance.random() < 0.5 or not self.truth
        self.truth[record] = self._fresh() if alone else self.truth[self._any()]
        return self._group(self.truth[record])

    def _go(self) -> set[int]:
        record = self._any()
        group = self._group(self.truth.pop(record))
        return group | {record}

    def _move(self) -> set[int]:
        record, to = self._any(), self.truth[self._any()]
        group = self._group(self.truth[record]) | self._group(to)
        self.truth[record] = to
        return group

    def _any(self) -> int:
        return self.chance.choice(sorted(self.truth))

    def _fresh(self) -> int:
        return max(self.truth.values(), default=0) + 1

    def _group(self, cluster: int) -> set[int]:
        return {record for record, at in self.truth.items() if at == cluster}

    # --- identities, as the store keeps them ------------------------------------------------------------

    def _assigned(self, concerned: set[int]) -> tuple[Assignment, pa.Table]:
        ids = {self.members[record] for record in concerned if record in self.members}
        concerned = concerned | {record for record, one in self.members.items() if one in ids}
        concerned |= {r for r, at in self.truth.items() if at in {self.truth.get(c) for c in concerned}}
        before = {record: self.members[record] for record in sorted(concerned) if record in self.members}
        merged = [(one, r) for one, known in self.identities.items() for r in sorted(known.held & concerned)]
        known = sorted({*before.values(), *(one for one, _ in merged)})
        live = sorted(concerned & self.truth.keys())
        held = _table(list(before.items()), MEMBER_SCHEMA)
        found = assign(
            _table([(record, self.truth[record]) for record in live], _CLUSTERS),
            _table([(record, "s", f"{record:04}") for record in live], _NAMES),
            held,
            _table([self._row(one) for one in known], IDENTITY_SCHEMA),
            _table(merged, _MERGED),
            taken=lambda asked: set(asked) & self.identities.keys(),
        )
        self._keep(found, before)
        return found, held

    def _row(self, one: str) -> tuple[str, str, str | None, int]:
        known = self.identities[one]
        return one, known.state.value, known.redirect_to, known.born

    def _keep(self, found: Assignment, before: dict[int, str]) -> None:
        for one in found.created:
            self.identities[one] = Known(len(self.identities))
        for one, to in zip(*(column.to_pylist() for column in found.redirected.columns), strict=True):
            held = {record for record, at in before.items() if at == one}
            self.identities[one] = Known(self.identities[one].born, IdentityState.REDIRECTED, to, held)
        for one in found.revived:
            self.identities[one] = Known(self.identities[one].born)
        for one in found.archived:
            held = {record for record, at in before.items() if at == one}
            self.identities[one] = Known(self.identities[one].born, IdentityState.ARCHIVED, held=held)
        for record in before:
            self.members.pop(record, None)
        records, ids = (found.members[name].to_pylist() for name in MEMBER_SCHEMA.names)
        self.members |= dict(zip(records, ids, strict=True))


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([list(column) for column in columns], schema=schema)
