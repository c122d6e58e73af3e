from __future__ import annotations

import string

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from matching.byte_texts import WIDEST, byte_texts, holding, only

texts = st.lists(st.none() | st.text("aZ09é漢 -", max_size=12), max_size=20)


@given(texts, st.integers(0, 3))
def test_only_some_letters_are_left(some: list[str | None], skipped: int) -> None:
    found = only(pa.array(some, pa.string()).slice(skipped), string.ascii_letters).to_pylist()
    assert found == ["".join(c for c in text or "" if c in string.ascii_letters) for text in some[skipped:]]


@given(texts, st.integers(0, 3))
def test_texts_as_bytes_are_the_texts(some: list[str | None], skipped: int) -> None:
    found = byte_texts(pa.array(some, pa.string()).slice(skipped)).tolist()
    assert found == [(text or "").encode() for text in some[skipped:]]


@given(st.lists(st.tuples(st.text("ab", max_size=6), st.text("ab", max_size=3)), min_size=1, max_size=20))
def test_a_text_holds_what_is_in_it(pairs: list[tuple[str, str]]) -> None:
    whole, parts = (byte_texts(pa.array([pair[i] for pair in pairs])) for i in (0, 1))
    expected = [len(part) >= 2 and part in text for text, part in pairs]
    assert holding(whole, parts, 2).tolist() == expected


def test_a_text_too_long_to_be_held_whole_is_in_none() -> None:
    long = byte_texts(pa.array(["a" * 100]))
    assert len(long[0]) == WIDEST
    assert not holding(long, long, 2).any()
