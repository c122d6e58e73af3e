"""Changes: what happened to golden records, read on by consumers from where each of them is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy.engine import Connection

from hub.domain.instants import instant
from hub.errors import ConfigurationError
from hub.ports import Clock
from hub.store import feed
from hub.store.engine import Store
from hub.store.feed import Change, Consumer

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Read:
    """Changes in the order of their numbers; `after` and `upto` are the numbers they lie between. `newest` is
    the last change there is: when it is greater than `upto`, there is more.
    """

    changes: tuple[Change, ...]
    after: int
    upto: int
    newest: int


def read(store: Store, after: int, limit: int = BATCH) -> Read:
    """The first changes after a number; moves nobody."""
    with store.reading() as connection:
        return _read(connection, after, limit)


def peek(store: Store, name: str, limit: int = BATCH) -> Read:
    """What a consumer has not dealt with yet, from the beginning for one that is not known; moves nobody.

    It gets the same again until it says that it dealt with it (`done_with`): whatever dies in between,
    nothing is missed, and a number that comes twice is the same change.
    """
    with store.reading() as connection:
        known = feed.consumer(connection, name)
        return _read(connection, known.seq if known else 0, limit)


def done_with(store: Store, clock: Clock, name: str, seq: int, *, back: bool = False) -> Consumer:
    """A consumer has dealt with every change up to that number.

    Saying so again changes nothing. Raises `ConfigurationError` for a number that no change has yet, and, but
    with `back`, for one before where the consumer is.
    """
    with store.writing() as connection:
        newest = feed.newest(connection)
        if not 0 <= seq <= newest:
            hint = f"the newest is {newest}"
            raise ConfigurationError("unknown-change", f"there is no change {seq} yet", hint=hint)
        known = feed.hold(connection, name, instant(clock.now()))
        if seq < known.seq and not back:
            hint = f"`--back` has it read again from there; it is at {known.seq}"
            raise ConfigurationError("already-past", f"{name} is past change {seq}", hint=hint)
        if seq != known.seq:
            feed.move(connection, name, seq, instant(clock.now()))
        return feed.consumer(connection, name) or known


def consume(
    store: Store,
    clock: Clock,
    name: str,
    deal_with: Callable[[Connection, Sequence[Change]], None],
    *,
    limit: int = BATCH,
) -> Read:
    """Hands a consumer its next changes, in the transaction that moves it on: what it writes by that
    connection and its place are stored together, or neither is. So each change is dealt with once, whatever
    dies, and however many consume by the same name.
    """
    with store.writing() as connection:
        now = instant(clock.now())
        known = feed.hold(connection, name, now)
        found = _read(connection, known.seq, limit)
        if found.changes:
            deal_with(connection, found.changes)
            feed.move(connection, name, found.upto, now)
        return found


def consumers(store: Store) -> tuple[list[Consumer], int]:
    """Who reads the feed, and the number of the newest change."""
    with store.reading() as connection:
        return feed.all_consumers(connection), feed.newest(connection)


def forget(store: Store, name: str) -> None:
    """A consumer reads no more. Raises `ConfigurationError`, with the nearest name, for an unknown one."""
    with store.writing() as connection:
        known = [one.name for one in feed.all_consumers(connection)]
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known) or 'none'}"
            raise ConfigurationError("unknown-consumer", f"there is no consumer `{name}`", hint=hint)
        feed.forget(connection, name)


def _read(connection: Connection, after: int, limit: int) -> Read:
    found = feed.changes(connection, after, limit)
    return Read(tuple(found), after, found[-1].seq if found else after, feed.newest(connection))
