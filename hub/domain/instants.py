"""Instants as the store keeps them: ISO 8601 text in UTC with microseconds, so that they sort as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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


def last_day(text: str) -> str | None:
    """The day that ends at an instant; None for an instant within one."""
    if not text.endswith("T00:00:00.000000Z"):
        return None
    return (moment(text) - timedelta(days=1)).date().isoformat()


def told(text: str) -> str:
    """An instant as people read it: `the end of 2027-06-30`, or to the second."""
    day = last_day(text)
    return f"the end of {day}" if day else f"{text[:19]}Z"
