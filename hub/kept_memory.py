"""Memory that long work on large columns gives back, kept for the next columns.

The C library takes large blocks from the system and returns each as soon as it is free; the system clears
every page of them before it gives them out again. That was a third of the processor time of matching five
million records.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Final, Protocol

_MANY: Final = 100_000  # records; what fewer need is little

# Read by Arrow when it is loaded: its columns are then of the C library's heap.
ARROWS_HEAP: Final = {"ARROW_DEFAULT_MEMORY_POOL": "system"}

# From malloc.h of the GNU C library; see mallopt(3).
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX, _ARENA_MAX = -1, -2, -4, -8
_KEPT: Final = {_MMAP_MAX: 0, _TRIM_THRESHOLD: -1, _TOP_PAD: 256 << 20}
_USUAL: Final = {_MMAP_MAX: 65_536, _TRIM_THRESHOLD: 64 << 20, _TOP_PAD: 128 << 10}

_NO_LARGE_PAGES: Final = 41  # PR_SET_THP_DISABLE; see prctl(2)

_lock = Lock()
_at_work = 0


class _Allocator(Protocol):
    def mallopt(self, parameter: int, value: int) -> int: ...
    def malloc_trim(self, pad: int) -> int: ...
    def prctl(self, option: int, a: int, b: int, c: int, d: int) -> int: ...


@cache
def _allocator() -> _Allocator | None:
    """The GNU C library, where that is the one in use."""
    try:
        library = ctypes.CDLL(None)
        library.gnu_get_libc_version  # noqa: B018 - asked whether it is there
    except (OSError, TypeError, AttributeError):
        return None
    return library


def one_heap_of_small_pages() -> None:
    """Has all threads of this process share one heap, so that what one gives back another can use: to be
    called before there are threads and before Arrow is loaded. What the threads ask for is large and seldom.
    Arrow's columns lie in the same heap (unless the environment says otherwise): its own gives the memory of
    each column back within milliseconds, to fetch as much for the next one.

    The heap is of small pages. Of large ones the first byte takes two megabytes, which a virtual machine may
    have given back to its host and has to ask for again: that took half as long as all the work.
    """
    allocator = _allocator()
    if allocator is not None:
        allocator.mallopt(_ARENA_MAX, 1)
        allocator.prctl(_NO_LARGE_PAGES, 1, 0, 0, 0)
        for name, value in ARROWS_HEAP.items():
            os.environ.setdefault(name, value)


@contextmanager
def kept_memory(records: int | None = None) -> Iterator[None]:
    """Within the block freed memory stays with this process; all of it goes back at the end.

    It may be entered within itself and by several threads at once; the last one out returns the memory.
    Nothing happens for few `records` (None: it is not known how many come), or with a C library that has no
    such setting.
    """
    allocator = _allocator() if records is None or records >= _MANY else None
    if allocator is None:
        yield
        return
    _enter(allocator)
    try:
        yield
    finally:
        _leave(allocator)


def _enter(allocator: _Allocator) -> None:
    global _at_work  # noqa: PLW0603 - the allocator is one for the process
    with _lock:
        _at_work += 1
        if _at_work == 1:
            _set(allocator, _KEPT)


def _leave(allocator: _Allocator) -> None:
    global _at_work  # noqa: PLW0603
    with _lock:
        _at_work -= 1
        if _at_work == 0:
            _set(allocator, _USUAL)
            allocator.malloc_trim(0)


def give_back() -> None:
    """Returns what is free already: what follows needs none of it, and the system has a use for it."""
    with _lock:
        allocator = _allocator() if _at_work else None
        if allocator is not None:
            allocator.malloc_trim(0)


def _set(allocator: _Allocator, values: dict[int, int]) -> None:
    for parameter, value in values.items():
        allocator.mallopt(parameter, value)
