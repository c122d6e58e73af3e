"""A few texts are folded, told apart by script and looked up as many are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import folding, listed, scripts
from matching.listed import Listed

TEXTS = st.lists(
    st.none()
    | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.text(st.characters(max_codepoint=0x24F), max_size=8)
    | st.sampled_from(["Rue de l'Église", "Ἀθῆναι", " a  b\t", "\u0301", "東京 都", "x\x00y", "ſ", "İ"]),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_few_texts_are_folded_as_many(texts: list[str | None]) -> None:
    few = pa.array(texts, pa.string())
    with pytest.MonkeyPatch.context() as patch:
        found = folding.folded(few), scripts.foreign(few).tolist()
        patch.setattr(folding, "_FEW", -1)
        patch.setattr(scripts, "_FEW", -1)
        assert found[0].equals(folding.folded(few))
        assert found[1] == scripts.foreign(few).tolist()


def test_every_character_is_folded_alike_among_few() -> None:
    for start in range(1, 0x30000, folding._FEW):
        characters = (n for n in range(start, start + folding._FEW) if not 0xD800 <= n < 0xE000)
        few = pa.array([f"a{chr(n)}b" for n in characters], pa.string())
        with pytest.MonkeyPatch.context() as patch:
            found = folding.folded(few), scripts.foreign(few).tolist()
            patch.setattr(folding, "_FEW", -1)
            patch.setattr(scripts, "_FEW", -1)
            assert found[0].equals(folding.folded(few))
            assert found[1] == scripts.foreign(few).tolist()


@given(st.lists(st.none() | st.sampled_from("abcdef"), max_size=9))
def test_few_texts_stand_in_a_list_where_many_do(texts: list[str | None]) -> None:
    asked, known = pa.array(texts, pa.string()), Listed("cab")
    few = known.places(asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listed, "_FEW", -1)
        assert np.array_equal(few, known.places(asked))
