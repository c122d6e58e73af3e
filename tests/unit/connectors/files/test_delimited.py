from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.files.delimited import DelimitedFile
from connectors.files.options import ReadOptions
from connectors.files.rows import BadRow
from hub.errors import ConfigurationError

Put = Callable[[str, bytes | str], Path]


def read(path: Path, **options: Any) -> tuple[list[dict[str, str]], list[int], list[BadRow]]:
    """The rows, their numbers, the bad rows."""
    portions = list(DelimitedFile(path, ReadOptions(**options)).rows())
    return (
        [row for portion in portions for row in portion.columns.to_pylist()],
        [number for portion in portions for number in portion.numbers.to_pylist()],
        [bad for portion in portions for bad in portion.bad],
    )


HEADERS = {
    "plain": ("a,b\n1,2\n", ["a", "b"]),
    "spaces around names": (" a , b\u00a0\n1,2\n", ["a", "b"]),
    "a byte order mark": ("\ufeffa,b\n1,2\n", ["a", "b"]),
    "a mark and quotes": ('\ufeff"a","b"\n1,2\n', ["a", "b"]),
    "repeated names": ("a,a,a\n1,2,3\n", ["a", "a_2", "a_3"]),
    "a repeated name that is taken": ("a,a,a_2\n1,2,3\n", ["a", "a_3", "a_2"]),
    "an empty name": ("a,,c\n1,2,3\n", ["a", "column_2", "c"]),
    "an empty name that is taken": ("column_2,,c\n1,2,3\n", ["column_2", "column_2_2", "c"]),
    "empty columns at the end": ("a,b,,\n1,2,,\n3,4,,\n", ["a", "b"]),
    "a nameless column with values": ("a,b,\n1,2,x\n", ["a", "b", "column_3"]),
    "blank lines first": ("\n\r\n ;; \na;b\n1;2\n", ["a", "b"]),
    "Excel's hint": ("sep=|\na|b\n1|2\n", ["a", "b"]),
    "a name over two lines": ('"a\nx",b\n1,2\n', ["a\nx", "b"]),
    "quotes and spaces": ('"a", "b"\n"1", "2"\n', ["a", "b"]),
    "header only": ("a,b", ["a", "b"]),
}


@pytest.mark.parametrize(("content", "names"), HEADERS.values(), ids=HEADERS)
def test_column_names_are_trimmed_and_unique(put: Put, content: str, names: list[str]) -> None:
    assert list(DelimitedFile(put("t.csv", content), ReadOptions()).description.columns) == names


DELIMITERS = {
    "comma": ("name,city\nAda,Lille\n", ","),
    "semicolon": ("name;city\nAda;Lille\n", ";"),
    "tab": ("name\tcity\nAda\tLille\n", "\t"),
    "pipe": ("name|city\nAda|Lille\n", "|"),
    "decimal commas": ("id;price\n1;2,50\n2;3,10\n", ";"),
    "commas in the header": ("Nom, prénom;Ville;Pays\nAda;Lille;FR\nBob;Lens;FR\n", ";"),
    "commas in quotes": ('name;city\n"Example, Ada";Lille\n"Sample, Bob";Lens\n', ";"),
    "commas in every value": ("name;city\nExample, Ada;Lille, FR\nSample, Bob;Lens, FR\n", ";"),
    "one column": ("email\nada@example.com\nbob@example.com\n", None),
    "one column with commas": ("name\nExample, Ada\nSample, Bob\n", None),
    "one quoted column": ('name\n"Example, Ada"\n', None),
    "header only": ("a;b;c\n", ";"),
    "a torn row first": ("a;b;c\n1;2\n3;4;5\n6;7;8\n", ";"),
}


@pytest.mark.parametrize(("content", "delimiter"), DELIMITERS.values(), ids=DELIMITERS)
def test_the_delimiter_is_found(put: Put, content: str, delimiter: str | None) -> None:
    assert DelimitedFile(put("t.csv", content), ReadOptions()).description.delimiter == delimiter


def test_a_delimiter_that_is_set_is_used(put: Put) -> None:
    path = put("t.txt", "a#b\n1#2\n")
    assert read(path, delimiter="#")[0] == [{"a": "1", "b": "2"}]


