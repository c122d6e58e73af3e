"""Changes are told in their order, and a consumer moves on only when it has answered."""

from __future__ import annotations

import pytest

from hub.errors import ConflictError, RetryableError
from hub.jobs.feed import peek, read
from hub.jobs.telling import Told, tell
from hub.ports import Clock
from hub.store.engine import Store
from hub.store.feed import Change
from tests.unit.hub.jobs.test_resolve import run, take


class Ear:
    """It remembers what it was told; at some numbers it does not answer."""

    def __init__(self, deaf_at: set[int] | None = None) -> None:
        self.heard: list[int] = []
        self.deaf_at = deaf_at or set()

    def __call__(self, change: Change) -> None:
        self.heard.append(change.seq)
        if change.seq in self.deaf_at:
            self.deaf_at.discard(change.seq)
            raise RetryableError("no-answer", "nobody answers")


@pytest.fixture
def changed(store: Store, clock: Clock) -> list[int]:
    """The numbers of five changes: three golden records, then a merge of two."""
    take(store, clock, ("1", "a@x.org"), ("2", "b@x.org"), ("3", "c@x.org"))
    run(store, clock)
    take(store, clock, ("1", "a@x.org"), ("2", "a@x.org"), ("3", "c@x.org"))
    run(store, clock)
    return [one.seq for one in read(store, 0).changes]


def test_every_change_is_told_once_and_in_order(store: Store, clock: Clock, changed: list[int]) -> None:
    ear = Ear()
    assert tell(store, clock, "shop", ear) == Told(5, changed[-1], changed[-1])
    assert tell(store, clock, "shop", ear) == Told(0, changed[-1], changed[-1])
    assert ear.heard == changed == sorted(changed)


def test_what_was_not_answered_is_told_again_before_anything_else(
    store: Store, clock: Clock, changed: list[int]
) -> None:
    ear = Ear({changed[2]})
    with pytest.raises(RetryableError):
        tell(store, clock, "shop", ear)
    assert peek(store, "shop").after == changed[1]
    assert tell(store, clock, "shop", ear).sent == 3
    assert ear.heard == [*changed[:3], *changed[2:]]


def test_from_now_on_only_what_comes_is_told(store: Store, clock: Clock, changed: list[int]) -> None:
    ear = Ear()
    assert tell(store, clock, "shop", ear, from_now=True) == Told(0, changed[-1], changed[-1])
    take(store, clock, ("1", "a@x.org"), ("2", "a@x.org"), ("3", "d@x.org"))
    run(store, clock)
    assert tell(store, clock, "shop", ear, from_now=True).sent == len(ear.heard) == 1


def test_who_is_asked_to_stop_goes_on_from_there(store: Store, clock: Clock, changed: list[int]) -> None:
    ear = Ear()
    told = tell(store, clock, "shop", ear, stopping=lambda: len(ear.heard) == 2)
    assert (told.sent, ear.heard) == (2, changed[:2])
    tell(store, clock, "shop", ear)
    assert ear.heard == changed


def test_one_tells_at_a_time(store: Store, clock: Clock, changed: list[int]) -> None:
    def meanwhile(_change: Change) -> None:
        with pytest.raises(ConflictError, match="already running"):
            tell(store, clock, "shop", Ear())

    assert tell(store, clock, "shop", meanwhile).sent == len(changed)
    assert tell(store, clock, "other", Ear()).sent == len(changed)
