from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract.reading import Reading, read_all, read_pages, round_trip
from connectors.forms.webform import CONNECTOR
from hub.domain.records import Cursor
from hub.ports import Source
from tests.fakes.mail import opened


def body(number: int) -> str:
    return json.dumps({"submission_id": f"s{number}", "Name": f"Jane {number}"})


def source(folder: Path, path: str = "inbox", **settings: object) -> Source:
    return opened(CONNECTOR, folder, path=path, **settings)


def read(folder: Path, path: str = "inbox", cursor: Cursor | None = None) -> Reading:
    return read_all(source(folder, path), "submissions", round_trip(cursor))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return tmp_path / "inbox.jsonl"


def test_a_file_that_arrives_late_with_an_older_name_and_time_is_not_missed(inbox: Path) -> None:
    (inbox / "b.json").write_text(body(1))
    cursor = read(inbox.parent).last_cursor
    late = inbox / "2026" / "a.json"
    late.parent.mkdir()
    late.write_text(body(2))
    os.utime(late, (1, 1))
    assert read(inbox.parent, cursor=cursor).held.keys() == {"s2"}


def test_a_file_that_is_written_anew_is_read_again(inbox: Path) -> None:
    (inbox / "a.json").write_text('{"submission_id": "s1", "Na')
    before = read(inbox.parent)
    assert before.rejects == {(None, "file a.json", "not-json")}
    (inbox / "a.json").write_text(body(1))
    after = read(inbox.parent, cursor=before.last_cursor)
    assert after.held.keys() == {"s1"}
    assert not after.rejects


def test_a_file_that_was_moved_away_is_no_deletion(inbox: Path) -> None:
    for number in (1, 2):
        (inbox / f"{number}.json").write_text(body(number))
    cursor = read(inbox.parent).last_cursor
    (inbox / "1.json").unlink()
    (inbox / "3.json").write_text(body(3))
    after = read(inbox.parent, cursor=cursor)
    assert after.held.keys() == {"s3"}
    assert not after.deleted


def test_lists_and_lines_in_a_folder_are_read_and_other_files_are_not(inbox: Path) -> None:
    (inbox / "list.json").write_text(f"[{body(1)}, 7, {body(2)}]")
    (inbox / "lines.ndjson").write_text(f"{body(3)}\n\n{{torn\n{body(4)}")
    (inbox / "notes.txt").write_text(body(5))
    (inbox / ".hidden.json").write_text(body(6))
    found = read(inbox.parent)
    assert found.held.keys() == {"s1", "s2", "s3", "s4"}
    assert {(position, code) for _, position, code in found.rejects} == {
        ("file list.json item 2", "unexpected-shape"),
        ("file lines.ndjson line 3", "not-json"),
    }


def test_only_what_could_not_be_read_may_be_any_records(inbox: Path) -> None:
    (inbox / "a.json").write_text("{torn")
    (inbox / "b.json").write_text("{}")
    keyless = {code: key is None for key, _, code in read(inbox.parent).rejects}
    assert keyless == {"not-json": True, "no-answers": False}


def test_a_link_to_nothing_is_read_once_there_is_something(inbox: Path) -> None:
    broken = inbox / "a.json"
    broken.symlink_to(inbox / "b.json")
    (inbox / "b.json").write_text(body(1))
    (inbox / "c.json").write_text(body(2))
    (inbox / "b.json").unlink()
    found = read(inbox.parent)
    assert found.held.keys() == {"s2"}
    broken.unlink()
    broken.write_text(body(3))
    assert read(inbox.parent, cursor=found.last_cursor).held.keys() == {"s3"}


def test_the_newest_of_several_with_one_id_counts(inbox: Path) -> None:
    response = {"responseId": "g1", "answers": {"q": {"textAnswers": {"answers": [{"value": "old"}]}}}}
    times = {"a": "2026-03-02T09:30:00Z", "b": "2026-03-01T09:30:00Z"}
    for name, at in times.items():
        (inbox / f"{name}.json").write_text(
            json.dumps({**response, "lastSubmittedTime": at}).replace("old", name)
        )
    assert json.loads(read(inbox.parent).held["g1"])["fields"] == {"q": "a"}


def test_a_line_that_is_half_written_is_left_for_the_next_read(lines: Path) -> None:
    lines.write_text(f"{body(1)}\n{body(2)[:10]}")
    before = read(lines.parent, lines.name)
    assert before.held.keys() == {"s1"}
    assert not before.rejects
    assert read_pages(source(lines.parent, lines.name), "submissions", before.last_cursor) == []
    lines.write_text(f"{body(1)}\n{body(2)}\n")
    after = read(lines.parent, lines.name, before.last_cursor)
    assert after.held.keys() == {"s2"}
    assert not after.rejects


