"""Texts as UTF-8 bytes, which NumPy searches and sifts by column, several times as fast as patterns do."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.kernels import compiled_texts

Bytes = npt.NDArray[np.bytes_]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

WIDEST: Final = 64  # bytes; the most that the name of a mailbox may have (RFC 5321, 4.5.3.1.1)


def byte_texts(texts: pa.Array) -> Bytes:
    """The first `WIDEST` bytes of each text, null as empty. A text of that length may have been cut."""
    binary = pc.fill_null(texts, "").cast(pa.large_string()).cast(pa.large_binary())
    offsets, data = offsets_and_bytes(pc.binary_slice(binary, 0, WIDEST))
    lengths = np.diff(offsets)
    width = int(lengths.max(initial=1))
    out = np.zeros(len(lengths) * width, np.uint8)
    shift = np.repeat(np.arange(len(lengths)) * width - offsets[:-1], lengths)
    out[np.arange(len(data)) + shift] = data
    return out.view(f"S{width}")


def only(texts: pa.Array, letters: str) -> pa.Array:
    """The texts with nothing left but these ASCII letters; null as empty."""
    table = np.zeros(256, bool)
    table[np.frombuffer(letters.encode("ascii"), np.uint8)] = True
    if compiled_texts(texts):
        from matching.kernels.texts import only as fast  # noqa: PLC0415 - loads Numba

        return fast(texts, table)
    large = pc.fill_null(texts, "").cast(pa.large_string())
    offsets, data = offsets_and_bytes(large.cast(pa.large_binary()))
    kept = table[data]
    lengths = np.zeros(len(texts) + 1, np.int64)
    some = np.flatnonzero(np.diff(offsets))
    if len(some):
        lengths[some + 1] = np.add.reduceat(kept.view(np.uint8), offsets[some], dtype=np.int64)
    buffers = [None, pa.py_buffer(np.cumsum(lengths)), pa.py_buffer(data[kept])]
    return pa.Array.from_buffers(pa.large_string(), len(texts), buffers).cast(pa.string())


def offsets_and_bytes(binary: pa.Array) -> tuple[Longs, npt.NDArray[np.uint8]]:
    """Where each text of a large binary array begins (and the last ends) in the bytes of all."""
    if len(binary) == 0:
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    _, offsets_buffer, data_buffer = binary.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int64)[binary.offset : binary.offset + len(binary) + 1]
    data = np.frombuffer(data_buffer, np.uint8) if data_buffer else np.zeros(0, np.uint8)
    return offsets - offsets[0], data[offsets[0] : offsets[-1]]


def holding(texts: Bytes, parts: Bytes, least: int) -> Bools:
    """Whether each text holds the part beside it; parts of fewer than `least` bytes, or perhaps cut, are in
    none.
    """
    lengths = np.strings.str_len(parts)
    fit = (lengths >= least) & (lengths < WIDEST)
    found = np.strings.find(texts, parts) >= 0
    return np.asarray(fit & found, bool)
