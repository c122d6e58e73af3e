"""The wall clock, handed to everything that asks for the time."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """Now, as this machine believes it."""

    def now(self) -> datetime:
        return datetime.now(UTC)
