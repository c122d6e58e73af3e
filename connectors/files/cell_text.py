"""Typed cells (of spreadsheets and Parquet) as text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

_EXACT: float = 2.0**53


def cell_text(value: object) -> str:
    """What a person would have typed: `12` for 12.0, ISO 8601 for dates and times, `true` and `false`.

    Excel keeps times as fractions of a day, so instants are rounded to the millisecond.
    """
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        case datetime():
            return _instant_text(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            seconds = round(value.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case None:
            return ""
    return str(value)


def _instant_text(value: datetime) -> str:
    rounded = (value + timedelta(microseconds=500)).replace(microsecond=0) if _nearly_whole(value) else value
    return rounded.isoformat(timespec="seconds" if not rounded.microsecond else "milliseconds")


def _nearly_whole(value: datetime) -> bool:
    return value.microsecond < 500 or value.microsecond >= 999_500
