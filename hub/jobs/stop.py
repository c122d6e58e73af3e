"""Being asked to stop."""

from __future__ import annotations

from queue import SimpleQueue


class StopSign:
    """Set once, from any thread or from a signal handler.

    Unlike `threading.Event`, whose lock is not reentrant, it cannot lock up when the handler interrupts the
    very thread that waits: `SimpleQueue.put` is made for that.
    """

    def __init__(self) -> None:
        self._is_set = False
        self._asked: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        self._is_set = True
        self._asked.put(None)

    def is_set(self) -> bool:
        return self._is_set

    def wait(self) -> None:
        """Blocks the one thread that waits until somebody sets it."""
        if not self._is_set:
            self._asked.get()
