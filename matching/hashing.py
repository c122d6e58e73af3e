"""Hashes that never change: the same text has the same 64 bits on every machine and in every run.

They make blocking keys, the order in which records are looked at, and tie-breaks independent of how rows
and record ids happen to be numbered. They protect against nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Hashes = npt.NDArray[np.uint64]

_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_CHUNK: Final = 1 << 22  # bytes hashed at a time, so that the temporaries stay near 100 MB
_LONGEST: Final = 4096  # bytes of one text that are hashed; longer ones also count by length


def mix(values: npt.NDArray[np.uint64], salt: int = 0) -> Hashes:
    """The splitmix64 finaliser: spreads every bit of the input over the output."""
    with np.errstate(over="ignore"):
        z = values + np.uint64((salt * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def text_hashes(texts: pa.Array) -> Hashes:
    """One hash a text (null counts as empty): a polynomial in the UTF-8 bytes, then mixed."""
    texts = pc.fill_null(texts, "")
    if not pa.types.is_large_string(texts.type):
        texts = texts.cast(pa.large_string())
    if len(texts) == 0:
        return np.zeros(0, np.uint64)
    _, offsets_buffer, data_buffer = texts.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(data_buffer, np.uint8) if data_buffer is not None else np.zeros(0, np.uint8)
    lengths = np.diff(offsets)
    out = np.zeros(len(texts), np.uint64)
    start = 0
    while start < len(texts):
        end = max(start + 1, int(np.searchsorted(offsets, offsets[start] + _CHUNK, "right")) - 1)
        end = min(end, len(texts))
        out[start:end] = _polynomials(data, offsets[start:end], np.minimum(lengths[start:end], _LONGEST))
        start = end
    return mix(out ^ mix(lengths.astype(np.uint64), 1))


def record_hashes(sources: pa.ChunkedArray, keys: pa.ChunkedArray) -> Hashes:
    """One hash a record, from its source and key: the order in which records are looked at."""
    whole = [column.combine_chunks() for column in (sources, keys)]
    return mix(text_hashes(whole[0])) ^ mix(text_hashes(whole[1]), 1)


def _polynomials(
    data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]
) -> Hashes:
    out = np.zeros(len(starts), np.uint64)
    filled = np.flatnonzero(lengths)
    if len(filled) == 0:
        return out
    lengths = lengths[filled]
    firsts = np.cumsum(lengths) - lengths
    within = np.arange(int(lengths.sum())) - np.repeat(firsts, lengths)
    powers = np.cumprod(np.full(int(lengths.max()), _BASE | np.uint64(1)), dtype=np.uint64)
    letters = data[np.repeat(starts[filled], lengths) + within].astype(np.uint64) + np.uint64(1)
    out[filled] = np.add.reduceat(letters * powers[within], firsts)
    return out
