"""Times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from hub.errors import ConfigurationError

_DAY: Final = len("2027-06-30")


def moment_told(text: str, option: str, zone: tzinfo = UTC) -> datetime:
    """An instant, in UTC; where the text tells no zone it is of `zone`. A day means its end. Raises
    `ConfigurationError` that names the option.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        ends = moment + timedelta(days=1) if len(text.strip()) <= _DAY else moment
        return (ends if ends.tzinfo else ends.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        hint = "write 2027-06-30, or 2027-06-30T12:00:00Z"
        raise ConfigurationError("not-a-time", f"{option} {text} is no time", hint=hint) from None
