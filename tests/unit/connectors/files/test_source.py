from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.base import Context
from connectors.files.connector import CONNECTOR
from connectors.files.settings import FileSourceSettings
from connectors.files.source import FileSource
from connectors.registry import load
from hub.domain.records import Cursor, Page
from hub.errors import ConfigurationError
from tests.fakes.files import FixedClock, people, write_jsonl, write_xlsx

Put = Callable[[str, bytes | str], Path]
TEN = "id,name\n" + "".join(f"c{number},Ada {number}\n" for number in range(1, 11))


def source(folder: Path, **settings: Any) -> FileSource:
    return FileSource(FileSourceSettings.model_validate({"page_rows": 3, **settings}), folder)


def keys(pages: Iterable[Page]) -> list[str]:
    return [key for page in pages for key in page.records["key"].to_pylist()]


def last_cursor(pages: Iterable[Page]) -> Cursor | None:
    return list(pages)[-1].cursor


def test_the_registry_knows_files(tmp_path: Path, put: Put) -> None:
    put("t.csv", TEN)
    connector = load("file")
    assert connector is CONNECTOR
    assert connector.open_source is not None
    context = Context(tmp_path, FixedClock(), "contacts")
    opened = connector.open_source(connector.settings_for("source")(path="t.csv"), context)  # type: ignore[call-arg] # the model has it
    assert keys(opened.read("rows", None)) == [str(number) for number in range(1, 11)]


def test_paths_start_in_the_projects_folder_or_at_the_root(tmp_path: Path, put: Put) -> None:
    path = put("data/t.csv", TEN)
    assert source(tmp_path, path="data/t.csv").check().ok
    assert source(Path("/"), path=str(path)).check().ok


def test_check_tells_what_was_decided(tmp_path: Path, put: Put) -> None:
    put("t.csv", "nom;ville\nHélène;Nîmes\nFrançois;Fès\n1;2;3\n".encode("cp1252"))
    check = source(tmp_path, path="t.csv").check()
    assert check.ok
    for part in ("t.csv", "2 columns", "cp1252", "2 rows", "1 rejected", "guess"):
        assert part in check.sentence


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a missing file": ({"path": "contacts.csv"}, "no such file"),
    "a folder without tables": ({"path": "."}, "no file"),
    "a pattern without matches": ({"path": "*.xlsx"}, "no file"),
    "an unknown key column": ({"path": "t.txt", "key": "e-mail"}, "e-mail"),
    "an unknown key column among several": ({"path": "t.txt", "key": ["id", "idd"]}, "idd"),
    "an unknown column of instants": ({"path": "t.txt", "updated_at": "when"}, "when"),
    "a wrong format": ({"path": "t.txt", "format": "xlsx"}, "damaged"),
    "an unknown encoding": ({"path": "t.txt", "encoding": "latin-99"}, "latin-99"),
}


@pytest.mark.parametrize(("settings", "part"), WRONG.values(), ids=WRONG)
def test_check_says_what_is_wrong(tmp_path: Path, put: Put, settings: dict[str, Any], part: str) -> None:
    put("t.txt", TEN)
    check = source(tmp_path, **settings).check()
    assert not check.ok
    assert part in check.sentence
    assert check.hint


@pytest.mark.parametrize("delimiter", ["tab", "\\t", "semicolon", ";"])
def test_delimiters_have_names(tmp_path: Path, delimiter: str) -> None:
    assert len(FileSourceSettings(path="t.csv", delimiter=delimiter).delimiter or "") == 1


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n", "é"])
def test_other_delimiters_are_refused(delimiter: str) -> None:
    with pytest.raises(ValidationError):
        FileSourceSettings(path="t.csv", delimiter=delimiter)


def test_a_page_holds_as_many_rows_as_was_asked(tmp_path: Path, put: Put) -> None:
    put("t.csv", TEN)
    pages = list(source(tmp_path, path="t.csv", key="id").read("rows", None))
    assert [page.records.num_rows for page in pages] == [3, 3, 3, 1]
    assert pages[0].records["payload"].to_pylist()[0] == {"id": "c1", "name": "Ada 1"}


def test_bad_rows_count_in_pages_and_in_row_numbers(tmp_path: Path, put: Put) -> None:
    put("t.csv", TEN.replace("c4,Ada 4\n", "c4\n").replace("c10,Ada 10\n", "c10,x,y\n"))
    pages = list(source(tmp_path, path="t.csv").read("rows", None))
    assert keys(pages) == ["1", "2", "3", "5", "6", "7", "8", "9"]
    rejects = [row for page in pages for row in page.rejects.to_pylist()]
    assert [(row["key"], row["position"], row["code"]) for row in rejects] == [
        ("4", "line 5", "wrong-field-count"),
        ("10", "line 11", "wrong-field-count"),
    ]
    assert json.loads(rejects[1]["payload"]) == "c10,x,y"
    assert [page.records.num_rows + page.rejects.num_rows for page in pages] == [3, 3, 3, 1]


