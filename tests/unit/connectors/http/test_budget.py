from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from connectors.http import BudgetBook, RateBudget, Timing, Unlimited
from tests.fakes.timing import StoppedTime


def test_the_first_requests_of_a_window_pass_at_once_and_the_next_waits_for_the_first_to_age() -> None:
    stopped = StoppedTime()
    budget = RateBudget(3, 10.0, stopped.timing)
    for _ in range(4):
        budget.acquire()
    assert stopped.slept == [10.0]


@given(
    requests=st.integers(1, 5),
    idle=st.lists(st.floats(0.0, 7.0, allow_nan=False), min_size=1, max_size=30),
)
def test_no_window_ever_holds_more_than_its_requests(requests: int, idle: list[float]) -> None:
    stopped = StoppedTime()
    budget = RateBudget(requests, 10.0, stopped.timing)
    sent = []
    for seconds in idle:
        stopped.timing.sleep(seconds)
        budget.acquire()
        sent.append(stopped.passed)
    for start in sent:
        assert sum(start <= moment < start + 10.0 - 1e-6 for moment in sent) <= requests


def test_a_pause_holds_back_everybody() -> None:
    stopped = StoppedTime()
    budget = RateBudget(100, 10.0, stopped.timing)
    budget.pause(4.0)
    budget.pause(2.0)  # a shorter one does not end the longer
    budget.acquire()
    assert stopped.slept == [4.0]


def test_a_system_without_a_limit_still_keeps_pauses() -> None:
    stopped = StoppedTime()
    budget = Unlimited(stopped.timing)
    budget.acquire()
    budget.pause(3.0)
    budget.acquire()
    assert stopped.slept == [3.0]


def test_all_users_of_an_account_share_one_budget_and_the_stricter_limit_holds() -> None:
    stopped, book = StoppedTime(), BudgetBook()
    first = book.for_account("token-a", 10, 10.0, stopped.timing)
    assert book.for_account("token-a", 2, 10.0) is first
    assert book.for_account("token-b", 10, 10.0) is not first
    for _ in range(3):
        first.acquire()
    assert stopped.slept == [10.0]


def test_a_later_looser_limit_loosens_nothing() -> None:
    stopped, book = StoppedTime(), BudgetBook()
    budget = book.for_account("token", 1, 10.0, stopped.timing)
    book.for_account("token", 100, 10.0)
    budget.acquire()
    budget.acquire()
    assert stopped.slept == [10.0]


def test_a_budget_that_is_tightened_counts_what_was_sent_before() -> None:
    stopped = StoppedTime()
    budget = RateBudget(5, 10.0, stopped.timing)
    for _ in range(5):
        budget.acquire()
    budget.tighten(2, 10.0)
    budget.acquire()
    assert stopped.passed == 10.0


def test_threads_together_stay_within_the_budget() -> None:
    budget = RateBudget(20, 0.3, Timing())
    sent: list[float] = []

    def send(_: int) -> None:
        budget.acquire()
        sent.append(time.monotonic())

    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(50)))
    assert time.monotonic() - started >= 0.6  # 20 + 20 + 10 take two whole windows
    assert len(sent) == 50


def test_the_book_shows_no_account() -> None:
    book = BudgetBook()
    book.for_account("pat-secret", 1, 1.0)
    assert "pat-secret" not in repr(vars(book))
