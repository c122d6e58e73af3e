"""Work that goes on while what came before it is used: two cores, one after the other's results."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")


def ahead(items: Iterable[Found], *, most: int = 1) -> Iterator[Found]:
    """The items in their order, the next ones made in a thread of their own meanwhile, the first from now on;
    at most so many wait to be used.
    """
    waiting, thread = iter(items), ThreadPoolExecutor(1)
    return _going(waiting, thread, deque(thread.submit(_next, waiting) for _ in range(most)))


def _going(
    waiting: Iterator[Found], thread: ThreadPoolExecutor, coming: deque[Future[tuple[Found, ...]]]
) -> Iterator[Found]:
    with thread:
        while made := coming.popleft().result():
            coming.append(thread.submit(_next, waiting))
            yield made[0]


def beside(change: Callable[[Given], Found], items: Iterable[Given]) -> list[Found]:
    """What `change` makes of each item, made in a thread of its own while the next items come."""
    with ThreadPoolExecutor(1) as thread:
        return [one.result() for one in [thread.submit(change, item) for item in items]]


def _next(items: Iterator[Found]) -> tuple[Found, ...]:
    """The next item, or nothing."""
    return tuple(islice(items, 1))
