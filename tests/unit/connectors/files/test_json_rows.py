from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.files.json_rows import JsonFile
from connectors.files.options import ReadOptions
from connectors.files.rows import BadRow
from hub.errors import ConfigurationError

Put = Callable[[str, bytes | str], Path]


def read(path: Path) -> tuple[list[str], list[int], list[BadRow]]:
    """The payloads, their numbers, the bad rows."""
    portions = list(JsonFile(path, ReadOptions()).rows())
    return (
        [text for portion in portions for text in portion.json_texts()],
        [number for portion in portions for number in portion.numbers.to_pylist()],
        [bad for portion in portions for bad in portion.bad],
    )


def test_values_keep_their_types_and_members_are_sorted(put: Put) -> None:
    line = '{"z": {"b": 1, "a": [true, null, 1.5]}, "a": "Zoë\\n", "n": 12345678901234567890}'
    payloads, _, _ = read(put("t.jsonl", line))
    assert payloads == ['{"a":"Zoë\\n","n":12345678901234567890,"z":{"a":[true,null,1.5],"b":1}}']


BAD_LINES = {
    "torn": ('{"a": "x', "broken-json"),
    "no object": ("[1]", "not-an-object"),
    "a number": ("12", "not-an-object"),
    "two on a line": ('{"a": 1} {"a": 2}', "broken-json"),
    "a field twice": ('{"a": 1, "a": 2}', "repeated-field"),
    "a field twice, deeper": ('{"a": {"b": 1, "b": 2}}', "repeated-field"),
    "not a number": ('{"a": NaN}', "not-a-number"),
    "infinity": ('{"a": -Infinity}', "not-a-number"),
    "a NUL": ('{"a": "x\\u0000"}', "nul-character"),
    "half a character": ('{"a": "\\ud800"}', "invalid-bytes"),
    "nested without end": ("[" * 100_000, "broken-json"),
}


