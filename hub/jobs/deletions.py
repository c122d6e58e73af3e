"""Deletions at the source: what the policy of each source, or a person, lets become of the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.engine import Connection

from hub.domain.deletions import DeletionPolicy, DeletionVerdict, Gone
from hub.domain.judgement import DecisionKind
from hub.errors import ConfigurationError
from hub.jobs.decide import Decided, Person, deciding
from hub.jobs.named import record_of
from hub.ports import Clock
from hub.store import decisions, deletions
from hub.store.engine import Store

_SAYS: dict[DeletionPolicy, tuple[str, str]] = {  # of one record, of several
    DeletionPolicy.REMOVE: ("leaves its golden record", "leave their golden records"),
    DeletionPolicy.KEEP: ("stays in its golden record", "stay in their golden records"),
}


def settle(store: Store, policies: Mapping[str, DeletionPolicy]) -> int:
    """Lets every record that is gone stay or leave as it should; gives how many stand otherwise now.

    Only marks them: the resolve after it carries it out.
    """
    with store.reading() as connection:
        if not deletions.unsettled(connection, policies):
            return 0
    with store.writing() as connection:
        wanted = deletions.unsettled(connection, policies)
        deletions.settle(connection, wanted)
    return len(wanted)


def waiting(store: Store, source: str | None = None) -> list[Gone]:
    """The records gone from their source that wait for a person."""
    with store.reading() as connection:
        return deletions.waiting(connection, source)


def count_waiting(store: Store) -> int:
    with store.reading() as connection:
        return deletions.count_waiting(connection)


def decide_deletions(
    store: Store,
    clock: Clock,
    person: Person,
    asked: Sequence[str],
    verdict: DeletionPolicy,
    *,
    source: str | None = None,
) -> Decided:
    """A person's word on records (source:key) that are gone from their source, or on all of a source that
    wait. The last word counts; it can be taken back as any decision.

    Raises `ConfigurationError` for a record that is not there, or not gone.
    """
    with store.writing() as connection:
        act = deciding(connection, clock, person)
        gone = _named(connection, asked)
        if source is not None:
            gone += deletions.waiting(connection, source)
        if not gone:
            hint = "`hub deletions list` shows what waits"
            raise ConfigurationError("nothing-to-do", "no record waits for that", hint=hint)
        who = ", ".join(map(str, gone[:3])) + (f" and {len(gone) - 3} more" if len(gone) > 3 else "")
        decision = act.decision(DecisionKind.DELETION, f"{who} {_SAYS[verdict][len(gone) > 1]}")
        decisions.add(connection, decision)
        told = [
            DeletionVerdict(one.source, one.key, one.gone_at, verdict, person.name, act.at) for one in gone
        ]
        deletions.judge(connection, act.number, told)
        return Decided(decision)


def _named(connection: Connection, asked: Sequence[str]) -> list[Gone]:
    numbers = {number: name for name, number in (record_of(connection, one) for one in asked)}
    found = {one.record_id: one for one in deletions.of_records(connection, list(numbers))}
    there = [str(name) for number, name in numbers.items() if number not in found]
    if there:
        raise ConfigurationError(
            "not-gone",
            f"{', '.join(there)} is still at its source",
            hint="`hub deletions list` shows what is gone; `hub split` takes a record out of an identity",
        )
    return list(found.values())
