"""Work that is done when its result is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Later(Generic[Found]):
    """The result of `work`, which is done once, by whoever asks first; others wait for it. What the work
    holds is let go of when it is done; work that failed is tried again by the next who asks.
    """

    def __init__(self, work: Callable[[], Found]) -> None:
        self._work: Callable[[], Found] | None = work
        self._found: list[Found] = []
        self._lock = Lock()

    def __call__(self) -> Found:
        with self._lock:
            if self._work is not None:
                self._found.append(self._work())
                self._work = None
            return self._found[0]
