"""Times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from hub.errors import ConfigurationError

_DAY: Final = len("2027-06-30")


def moment_told(text: str, option: str) -> datetime:
    """An instant, in UTC where no zone is told; a day means its end. Raises `ConfigurationError` that names
    the option.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (zoned + timedelta(days=1) if len(text.strip()) <= _DAY else zoned).astimezone(UTC)
    except (ValueError, OverflowError):
        hint = "write 2027-06-30, or 2027-06-30T12:00:00Z"
        raise ConfigurationError("not-a-time", f"{option} {text} is no time", hint=hint) from None
