"""Taking a decision back so that saying it again cannot go further than was meant.

An undo is open from its commit until the person has been told of it. A call that dies in between leaves it
open, and the next one is about the same decision: it takes nothing more back.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from hub.domain.judgement import Decision
from hub.jobs.decide import Person, take_back
from hub.ports import Clock
from hub.store import decisions, facts
from hub.store.engine import Store


@dataclass(frozen=True, slots=True)
class Undone:
    """A decision that is taken back; `again`: by an earlier call, of which nobody was told."""

    decision: Decision
    again: bool = False


def undo_once(store: Store, clock: Clock, person: Person, number: int | None = None) -> Undone:
    """As `hub.jobs.decide.undo`, but while an undo of this person is open, it is that one; unless another
    decision is named, or the person has decided something since.
    """
    with store.writing() as connection:
        decisions.queue_up(connection)
        left_open = _open(connection, person)
        if left_open is not None and number in {None, left_open.number}:
            return Undone(left_open, again=True)
        taken = take_back(connection, clock, person, number)
        facts.put(connection, _fact(person), str(taken.number))
        return Undone(taken)


def was_told(store: Store, person: Person, undone: Undone) -> None:
    """That the person has seen what was taken back: the next undo goes on from there."""
    with store.writing() as connection:
        if facts.get(connection, _fact(person)) == str(undone.decision.number):
            facts.put(connection, _fact(person), None)


def _open(connection: Connection, person: Person) -> Decision | None:
    number = facts.get(connection, _fact(person))
    found = decisions.find(connection, int(number)) if number is not None else None
    if found is None or found.undone_at is None:
        return None
    since = decisions.newest(connection, 1, author=person.name)
    return None if since and since[0].decided_at > found.undone_at else found


def _fact(person: Person) -> str:
    return f"undo not told: {person.name}"
