"""Independent pieces of work side by side. Arrow, NumPy and RapidFuzz let go of the interpreter while they
work.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_FEW: Final = 2_000
WORKERS: Final = max(1, min(os.cpu_count() or 1, 8))
_BRISK: Final = 0.0005  # seconds for which a thread may keep others from the interpreter

_lock = Lock()
_at_work: list[float] = []  # what each piece of work at hand found to be usual


def side_by_side(
    work: Callable[[Item], Result], items: Iterable[Item], *, records: int = _FEW
) -> Iterator[Result]:
    """`work` done on every item, the results in the order of the items. For few `records` one after the
    other: threads would take longer than the work.
    """
    if WORKERS == 1 or records < _FEW:
        yield from map(work, items)
        return
    with _brisk(), ThreadPoolExecutor(WORKERS) as pool:
        yield from pool.map(work, items)


def together(*tasks: Callable[[], Any], records: int) -> Iterator[Any]:
    """What several tasks give, in their order."""
    return side_by_side(lambda task: task(), tasks, records=records)


@contextmanager
def _brisk() -> Iterator[None]:
    """Threads that take turns more often: between two columns each needs the interpreter for a moment only,
    and would wait ten times as long for it as it then works.
    """
    with _lock:
        _at_work.append(sys.getswitchinterval())
        sys.setswitchinterval(min(_BRISK, _at_work[0]))
    try:
        yield
    finally:
        with _lock:
            usual = _at_work[0]
            _at_work.pop()
            if not _at_work:
                sys.setswitchinterval(usual)
