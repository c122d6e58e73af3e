"""Hashes that never change: the same text has the same 64 bits on every machine and in every run.

They make blocking keys, the order in which records are looked at, and tie-breaks independent of how rows
and record ids happen to be numbered. They protect against nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.kernels import compiled, compiled_texts

Hashes = npt.NDArray[np.uint64]

_WORD: Final = 8  # bytes read at a time
_ALL: Final = (1 << 64) - 1
_FEW: Final = 100  # texts that are hashed one by one
_LONGEST: Final = 4096  # bytes of one text that are hashed; longer ones also count by length


def mix(values: npt.NDArray[np.uint64], salt: int = 0) -> Hashes:
    """The splitmix64 finaliser: spreads every bit of the input over the output."""
    if values.ndim == 1 and compiled(len(values)):
        from matching.kernels.keys import mixed_all  # noqa: PLC0415 - loads Numba

        return mixed_all(values, salt)
    with np.errstate(over="ignore"):
        z = values + np.uint64((salt * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def text_hashes(texts: pa.Array) -> Hashes:
    """One hash a text (null counts as empty): its UTF-8 bytes, eight at a time, each mixed in."""
    if len(texts) <= _FEW:
        return np.array([_text_hash(text or "") for text in texts.to_pylist()], np.uint64)
    if compiled_texts(texts):
        from matching.kernels.texts import text_hashes as fast  # noqa: PLC0415 - loads Numba

        return fast(texts)
    texts = pc.fill_null(texts, "")
    if not pa.types.is_large_string(texts.type):
        texts = texts.cast(pa.large_string())
    if len(texts) == 0:
        return np.zeros(0, np.uint64)
    _, offsets_buffer, data_buffer = texts.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    start, end = int(offsets[0]), int(offsets[-1])
    data = np.zeros(end - start + _WORD, np.uint8)  # the last text is read beyond its end
    if data_buffer is not None:
        data[: end - start] = np.frombuffer(data_buffer, np.uint8)[start:end]
    lengths = np.diff(offsets)
    out = _words_mixed(data, offsets[:-1] - start, np.minimum(lengths, _LONGEST))
    return mix(out ^ mix(lengths.astype(np.uint64), 1))


@lru_cache(maxsize=1 << 16)
def _text_hash(text: str) -> int:
    """The same of one text: among few, and mostly met before."""
    data = text.encode()
    out = 0
    for at in range(0, min(len(data), _LONGEST), _WORD):
        out = _mixed(out ^ int.from_bytes(data[at : min(at + _WORD, _LONGEST)], "little"), at)
    return _mixed(out ^ _mixed(len(data), 1))


def _mixed(value: int, salt: int = 0) -> int:
    z = (value + salt * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & _ALL
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _ALL
    return z ^ (z >> 31)


def record_hashes(sources: pa.ChunkedArray, keys: pa.ChunkedArray) -> Hashes:
    """One hash a record, from its source and key: the order in which records are looked at."""
    whole = [column.combine_chunks() for column in (sources, keys)]
    return mix(text_hashes(whole[0])) ^ mix(text_hashes(whole[1]), 1)


def _words_mixed(
    data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]
) -> Hashes:
    words = np.ndarray((len(data) - _WORD + 1,), "<u8", data, strides=(1,))
    out = np.zeros(len(starts), np.uint64)
    rows = np.flatnonzero(lengths)
    at = 0
    while len(rows):
        left = lengths[rows] - at
        beyond = (np.maximum(_WORD - left, 0) * 8).astype(np.uint64)
        word = words[starts[rows] + at] << beyond >> beyond
        out[rows] = mix(out[rows] ^ word, at)
        rows, at = rows[left > _WORD], at + _WORD
    return out
