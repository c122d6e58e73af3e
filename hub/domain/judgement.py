"""What people decide: records are the same or different, a field has a value; and what contradicts it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum
from typing import Any, Final, NamedTuple

from hub.domain import instants
from hub.domain.matching import Verdict

UNNUMBERED: Final = 0  # of judgements that came into the store without a decision


class DecisionKind(StrEnum):
    REVIEW = "review"
    MERGE = "merge"
    SPLIT = "split"
    OVERRIDE = "override"
    IMPORT = "import"
    DELETION = "deletion"


class RecordName(NamedTuple):
    """A record as people name it; it outlives any renumbering, and means the same in another hub."""

    source: str
    key: str

    def __str__(self) -> str:
        return f"{self.source}:{self.key}"


@dataclass(frozen=True, slots=True)
class Decision:
    """One act of a person, taken back as one: the judgements and overrides that carry its number.

    `sentence` tells what was decided. Instants are ISO 8601 text in UTC.
    """

    number: int
    kind: DecisionKind
    author: str
    reason: str | None
    decided_at: str
    sentence: str
    undone_at: str | None = None
    undone_by: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's word on two records, `a` before `b`. `decision` is the number of the act that holds it."""

    a: RecordName
    b: RecordName
    verdict: Verdict
    author: str = ""
    judged_at: str = ""
    decision: int = UNNUMBERED
    reason: str | None = None

    @property
    def pair(self) -> tuple[RecordName, RecordName]:
        return self.a, self.b

    def told(self, zone: tzinfo = UTC) -> str:
        """In words; its day is one of a time zone."""
        number = f", decision {self.decision}" if self.decision else ""
        return f"{self.short} ({self.author} on {instants.day(self.judged_at, zone)}{number})"

    @property
    def short(self) -> str:
        sign = {Verdict.SAME: "=", Verdict.DIFFERENT: "≠", Verdict.UNSURE: "?"}[self.verdict]
        return f"{self.a} {sign} {self.b}"


@dataclass(frozen=True, slots=True)
class Override:
    """A person's value for a field of an identity; None clears the field.

    `field` is a path: `job_title`, `name.given`, `emails`, `attributes.segment`. `value` has the form that
    the field has in a golden record: text, a list of items, an attribute.
    """

    number: int
    identity_id: str
    field: str
    value: Any
    author: str
    reason: str | None
    set_at: str
    expires_at: str | None = None
    decision: int = UNNUMBERED


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two records judged different that the `chain` makes the same."""

    different: Judgement
    chain: tuple[Judgement, ...]

    def told(self, new: int, zone: tzinfo = UTC) -> str:
        """The chain in words; what decision `new` would add is told as said now."""
        said = [f"{one.short} (said now)" if one.decision == new else one.told(zone) for one in self._all]
        return f"{', '.join(said[:-1])}, but {said[-1]}"

    @property
    def _all(self) -> tuple[Judgement, ...]:
        return (*self.chain, self.different)


def judgement(a: RecordName, b: RecordName, verdict: Verdict, author: str, at: str, number: int) -> Judgement:
    """A judgement, whatever the order in which its records are named."""
    first, second = sorted((a, b))
    return Judgement(first, second, verdict, author, at, number)


def in_force(judged: Iterable[Judgement]) -> list[Judgement]:
    """Of several judgements on one pair the last given."""
    newest: dict[tuple[RecordName, RecordName], Judgement] = {}
    for one in judged:
        newest[one.pair] = one
    return list(newest.values())


def contradiction(judged: Iterable[Judgement]) -> Contradiction | None:
    """The first pair judged different that judgements of sameness hold together, with the shortest chain."""
    told = list(judged)
    different = [one for one in told if one.verdict is Verdict.DIFFERENT]
    neighbours = _neighbours(told)
    group = _groups(neighbours)
    for one in different:
        if one.a in group and group[one.a] == group.get(one.b):
            return Contradiction(one, _chain(neighbours, one.a, one.b))
    return None


def not_parted(judged: Iterable[Judgement], members: Sequence[RecordName]) -> list[RecordName]:
    """Those of an identity's members that nobody has judged to be another than its first one, directly or by
    what they were judged the same as: without those who left by a decision that is not carried out yet.
    """
    told = in_force(judged)
    group = _groups(_neighbours(told))
    first = group.get(members[0], members[0])
    others = set()
    for one in told:
        if one.verdict is Verdict.DIFFERENT:
            a, b = (group.get(name, name) for name in one.pair)
            others |= {b} if a == first else {a} if b == first else set()
    return [name for name in members if group.get(name, name) not in others]


def _neighbours(judged: Iterable[Judgement]) -> dict[RecordName, list[Judgement]]:
    found: dict[RecordName, list[Judgement]] = {}
    for one in judged:
        if one.verdict is Verdict.SAME:
            found.setdefault(one.a, []).append(one)
            found.setdefault(one.b, []).append(one)
    return found


def _groups(neighbours: Mapping[RecordName, list[Judgement]]) -> dict[RecordName, RecordName]:
    """Each record with the first one that it hangs together with."""
    group: dict[RecordName, RecordName] = {}
    for start in neighbours:
        if start in group:
            continue
        group[start] = start
        waiting = [start]
        while waiting:
            for link in neighbours[waiting.pop()]:
                for record in link.pair:
                    if record not in group:
                        group[record] = start
                        waiting.append(record)
    return group


def _chain(
    neighbours: Mapping[RecordName, list[Judgement]], start: RecordName, end: RecordName
) -> tuple[Judgement, ...]:
    came: dict[RecordName, Judgement] = {}
    waiting = deque([start])
    while end not in came:
        here = waiting.popleft()
        for link in neighbours[here]:
            there = link.b if link.a == here else link.a
            if there != start and there not in came:
                came[there] = link
                waiting.append(there)
    links: list[Judgement] = []
    while end != start:
        links.append(came[end])
        end = links[-1].a if links[-1].b == end else links[-1].b
    return tuple(reversed(links))