def test_an_unchanged_file_gives_no_pages(tmp_path: Path, put: Put) -> None:
    put("t.csv", TEN)
    opened = source(tmp_path, path="t.csv")
    cursor = last_cursor(opened.read("rows", None))
    assert list(opened.read("rows", cursor)) == []
    put("t.csv", TEN)  # the same content, written anew
    assert list(source(tmp_path, path="t.csv").read("rows", cursor)) == []


def test_a_changed_file_is_read_whole_again(tmp_path: Path, put: Put) -> None:
    put("t.csv", TEN)
    cursor = last_cursor(source(tmp_path, path="t.csv").read("rows", None))
    put("t.csv", TEN.replace("Ada 7", "Eva 7"))
    pages = list(source(tmp_path, path="t.csv").read("rows", cursor))
    assert keys(pages) == [str(number) for number in range(1, 11)]
    assert [page.starts_over for page in pages] == [True, False, False, False]


def test_a_first_read_and_a_resumed_one_do_not_start_over(tmp_path: Path, put: Put) -> None:
    put("t.csv", TEN)
    pages = list(source(tmp_path, path="t.csv").read("rows", None))
    rest = list(source(tmp_path, path="t.csv").read("rows", pages[1].cursor))
    assert keys(rest) == ["7", "8", "9", "10"]
    assert not any(page.starts_over for page in [*pages, *rest])


def test_a_file_that_changed_after_a_crash_is_read_from_the_start(tmp_path: Path, put: Put) -> None:
    put("t.csv", TEN)
    first = list(islice(source(tmp_path, path="t.csv").read("rows", None), 2))
    put("t.csv", TEN.replace("c1,", "c0,"))
    rest = list(source(tmp_path, path="t.csv").read("rows", first[-1].cursor))
    assert keys(rest) == [str(number) for number in range(1, 11)]
    assert rest[0].starts_over


def test_a_resumed_read_still_knows_the_keys_before(tmp_path: Path, put: Put) -> None:
    put("t.csv", TEN + "c2,Another\n")
    pages = list(source(tmp_path, path="t.csv", key="id").read("rows", None))
    for page in pages[:-1]:
        rest = list(source(tmp_path, path="t.csv", key="id").read("rows", page.cursor))
        assert [row["code"] for one in rest for row in one.rejects.to_pylist()] == ["duplicate-key"]


def test_pages_may_have_another_size_when_a_read_resumes(tmp_path: Path, put: Put) -> None:
    put("t.csv", TEN)
    first = next(source(tmp_path, path="t.csv").read("rows", None))
    rest = list(source(tmp_path, path="t.csv", page_rows=4).read("rows", first.cursor))
    assert keys(rest) == ["4", "5", "6", "7", "8", "9", "10"]


def test_other_settings_read_the_file_anew(tmp_path: Path, put: Put) -> None:
    put("t.csv", TEN)
    cursor = last_cursor(source(tmp_path, path="t.csv").read("rows", None))
    assert len(keys(source(tmp_path, path="t.csv", key="id").read("rows", cursor))) == 10


@pytest.mark.parametrize("cursor", [{}, {"done": 1}, {"page": 7}, {"done": {}, "reading": {"name": "t.csv"}}])
def test_a_cursor_that_is_not_ours_reads_everything(tmp_path: Path, put: Put, cursor: Cursor) -> None:
    put("t.csv", TEN)
    assert len(keys(source(tmp_path, path="t.csv").read("rows", cursor))) == 10


def test_a_file_with_a_header_only_gives_no_pages(tmp_path: Path, put: Put) -> None:
    put("t.csv", "id,name\n")
    assert list(source(tmp_path, path="t.csv", key="id").read("rows", None)) == []
    assert source(tmp_path, path="t.csv", key="id").check().ok


def test_an_empty_file_stops_the_read(tmp_path: Path, put: Put) -> None:
    put("t.csv", "")
    with pytest.raises(ConfigurationError) as caught:
        list(source(tmp_path, path="t.csv").read("rows", None))
    assert caught.value.code == "empty-file"


