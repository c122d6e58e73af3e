"""Mistyped names are found by a form that they have in common with the name that was meant."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.store import spellings
from hub.store.engine import Store
from hub.store.terms import BETWEEN, forms, spelled

WORDS = st.text("abcdeéßж", min_size=4, max_size=12)


@st.composite
def mistyped(draw: st.DrawFn) -> tuple[str, str]:
    word, place = draw(WORDS), draw(st.integers(0, 11))
    place %= len(word)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    wrong = draw(
        st.sampled_from([before + after, before + "x" + after, before + letter + "x" + after])
        | st.just(before + after[:1] + letter + after[1:])
    )
    return word, wrong


@given(mistyped())
def test_words_one_typing_error_apart_have_a_form_in_common(pair: tuple[str, str]) -> None:
    word, wrong = pair
    assert forms(word) & forms(wrong)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("dupnot", "dupont"),
        ("dupon", "dupont"),
        ("dup", "dupont"),
        ("dieterick", "dietrich"),
        ("dupont", "dupont"),
    ],
)
def test_a_word_is_found_mistyped_begun_or_by_its_sound(store: Store, asked: str, meant: str) -> None:
    with store.writing() as connection:
        spellings.learn(connection, ["dupont", "dietrich", "martin"])
    with store.reading() as connection:
        found = spellings.near(connection, asked)
    assert meant in found
    assert "martin" not in found


def test_a_word_learnt_twice_is_kept_once(store: Store) -> None:
    for words in (["dupont"], ["dupont", "martin", "martin"]):
        with store.writing() as connection:
            spellings.learn(connection, words)
    with store.reading() as connection:
        assert spellings.near(connection, "martni") == {"martin", "martni"}
        assert spellings.near(connection, "dupont") == {"dupont"}


@given(st.lists(st.text("abcdeéßжz~", min_size=1, max_size=24), max_size=8, unique=True))
def test_many_words_have_the_forms_of_each(words: list[str]) -> None:
    found = spelled(pa.array(words, pa.string()))
    pairs = {
        (form, word)
        for form, told in zip(found["term"].to_pylist(), found["ids"].to_pylist(), strict=True)
        for word in told.split(BETWEEN)
    }
    assert pairs == {(form, word) for word in words for form in forms(word) if form}
