"""How many requests may be sent: one budget for all that use the same account in this process."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Final, Protocol

from connectors.http.timing import SYSTEM, Timing


class Budget(Protocol):
    """What a client asks before each request. A budget shared by several processes fulfils the same two."""

    def acquire(self) -> None:
        """Returns when one more request may be sent."""

    def pause(self, seconds: float) -> None:
        """Lets nobody send for that long, because the other side said so."""


class Unlimited:
    """The budget of a system that names no limit; it only keeps pauses."""

    def __init__(self, timing: Timing = SYSTEM) -> None:
        self._timing = timing
        self._not_before = float("-inf")

    def acquire(self) -> None:
        while (wait := self._not_before - self._timing.monotonic()) > 0:
            self._timing.sleep(wait)

    def pause(self, seconds: float) -> None:
        self._not_before = max(self._not_before, self._timing.monotonic() + seconds)


class RateBudget:
    """At most `requests` in any `seconds`, for all threads together.

    A window that slides, not a bucket that fills: a bucket of N that refills at N per window lets 2 N
    pass within one window, which is what the vendor's counter refuses.
    """

    def __init__(self, requests: int, seconds: float, timing: Timing = SYSTEM) -> None:
        self._requests = requests
        self._seconds = seconds
        self._timing = timing
        self._lock = Lock()
        self._sent: deque[float] = deque()
        self._not_before = float("-inf")

    def acquire(self) -> None:
        while (wait := self._wait_or_take()) > 0:
            self._timing.sleep(wait)

    def pause(self, seconds: float) -> None:
        with self._lock:
            self._not_before = max(self._not_before, self._timing.monotonic() + seconds)

    def tighten(self, requests: int, seconds: float) -> None:
        """Takes the stricter of two opinions about the same account."""
        with self._lock:
            if requests / seconds < self._requests / self._seconds:
                self._requests, self._seconds = requests, seconds

    def _wait_or_take(self) -> float:
        """Takes a place and gives 0, or gives the seconds until it is worth asking again."""
        with self._lock:
            now = self._timing.monotonic()
            if now < self._not_before:
                return self._not_before - now
            while self._sent and self._sent[0] + self._seconds <= now:
                self._sent.popleft()
            if len(self._sent) < self._requests:
                self._sent.append(now)
                return 0.0
            # The slot that must be free again first: under a tightened limit not the oldest one.
            return self._sent[len(self._sent) - self._requests] + self._seconds - now


class Both:
    """Two budgets at once: a request has to fit into each."""

    def __init__(self, first: Budget, second: Budget) -> None:
        self._first, self._second = first, second

    def acquire(self) -> None:
        self._first.acquire()
        self._second.acquire()

    def pause(self, seconds: float) -> None:
        self._first.pause(seconds)
        self._second.pause(seconds)


# Makes a budget that other processes share, for an account's digest, so many requests and seconds.
Share = Callable[[str, int, float], Budget]


class BudgetBook:
    """The budgets of this process by account. Accounts are kept as a digest: their names hold tokens.

    With `share` every request has to fit into a budget that other processes share, too.
    """

    def __init__(self, share: Share | None = None) -> None:
        self._lock = Lock()
        self._share = share
        self._budgets: dict[str, RateBudget] = {}

    def for_account(self, account: str, requests: int, seconds: float, timing: Timing = SYSTEM) -> Budget:
        """The account's budget, made at the first call; a later stricter limit tightens it for all."""
        key = hashlib.sha256(account.encode()).hexdigest()
        with self._lock:
            budget = self._budgets.get(key)
            if budget is None:
                budget = self._budgets[key] = RateBudget(requests, seconds, timing)
        budget.tighten(requests, seconds)
        return budget if self._share is None else Both(budget, self._share(key, requests, seconds))


BUDGETS: Final = BudgetBook()
