"""Memory that is kept while there is large work, and given back after it."""

from __future__ import annotations

import ctypes
import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from hub.kept_memory import kept_memory

MANY, LARGE = 1_000_000, 64 << 20


def glibc() -> bool:
    return hasattr(ctypes.CDLL(None), "gnu_get_libc_version") and Path("/proc/self/statm").exists()


pytestmark = pytest.mark.skipif(not glibc(), reason="only the GNU C library is told to keep memory")


def faults_of_a_large_column() -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(LARGE // 8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def test_a_large_column_takes_the_memory_of_the_one_before_it() -> None:
    with kept_memory(MANY):
        first = faults_of_a_large_column()
        again = [faults_of_a_large_column() for _ in range(3)]
    assert first > 10
    assert max(again) < first / 4


def test_the_last_one_out_gives_the_memory_back() -> None:
    with kept_memory(MANY):
        with kept_memory(MANY):
            faults_of_a_large_column()
        held = resident()
        assert faults_of_a_large_column() < 10
    assert resident() < held - LARGE // 2


def test_several_threads_may_keep_memory_at_once() -> None:
    def work(_: int) -> None:
        with kept_memory(MANY):
            faults_of_a_large_column()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(20)))
    held = resident()
    faults_of_a_large_column()
    assert resident() < held + LARGE // 2  # settings are the usual ones again


def test_little_work_changes_nothing() -> None:
    with kept_memory(10):
        faults_of_a_large_column()
        again = faults_of_a_large_column()
    assert again > 10
