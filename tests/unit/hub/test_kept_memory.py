"""Memory that is kept while there is large work, and given back after it.

Each is told in a process of its own: what other tests leave in the heap would be used first.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

LARGE = 64 << 20

PRELUDE = f"""
import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import numpy as np
from hub.kept_memory import kept_memory, one_heap_of_small_pages

MANY, LARGE = 1_000_000, {LARGE}

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(LARGE // 8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def resident():
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()

one_heap_of_small_pages()
"""


def glibc() -> bool:
    return hasattr(ctypes.CDLL(None), "gnu_get_libc_version") and Path("/proc/self/statm").exists()


pytestmark = pytest.mark.skipif(not glibc(), reason="only the GNU C library is told to keep memory")


def told(program: str) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + program], check=True, stdout=subprocess.PIPE, text=True
    )
    return [int(number) for number in done.stdout.split()]


def test_a_large_column_takes_the_memory_of_the_one_before_it() -> None:
    first, *again = told("with kept_memory(MANY):\n    print(faults(), faults(), faults(), faults())")
    assert first > 10
    assert max(again) < first / 4


def test_the_last_one_out_gives_the_memory_back() -> None:
    held, again, after = told(
        "with kept_memory(MANY):\n"
        "    with kept_memory(MANY):\n        faults()\n"
        "    print(resident(), faults())\n"
        "print(resident())"
    )
    assert again < 10
    assert after < held - LARGE // 2


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the kernel tells no page sizes")
def test_no_page_is_larger_than_what_is_touched_of_it() -> None:
    (large,) = told(
        "column = np.ones(LARGE // 8)\n"
        "told = Path('/proc/self/smaps_rollup').read_text(encoding='ascii')\n"
        "print(told.partition('AnonHugePages:')[2].split()[0])"
    )
    assert large == 0


def test_several_threads_may_keep_memory_at_once() -> None:
    before, after = told(
        "def work(_):\n    with kept_memory(MANY):\n        faults()\n"
        "with ThreadPoolExecutor(4) as pool:\n    list(pool.map(work, range(20)))\n"
        "before = resident()\nfaults()\nprint(before, resident())"
    )
    assert after < before + LARGE // 2  # settings are the usual ones again


def test_little_work_changes_nothing() -> None:
    _, again = told("with kept_memory(10):\n    print(faults(), faults())")
    assert again > 10


def test_arrows_columns_lie_in_the_heap_of_the_process() -> None:
    pool = "import pyarrow as pa\nprint(int(pa.default_memory_pool().backend_name == 'system'))"
    assert told(pool) == [1]


def test_what_the_environment_says_of_arrows_memory_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARROW_DEFAULT_MEMORY_POOL", "mimalloc")
    pool = "import pyarrow as pa\nprint(int(pa.default_memory_pool().backend_name == 'mimalloc'))"
    assert told(pool) == [1]


def test_the_command_line_sets_its_memory_before_arrow_is_loaded() -> None:
    loaded = "import cli.main, sys\nprint(int('pyarrow' in sys.modules))"
    assert told(loaded) == [0]
