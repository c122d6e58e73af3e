"""Time that passes only when somebody sleeps, and chance that is not one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock

from connectors.http import Timing

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


class StoppedTime:
    """`timing` is what to hand in; `slept` are the waits, in seconds."""

    def __init__(self, chance: float = 0.0) -> None:
        self.slept: list[float] = []
        self._lock = Lock()
        self.timing = Timing(
            now=lambda: START + timedelta(seconds=self.passed),
            monotonic=lambda: self.passed,
            sleep=self._sleep,
            random=lambda: chance,
        )

    @property
    def passed(self) -> float:
        return sum(self.slept)

    def _sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
