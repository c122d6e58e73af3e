"""Lists for a few rows are made as lists for many are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.contact import URL
from mappings.encoded import _FEW, Encoded, combined
from mappings.ragged import FEW, Slot, lists, many_lists

ROWS = st.integers(1, FEW)
WORDS = st.sampled_from(["a", "b", "c"])


@st.composite
def slots(draw: st.DrawFn) -> tuple[list[Slot], int]:
    rows = draw(ROWS)
    found = []
    for _ in range(draw(st.integers(0, 3))):
        items = draw(
            st.lists(st.lists(WORDS.map(lambda w: {"value": w, "type": None}), max_size=3), max_size=4)
        )
        codes = draw(st.lists(st.integers(-1, len(items) - 1), min_size=rows, max_size=rows))
        if draw(st.booleans()) and all(items):
            array = pa.array([one[0] for one in items], URL)
            found.append(Slot(np.array(codes, np.int64), array))
        else:
            found.append(Slot(np.array(codes, np.int64), items))
    return found, rows


@settings(max_examples=200, deadline=None)
@given(slots(), st.booleans())
def test_a_few_rows_get_the_lists_that_many_would(made: tuple[list[Slot], int], primary: bool) -> None:
    found, rows = made
    few = lists(found, rows, URL, primary=primary)
    assert few.to_pylist() == many_lists(found, rows, URL, primary=primary).to_pylist()
    assert few.type == pa.list_(URL)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 1)), min_size=1, max_size=8))
def test_a_few_rows_are_combined_as_many_are(codes: list[tuple[int, int]]) -> None:
    def told(repeat: int) -> list[object]:
        columns = [
            Encoded(np.array([code[place] for code in codes] * repeat, np.int64), values)
            for place, values in enumerate((["x", "y", "z"], ["1", "2"]))
        ]
        both = combined(columns, len(codes) * repeat)
        return [both.values[code] if code >= 0 else None for code in both.codes.tolist()]

    many = _FEW + 1
    assert told(1) * many == told(many)
