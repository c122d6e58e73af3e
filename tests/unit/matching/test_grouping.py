from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from matching.grouping import by_hash, by_pair, distinct, first_of_each, group_sizes, numbered, order_of

# Few upper bits, so that many hashes meet in them without being equal.
hashes = arrays.arrays(
    np.uint64, st.integers(0, 60), elements=st.integers(0, 7).map(lambda n: (n >> 2) << 60 | (n & 3))
)
counted = arrays.arrays(np.int64, st.integers(0, 60), elements=st.integers(0, 9))
whole_numbers = arrays.arrays(np.int64, st.integers(0, 60), elements=st.integers(-5, 5))


@given(hashes)
def test_hashes_are_ordered_as_by_a_stable_sort(some: np.ndarray) -> None:
    assert by_hash(some).tolist() == np.argsort(some, kind="stable").tolist()


@given(whole_numbers)
def test_places_are_ordered_as_by_a_stable_sort(some: np.ndarray) -> None:
    assert order_of(some).tolist() == np.argsort(some, kind="stable").tolist()


@given(counted)
def test_groups_are_counted(some: np.ndarray) -> None:
    assert group_sizes(some).tolist() == np.unique(some, return_counts=True)[1].tolist()


@given(counted)
def test_the_distinct_values_come_ascending(some: np.ndarray) -> None:
    assert distinct(some).tolist() == sorted(set(some.tolist()))
    assert int(first_of_each(np.sort(some)).sum()) == len(set(some.tolist()))


@given(st.one_of(counted, hashes))
def test_equal_values_get_equal_numbers(some: np.ndarray) -> None:
    numbers, first = numbered(some)
    assert some[first][numbers].tolist() == some.tolist()
    assert len(set(some[first].tolist())) == len(first)
    assert [some.tolist().index(value) for value in some[first].tolist()] == first.tolist()


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5) | st.integers(2**40, 2**40 + 2)), max_size=40))
def test_pairs_are_ordered_by_both_numbers(pairs: list[tuple[int, int]]) -> None:
    a, b = (np.array([pair[i] for pair in pairs], np.int64) for i in (0, 1))
    order = by_pair(a, b)
    assert [pairs[i] for i in order.tolist()] == sorted(pairs)
