"""How many requests the fake portal takes, and what it says when that is too many."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from connectors.fakes.server import Reply


@dataclass(slots=True)
class Limits:
    """`requests` in any `seconds`, as a private app's; None is no limit. `daily_left` is only shown."""

    requests: int | None = None
    seconds: float = 10.0
    daily_left: int = 250_000
    _taken: deque[float] = field(default_factory=deque)

    def take(self) -> bool:
        """Whether one more request may pass."""
        if self.requests is None:
            return True
        now = time.monotonic()
        while self._taken and self._taken[0] <= now - self.seconds:
            self._taken.popleft()
        if len(self._taken) >= self.requests:
            return False
        self._taken.append(now)
        return True

    def headers(self) -> dict[str, str]:
        """The documented headers of an answer (a private app's)."""
        if self.requests is None:
            return {}
        return {
            "X-HubSpot-RateLimit-Max": str(self.requests),
            "X-HubSpot-RateLimit-Remaining": str(self.requests - len(self._taken)),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(int(self.seconds * 1000)),
            "X-HubSpot-RateLimit-Daily": "250000",
            "X-HubSpot-RateLimit-Daily-Remaining": str(self.daily_left),
        }


def too_many(policy: str, headers: dict[str, str]) -> Reply:
    """The 429 of the usage guidelines."""
    body = {
        "status": "error",
        "message": "You have reached your limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": "00000000-0000-4000-8000-000000000429",
        "policyName": policy,
    }
    return Reply(429, body, headers)
