"""Who says `hub undo` again after it was cut off takes nothing more back than was meant."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hub.domain.matching import Verdict
from hub.errors import ConfigurationError
from hub.jobs.decide import Person, judge
from hub.jobs.taking_back import Undone, undo_once, was_told
from hub.ports import Clock
from hub.store.engine import Store
from tests.fakes.decided_world import anna
from tests.unit.hub.jobs.test_decide import company

PAIRS = [("crm:1", "crm:3"), ("crm:1", "crm:5"), ("crm:3", "crm:5")]
BEN = Person("ben")


def decided(store: Store, clock: Clock, who: Sequence[Person]) -> None:
    company(store, clock)
    for (a, b), person in zip(PAIRS, who, strict=False):
        judge(store, clock, person, a, b, Verdict.UNSURE)


def told(undone: Undone) -> tuple[int, bool]:
    return undone.decision.number, undone.again


def test_until_it_was_told_an_undo_that_is_said_again_is_the_same_one(store: Store, clock: Clock) -> None:
    decided(store, clock, [anna()] * 3)
    first = undo_once(store, clock, anna())
    assert told(first) == (3, False)
    assert [told(undo_once(store, clock, anna(), number)) for number in (None, 3, None)] == [(3, True)] * 3
    was_told(store, anna(), first)
    assert told(undo_once(store, clock, anna())) == (2, False)


def test_what_was_told_and_is_named_again_is_refused_as_ever(store: Store, clock: Clock) -> None:
    decided(store, clock, [anna()] * 2)
    was_told(store, anna(), undo_once(store, clock, anna(), 2))
    with pytest.raises(ConfigurationError, match="decision 2 was taken back already"):
        undo_once(store, clock, anna(), 2)


def test_another_decision_that_is_named_is_taken_back_all_the_same(store: Store, clock: Clock) -> None:
    decided(store, clock, [anna()] * 3)
    undo_once(store, clock, anna())
    assert told(undo_once(store, clock, anna(), 1)) == (1, False)
    assert told(undo_once(store, clock, anna())) == (1, True)


def test_who_has_decided_something_since_means_that(store: Store, clock: Clock) -> None:
    decided(store, clock, [anna()] * 2)
    undo_once(store, clock, anna())
    judge(store, clock, anna(), *PAIRS[2], Verdict.UNSURE)
    assert told(undo_once(store, clock, anna())) == (3, False)


def test_what_one_was_not_told_keeps_nobody_else_from_taking_back(store: Store, clock: Clock) -> None:
    decided(store, clock, [anna(), BEN])
    undo_once(store, clock, anna())
    assert told(undo_once(store, clock, BEN)) == (2, False)
    was_told(store, BEN, undo_once(store, clock, BEN))
    assert told(undo_once(store, clock, anna())) == (1, True)


def test_a_late_word_that_it_was_told_does_not_close_a_later_undo(store: Store, clock: Clock) -> None:
    decided(store, clock, [anna()] * 3)
    late = undo_once(store, clock, anna(), 1)
    undo_once(store, clock, anna(), 2)
    was_told(store, anna(), late)
    assert told(undo_once(store, clock, anna())) == (2, True)
