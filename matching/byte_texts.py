"""Texts as UTF-8 bytes of one width, which NumPy searches by column."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.encoding import Bools

Bytes = npt.NDArray[np.bytes_]

WIDEST: Final = 64  # bytes; the most that the name of a mailbox may have (RFC 5321, 4.5.3.1.1)


def byte_texts(texts: pa.Array) -> Bytes:
    """The first `WIDEST` bytes of each text, null as empty. A text of that length may have been cut."""
    binary = pc.fill_null(texts, "").cast(pa.large_string()).cast(pa.large_binary())
    binary = pc.binary_slice(binary, 0, WIDEST)
    if len(binary) == 0:
        return np.zeros(0, "S1")
    _, offsets_buffer, data_buffer = binary.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int64)[binary.offset : binary.offset + len(binary) + 1]
    lengths = np.diff(offsets)
    width = max(int(lengths.max()), 1)
    out = np.zeros(len(binary) * width, np.uint8)
    if data_buffer is not None and offsets[-1] > offsets[0]:
        shift = np.repeat(np.arange(len(binary)) * width - offsets[:-1], lengths)
        places = np.arange(offsets[0], offsets[-1])
        out[places + shift] = np.frombuffer(data_buffer, np.uint8)[offsets[0] : offsets[-1]]
    return out.view(f"S{width}")


def holding(texts: Bytes, parts: Bytes, least: int) -> Bools:
    """Whether each text holds the part beside it; parts of fewer than `least` bytes, or perhaps cut, are in
    none.
    """
    lengths = np.strings.str_len(parts)
    fit = (lengths >= least) & (lengths < WIDEST)
    found = np.strings.find(texts, parts) >= 0
    return np.asarray(fit & found, bool)
