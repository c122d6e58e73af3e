from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.growing import Place

LONG = bytes(range(256)) * 64  # four times what is hashed at each end


def place(content: bytes, offset: int, size: int) -> Place:
    found = Place.at(io.BytesIO(content), offset, size)
    back = Place.of(json.loads(json.dumps(found.as_cursor())))
    assert back == found
    return found


def resume(before: Place, content: bytes) -> int | None:
    return before.resume(io.BytesIO(content), len(content))


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=200), st.binary(min_size=1, max_size=50), st.data())
def test_a_file_that_grew_is_read_on(content: bytes, more: bytes, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(content)))
    assert resume(place(content, offset, len(content)), content + more) == offset


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=200), st.data())
def test_a_file_that_is_as_it_was_has_nothing_new(content: bytes, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(content)))
    assert resume(place(content, offset, len(content)), content) is None


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (b"x" + LONG[1:], 0),
        (LONG[:100] + LONG[200:], 0),
        (LONG[:5000] + LONG[5300:] + b"x" * 300, 0),
        (LONG[:-1], 16000),
        (b"", 0),
        (LONG[:16000] + b"x" * 384, 16000),
    ],
    ids=["replaced", "shorter", "moved-up-and-grown", "last-part-shorter", "emptied", "last-part-replaced"],
)
def test_a_file_that_was_rewritten_is_told_by_what_moved(changed: bytes, expected: int) -> None:
    assert resume(place(LONG, 16000, len(LONG)), changed) == expected


def test_a_change_in_place_far_from_both_ends_goes_unnoticed_on_purpose() -> None:
    content = b"a" * 20_000
    flagged = content[:10_000] + b"b" + content[10_001:]
    assert resume(place(content, 20_000, 20_000), flagged) is None


def test_a_cursor_of_another_shape_tells_no_place() -> None:
    assert Place.of({"seen": ""}) is Place.of(None) is None
