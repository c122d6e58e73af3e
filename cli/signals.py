"""Ending when asked: Ctrl-C, or the SIGTERM of a service manager."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from hub.jobs.stop import StopSign

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stop_when_asked(stop: StopSign) -> Iterator[None]:
    """The first signal sets `stop`; a second one ends the process as it would have without this."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def asked(_signal: int, _frame: FrameType | None) -> None:
        restore()
        stop.set()

    for number in _SIGNALS:
        signal.signal(number, asked)
    try:
        yield
    finally:
        restore()
