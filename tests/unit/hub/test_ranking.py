"""Sorting and counting on columns of numbers is what sorting rows is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.ranking import Numbers, in_order, in_order_within, ranges, stable_order, together
from hub.store.block_parts import _by_block

SMALL = st.integers(-3, 3)
WIDE = SMALL | st.integers(-(1 << 61), 1 << 61)
ROWS = st.lists(st.tuples(SMALL, WIDE, WIDE), max_size=12)


def columns(rows: Sequence[tuple[int, ...]], count: int) -> list[Numbers]:
    return [np.array([row[place] for row in rows], np.int64) for place in range(count)]


@given(ROWS)
def test_rows_come_in_the_order_of_all_keys_and_equal_ones_stay(rows: list[tuple[int, int, int]]) -> None:
    expected = sorted(range(len(rows)), key=lambda place: rows[place])
    assert in_order(*columns(rows, 3)).tolist() == expected


@given(ROWS)
def test_rows_of_groups_are_sorted_within_them(rows: list[tuple[int, int, int]]) -> None:
    rows.sort(key=lambda row: row[0])
    expected = sorted(range(len(rows)), key=lambda place: rows[place])
    assert in_order_within(*columns(rows, 3)).tolist() == expected


@given(st.lists(st.tuples(SMALL, SMALL)))
def test_distinct_rows_are_numbered_in_their_order(rows: list[tuple[int, int]]) -> None:
    distinct = sorted(set(rows))
    number, example = together(*columns(rows, 2))
    assert number.tolist() == [distinct.index(row) for row in rows]
    assert example.tolist() == [rows.index(row) for row in distinct]


@given(st.lists(st.integers(0, 5) | st.integers(0, (1 << 62) - 1)))
def test_places_are_sorted_by_numbers_of_any_size(keys: list[int]) -> None:
    expected = sorted(range(len(keys)), key=keys.__getitem__)
    assert stable_order(np.array(keys, np.int64)).tolist() == expected


@given(st.lists(st.integers(0, 40) | st.integers(0, (1 << 64) - 1)))
def test_entries_are_sorted_by_block_also_where_blocks_differ_in_their_last_bits(blocks: list[int]) -> None:
    told = np.array(blocks, np.uint64)
    assert told[_by_block(told)].tolist() == sorted(blocks)


@pytest.mark.parametrize(
    ("starts", "lengths", "found"), [([3, 0], [2, 1], [3, 4, 0]), ([5], [0], []), ([], [], [])]
)
def test_ranges_follow_one_another(starts: list[int], lengths: list[int], found: list[int]) -> None:
    assert ranges(np.array(starts, np.int64), np.array(lengths, np.int64)).tolist() == found
