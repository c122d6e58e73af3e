"""Folders into which files arrive: which of them a read has not yet given, whatever their names and times.

Neither names nor times of files tell that one is new: a copied message keeps its old time, a clock may be
wrong, names need not grow. So the cursor keeps a 64-bit fingerprint of every name given (8 bytes each; with a
million files the chance that a new one is taken for an old one is 1 in 10^13). While a read is under way it
keeps only how far it came in the order of names, with a digest of the names passed: if others have come
between them since, the read starts again rather than leave one out.
"""

from __future__ import annotations

import hashlib
import os
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What a cursor knows. `seen` are fingerprints of names given by whole reads before; `after` and
    `passed` tell a read under way: its last name and the digest of the names that it passed.
    """

    seen: frozenset[bytes] = frozenset()
    after: str | None = None
    passed: str = ""

    @classmethod
    def of(cls, cursor: Mapping[str, object] | None) -> Arrivals:
        match cursor:
            case {"seen": str(seen), "after": str(after), "passed": str(passed)}:
                return cls(_unpacked(seen), after, passed)
            case {"seen": str(seen)}:
                return cls(_unpacked(seen))
        return cls()

    def as_cursor(self) -> dict[str, object]:
        seen = b64encode(b"".join(sorted(self.seen))).decode()
        if self.after is None:
            return {"seen": seen}
        return {"seen": seen, "after": self.after, "passed": self.passed}

    def coming(self, names: Iterable[str]) -> Coming:
        """What is to be read of the names that are there now, in their order."""
        new = sorted(name for name in set(names) if fingerprint(name) not in self.seen)
        passed = [name for name in new if self.after is not None and name <= self.after]
        if passed and _digest(passed).hexdigest() == self.passed:
            return Coming(self, tuple(new[len(passed) :]), tuple(passed))
        return Coming(self, tuple(new), ())


@dataclass(frozen=True, slots=True)
class Coming:
    """A read under way: `names` are still to be read, `passed` were read before it was cut off."""

    before: Arrivals
    names: tuple[str, ...]
    passed: tuple[str, ...]

    def steps(self) -> Steps:
        return Steps(self.before, _digest(self.passed))

    def finished(self, present: Collection[str], unread: Collection[str]) -> Arrivals:
        """After the last name. `unread` are names that could not be read: they come again."""
        given = {*self.names, *self.passed} - set(unread)
        return Arrivals(
            frozenset(
                print_
                for name in present
                if (print_ := fingerprint(name)) in self.before.seen or name in given
            )
        )


class Steps:
    """How far a read under way has come; `step` must be called with each name in turn."""

    def __init__(self, before: Arrivals, digest: hashlib.blake2b) -> None:
        self._before = before
        self._digest = digest
        self._after: str | None = None

    def step(self, name: str) -> None:
        _add(self._digest, name)
        self._after = name

    def as_cursor(self) -> dict[str, object]:
        return Arrivals(self._before.seen, self._after, self._digest.hexdigest()).as_cursor()


def fingerprint(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=_BYTES).digest()


def _digest(names: Iterable[str]) -> hashlib.blake2b:
    found = hashlib.blake2b(digest_size=16)
    for name in names:
        _add(found, name)
    return found


def _add(digest: hashlib.blake2b, name: str) -> None:
    digest.update(name.encode() + b"\0")


def plain_name(name: str) -> str:
    """A file's name as text that can be stored: names need not be valid UTF-8."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _unpacked(text: str) -> frozenset[bytes]:
    joined = b64decode(text)
    return frozenset(joined[at : at + _BYTES] for at in range(0, len(joined), _BYTES))
