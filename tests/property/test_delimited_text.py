"""Delimited text: what is written is read, and where the file is cut into blocks changes nothing."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import assume, example, given
from hypothesis import strategies as st

from connectors.files.delimited import DelimitedFile
from connectors.files.heading import notes_begin
from connectors.files.layout import find_layout
from connectors.files.options import ReadOptions
from connectors.files.repair import repair
from connectors.files.rows import BadRow

Table = tuple[list[list[str]], list[BadRow]]

# Letters that every encoding below has; quotes, delimiters and line ends are what makes it hard.
texts = st.text(st.sampled_from("abcé 0+='\",;\t|\n\r"), max_size=8)
tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), min_size=1, max_size=12)
)
# Text as bad as it comes: not written by any CSV writer.
garbage = st.text(st.sampled_from('ab";\n\r \0é'), max_size=60)


def read(content: bytes, options: ReadOptions, block_size: int = 1 << 21) -> Table:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        portions = list(DelimitedFile(path, options, block_size=block_size).rows())
    rows = [list(row.values()) for portion in portions for row in portion.columns.to_pylist()]
    return rows, [bad for portion in portions for bad in portion.bad]


@example([["", "", ""], ["", "", "0"]], ",", csv.QUOTE_MINIMAL, "utf-8", 1)
@example([["", "", " "]], ",", csv.QUOTE_MINIMAL, "utf-8", 1)
@given(
    tables,
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be", "mac_roman"]),
    st.integers(1, 40),
)
def test_what_was_written_is_read(
    table: list[list[str]], delimiter: str, quoting: int, encoding: str, block_size: int
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type] # a constant
    writer.writerow([f"c{number}" for number, _ in enumerate(table[0])])
    writer.writerows(table)
    options = ReadOptions(encoding=encoding, delimiter=delimiter)
    apart = table[notes_begin(table, len(table[0])) :]
    assume(not any(cell.strip() for row in apart for cell in row))  # what stands apart below is a note
    rows, bad = read(text.getvalue().encode(encoding), options, block_size)
    assert rows == [row for row in table if any(row)], "blank rows are no data"
    assert not bad


@example(";;a;aé\ra", 1)  # a header with a byte that is no character
@given(garbage, st.integers(1, 30))
def test_where_the_text_is_cut_changes_nothing(text: str, block_size: int) -> None:
    content = ("a;b\n" + text).encode("cp1252").replace("é".encode("cp1252"), b"\xff")
    options = ReadOptions(encoding="utf-8", delimiter=";")
    assert read(content, options, block_size) == read(content, options)


@example("a;b")  # the header once more
@example("a\ra;b")  # and below a bad row
@example('"\r;"\r"')  # a stray quote whose lines go on behind the piece that it swallowed
@example(";;a;é\ra")  # a header of two rows, with a letter of two bytes
@given(garbage)
def test_the_fast_way_and_the_careful_way_agree(text: str) -> None:
    content = ("a;b\n" + text).encode()
    options = ReadOptions(encoding="utf-8", delimiter=";")
    layout = find_layout(content.decode(), options, "table.csv", whole=True)
    below = content.decode()[layout.skip :].encode()
    careful = repair(below, layout, first=1, line=layout.lines + 1, last=True)
    rows, bad = read(content, options)
    assert (careful.rows, careful.bad) == (rows, bad)


@example(";;a;aa\ra")  # a header of two rows
@example("a\ra;b")  # the header once more
@given(garbage)
def test_every_line_below_the_header_is_in_a_row_or_in_a_bad_row(text: str) -> None:
    content, options = "a;b\n" + text, ReadOptions(encoding="utf-8", delimiter=";")
    rows, bad = read(content.encode(), options)
    held = "".join("".join(row) for row in rows) + "".join(row.raw for row in bad)
    layout = find_layout(content, options, "table.csv", whole=True)
    below = "".join(line for line in content[layout.skip :].splitlines() if line != "a;b")
    for letter in "abé":
        assert held.count(letter) == below.count(letter)
