"""Lines that are quoted as a whole are tables; columns of quoted values stay what they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from connectors.files.delimited import DelimitedFile
from connectors.files.options import ReadOptions

Put = Callable[[str, bytes | str], Path]

ROWS = [["id", "name", "note"], ["1", "Zoé", 'says "hi"'], ["2", "Smith, Ann", ""], ["3", "Bob\u2028B", "x"]]


def written(rows: list[list[str]], delimiter: str = ",", *, quoted: bool = False, end: str = "\n") -> str:
    text = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    return text.getvalue()


def wrapped(rows: list[list[str]], delimiter: str, end: str) -> str:
    lines = written(rows, delimiter, end="\n").rstrip("\n").split("\n")
    return written([[line] for line in lines], quoted=True, end=end)


def read(path: Path, block_size: int = 1 << 18) -> tuple[list[list[str]], list[str]]:
    """Header and rows, and the texts of the bad ones."""
    file = DelimitedFile(path, ReadOptions(), block_size=block_size)
    portions = list(file.rows())
    rows = [list(row.values()) for portion in portions for row in portion.columns.to_pylist()]
    return [list(file.description.columns), *rows], [bad.raw for portion in portions for bad in portion.bad]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", " \n", "\n\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_in_quoted_lines_is_the_table(put: Put, delimiter: str, end: str) -> None:
    assert read(put("t.csv", wrapped(ROWS, delimiter, end))) == (ROWS, [])


def test_it_is_told(put: Put) -> None:
    notes = DelimitedFile(put("t.csv", wrapped(ROWS, ",", "\n")), ReadOptions()).description.notes
    assert any("quoted as a whole" in note for note in notes)


@pytest.mark.parametrize("block_size", [7, 64, 1 << 18])
def test_the_size_of_blocks_changes_nothing(put: Put, block_size: int) -> None:
    many = [ROWS[0], *ROWS[1:] * 500]
    rows, bad = read(put("t.csv", wrapped(many, ";", "\r\n")), block_size)
    assert (len(rows), rows[-1], bad) == (1_501, ROWS[-1], [])


def test_a_torn_line_among_them_is_set_aside_alone(put: Put) -> None:
    many = [ROWS[0], *ROWS[1:] * 10_000]
    path = put("t.csv", wrapped(many, ",", "\n") + '"4,torn\n"5,Eve,y"\n')
    rows, bad = read(path)
    assert (len(rows), rows[-1]) == (30_002, ["5", "Eve", "y"])
    assert bad == ['"4,torn']


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('"name"\n"Smith, Ann"\n"Doe, Bob"\n', [["name"], ["Smith, Ann"], ["Doe, Bob"]]),
        ('"a,b"\n', [["a,b"]]),
        ('"a,b",c\n"1,2",3\n', [["a,b", "c"], ["1,2", "3"]]),
    ],
    ids=["one column of quoted values", "a header alone", "two columns"],
)
def test_quoted_values_are_no_tables(put: Put, text: str, rows: list[list[str]]) -> None:
    assert read(put("t.csv", text)) == (rows, [])
