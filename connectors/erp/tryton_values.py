"""Tryton's typed JSON: dates and the like travel as objects with a `__class__`.

Observed on 7.0 and 8.2 (and in the source of its protocol): datetimes are naive and UTC, in both directions.
Booleans come as 1 and 0 from SQLite databases.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import BeforeValidator

Json = dict[str, object]
_PARTS: Final = ("year", "month", "day", "hour", "minute", "second", "microsecond")


def from_typed(value: object) -> object:
    """An aware datetime for a typed one, anything else as it is."""
    if isinstance(value, dict) and value.get("__class__") == "datetime":
        year, month, day, *rest = (int(value.get(part) or 0) for part in _PARTS)
        hour, minute, second, microsecond = rest
        return datetime(year, month, day, hour, minute, second, microsecond, tzinfo=UTC)
    return value


def to_typed(moment: datetime) -> Json:
    """The typed form of an aware datetime."""
    naive = moment.astimezone(UTC)
    return {"__class__": "datetime", **{part: getattr(naive, part) for part in _PARTS}}


Instant = Annotated[datetime, BeforeValidator(from_typed)]
