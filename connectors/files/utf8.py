"""A text file as blocks of UTF-8, whatever its encoding is."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from connectors.files.disk import pieces
from connectors.files.encoding import Encoding

# What cannot be decoded becomes this lone surrogate, which is invalid in UTF-8: the row's parser finds it.
_INVALID: Final = "\udcff"


# The same, as it looks after its bytes were decoded with "surrogateescape".
INVALID: Final = _INVALID.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")


def _mark_invalid(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return _INVALID, error.end
    raise error


codecs.register_error("hub-mark-invalid", _mark_invalid)


def utf8_blocks(path: Path, encoding: Encoding, size: int) -> Iterator[bytes]:
    """The text without its byte order mark. Invalid bytes come through as bytes that are invalid in UTF-8."""
    blocks = _without_mark(pieces(path, size), encoding.mark)
    if encoding.name in {"utf-8", "ascii"}:
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder(encoding.name)("hub-mark-invalid")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "surrogatepass")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")


def _without_mark(blocks: Iterator[bytes], mark: int) -> Iterator[bytes]:
    first = next(blocks, b"")
    yield first[mark:]
    yield from blocks
