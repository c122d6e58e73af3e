from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from connectors.files.instants import instants
from hub.domain.records import TIME

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEXTS: dict[str, datetime | None] = {
    "2026-01-02T03:04:05Z": AT,
    "2026-01-02T03:04:05+00:00": AT,
    "2026-01-02T05:04:05+02:00": AT,
    "2026-01-02T05:04:05+0200": AT,
    "2026-01-01T19:04:05-08": AT,
    "2026-01-02 03:04:05": AT,
    " 2026-01-02 03:04:05 ": AT,
    "2026-01-02 03:04:05 UTC": AT,
    "2026-01-02T03:04:05.250Z": AT.replace(microsecond=250_000),
    "2026-01-02T03:04": AT.replace(second=0),
    "2026-01-02": AT.replace(hour=0, minute=0, second=0),
    "0001-01-01": datetime(1, 1, 1, tzinfo=UTC),
    "9999-12-31T23:59:59Z": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    "02/01/2026": None,
    "1767322800": None,
    "infinity": None,
    "290000-01-01": None,
    "2026-13-01": None,
    "yesterday": None,
    "": None,
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.items())
def test_iso_8601_is_understood_and_nothing_else(text: str, expected: datetime | None) -> None:
    found = instants(pa.chunked_array([[text, None]], pa.string()))
    assert found.type == TIME
    assert found.to_pylist() == [expected, None]


def test_no_texts_give_no_instants() -> None:
    assert len(instants(pa.chunked_array([], pa.string()))) == 0
