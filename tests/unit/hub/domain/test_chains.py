"""How two records hang together: the way whose weakest link is the strongest."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.chains import Link, chain

LINKS: list[Link] = [(1, 2, 0.9), (2, 3, 0.8), (1, 3, 0.5), (4, 5, 1.0), (3, 6, 0.4), (1, 6, 0.3)]


@pytest.mark.parametrize(
    ("start", "end", "way"),
    [
        (1, 3, ((1, 2, 0.9), (2, 3, 0.8))),
        (6, 2, ((6, 3, 0.4), (3, 2, 0.8))),
        (1, 4, ()),
        (1, 9, ()),
        (1, 1, ()),
    ],
    ids=["round", "backwards", "none", "unknown", "itself"],
)
def test_the_strongest_way_is_taken_whatever_the_order(start: int, end: int, way: tuple[Link, ...]) -> None:
    for links in permutations(LINKS[:4]):
        assert chain([*links, *LINKS[4:]], start, end) == way


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.floats(0, 1)), max_size=12), st.data())
def test_a_way_leads_from_link_to_link_and_none_is_better(links: list[Link], data: Any) -> None:
    start, end = (data.draw(st.integers(0, 5)) for _ in range(2))
    way = chain(links, start, end)
    reached = {start}
    for a, b, strength in way:
        assert a in reached
        assert (a, b, strength) in links or (b, a, strength) in links
        reached = {b}
    assert not way or reached == {end}
    weakest = min((strength for *_, strength in way), default=0.0)
    stronger = [one for one in links if one[2] > weakest]
    assert start == end or not chain(stronger, start, end)
