"""What a connector's author hands to the suite: the other side, in a known state."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NoReturn

from hub.domain.plan import Payload
from hub.ports import DestinationWithCapabilities, Source


class NotPossible(Exception):  # noqa: N818 - not a fault: it says what the other side has no way to do
    """The other side itself has no such operation; declare a gap with this error."""


class SourceSystem(ABC):
    """The other side of a source, and how to open one on it. One test uses one, freshly made.

    It must hold enough records for two pages at least. `secrets` are texts that must never be shown.
    `incremental`: a read from the last cursor tells what was added or changed; `deletes`: and what was
    deleted (else a whole read leaves it out). `boundary` is how many records a read from the last cursor
    may give again, with an overlap window or an inclusive time.
    """

    stream: str
    secrets: Sequence[str] = ()
    incremental: bool = True
    deletes: bool = False
    boundary: int = 0

    @abstractmethod
    def open(self) -> Source:
        """A source with good settings and small pages."""

    @abstractmethod
    def open_broken(self) -> Source:
        """A source with settings that a user could get wrong: a wrong password, a missing file."""

    @abstractmethod
    def expected(self) -> Mapping[str, Mapping[str, object]]:
        """Every readable record now: its key, and some of its payload's fields with their values."""

    def rejected(self) -> int:
        """How many rows cannot be read and must come as rejects."""
        return 0

    def updated_at(self) -> Mapping[str, datetime]:
        """The instants of some records, by key, where the system knows them."""
        return {}

    def add_record(self) -> str:
        """Adds a record and gives its key."""
        _cannot("add a record")

    def change_record(self, key: str) -> None:
        """Changes a value of that record, so that its payload and what `expected` says of it differ."""
        _cannot(f"change the record {key}")

    def delete_record(self, key: str) -> None:
        """Deletes that record."""
        _cannot(f"delete the record {key}")


class DestinationSystem(ABC):
    """The other side of a destination, empty, and how to open one on it. One test uses one, freshly made."""

    secrets: Sequence[str] = ()

    @abstractmethod
    def open(self) -> DestinationWithCapabilities:
        """A destination with good settings."""

    @abstractmethod
    def open_broken(self) -> DestinationWithCapabilities:
        """A destination with settings that a user could get wrong."""

    @abstractmethod
    def payload(self, number: int) -> Payload:
        """A good payload with at least two fields; another one for each number."""

    @abstractmethod
    def changed_field(self) -> tuple[str, object]:
        """A field of every `payload`, and a good value that none of them has."""

    @abstractmethod
    def stored(self) -> Mapping[str, Payload]:
        """Remote id → fields of every live record (not archived, merged away or erased), under the names
        and in the forms of `payload`.
        """

    def bad_payload(self) -> Payload:
        """A payload that is refused."""
        _cannot("refuse a payload")

    def settle(self) -> None:  # noqa: B027 - most systems have nothing pending
        """Lets what is pending finish, for an asynchronous system."""


def _cannot(deed: str) -> NoReturn:
    raise NotPossible(f"this system has no way to {deed}")
