from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract.reading import Reading, read_all, read_pages, round_trip
from connectors.email.maildir import CONNECTOR
from hub.errors import ConfigurationError
from hub.ports import Source
from tests.fakes.mail import key_of, message_of, opened

YEAR = 365 * 24 * 3600


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made(tmp_path / "Maildir")


def made(folder: Path) -> Path:
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    return folder


def deliver(root: Path, number: int, *, name: str = "", part: str = "new") -> Path:
    path = root / part / (name or f"17000000{number:02}.M1P1.host")
    path.write_bytes(message_of(number))
    return path


def source(root: Path, **settings: object) -> Source:
    return opened(CONNECTOR, root.parent, **{"path": root.name, **settings})


def read(root: Path, before: Reading | None = None) -> Reading:
    return read_all(source(root), "people", round_trip(before.last_cursor) if before else None)


def test_flags_and_moving_to_cur_make_nothing_new(root: Path) -> None:
    path = deliver(root, 1)
    before = read(root)
    seen = path.rename(root / "cur" / f"{path.name}:2,")
    assert read_pages(source(root), "people", round_trip(before.last_cursor)) == []
    seen.rename(root / "cur" / f"{path.name}:2,RS")
    assert read_pages(source(root), "people", round_trip(before.last_cursor)) == []


@pytest.mark.parametrize("name", ["1600000000.M1P1.host", "0", "zzz", "1700000001.M0P0.host", "odd name"])
def test_a_message_with_an_older_name_and_time_is_not_missed(root: Path, name: str) -> None:
    for number in (1, 2, 3):
        deliver(root, number)
    before = read(root)
    late = deliver(root, 4, name=name, part="cur")
    os.utime(late, (YEAR, YEAR))
    assert read(root, before).held.keys() == {key_of(4)}


def test_a_message_that_comes_between_while_reading_is_not_missed(root: Path) -> None:
    for number in (1, 3, 5):
        deliver(root, number)
    pages = source(root, page_messages=2).read("people", None)
    first = next(pages)
    deliver(root, 2)
    rest = read_all(source(root), "people", round_trip(first.cursor)).held
    assert {*first.records["key"].to_pylist(), *rest} == {key_of(number) for number in (1, 2, 3, 5)}
    pages.close()  # type: ignore[attr-defined]  # it is a generator


def test_a_message_deleted_while_reading_is_left_out(root: Path) -> None:
    for number in (1, 2, 3):
        deliver(root, number)
    pages = source(root, page_messages=1).read("people", None)
    met = [*next(pages).records["key"].to_pylist()]
    next((root / "new").glob("1700000002*")).unlink()
    met += [key for page in pages for key in page.records["key"].to_pylist()]
    assert met == [key_of(1), key_of(3)]


def test_a_message_that_moves_while_reading_is_found(root: Path) -> None:
    paths = [deliver(root, number) for number in (1, 2, 3)]
    pages = source(root, page_messages=1).read("people", None)
    met = [*next(pages).records["key"].to_pylist()]
    for path in paths:
        path.rename(root / "cur" / f"{path.name}:2,S")
    met += [key for page in pages for key in page.records["key"].to_pylist()]
    assert met == [key_of(1), key_of(2), key_of(3)]


def test_a_message_that_moves_to_another_folder_is_not_read_again(root: Path) -> None:
    path = deliver(root, 1)
    archive = made(root / ".Archive.2026")
    both = source(root, mailboxes=["INBOX", "Archive/2026"])
    before = read_all(both, "people")
    path.rename(archive / "cur" / f"{path.name}:2,S")
    assert read_pages(both, "people", round_trip(before.last_cursor)) == []


def test_a_file_that_cannot_be_read_is_rejected_and_comes_again(root: Path) -> None:
    deliver(root, 1)
    broken = root / "new" / "1700000002.M1P1.host"
    broken.mkdir()
    before = read(root)
    assert {code for _, _, code in before.rejects} == {"unreadable-message"}
    broken.rmdir()
    deliver(root, 2)
    assert read(root, before).held.keys() == {key_of(2)}


def test_temporary_and_hidden_files_are_no_messages(root: Path) -> None:
    deliver(root, 1, part="tmp")
    (root / "new" / ".nfs0001").write_bytes(message_of(2))
    assert read(root).held == {}


def test_a_name_that_is_no_text_is_read(root: Path) -> None:
    deliver(root, 1, name=os.fsdecode(b"1700000001.\xff\xfe.host"))
    before = read(root)
    assert before.held.keys() == {key_of(1)}
    assert read_pages(source(root), "people", round_trip(before.last_cursor)) == []


def test_a_folder_without_cur_and_new_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Maildir").mkdir()
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path / "Maildir")
    assert caught.value.code == "not-a-maildir"


def test_a_missing_mailbox_is_told_with_the_nearest(root: Path) -> None:
    made(root / ".Sent")
    check = source(root, mailboxes=["INBOX", "Snet"]).check()
    assert (check.ok, check.hint) == (False, "did you mean `Sent`?")


def test_the_cursor_of_a_finished_read_holds_eight_bytes_a_message(root: Path) -> None:
    for number in range(1, 90):
        deliver(root, number)
    cursor = read(root).last_cursor
    assert cursor is not None
    assert len(str(cursor)) < 89 * 11 + 40


@settings(deadline=None)  # the machine may be busy
@given(
    st.lists(st.lists(st.integers(1, 15), max_size=5), max_size=4),
    st.integers(1, 4),
    st.lists(st.integers(0, 3), max_size=4),
)
def test_whatever_arrives_between_reads_that_are_cut_off_nobody_is_missed(
    tmp_path_factory: pytest.TempPathFactory, arrivals: list[list[int]], size: int, cuts: list[int]
) -> None:
    """Each read is killed after some pages; the next one goes on from the last page that was kept."""
    root = made(tmp_path_factory.mktemp("mail") / "Maildir")
    cursor, met, delivered = None, set(), set()
    for numbers, cut in zip(arrivals, [*cuts, *[99] * len(arrivals)], strict=False):
        for number in numbers:
            deliver(root, number)
            delivered.add(key_of(number))
        for page in read_pages(source(root, page_messages=size), "people", cursor)[:cut]:
            met |= set(page.records["key"].to_pylist())
            cursor = round_trip(page.cursor)
    met |= read_all(source(root), "people", cursor).held.keys()
    assert met == delivered
