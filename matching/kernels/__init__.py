"""Loops compiled to machine code by Numba, for files of many records.

Each does what the NumPy code beside its call does, to the bit, in one pass without arrays in between, and lets
go of the interpreter meanwhile. Loading Numba takes half a second and compiling a loop as long the first time,
so a file pays for them only when it is large, and nothing but time is lost where Numba is not installed.
"""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from threading import Event, Thread
from typing import Final

import pyarrow as pa

FROM = 200_000  # records, values or pairs from which compiled loops take less time than loading them
_FEW: Final = 1_000  # the same once they are loaded
_PARTS: Final = ("texts", "numbering", "blocks", "spelling", "pairs", "names", "contact_points", "clusters")
_loaded: Final = Event()
_THERE: Final = find_spec("numba") is not None


def compiled(size: int) -> bool:
    """Whether so many items are worth compiled loops."""
    return _THERE and (size >= FROM or (size >= _FEW and _loaded.is_set()))


def compiled_texts(texts: pa.Array) -> bool:
    """The same of texts, which must have offsets of 32 bits."""
    return compiled(len(texts)) and bool(texts.nbytes < 1 << 31)


def warm(size: int) -> None:
    """Loads or compiles all of them beside other work, where they will be needed."""
    if compiled(size):
        Thread(target=_load, name="kernels", daemon=True).start()


def _load() -> None:
    for part in _PARTS:
        importlib.import_module(f"matching.kernels.{part}")
    _loaded.set()
