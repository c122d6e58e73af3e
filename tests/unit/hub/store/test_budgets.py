"""One account, one limit, however many processes send."""

from __future__ import annotations

from bisect import bisect_left

from hub.store.budgets import SharedBudget
from hub.store.engine import Store


class Time:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


def budget(store: Store, time: Time, requests: int = 5) -> SharedBudget:
    return SharedBudget(store, "account", requests, 10.0, time.now, time.sleep)


def test_no_window_holds_more_than_the_account_allows(store: Store) -> None:
    time = Time()
    processes = [budget(store, time), budget(store, time)]
    sent = []
    for n in range(23):
        processes[n % 2].acquire()
        sent.append(time.at)
        time.at += 0.7 * (n % 3)
    assert all(bisect_left(sent, at + 10.0) - n <= 5 for n, at in enumerate(sent))
    assert sent[-1] - sent[0] < 45, "it waits longer than it has to"


def test_a_pause_is_one_for_all(store: Store) -> None:
    time = Time()
    one, other = budget(store, time), budget(store, time)
    one.acquire()
    one.pause(30)
    began = time.at
    other.acquire()
    assert 30 <= time.at - began < 41


def test_accounts_do_not_wait_for_each_other_and_a_stricter_limit_holds(store: Store) -> None:
    time = Time()
    for _ in range(5):
        budget(store, time).acquire()
    SharedBudget(store, "another", 1, 10.0, time.now, time.sleep).acquire()
    assert time.at == 1_000_000.0
    budget(store, time, requests=2).acquire()
    assert time.at >= 1_000_010.0


def test_a_clock_that_was_set_back_does_not_stop_everything(store: Store) -> None:
    time = Time()
    for _ in range(5):
        budget(store, time).acquire()
    time.at -= 86_400
    began = time.at
    budget(store, time).acquire()
    assert time.at - began <= 60
