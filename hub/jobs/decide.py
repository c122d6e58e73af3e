"""Decide: people say that records are the same or different; merge, split, and taking it back.

A decision is stored at once and whole, or refused and nothing is stored; the next resolve carries it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from itertools import pairwise

from sqlalchemy.engine import Connection

from hub.domain.instants import instant
from hub.domain.judgement import (
    UNNUMBERED,
    Decision,
    DecisionKind,
    Judgement,
    RecordName,
    contradiction,
    in_force,
    judgement,
    not_parted,
)
from hub.domain.matching import Verdict
from hub.errors import ConfigurationError, ConflictError
from hub.jobs.named import identity_of, no_records, record_of
from hub.ports import Clock
from hub.store import decisions, identities, records
from hub.store.engine import Store

_IS: dict[Verdict, str] = {
    Verdict.SAME: "are the same",
    Verdict.DIFFERENT: "are different",
    Verdict.UNSURE: "cannot be told to be the same or not",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who decides, and why; the days that he is told are those of `zone`."""

    name: str
    reason: str | None = None
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with what it says of records."""

    decision: Decision
    judgements: tuple[Judgement, ...] = ()


@dataclass(frozen=True, slots=True)
class Deciding:
    """A decision on its way into the store: its number, who decides, when."""

    connection: Connection
    person: Person
    number: int
    at: str

    def says(self, a: RecordName, b: RecordName, verdict: Verdict) -> Judgement:
        return judgement(a, b, verdict, self.person.name, self.at, self.number)

    def decision(self, kind: DecisionKind, sentence: str) -> Decision:
        return Decision(self.number, kind, self.person.name, self.person.reason, self.at, sentence)

    def united(
        self, groups: Mapping[str, Sequence[RecordName]], said: Sequence[Judgement] = ()
    ) -> list[Judgement]:
        """That all records of these identities are one: the matching must not part them in another place.

        Raises `ConflictError` when records of two of them were judged different, and are not `said` now to be
        the same.
        """
        before = decisions.judged(self.connection)
        wholes = {identity: not_parted(before, members) for identity, members in groups.items()}
        _check_groups([*before, *said], wholes, self.person.zone)
        firsts = [members[0] for members in wholes.values()]
        within = [pair for members in wholes.values() for pair in pairwise(members)]
        return [self.says(one, other, Verdict.SAME) for one, other in (*pairwise(firsts), *within)]

    def keep(self, kind: DecisionKind, sentence: str, judged: Sequence[Judgement]) -> Decided:
        """Stores the decision. Raises `ConflictError` when it contradicts what was judged before."""
        before = decisions.judged(self.connection)
        _check(before, [*before, *judged], self.number, self.person.zone)
        made = self.decision(kind, sentence)
        decisions.add(self.connection, made, judged)
        return Decided(made, tuple(judged))


def deciding(connection: Connection, clock: Clock, person: Person) -> Deciding:
    return Deciding(connection, person, decisions.number(connection), instant(clock.now()))


def judge(store: Store, clock: Clock, person: Person, a: str, b: str, verdict: Verdict) -> Decided:
    """A person's word on two records (source:key; an id stands for the first record of its identity). That
    they are the same makes one of their identities, so all of both is held together, as `merge` does.
    """
    with store.writing() as connection:
        act = deciding(connection, clock, person)
        first, second = (_spoken_of(connection, asked, person.zone) for asked in (a, b))
        if first == second:
            raise _one_twice(a, b, str(first[0]))
        sentence = f"{first[0]} and {second[0]} {_IS[verdict]}"
        links = [act.says(first[0], second[0], verdict)]
        if verdict is Verdict.SAME:
            ids = [identities.of_record(connection, number) for _, number in (first, second)]
            if None not in ids and ids[0] != ids[1]:
                asked_for = zip(ids, (first, second), strict=True)
                groups = {str(one): _members(connection, str(one), str(name)) for one, (name, _) in asked_for}
                links = act.united(groups, links)
        return act.keep(DecisionKind.REVIEW, sentence, links)


def _one_twice(a: str, b: str, record: str) -> ConfigurationError:
    if a == b == record:
        return ConfigurationError("same-record", "that is one record twice", hint="name two records")
    hint = f"name two records (source:key); `hub split {a} RECORD` takes one out of it"
    return ConfigurationError("same-record", f"{a} and {b} stand for one record, {record}", hint=hint)


def merge(store: Store, clock: Clock, person: Person, asked: Sequence[str]) -> Decided:
    """Several identities (any ids they ever had, or records of theirs) are one.

    Raises `ConflictError` when records of two of them were judged different.
    """
    with store.writing() as connection:
        act = deciding(connection, clock, person)
        groups: dict[str, list[RecordName]] = {}
        for one in asked:
            identity = identity_of(connection, one, person.zone)
            groups.setdefault(identity, _members(connection, identity, one))
        if len(groups) < 2:
            raise ConfigurationError(
                "already-one",
                f"{' and '.join(asked)} are one identity already"
                if len(asked) > 1
                else "that is one identity",
                hint="name at least two: hub merge ID ID",
            )
        return act.keep(DecisionKind.MERGE, f"{', '.join(groups)} are one", act.united(groups))


def split(
    store: Store, clock: Clock, person: Person, asked: str, leaving: Sequence[str], *, apart: bool = False
) -> Decided:
    """Some records of an identity are somebody else: one other, or with `apart` each another."""
    with store.writing() as connection:
        act = deciding(connection, clock, person)
        identity = identity_of(connection, asked, person.zone)
        members = [RecordName(*name) for name in records.of_identity(connection, identity)]
        gone = list(dict.fromkeys(record_of(connection, one)[0] for one in leaving))
        strangers = [str(one) for one in gone if one not in members]
        if strangers:
            raise ConfigurationError(
                "not-a-member",
                f"{', '.join(strangers)} is no record of {identity}",
                hint=f"`hub profile show {identity}` lists its records",
            )
        staying = [one for one in members if one not in gone]
        if not staying and not apart:
            raise ConfigurationError(
                "nothing-left",
                "that would leave no record in the identity",
                hint="name fewer records, or use --apart to part all of them from each other",
            )
        links = _parted(act, gone, staying, apart=apart, before=decisions.judged(connection))
        who = ", ".join(map(str, gone))
        sentence = f"{who} {'are each' if apart and len(gone) > 1 else 'is' if len(gone) == 1 else 'are'}"
        return act.keep(DecisionKind.SPLIT, f"{sentence} not {identity}", links)


def exclude(store: Store, clock: Clock, person: Person, record: str) -> Decided:
    """A record (source:key) does not belong to the identity that it is in."""
    return split(store, clock, person, record, [record])


def undo(store: Store, clock: Clock, person: Person, number: int | None = None) -> Decision:
    """Takes a decision back; without a number the person's own last one.

    Raises `ConflictError` when what an earlier decision says, and would say again, contradicts others.
    """
    with store.writing() as connection:
        decisions.queue_up(connection)
        return take_back(connection, clock, person, number)


def take_back(connection: Connection, clock: Clock, person: Person, number: int | None) -> Decision:
    """The same within a transaction that is at the counter already."""
    found = _wanted(connection, person, number)
    standing = decisions.judged(connection)
    left = [one for one in standing if one.decision != found.number]
    _check(standing, left, found.number, person.zone)
    decisions.take_back(connection, found.number, person.name, instant(clock.now()))
    return decisions.find(connection, found.number) or found


def _wanted(connection: Connection, person: Person, number: int | None) -> Decision:
    if number is None:
        found = decisions.last_standing(connection, person.name)
        if found is None:
            raise ConfigurationError(
                "nothing-to-undo",
                f"{person.name} has decided nothing that stands",
                hint="`hub judgements list` shows all decisions; `hub undo N` takes one back",
            )
        return found
    found = decisions.find(connection, number)
    if found is None or found.undone_at is not None:
        near = [str(one.number) for one in decisions.newest(connection, 50) if one.undone_at is None][:3]
        hint = f"the last that stand are {', '.join(near)}" if near else "no decision stands"
        state = "was taken back already" if found else "does not exist"
        hint = f"`hub resolve` carries that out, where it was cut off; {hint}" if found else hint
        raise ConfigurationError("unknown-decision", f"decision {number} {state}", hint=hint)
    return found


def _spoken_of(connection: Connection, asked: str, zone: tzinfo) -> tuple[RecordName, int]:
    if ":" in asked:
        return record_of(connection, asked)
    identity = identity_of(connection, asked, zone)
    return record_of(connection, str(_members(connection, identity, asked)[0]))


def _members(connection: Connection, identity: str, asked: str) -> list[RecordName]:
    """The records of an identity, the one that was asked for first."""
    members = [RecordName(*name) for name in records.of_identity(connection, identity)]
    if not members:
        raise no_records(asked)
    return sorted(members, key=lambda name: (str(name) != asked, name))


def _parted(
    act: Deciding,
    gone: Sequence[RecordName],
    staying: Sequence[RecordName],
    *,
    apart: bool,
    before: Sequence[Judgement],
) -> list[Judgement]:
    """Those who leave are held together (or kept apart), and kept apart from those who stay."""
    if apart:
        everyone = [*gone, *staying]
        return [
            act.says(one, other, Verdict.DIFFERENT)
            for place, one in enumerate(gone)
            for other in everyone[place + 1 :]
        ]
    leaving, remaining = set(gone), set(staying)
    together = [act.says(one, other, Verdict.SAME) for one, other in pairwise(gone)]
    pairs = {(gone[0], other) for other in staying}
    for old in before:  # what held them together until now is not so any more
        for one, other in (old.pair, (old.b, old.a)):
            if old.verdict is Verdict.SAME and one in leaving and other in remaining:
                pairs.add((one, other))
    return together + [act.says(one, other, Verdict.DIFFERENT) for one, other in sorted(pairs)]


def _check(before: Sequence[Judgement], after: Sequence[Judgement], number: int, zone: tzinfo) -> None:
    found = contradiction(in_force(after))
    if found is None or found == contradiction(in_force(before)):
        return
    held = sorted({one.decision for one in (*found.chain, found.different)} - {UNNUMBERED, number})
    raise ConflictError(
        "contradiction",
        f"that contradicts what was judged: {found.told(number, zone)}; nothing was stored",
        hint=f"`hub undo N` takes a decision back: {', '.join(map(str, held))}",
    )


def _check_groups(
    judged: Sequence[Judgement], groups: Mapping[str, Sequence[RecordName]], zone: tzinfo
) -> None:
    """That no two records of different identities were judged different."""
    group_of = {name: identity for identity, members in groups.items() for name in members}
    for one in in_force(judged):
        first, second = group_of.get(one.a), group_of.get(one.b)
        if one.verdict is Verdict.DIFFERENT and first and second and first != second:
            raise ConflictError(
                "contradiction",
                f"that contradicts what was judged: {one.told(zone)}, and {one.a} is in {first}, {one.b} in"
                f" {second}; nothing was stored",
                hint=f"`hub undo {one.decision}` takes that back" if one.decision else None,
            )
