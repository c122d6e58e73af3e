from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, JaroWinkler

from matching.encoding import Vocabulary
from matching.letters import Letters
from matching.similarity import jaro_winkler

texts = st.lists(st.text("abcdé -aA1", max_size=9), min_size=1, max_size=20, unique=True)
names = st.lists(st.text("amnr", max_size=14), min_size=1, max_size=20, unique=True)


@given(st.one_of(texts, names), st.sampled_from([0.5, 0.84, 0.9, 0.94]))
def test_what_is_left_out_by_its_letters_is_less_alike(some: list[str], least: float) -> None:
    a, b = (side.ravel().astype(np.int32) for side in np.indices((len(some), len(some))))
    alike = np.array([JaroWinkler.similarity(some[i], some[j]) for i, j in zip(a, b, strict=True)])
    reaching = Letters.of(pa.array(some)).may_reach(a, b, least)
    assert reaching[alike >= least].all()
    found = jaro_winkler(Vocabulary(pa.array(some)), a, b, least)
    told = np.abs(alike - least) > 1e-6  # at the very limit rounding decides
    assert found[told] == pytest.approx(np.where(alike >= least, alike, 0)[told], abs=1e-6)


@given(names)
def test_no_two_texts_that_are_one_edit_apart_are_left_out(some: list[str]) -> None:
    a, b = (side.ravel().astype(np.int32) for side in np.indices((len(some), len(some))))
    near = np.array([OSA.distance(some[i], some[j]) <= 1 for i, j in zip(a, b, strict=True)])
    assert Letters.of(pa.array(some)).may_be_one_edit(a, b)[near].all()


def test_names_without_much_in_common_are_left_out() -> None:
    letters = Letters.of(pa.array(["martin", "dupont", "martinez"]))
    one = np.array([0, 0], np.int32)
    assert letters.may_reach(one, np.array([1, 2], np.int32), 0.84).tolist() == [False, True]
