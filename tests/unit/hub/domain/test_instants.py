"""Instants, as they are kept and as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.domain.instants import instant, last_day, moment, told


@pytest.mark.parametrize(
    ("at", "day", "text"),
    [
        (datetime(2027, 7, 1, tzinfo=UTC), "2027-06-30", "the end of 2027-06-30"),
        (datetime(2028, 3, 1, tzinfo=UTC), "2028-02-29", "the end of 2028-02-29"),
        (datetime(2027, 7, 1, 0, 0, 0, 1, tzinfo=UTC), None, "2027-07-01T00:00:00Z"),
        (datetime(2027, 7, 1, 12, 30, 5, tzinfo=UTC), None, "2027-07-01T12:30:05Z"),
    ],
)
def test_the_end_of_a_day_is_told_by_the_day(at: datetime, day: str | None, text: str) -> None:
    assert (last_day(instant(at)), told(instant(at))) == (day, text)
    assert moment(instant(at)) == at
