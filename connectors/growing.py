"""Files that grow at their end: how far one was read, and whether it is still the same file.

A hash of the first bytes tells a file that was replaced; a hash of the bytes just before the place tells one
from whose middle something was taken out, because what follows has moved. A change that moves nothing (a mail
program's status flags) goes unnoticed on purpose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

_WINDOW: Final = 4096


@dataclass(frozen=True, slots=True)
class Place:
    """`offset` is where to go on reading, `size` how far was read; what lies between is read again when the
    file has grown (a mail file's last message may have been cut short).
    """

    offset: int
    size: int
    head: str
    before: str
    last: str

    @classmethod
    def at(cls, file: BinaryIO, offset: int, size: int) -> Place:
        return cls(offset, size, *_around(file, offset), _last(file, offset, size))

    @classmethod
    def of(cls, cursor: Mapping[str, object] | None) -> Place | None:
        """The place that a cursor tells, None when it tells none."""
        match cursor:
            case {
                "offset": int(offset),
                "size": int(size),
                "head": str(head),
                "before": str(before),
                "last": str(last),
            }:
                return cls(offset, size, head, before, last)
        return None

    def as_cursor(self) -> dict[str, object]:
        return {
            "offset": self.offset,
            "size": self.size,
            "head": self.head,
            "before": self.before,
            "last": self.last,
        }

    def resume(self, file: BinaryIO, size: int) -> int | None:
        """Where to read on in the file, now `size` bytes long: 0 when it is another file, None when there is
        nothing new.
        """
        if size < self.offset or (self.head, self.before) != _around(file, self.offset):
            return 0
        is_unchanged = size == self.size and self.last == _last(file, self.offset, size)
        return None if is_unchanged else self.offset


def _around(file: BinaryIO, offset: int) -> tuple[str, str]:
    return _hash(file, 0, min(_WINDOW, offset)), _hash(file, max(0, offset - _WINDOW), offset)


def _last(file: BinaryIO, offset: int, size: int) -> str:
    return _hash(file, max(offset, size - _WINDOW), size)


def _hash(file: BinaryIO, start: int, end: int) -> str:
    file.seek(start)
    return hashlib.blake2b(file.read(end - start), digest_size=12).hexdigest()
