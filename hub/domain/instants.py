"""Instants as the store keeps them: ISO 8601 text in UTC with microseconds, so that they sort as text."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

FORMAT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


def instant(moment: datetime) -> str:
    """The text of an aware moment."""
    return moment.astimezone(UTC).strftime(FORMAT)


def instants(moments: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts of a column of moments in UTC, null for null. A third of the time that `strftime` takes."""
    written = moments.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us")).cast(pa.string())
    return pc.binary_join_element_wise(pc.replace_substring(written, " ", "T"), "Z", "")


def moment(text: str) -> datetime:
    """The inverse of `instant`."""
    return datetime.strptime(text, FORMAT).replace(tzinfo=UTC)


def day(text: str, zone: tzinfo = UTC) -> str:
    """The day on which an instant is, in a time zone."""
    return moment(text).astimezone(zone).date().isoformat()


def last_day(text: str, zone: tzinfo = UTC) -> str | None:
    """The day of a time zone that ends at an instant; None for an instant within one."""
    there = moment(text).astimezone(zone)
    return (there.date() - timedelta(days=1)).isoformat() if there.time() == time() else None


def told(text: str, zone: tzinfo = UTC) -> str:
    """An instant as people read it: `the end of 2027-06-30 (UTC)`, `2027-06-30 14:00:00 UTC`."""
    if whole := last_day(text, zone):
        return f"the end of {whole} ({zone})"
    return to_the_second(text, zone)


def to_the_second(text: str, zone: tzinfo = UTC) -> str:
    """When something was: `2027-06-30 14:00:00 UTC`."""
    return f"{moment(text).astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
