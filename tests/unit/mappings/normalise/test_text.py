"""The short ways to clean and fold text give what the long ways give."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.normalise.text import clean_text, cleaned_slowly, folded

LETTERS = st.text(
    st.one_of(st.characters(max_codepoint=0x17F), st.sampled_from(" &;ÂÃâ€\u200b\u00a0")), max_size=12
)


@settings(max_examples=1000, deadline=None)
@given(st.one_of(LETTERS, st.text(max_size=12)))
def test_a_text_that_is_clean_as_it_is_stays(text: str) -> None:
    assert clean_text(text) == cleaned_slowly(text)


@given(st.text(max_size=12))
def test_folding_takes_case_and_accents(text: str) -> None:
    plain = unicodedata.normalize("NFD", text.casefold())
    assert folded(text) == "".join(sign for sign in plain if not unicodedata.combining(sign))
