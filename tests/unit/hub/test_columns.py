"""The engine under the columns keeps quiet, and CSV says what the table says."""

from __future__ import annotations

import csv
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub import columns
from hub.domain.contact import CONTACT_SCHEMA


def test_a_long_query_draws_no_progress_bar_on_stdout_in_any_thread() -> None:
    told: list[bool] = []

    def ask() -> None:
        found = columns.query("SELECT current_setting('enable_progress_bar') AS shown")
        told.append(found["shown"][0].as_py())

    other = threading.Thread(target=ask)
    other.start()
    other.join()
    ask()
    assert told == [False, False]


def test_names_that_differ_only_in_case_stay_as_they_are_in_csv(tmp_path: Path) -> None:
    table = pa.table({"Mail": ["a,b", None], "mail": [None, ""], "n": [1, 2]})
    columns.write_csv(table, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [["Mail", "mail", "n"], ["a,b", "", "1"], ["", "", "2"]]


WORDS = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
CONTACTS = st.fixed_dictionaries(
    {
        "organization": WORDS,
        "name": st.none() | st.fixed_dictionaries({"given": WORDS, "family": WORDS}),
        "emails": st.none()
        | st.lists(
            st.fixed_dictionaries({"value": st.text('aé😀"\\\n{}', max_size=5), "primary": st.booleans()}),
            max_size=3,
        ),
        "tags": st.none() | st.lists(st.text(max_size=3), max_size=2),
    }
)


@settings(max_examples=8)  # of five thousand rows each
@given(st.lists(CONTACTS, min_size=1, max_size=20))
def test_many_texts_are_read_as_few_are(rows: list[dict[str, Any]]) -> None:
    table = pa.Table.from_pylist(rows, schema=CONTACT_SCHEMA)
    texts = columns.json_text(table, CONTACT_SCHEMA.names)
    many = -(-5_000 // len(rows))
    few = columns.from_json(texts, CONTACT_SCHEMA)
    repeated = columns.from_json(pa.chunked_array(texts.chunks * many, pa.string()), CONTACT_SCHEMA)
    assert repeated.num_rows >= 5_000
    assert repeated.slice(0, len(rows)).to_pylist() == few.to_pylist()
    assert repeated.slice(repeated.num_rows - len(rows)).to_pylist() == few.to_pylist()


@pytest.mark.parametrize("count", [1, 600, 6_000])
def test_what_is_no_json_is_refused_be_they_few_or_many(count: int) -> None:
    with pytest.raises(ValueError, match=r"JSON|Expecting"):
        columns.from_json(pa.array(['{"tags":["a"]}'] * (count - 1) + ['{"tags":']), CONTACT_SCHEMA)
