"""Times as people type them, and as they are told to people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from hub.domain.instants import to_the_second
from hub.errors import ConfigurationError

_DAY: Final = len("2027-06-30")
_LAST: Final = timedelta(seconds=1, microseconds=-1)  # from the beginning of a second to its end


def moment_told(text: str, option: str, zone: tzinfo = UTC, *, to_its_end: bool = False) -> datetime:
    """An instant, in UTC; where the text tells no zone it is of `zone`. A day means its end, and with
    `to_its_end` so does a second: what is shown to the second was then. Raises `ConfigurationError` that
    names the option.
    """
    try:
        plain = text.strip()
        moment = _with_name(plain, zone) or datetime.fromisoformat(plain)
        ends = moment + timedelta(days=1) if len(plain) <= _DAY else moment
        told = (ends if ends.tzinfo else ends.replace(tzinfo=zone)).astimezone(UTC)
        return told + _LAST if to_its_end and not told.microsecond and len(plain) > _DAY else told
    except (ValueError, OverflowError):
        hint = "write 2027-06-30, or 2027-06-30T12:00:00Z"
        raise ConfigurationError("not-a-time", f"{option} {text} is no time", hint=hint) from None


def _with_name(text: str, zone: tzinfo) -> datetime | None:
    """A time as it is shown, with what its zone is called then: `2027-06-30 14:00:00 CEST`."""
    plain, _, name = text.rpartition(" ")
    if " " not in plain:
        return None
    moments = [datetime.fromisoformat(plain).replace(tzinfo=one) for one in (zone, UTC)]
    shown = [one.replace(fold=fold) for one in moments for fold in (0, 1)]
    named = [one for one in shown if one.tzname() == name]
    if not named:
        raise ValueError(f"{name} is not what that zone is called")
    return named[0]


def time_shown(text: str | None, zone: tzinfo) -> str:
    """An instant of the store as people read it, in their zone; nothing for none."""
    return to_the_second(text, zone) if text else ""


def day_shown(text: str | None, zone: tzinfo) -> str:
    """Its day; of a text that is a day already, that."""
    if not text or len(text) <= _DAY:
        return text or ""
    moment = datetime.fromisoformat(text)
    return (moment.astimezone(zone) if moment.tzinfo else moment).date().isoformat()
