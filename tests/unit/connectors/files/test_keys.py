from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.files.keys import Keys, require_columns
from connectors.files.rows import BadRow, Rows, numbered
from hub.errors import ConfigurationError

Pair = tuple[str, str]


def portion(pairs: list[Pair], first: int = 1) -> Rows:
    columns = {
        "id": pa.array([key for key, _ in pairs], pa.string()),
        "v": pa.array([v for _, v in pairs], pa.string()),
    }
    return numbered(pa.table(columns), first)


def test_without_a_key_column_the_row_number_is_the_key() -> None:
    torn = BadRow(3, "line 4", "broken-quote", "why", "raw")
    rows = Rows(portion([("x", "1"), ("y", "2")]).columns, pa.chunked_array([[1, 2]]), (torn,))
    keyed = Keys(()).give(rows)
    assert keyed.keys.to_pylist() == ["1", "2"]
    assert [bad.key for bad in keyed.rows.bad] == ["3"]


def test_among_several_files_the_row_number_has_the_files_name() -> None:
    assert Keys((), "a.csv:").give(portion([("x", "1")])).keys.to_pylist() == ["a.csv:1"]


def test_a_row_without_a_key_is_set_aside() -> None:
    keyed = Keys(["id"]).give(portion([("a", "1"), ("", "2"), ("  ", "3")]))
    assert keyed.keys.to_pylist() == ["a"]
    assert [(bad.number, bad.code, bad.position) for bad in keyed.rows.bad] == [
        (2, "no-key", "data row 2"),
        (3, "no-key", "data row 3"),
    ]


def test_a_later_row_with_a_key_and_other_values_is_set_aside() -> None:
    keyed = Keys(["id"]).give(portion([("a", "1"), ("b", "2"), ("a", "3")]))
    assert keyed.rows.columns.to_pylist() == [{"id": "a", "v": "1"}, {"id": "b", "v": "2"}]
    (bad,) = keyed.rows.bad
    assert (bad.number, bad.key, bad.code, bad.raw) == (3, "a", "duplicate-key", '{"id": "a", "v": "3"}')


def test_a_later_row_that_is_equal_says_nothing_new() -> None:
    keyed = Keys(["id"]).give(portion([("a", "1"), ("a", "1"), ("b", "1")]))
    assert (keyed.keys.to_pylist(), keyed.rows.bad) == (["a", "b"], ())


def test_keys_of_several_columns_are_never_confused() -> None:
    pairs = [("a|b", "c"), ("a", "b|c"), ("a\\", "|b"), ("a\\|", "b"), ("", "x")]
    keyed = Keys(["id", "v"]).give(portion(pairs))
    keys = keyed.keys.to_pylist()
    assert len(set(keys)) == len(pairs)
    assert keys[0] == "a\\|b|c"
    assert not keyed.rows.bad


def test_a_row_without_any_part_of_its_key_is_set_aside() -> None:
    assert [bad.code for bad in Keys(["id", "v"]).give(portion([("", "")])).rows.bad] == ["no-key"]


small = st.lists(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("12")), max_size=8), max_size=12
)


@given(small)
def test_the_first_row_of_a_key_is_kept_wherever_the_file_is_cut(portions: list[list[Pair]]) -> None:
    first: dict[str, str] = {}
    expected_bad = []
    keys, kept, bad, number = Keys(["id"]), [], [], 1
    for pairs in portions:
        for at, (key, value) in enumerate(pairs, start=number):
            if first.setdefault(key, value) != value:
                expected_bad.append(at)
        keyed = keys.give(portion(pairs, number))
        kept += [(row["id"], row["v"]) for row in keyed.rows.columns.to_pylist()]
        bad += [row.number for row in keyed.rows.bad]
        number += len(pairs)
    assert kept == list(first.items())
    assert bad == expected_bad


def test_an_unknown_column_is_named_with_the_nearest_one() -> None:
    with pytest.raises(ConfigurationError) as caught:
        require_columns(["e-mail"], ["name", "email"], Path("t.csv"), "key")
    assert (caught.value.code, caught.value.hint) == ("unknown-column", "did you mean `email`?")
    assert str(caught.value.place) == "t.csv (key)"