def test_values_stay_exactly_as_they_are_written(put: Put) -> None:
    values = ["00420", "+33199001234", "1e3", "NULL", "NaN", " padded ", "2026-01-02", "=1+1", "true", "1,5"]
    path = put("t.csv", "v;w\n" + "".join(f"{value};x\n" for value in values))
    assert [row["v"] for row in read(path)[0]] == values


SHAPES = {
    "CR LF": "a,b\r\n1,2\r\n3,4\r\n",
    "LF": "a,b\n1,2\n3,4\n",
    "CR": "a,b\r1,2\r3,4\r",
    "mixed line ends": "a,b\r\n1,2\n3,4\r",
    "no line end at the end": "a,b\n1,2\n3,4",
    "blank lines": "a,b\n\n1,2\n\n\n3,4\n\n",
    "rows of nothing": "a,b\n,\n1,2\n,\n3,4\n,\n,\n",
    "more delimiters at the end": "a,b\n1,2,,\n3,4,\n",
    "spaces around quotes": 'a,b\n "1" ,2\n3, "4"\n',
}


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES)
def test_shapes_of_lines_make_no_difference(put: Put, content: str) -> None:
    rows, numbers, bad = read(put("t.csv", content))
    assert rows == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]
    assert numbers == [1, 2]
    assert not bad


def test_line_breaks_and_quotes_within_a_value_are_kept(put: Put) -> None:
    rows, numbers, _ = read(put("t.csv", 'a,b\n"x\r\ny","say ""hi"""\n1,"\n\n"\n2,5" pipe\n'))
    assert rows == [{"a": "x\r\ny", "b": 'say "hi"'}, {"a": "1", "b": "\n\n"}, {"a": "2", "b": '5" pipe'}]
    assert numbers == [1, 2, 3]


TORN = {
    "too few fields": (b"x,y\n", "wrong-field-count", "x,y"),
    "too many fields": (b"x,y,z,!\n", "wrong-field-count", "x,y,z,!"),
    "a quote that never closes": (b'x,"y,z\n', "broken-quote", 'x,"y,z'),
    "a quote that never closes, at the start": (b'"x,y,z\n', "broken-quote", '"x,y,z'),
    "text after a closing quote": (b'x,"y"y,z\n', "broken-quote", 'x,"y"y,z'),
    "an invalid byte": (b"x,y\xffy,z\n", "invalid-bytes", "x,y\\xffy,z"),
    "a NUL": (b"x,y\0,z\n", "nul-character", "x,y\0,z"),
}


@pytest.mark.parametrize(("torn", "code", "raw"), TORN.values(), ids=TORN)
def test_one_bad_row_in_100_000_is_set_aside_alone(put: Put, torn: bytes, code: str, raw: str) -> None:
    lines = [f"c{number},Zoë Example,{number}\n".encode() for number in range(1, 100_001)]
    path = put("t.csv", b"".join([b"a,b,c\n", *lines[:50_000], torn, *lines[50_000:]]))
    rows, numbers, bad = read(path)
    assert [one["a"] for one in rows] == [f"c{number}" for number in range(1, 100_001)]
    assert numbers == [*range(1, 50_001), *range(50_002, 100_002)]
    found = [(one.number, one.position, one.code, one.raw) for one in bad]
    assert found == [(50_001, "line 50002", code, raw)]


@pytest.mark.parametrize(("torn", "code", "raw"), TORN.values(), ids=TORN)
def test_one_bad_row_among_quoted_rows_over_two_lines_is_set_aside_alone(
    put: Put, torn: bytes, code: str, raw: str
) -> None:
    lines = [f'"c{number}","Zoë\nExample","{number}"\n'.encode() for number in range(1, 1_001)]
    path = put("t.csv", b"".join([b"a,b,c\n", *lines[:500], torn, *lines[500:]]))
    rows, numbers, bad = read(path)
    assert [one["a"] for one in rows] == [f"c{number}" for number in range(1, 1_001)]
    assert numbers == [*range(1, 501), *range(502, 1_002)]
    assert [(one.number, one.position, one.code, one.raw) for one in bad] == [(501, "line 1002", code, raw)]


def test_a_quote_that_is_open_at_the_end_costs_one_row(put: Put) -> None:
    rows, _, bad = read(put("t.csv", 'a,b\n1,2\n3,"4\n5,6\n7,8'))
    assert [row["a"] for row in rows] == ["1", "5", "7"]
    assert [(one.position, one.code) for one in bad] == [("line 3", "broken-quote")]


