"""Instants, as they are kept and as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from hub.domain.instants import day as day_of
from hub.domain.instants import instant, instants, last_day, moment, told


def test_a_column_of_moments_is_written_like_each_of_them() -> None:
    moments = [
        datetime(2027, 7, 1, 12, 30, 5, 678, tzinfo=UTC),
        datetime(2027, 7, 1, tzinfo=UTC),
        None,
        datetime(1899, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
        datetime(2027, 7, 1, 1, tzinfo=timezone(timedelta(hours=2))),
    ]
    column = pa.chunked_array(
        [pa.array(moments[:2], pa.timestamp("us", "UTC")), pa.array(moments[2:], pa.timestamp("us", "UTC"))]
    )
    assert instants(column).to_pylist() == [at and instant(at) for at in moments]
    coarser = column.slice(1, 1).cast(pa.timestamp("s", "UTC"))
    assert instants(coarser).to_pylist() == ["2027-07-01T00:00:00.000000Z"]


@pytest.mark.parametrize(
    ("at", "zone", "day", "text"),
    [
        (datetime(2027, 7, 1, tzinfo=UTC), "UTC", "2027-06-30", "the end of 2027-06-30 (UTC)"),
        (datetime(2028, 3, 1, tzinfo=UTC), "UTC", "2028-02-29", "the end of 2028-02-29 (UTC)"),
        (
            datetime(2027, 6, 30, 22, tzinfo=UTC),
            "Europe/Paris",
            "2027-06-30",
            "the end of 2027-06-30 (Europe/Paris)",
        ),
        (datetime(2027, 7, 1, tzinfo=UTC), "Europe/Paris", None, "2027-07-01 02:00:00 CEST"),
        (datetime(2027, 7, 1, 0, 0, 0, 1, tzinfo=UTC), "UTC", None, "2027-07-01 00:00:00 UTC"),
    ],
)
def test_the_end_of_a_day_is_told_by_the_day(at: datetime, zone: str, day: str | None, text: str) -> None:
    where = ZoneInfo(zone)
    assert (last_day(instant(at), where), told(instant(at), where)) == (day, text)
    assert moment(instant(at)) == at


def test_a_moment_is_on_the_day_of_the_zone() -> None:
    late = instant(datetime(2027, 6, 30, 22, 30, tzinfo=UTC))
    assert (day_of(late), day_of(late, ZoneInfo("Europe/Paris"))) == ("2027-06-30", "2027-07-01")
