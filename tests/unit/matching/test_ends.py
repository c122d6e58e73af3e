from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from matching.similarity import Ends

texts = st.lists(st.text("012é", min_size=0, max_size=12), min_size=1, max_size=30)


@given(texts, st.integers(1, 4))
def test_values_that_are_one_edit_apart_are_never_told_apart_by_their_ends(
    some: list[str], kept: int
) -> None:
    changed = [text[: len(text) // 2] + "2" + text[len(text) // 2 + 1 :] for text in some]
    swapped = [text[1::-1] + text[2:] if len(text) > 1 else text for text in some]
    values = list(dict.fromkeys([*some, *changed, *swapped]))
    ends = Ends.of(pa.array(values), kept)
    rows = np.arange(len(values), dtype=np.int32)
    for a in rows:
        near = ends.near(np.full(len(values), a, np.int32), rows)
        close = np.array([OSA.distance(values[a], other) <= 1 for other in values])
        assert near[close].all()
