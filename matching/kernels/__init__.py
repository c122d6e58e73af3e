"""Loops compiled to machine code by Numba, for files of many records.

Each does what the NumPy code beside its call does, to the bit, in one pass without arrays in between, and
lets go of the interpreter meanwhile. Loading Numba takes half a second and compiling a loop as long the first
time, so only large files have them loaded, beside other work; until then, and where Numba is not installed,
NumPy does the same.
"""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from threading import Event, Thread, main_thread
from typing import Final

import pyarrow as pa

FROM = 200_000  # records from which compiled loops are loaded
LEAST = 1_000  # items from which they are used, once they are loaded
_PARTS: Final = (
    "texts",
    "keys",
    "numbering",
    "sorting",
    "blocks",
    "spelling",
    "pairs",
    "names",
    "contact_points",
    "clusters",
)
_loaded: Final = Event()
_THERE: Final = find_spec("numba") is not None


def compiled(size: int) -> bool:
    """Whether so many items are worth compiled loops. Nobody waits for them to be loaded: until then NumPy
    does what they would.
    """
    return size >= LEAST and _loaded.is_set()


def compiled_texts(texts: pa.Array) -> bool:
    """The same of texts, which must have offsets of 32 bits."""
    return compiled(len(texts)) and bool(texts.nbytes < 1 << 31)


def warm(size: int) -> None:
    """Loads them, or compiles them for the first time, beside other work on so many records."""
    if _THERE and size >= FROM and not _loaded.is_set():
        Thread(target=_load_while_running, name="kernels").start()


def _load_while_running() -> None:
    """A program that ends waits for the part that is being compiled, not for the others; none is cut short in
    the middle of native code.
    """
    for part in _PARTS:
        if not main_thread().is_alive():
            return
        importlib.import_module(f"matching.kernels.{part}")
    _loaded.set()


def load() -> None:
    """Loads all of them now."""
    for part in _PARTS:
        importlib.import_module(f"matching.kernels.{part}")
    _loaded.set()
