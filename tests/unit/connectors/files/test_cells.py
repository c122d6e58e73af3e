from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.files.cells import NotStorable, cell, escaped, escaped_column, unescaped, unescaped_column

DANGEROUS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "@SUM(A1)",
    "+1+cmd|x",
    "-2+3",
    "-2+cmd",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "+A1",
    "--1",
]
PLAIN = [
    "+33199001234",
    "+33 1 99 00 12 34",
    "+1 (212) 555 0100",
    "-12",
    "-12.50",
    "-1,250.00",
    "-",
    "+",
    "",
    "a=b",
    "'",
    "'tis",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_could_run_as_a_formula_gets_an_apostrophe(text: str) -> None:
    assert escaped([text]) == [f"'{text}"]


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_phones_and_words_stay_as_they_are(text: str) -> None:
    assert escaped([text]) == [text]


@given(st.text(st.sampled_from("'=+-@1a \t"), max_size=6))
def test_escaping_can_be_undone(text: str) -> None:
    assert unescaped(escaped([text])[0]) == text


VALUES = {
    "nothing": (None, ""),
    "text": ("Zoë", "Zoë"),
    "true": (True, "true"),
    "an integer": (12, "12"),
    "a whole number": (12.0, "12"),
    "a fraction": (12.5, "12.5"),
    "a list": (["a", None, 1], "a |  | 1"),
    "an empty list": ([], ""),
    "an object": ({"a": ["é"]}, '{"a": ["é"]}'),
    "a list of objects": ([{"a": 1}], '[{"a": 1}]'),
}


@pytest.mark.parametrize(("value", "text"), VALUES.values(), ids=VALUES)
def test_json_values_become_text(value: object, text: str) -> None:
    assert cell(value) == text


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), [float("nan")], {"a": float("inf")}, b"x", "a\0", "\ud800", ["\ud800"]],
)
def test_what_a_file_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(NotStorable):
        cell(value)


TEXTS = st.lists(
    st.none() | st.text() | st.from_regex(r"\A'{0,2}[=+\-@\t\r\n＝]?[0-9 .,()x]{0,4}\Z"), min_size=1
)


@given(TEXTS)
def test_a_column_is_escaped_as_its_cells_are_and_comes_back(texts: list[str | None]) -> None:
    column = pa.chunked_array([pa.array(texts, pa.string())])
    found = escaped_column(column)
    known = [text for text in texts if text is not None]
    assert [text for text in found.to_pylist() if text is not None] == escaped(known)
    assert unescaped_column(found).to_pylist() == texts
    assert unescaped_column(column).to_pylist() == [None if t is None else unescaped(t) for t in texts]