def test_a_last_line_that_is_whole_needs_no_end(lines: Path) -> None:
    lines.write_text(f"{body(1)}\n{body(2)}")
    before = read(lines.parent, lines.name)
    assert before.held.keys() == {"s1", "s2"}
    with lines.open("a") as file:
        file.write(f"\n{body(3)}\n")
    assert read(lines.parent, lines.name, before.last_cursor).held.keys() == {"s3"}


def test_lines_keep_their_numbers_over_several_reads(lines: Path) -> None:
    lines.write_text(f"{body(1)}\n\n")
    cursor = read(lines.parent, lines.name).last_cursor
    with lines.open("a") as file:
        file.write("{torn\n")
    assert read(lines.parent, lines.name, cursor).rejects == {(None, "line 3", "not-json")}


def test_a_file_of_lines_that_was_replaced_is_read_anew(lines: Path) -> None:
    lines.write_text(f"{body(1)}\n{body(2)}\n")
    cursor = read(lines.parent, lines.name).last_cursor
    lines.write_text(f"{body(3)}\n{body(4)}\n{body(5)}\n")
    assert read(lines.parent, lines.name, cursor).held.keys() == {"s3", "s4", "s5"}


def test_two_equal_submissions_are_one_record(lines: Path) -> None:
    lines.write_text('{"Name": "Jane", "Mail": "j@x.example"}\n{"Mail": "j@x.example", "Name": "Jane"}\n')
    assert len(read(lines.parent, lines.name).held) == 1


def test_a_time_that_is_yet_to_come_is_none(lines: Path) -> None:
    for at in ("2031-01-01T00:00:00Z", "2026-03-02T09:30:00Z"):
        lines.write_text(json.dumps({"submission_id": "s1", "submitted_at": at, "Name": "Jane"}) + "\n")
        (page,) = read_pages(source(lines.parent, lines.name), "submissions")
        expected = None if at.startswith("2031") else datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        assert page.records["updated_at"].to_pylist() == [expected]


def test_a_single_file_of_json_is_read_and_again_when_it_changes(tmp_path: Path) -> None:
    (tmp_path / "all.json").write_text(f"[{body(1)}]")
    cursor = read(tmp_path, "all.json").last_cursor
    assert read(tmp_path, "all.json", cursor).held == {}
    (tmp_path / "all.json").write_text(f"[{body(1)}, {body(2)}]")
    assert read(tmp_path, "all.json", cursor).held.keys() == {"s1", "s2"}


def test_check_tells_of_an_unfinished_line_and_of_nothing_yet(lines: Path) -> None:
    lines.write_text("")
    assert source(lines.parent, lines.name).check().sentence == "no submission yet"
    lines.write_text(f"{body(1)}\n{{torn")
    assert "the last line has no end yet" in source(lines.parent, lines.name).check().sentence


def test_discover_names_the_answers(lines: Path) -> None:
    lines.write_text('{"Your name": "Jane"}\n')
    (stream,) = source(lines.parent, lines.name).discover()
    assert [field.label for field in stream.fields if field.name.startswith("fields.")] == ["Your name"]
    assert stream.fields[-1].name == 'fields."Your name"'


@settings(deadline=None)  # the machine may be busy
@given(
    st.lists(st.lists(st.integers(1, 12), max_size=4), max_size=4),
    st.integers(1, 3),
    st.lists(st.integers(0, 2), max_size=4),
    st.booleans(),
)
def test_whatever_arrives_between_reads_that_are_cut_off_nothing_is_missed(
    tmp_path_factory: pytest.TempPathFactory,
    arrivals: list[list[int]],
    size: int,
    cuts: list[int],
    is_folder: bool,
) -> None:
    """Each read is killed after some pages; the next one goes on from the last page that was kept."""
    folder = tmp_path_factory.mktemp("forms")
    path = "inbox" if is_folder else "inbox.jsonl"
    if is_folder:
        (folder / path).mkdir()
    else:
        (folder / path).touch()
    cursor, met, posted = None, set(), set()
    for numbers, cut in zip(arrivals, [*cuts, *[99] * len(arrivals)], strict=False):
        for number in numbers:
            posted.add(f"s{number}")
            if is_folder:
                (folder / path / f"{number}.json").write_text(body(number))
            else:
                with (folder / path).open("a") as file:
                    file.write(f"{body(number)}\n")
        for page in read_pages(source(folder, path, page_submissions=size), "submissions", cursor)[:cut]:
            met |= set(page.records["key"].to_pylist())
            cursor = round_trip(page.cursor)
    met |= read(folder, path, cursor).held.keys()
    assert met == posted
