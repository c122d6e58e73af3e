"""Instants as the store keeps them: ISO 8601 text in UTC with microseconds, so that they sort as text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

FORMAT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


def instant(moment: datetime) -> str:
    """The text of an aware moment."""
    return moment.astimezone(UTC).strftime(FORMAT)


def moment(text: str) -> datetime:
    """The inverse of `instant`."""
    return datetime.strptime(text, FORMAT).replace(tzinfo=UTC)
