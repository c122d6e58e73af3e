from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.pagination import chunks, keyset, with_last


@given(st.sets(st.integers(1, 500)), st.integers(1, 20))
def test_a_keyset_gives_every_row_once_in_order(keys: set[int], size: int) -> None:
    def fetch(after: int) -> list[int]:
        return sorted(key for key in keys if key > after)[:size]

    pages = list(keyset(fetch, lambda row: row, 0, size))
    assert [row for page in pages for row in page] == sorted(keys)


def test_rows_that_appear_or_go_away_meanwhile_shift_nothing() -> None:
    rows = list(range(1, 11))

    def fetch(after: int) -> list[int]:
        return [row for row in rows if row > after][:3]

    seen: list[int] = []
    for page in keyset(fetch, lambda row: row, 0, 3):
        seen += page
        if page[0] == 1:
            rows.remove(2)  # an offset would now pass over row 4
            rows.append(11)
    assert seen == list(range(1, 12))


@given(st.lists(st.integers()), st.integers(1, 9))
def test_chunks_put_together_are_the_whole(rows: list[int], size: int) -> None:
    pieces = list(chunks(rows, size))
    assert [row for piece in pieces for row in piece] == rows
    assert all(1 <= len(piece) <= size for piece in pieces)


@given(st.lists(st.integers()))
def test_only_the_last_item_is_called_the_last(items: list[int]) -> None:
    marked = list(with_last(iter(items)))
    assert [item for item, _ in marked] == items
    assert [is_last for _, is_last in marked] == [False] * (len(items) - 1) + [True] * bool(items)
