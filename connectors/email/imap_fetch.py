"""The answer to FETCH as imaplib gives it, taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d+)")
_BODY: Final = re.compile(rb'\bBODY\[\](?:<\d+>)? (?:\{\d+\}|"[^"]*")$')
_EMPTY_BODY: Final = re.compile(rb'\bBODY\[\](?:<\d+>)? ""')
_BEGINS: Final = re.compile(rb"\d+ \(")


@dataclass(frozen=True, slots=True, repr=False)
class Fetched:
    """One message: its size on the server, what was fetched of it, and the rest of the answer."""

    uid: int
    size: int
    body: bytes | None
    answer: bytes


def fetched(data: Iterable[object]) -> list[Fetched]:
    """One item a message. What the server tells unasked (flags that changed) has no UID and is left out."""
    return [found for group in _groups(data) if (found := _message(group)) is not None]


def _groups(data: Iterable[object]) -> Iterator[list[tuple[bytes, bytes | None]]]:
    """The pieces of each message's answer: text, and the literal that follows it."""
    group: list[tuple[bytes, bytes | None]] = []
    for piece in data:
        match piece:
            case (bytes() as text, bytes() as literal):
                if _BEGINS.match(text) and group:
                    yield group
                    group = []
                group.append((text, literal))
            case bytes() as text:
                if _BEGINS.match(text):  # an answer without literals stands alone
                    if group:
                        yield group
                    yield [(text, None)]
                    group = []
                elif group:
                    yield [*group, (text, None)]
                    group = []
    if group:
        yield group


def _message(group: list[tuple[bytes, bytes | None]]) -> Fetched | None:
    text = b" ".join(text for text, _ in group)
    uid, size = _UID.search(text), _SIZE.search(text)
    if uid is None:
        return None
    body = next((literal for text, literal in group if literal is not None and _BODY.search(text)), None)
    if body is None and _EMPTY_BODY.search(text):
        body = b""
    others = b" ".join(literal for text, literal in group if literal is not None and literal is not body)
    return Fetched(int(uid[1]), int(size[1]) if size else 0, body, text + b" " + others)
