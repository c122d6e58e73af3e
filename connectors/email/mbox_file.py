"""Messages in an mbox file, one after the other, without reading it into memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from connectors.email.message import WHOLE

_CHUNK: Final = 1 << 20
_WINDOW: Final = 2048  # bytes from a "From " line on by which it is judged
_START: Final = b"From "

# "From jane@example.com Mon Jan  1 10:00:00 2024", "From - Mon Jan …", with or without a zone
_DATED: Final = re.compile(rb"From .*\d\d:\d\d.*\b(?:19|20)\d\d\b")
_FIELD: Final = re.compile(rb"[!-9;-~]+[ \t]*:")
_WELL_KNOWN: Final = re.compile(
    rb"(?:return-path|received|from|to|cc|subject|date|message-id|reply-to|sender|delivered-to|envelope-to|status"
    rb"|mime-version|content-[a-z-]+|x-[a-z0-9-]+|dkim-signature|authentication-results|arc-[a-z-]+|list-[a-z-]+"
    rb")[ \t]*:",
    re.IGNORECASE,
)


def message_offsets(file: BinaryIO, start: int, end: int) -> Iterator[int]:
    """Where messages begin between two places; `start` must be such a beginning.

    Not every line "From …" begins one: some programs leave such lines in a text as they are, others leave
    the date or the blank line before out. So the line after it must be a header field, a well-known one
    where the date is missing.
    """
    if start < end:
        yield start
    at, buffer = start, b""
    while at < end:
        file.seek(at)
        buffer = file.read(min(_CHUNK, end - at))
        is_last = at + len(buffer) >= end or not buffer
        found = buffer.find(b"\n" + _START)
        while found >= 0 and (is_last or found + 1 + _WINDOW <= len(buffer)):
            if begins_message(buffer[max(0, found - 2) : found + 1], buffer[found + 1 : found + 1 + _WINDOW]):
                yield at + found + 1
            found = buffer.find(b"\n" + _START, found + 1)
        if is_last:
            return
        # what could not be judged, and what may be the beginning of a mark, is read again
        at += found - 2 if found > 2 else len(buffer) - len(_START) - 2


def begins_message(before: bytes, text: bytes) -> bool:
    """Whether a message begins with `text` ("From …" and what follows). `before` are up to three bytes that
    stand before it, none at the beginning of the file.
    """
    if not text.startswith(_START):
        return False
    line, _, rest = text.partition(b"\n")
    following = rest.partition(b"\n")[0].rstrip(b"\r")
    is_dated = _DATED.match(line) is not None
    is_apart = not before or before.endswith((b"\n\n", b"\n\r\n"))
    if not following.strip():
        return is_dated and is_apart
    if is_dated:
        return _FIELD.match(following) is not None or following.startswith(b">From ")
    return is_apart and _WELL_KNOWN.match(following) is not None


def message_at(file: BinaryIO, start: int, end: int) -> bytes:
    """The message between two places, without its "From " line; what is beyond `WHOLE` is left out."""
    file.seek(start)
    return file.read(min(end - start, WHOLE)).partition(b"\n")[2]