@pytest.mark.parametrize(("line", "code"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_is_set_aside_alone(put: Put, line: str, code: str) -> None:
    payloads, numbers, bad = read(put("t.jsonl", f'{{"a":1}}\n\n{line}\n{{"a":2}}'))
    assert payloads == ['{"a":1}', '{"a":2}']
    assert numbers == [1, 3]
    assert [(one.number, one.position, one.code, one.raw) for one in bad] == [(2, "line 3", code, line)]


def test_an_escaped_backslash_before_u0000_is_no_nul(put: Put) -> None:
    payloads, _, bad = read(put("t.jsonl", '{"a": "\\\\u0000"}'))
    assert (len(payloads), bad) == (1, [])


def test_an_invalid_byte_costs_one_line(put: Put) -> None:
    lines = [f'{{"a":"Zoë {number}"}}'.encode() for number in range(100)]
    payloads, _, bad = read(put("t.jsonl", b"\n".join([*lines, b'{"a":"\xff"}', *lines])))
    assert (len(payloads), [one.code for one in bad]) == (200, ["invalid-bytes"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_read_too(put: Put, encoding: str) -> None:
    path = put("t.jsonl", '{"nom":"Hélène"}\r\n{"nom":"Benoît"}\r\n'.encode(encoding))
    assert read(path)[0] == ['{"nom":"Hélène"}', '{"nom":"Benoît"}']


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_of_objects_is_read(put: Put, indent: int | None) -> None:
    records = [{"a": number, "b": ["x", {"c": "]},{"}]} for number in range(3)]
    payloads, numbers, bad = read(put("t.json", "\ufeff \n" + json.dumps(records, indent=indent) + "\n"))
    assert [json.loads(text) for text in payloads] == records
    assert (numbers, bad) == ([1, 2, 3], [])


def test_an_element_that_is_no_object_is_set_aside(put: Put) -> None:
    payloads, _, bad = read(put("t.json", '[{"a":1}, 2, {"a":3}]'))
    assert len(payloads) == 2
    assert [(one.position, one.code) for one in bad] == [("element 2", "not-an-object")]


def test_an_empty_array_has_no_rows(put: Put) -> None:
    assert read(put("t.json", "[]")) == ([], [], [])


@pytest.mark.parametrize("text", ['[{"a":1}, {"a":', '[{"a":1}', '[{"a":1} {"a":2}]', "[{]"])
def test_a_broken_array_is_refused_with_its_place(put: Put, text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(put("t.json", text))
    assert caught.value.code == "broken-json"
    assert caught.value.place is not None
    assert caught.value.place.line == 1
    assert caught.value.hint


@pytest.mark.parametrize("content", ["", " \n "])
def test_an_empty_file_is_refused(put: Put, content: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(put("t.jsonl", content))
    assert caught.value.code == "empty-file"


def test_columns_are_the_top_level_members_as_text(put: Put) -> None:
    path = put("t.jsonl", '{"a":"x","b":1}\n{"c":{"d":[1]},"a":null,"e":true}')
    (portion,) = JsonFile(path, ReadOptions()).rows()
    assert portion.columns.to_pylist() == [
        {"a": "x", "b": "1", "c": None, "e": None},
        {"a": None, "b": None, "c": '{"d":[1]}', "e": "true"},
    ]
    assert JsonFile(path, ReadOptions()).description.columns == ("a", "b", "c", "e")


def test_only_the_columns_that_are_wanted_are_given(put: Put) -> None:
    (portion,) = JsonFile(put("t.jsonl", '{"a":1,"b":2}'), ReadOptions(), ["b"]).rows()
    assert portion.columns.to_pylist() == [{"b": "2"}]
    assert portion.json_texts() == ['{"a":1,"b":2}']


def test_a_line_longer_than_a_block_is_whole(put: Put) -> None:
    payloads, _, bad = read(put("t.jsonl", json.dumps({"a": "x" * 3_000_000}) + '\n{"a":1}\n'))
    assert ([len(text) for text in payloads], bad) == ([3_000_008, 7], [])


RECORDS = [
    {"id": 1, "mail": "ada@x.example", "name": "Ada"},
    {"id": 2, "mail": "bob@x.example", "name": "Bob"},
]
AROUND = {
    "an answer to a request": {"contacts": RECORDS, "total": 2},
    "with what is told of it": {"meta": {"page": 1, "pages": 1, "per_page": 50}, "data": RECORDS},
    "with a word of it": {"status": "ok", "contacts": RECORDS},
    "deeper": {"status": "ok", "response": {"result": {"people": RECORDS}}},
    "with a shorter list beside": {"links": [{"rel": "next", "href": "/2"}], "value": RECORDS},
}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("document", AROUND.values(), ids=AROUND)
def test_a_document_around_an_array_gives_its_records(
    put: Put, document: dict[str, object], indent: int | None
) -> None:
    path = put("t.json", json.dumps(document, indent=indent) + "\n")
    payloads, numbers, bad = read(path)
    assert ([json.loads(text) for text in payloads], numbers, bad) == (RECORDS, [1, 2], [])
    assert JsonFile(path, ReadOptions()).description.notes


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "record",
    [
        {"id": 1, "name": "Ada", "emails": [{"value": "a@x.example"}, {"value": "b@x.example"}]},
        {"name": "Ada", "addresses": [{"street": "1 Lane", "city": "Lille", "zip": "59000"}]},
        {"name": "Ada", "tags": ["a", "b"], "seen": []},
        {
            "name": {"first": "Ada", "last": "Ray"},
            "addresses": [{"street": "1", "city": "x", "zip": "5"}] * 2,
        },
        {"contact": {"mail": "a@x.example"}, "items": [{"sku": "s", "count": 1}, {"sku": "t", "count": 2}]},
    ],
)
def test_a_record_that_holds_objects_is_one_record(
    put: Put, record: dict[str, object], indent: int | None
) -> None:
    payloads, _, bad = read(put("t.json", json.dumps(record, indent=indent)))
    assert ([json.loads(text) for text in payloads], bad) == ([record], [])


def test_documents_one_after_the_other_are_records(put: Put) -> None:
    text = "\n".join(json.dumps(record, indent=2) for record in RECORDS)
    payloads, numbers, bad = read(put("t.json", text))
    assert ([json.loads(one) for one in payloads], numbers, bad) == (RECORDS, [1, 2], [])


def test_a_file_of_lines_is_read_by_line_whatever_its_lines_hold(put: Put) -> None:
    line = json.dumps({"contacts": RECORDS})
    assert len(read(put("t.jsonl", line))[0]) == 1
    assert len(read(put("t.json", f"{line}\n{line}\n"))[0]) == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n "contacts": [\n  {"a": 1},\n', 4),
        ('{\n "a" 1\n}', 2),
        ('{"a": [\n 1,\n', 3),
        ("{\n  nothing\n}", 2),
    ],
)
def test_a_document_that_is_cut_off_is_refused_with_its_place(put: Put, text: str, line: int) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(put("t.json", text))
    assert caught.value.code == "broken-json"
    assert caught.value.place is not None
    assert caught.value.place.line == line


def test_a_torn_first_line_is_set_aside_alone(put: Put) -> None:
    payloads, _, bad = read(put("t.json", '{"a": "x\n{"a":1}\n{"a":2}'))
    assert (payloads, [one.position for one in bad]) == (['{"a":1}', '{"a":2}'], ["line 1"])