def test_a_quoted_value_of_more_than_a_megabyte_is_taken_for_a_broken_quote(put: Put) -> None:
    lines = "".join(f"{number},{'x' * 100}\n" for number in range(30_000))
    rows, _, bad = read(put("t.csv", f'a,b\n0,"{lines}'))
    assert len(rows) == 29_999
    assert [one.position for one in bad] == ["line 2"]


def test_a_long_line_that_ends_is_read(put: Put) -> None:
    rows, _, bad = read(put("t.csv", f"a,b\n1,{'x' * 3_000_000}\n2,y\n"))
    assert [len(row["b"]) for row in rows] == [3_000_000, 1]
    assert not bad


def test_a_row_in_whose_nameless_column_a_value_turns_up_is_bad(put: Put) -> None:
    rows = "1,2,\n" * 60_000  # the sample, which decides about the column, ends before the value
    _, numbers, bad = read(put("t.csv", f"a,b,\n{rows}3,4,late\n"))
    assert len(numbers) == 60_000
    assert [(one.code, one.raw) for one in bad] == [("value-without-header", "3,4,late")]


def test_a_byte_in_the_header_that_is_no_character_is_marked(put: Put) -> None:
    rows, _, bad = read(put("t.csv", "prénom;nom\nZoe;Roy\n".encode("cp1252")), encoding="utf-8")
    assert (rows, bad) == ([{"pr\ufffdnom": "Zoe", "nom": "Roy"}], [])


def test_the_header_once_more_is_no_data_beside_a_bad_row_either(put: Put) -> None:
    rows, _, bad = read(put("t.csv", "a;b\n1;2\n3\na;b\n4;5\n"))
    assert rows == [{"a": "1", "b": "2"}, {"a": "4", "b": "5"}]
    assert [one.code for one in bad] == ["wrong-field-count"]


def test_the_header_can_be_on_a_line_that_is_named(put: Put) -> None:
    path = put("t.csv", "Contacts, exported today\nby Ada\n\nname,city\nBob,Lens\n")
    rows, _, bad = read(path, header_row=4)
    assert rows == [{"name": "Bob", "city": "Lens"}]
    assert not bad


def test_lines_are_counted_from_the_start_of_the_file(put: Put) -> None:
    _, _, bad = read(put("t.csv", "sep=;\n\na;b\n1;2\n3\n"))
    assert [one.position for one in bad] == ["line 5"]


def test_a_file_may_have_no_header(put: Put) -> None:
    rows, _, _ = read(put("t.csv", "Ada,Lille\nBob,Lens\n"), header_row=0)
    assert rows == [{"column_1": "Ada", "column_2": "Lille"}, {"column_1": "Bob", "column_2": "Lens"}]


def test_a_header_without_rows_is_no_error(put: Put) -> None:
    assert read(put("t.csv", "a,b\n")) == ([], [], [])


ERRORS: dict[str, tuple[bytes, dict[str, Any], str]] = {
    "nothing at all": (b"", {}, "empty-file"),
    "nothing but line ends": (b"\r\n\n  \n", {}, "empty-file"),
    "nothing but a mark": (b"\xef\xbb\xbf", {}, "empty-file"),
    "a header line that is not there": (b"a,b\n1,2\n", {"header_row": 9}, "no-header"),
    "an encoding that does not exist": (b"a,b\n", {"encoding": "latin-99"}, "unknown-encoding"),
    "no line end for megabytes": (b"a,b\n" + b"x" * 12_000_000, {}, "not-delimited-text"),
    "a header without an end": (b"x" * 1_000_000, {}, "no-header"),
}


@pytest.mark.parametrize(("content", "options", "code"), ERRORS.values(), ids=ERRORS)
def test_a_file_that_is_no_table_is_refused_with_a_hint(
    put: Put, content: bytes, options: dict[str, Any], code: str
) -> None:
    path = put("t.csv", content)
    with pytest.raises(ConfigurationError) as caught:
        read(path, **options)
    assert caught.value.code == code
    assert caught.value.hint
    assert caught.value.place is not None
    assert caught.value.place.file == str(path)
