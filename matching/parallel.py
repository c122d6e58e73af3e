"""Independent pieces of work side by side. Arrow, NumPy and RapidFuzz let go of the interpreter while they
work.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_FEW: Final = 2_000
WORKERS: Final = max(1, min(os.cpu_count() or 1, 8))


def side_by_side(
    work: Callable[[Item], Result], items: Iterable[Item], *, records: int = _FEW
) -> Iterator[Result]:
    """`work` done on every item, the results in the order of the items. For few `records` one after the
    other: threads would take longer than the work.
    """
    if WORKERS == 1 or records < _FEW:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(WORKERS) as pool:
        yield from pool.map(work, items)
