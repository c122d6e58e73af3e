from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors.erp.tryton_cursor import Pass, interrupted, next_since, since_of
from hub.domain.records import Cursor
from hub.errors import ConfigurationError

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OVERLAP = timedelta(minutes=10)


def test_while_the_newest_row_is_young_its_neighbours_are_read_again() -> None:
    newest = NOW - timedelta(minutes=3)
    assert next_since(newest, NOW, OVERLAP) == newest - OVERLAP


def test_once_it_is_older_than_the_overlap_it_is_passed_exactly() -> None:
    newest = NOW - timedelta(minutes=11)
    assert next_since(newest, NOW, OVERLAP) == newest + timedelta(microseconds=1)


def test_a_clock_that_is_behind_the_rows_loses_nothing() -> None:
    newest = NOW + timedelta(hours=1)
    assert next_since(newest, NOW, OVERLAP) == newest - OVERLAP


def test_an_empty_database_is_read_whole_again() -> None:
    ended = Pass(None, next_since(None, NOW, OVERLAP)).cursor_at_end()
    assert since_of(ended) is None
    assert interrupted(ended) is None


@pytest.mark.parametrize("since", [None, NOW], ids=["whole", "incremental"])
def test_an_interrupted_pass_goes_on_as_itself(since: datetime | None) -> None:
    going = Pass(since, NOW)
    cursor = json.loads(json.dumps(going.cursor_after(42)))
    assert interrupted(cursor) == Pass(since, NOW, 42)


@pytest.mark.parametrize(
    "cursor",
    [
        {"since": "yesterday"},
        {"since": "2026-01-01T00:00:00"},
        {"since": 7},
        {"after": "x"},
        {"after": 1, "until": "x"},
    ],
)
def test_a_cursor_of_something_else_is_a_configuration_error(cursor: Cursor) -> None:
    with pytest.raises(ConfigurationError) as caught:
        interrupted(cursor) if "after" in cursor else since_of(cursor)
    assert caught.value.code == "bad-cursor"
    assert "--full" in (caught.value.hint or "")