@pytest.mark.parametrize("path", ["exports", "exports/*.csv", "**/*.csv"])
def test_several_files_are_read_in_the_order_of_their_names(tmp_path: Path, put: Put, path: str) -> None:
    put("exports/2.csv", "id,name\nb,Bob\na,Ada (new)\n")
    put("exports/1.csv", "name,id\nAda,a\n")
    put("exports/notes.md", "no table")
    put("exports/.hidden.csv", "x\ny\n")
    pages = list(source(tmp_path, path=path, key="id").read("rows", None))
    assert keys(pages) == ["a", "b", "a"]
    assert pages[1].records["payload"].to_pylist()[1] == {"id": "a", "name": "Ada (new)"}


def test_row_numbers_of_several_files_are_told_apart(tmp_path: Path, put: Put) -> None:
    put("exports/1.csv", "name\nAda\n")
    opened = source(tmp_path, path="exports")
    assert keys(opened.read("rows", None)) == ["1.csv:1"]
    put("exports/2.csv", "name,city\nBob,Lens\ntorn\n")
    pages = list(source(tmp_path, path="exports").read("rows", None))
    assert keys(pages) == ["1.csv:1", "2.csv:1"]
    assert pages[1].rejects["key"].to_pylist() == ["2.csv:2"]


def test_a_new_file_is_read_alone(tmp_path: Path, put: Put) -> None:
    put("exports/1.csv", TEN)
    cursor = last_cursor(source(tmp_path, path="exports").read("rows", None))
    put("exports/2.csv", "id,name\nx,Eve\n")
    pages = list(source(tmp_path, path="exports").read("rows", cursor))
    assert (keys(pages), pages[0].starts_over) == (["2.csv:1"], False)
    assert list(source(tmp_path, path="exports").read("rows", last_cursor(pages))) == []


@pytest.mark.parametrize("change", ["change", "remove", "insert"])
def test_when_a_file_that_was_read_changes_all_are_read_again(tmp_path: Path, put: Put, change: str) -> None:
    put("exports/2.csv", "id,name\na,Ada\n")
    put("exports/3.csv", "id,name\na,Ada (new)\n")
    cursor = last_cursor(source(tmp_path, path="exports", key="id").read("rows", None))
    if change == "change":
        put("exports/2.csv", "id,name\na,Ada (old)\n")
    elif change == "remove":
        (tmp_path / "exports/2.csv").unlink()
    else:
        put("exports/1.csv", "id,name\na,Ada (older)\n")
    pages = list(source(tmp_path, path="exports", key="id").read("rows", cursor))
    assert pages[0].starts_over
    assert pages[-1].records["payload"].to_pylist() == [{"id": "a", "name": "Ada (new)"}], (
        "the newest comes last"
    )


@pytest.mark.parametrize("read_before", [1, 2, 3, 4, 5])
def test_a_read_of_several_files_resumes_anywhere(tmp_path: Path, put: Put, read_before: int) -> None:
    put("exports/1.csv", TEN)
    put("exports/2.csv", TEN)
    whole = list(source(tmp_path, path="exports").read("rows", None))
    rest = list(source(tmp_path, path="exports").read("rows", whole[read_before - 1].cursor))
    assert keys(whole[:read_before]) + keys(rest) == keys(whole)


def test_a_file_whose_name_has_brackets_is_just_that_file(tmp_path: Path, put: Put) -> None:
    put("export [1].csv", TEN)
    assert keys(source(tmp_path, path="export [1].csv", key="id").read("rows", None))[0] == "c1"


def test_discover_names_the_columns_of_all_files(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", people(2))
    write_jsonl(tmp_path / "b.jsonl", people(4))
    (stream,) = source(tmp_path, path=".").discover()
    assert [field.name for field in stream.fields] == ["id", "name", "phone", "changed", "tags"]


def test_describe_shows_what_was_guessed(tmp_path: Path, put: Put) -> None:
    put("t.csv", "nom;ville\nHélène;Nîmes\n".encode("cp1252"))
    found = source(tmp_path, path="t.csv").describe()["t.csv"]
    assert (found.encoding, found.encoding_from, found.delimiter) == ("cp1252", "guessed", ";")


def test_json_keys_may_be_numbers_or_several_members(tmp_path: Path, put: Put) -> None:
    put("t.jsonl", '{"id":1,"shop":"a"}\n{"id":1,"shop":"b"}\n{"shop":"c"}\n{}\n')
    pages = list(source(tmp_path, path="t.jsonl", key=["shop", "id"], page_rows=10).read("rows", None))
    assert keys(pages) == ["a|1", "b|1", "c|"]
    assert [row["code"] for row in pages[0].rejects.to_pylist()] == ["no-key"]
