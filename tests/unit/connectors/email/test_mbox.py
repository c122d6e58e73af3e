from __future__ import annotations

import io
import mailbox
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract.reading import Reading, read_all, read_pages, round_trip
from connectors.email.mbox import CONNECTOR
from connectors.email.mbox_file import message_at, message_offsets
from hub.errors import ConfigurationError
from hub.ports import Source
from tests.fakes.mail import key_of, message, message_of, opened

FROM = b"From jane@example.com Mon Mar  2 09:30:00 2026\n"


def source(folder: Path, **settings: object) -> Source:
    return opened(CONNECTOR, folder, **{"path": "people.mbox", **settings})


def write(folder: Path, *messages: bytes) -> Path:
    path = folder / "people.mbox"
    path.write_bytes(b"".join(FROM + raw + b"\n" for raw in messages))
    return path


def numbered(*numbers: int) -> set[str]:
    return {key_of(number) for number in numbers}


def read(folder: Path, before: Reading | None = None, **settings: object) -> Reading:
    cursor = round_trip(before.last_cursor) if before else None
    return read_all(source(folder, **settings), "people", cursor)


def test_what_is_appended_comes_with_the_next_read(tmp_path: Path) -> None:
    path = write(tmp_path, message_of(1), message_of(2))
    before = read(tmp_path)
    with path.open("ab") as file:
        file.write(FROM + message_of(3) + b"\n")
    assert read(tmp_path, before).held.keys() >= numbered(3)


def test_a_message_that_was_cut_short_is_read_again_when_the_rest_has_come(tmp_path: Path) -> None:
    whole = message("Jane Example-9 <jane9@people.example>", "Hi\n-- \nJane\nTel +44 20 7946 0123\n")
    path = write(tmp_path, message_of(1))
    rest = whole[-10:]
    with path.open("ab") as file:
        file.write(FROM + whole[:-10])
    before = read(tmp_path)
    with path.open("ab") as file:
        file.write(rest + b"\n")
    assert any("+44 20 7946 0123" in payload for payload in read(tmp_path, before).held.values())


@pytest.mark.parametrize(
    ("now", "expected"),
    [((1, 3, 4), (1, 3, 4)), ((2, 3, 4), (2, 3, 4)), ((5,), (5,)), ((5, 6, 7, 8, 9), (5, 6, 7, 8, 9))],
    ids=["middle-gone", "first-gone", "another-shorter", "another-longer"],
)
def test_a_file_that_was_rewritten_is_read_anew(
    tmp_path: Path, now: Sequence[int], expected: Sequence[int]
) -> None:
    write(tmp_path, *map(message_of, (1, 2, 3)))
    before = read(tmp_path)
    write(tmp_path, *map(message_of, now))
    assert read(tmp_path, before).held.keys() >= numbered(*expected) - before.held.keys()
    assert read(tmp_path, before).held.keys() == numbered(*expected)


def test_a_single_message_that_was_replaced_by_one_as_long_is_read(tmp_path: Path) -> None:
    write(tmp_path, message_of(1))
    before = read(tmp_path)
    write(tmp_path, message_of(2))
    assert read(tmp_path, before).held.keys() == numbered(2)


def test_a_file_in_which_only_flags_changed_is_not_read_again(tmp_path: Path) -> None:
    flagged = [b"Status: RO\n" + message_of(number) for number in range(1, 40)]
    path = write(tmp_path, *flagged)
    before = read(tmp_path)
    content = path.read_bytes()
    middle = content.index(b"Status: RO", len(content) // 2)
    path.write_bytes(content[:middle] + b"Status: OO" + content[middle + 10 :])
    assert read_pages(source(tmp_path), "people", round_trip(before.last_cursor)) == []


def test_a_message_that_arrives_while_the_last_one_is_read_is_not_lost(tmp_path: Path) -> None:
    path = write(tmp_path, message_of(1), message_of(2))
    pages = source(tmp_path, page_messages=1).read("people", None)
    first = next(pages)
    with path.open("ab") as file:
        file.write(FROM + message_of(3) + b"\n")
    met = [*first.records["key"].to_pylist()]
    cursor = first.cursor
    for page in pages:
        met += page.records["key"].to_pylist()
        cursor = page.cursor
    rest = read_all(source(tmp_path), "people", round_trip(cursor)).held
    assert {*met, *rest} == numbered(1, 2, 3)


SEPARATORS = {
    "usual": (b"\n\n", FROM, True),
    "thunderbird": (b"\n\n", b"From - Mon Mar 02 09:30:00 2026\n", True),
    "new-thunderbird": (b"\n\n", b"From \n", True),
    "takeout": (b"\n\n", b"From 1234@xxx Mon Mar 02 09:30:00 +0000 2026\n", True),
    "carriage-returns": (b"\r\n\r\n", b"From - Mon Mar 02 09:30:00 2026\r\n", True),
    "without-a-blank-line": (b"\n", FROM, True),
    "without-a-date": (b"\n\n", b"From jane@example.com\n", True),
    "sentence": (b"\n\n", b"From 10:00 on we meet\n", False),
    "sentence-with-a-date": (b"\n\n", b"From 10:00 on 2 March 2026 we meet\n", False),
    "escaped": (b"\n\n", b">" + FROM, False),
}


@pytest.mark.parametrize(("before", "line", "is_separator"), SEPARATORS.values(), ids=SEPARATORS)
def test_messages_are_told_apart(tmp_path: Path, before: bytes, line: bytes, is_separator: bool) -> None:
    following = message_of(2) if is_separator else b"and so on\nFrom: not a field\n"
    (tmp_path / "people.mbox").write_bytes(FROM + message_of(1).rstrip() + before + line + following)
    assert read(tmp_path).held.keys() == (numbered(1, 2) if is_separator else numbered(1))


def test_what_other_programs_write_is_read(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "people.mbox")
    for number in range(1, 30):
        box.add(message(f"P{number} <p{number}@example.com>", "Hi\n\nFrom here on\nFrom: x\n"))
    box.close()
    assert len(read(tmp_path).held) == 29


@pytest.mark.parametrize(
    ("content", "code"), [(b"Hello\n", "not-an-mbox"), (b"From: jane@example.com\n\n", "not-an-mbox")]
)
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "people.mbox").write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path)
    assert caught.value.code == code


def test_a_folder_is_refused_with_a_hint_of_maildir(tmp_path: Path) -> None:
    (tmp_path / "people.mbox").mkdir()
    check = source(tmp_path).check()
    assert not check.ok
    assert "maildir" in str(check.hint)


def test_a_missing_file_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, message_of(1))
    check = source(tmp_path, path="peple.mbox").check()
    assert (check.ok, check.hint) == (False, "did you mean `people.mbox`?")


def test_an_empty_mailbox_has_no_pages(tmp_path: Path) -> None:
    write(tmp_path)
    assert read_pages(source(tmp_path), "people") == []
    assert source(tmp_path).check().ok


def test_check_tells_what_was_passed_over(tmp_path: Path) -> None:
    write(tmp_path, message_of(1), message("Jane <jane@example.com>", List_Id="<x.example>"))
    told = source(tmp_path).check().sentence
    assert "1 people" in told
    assert "2 messages; passed over: 1 list message" in told


def test_a_large_mailbox_is_read_in_little_memory(tmp_path: Path) -> None:
    attachment = b"\n".join([b"A" * 76] * 40_000)  # 3 MB
    path = tmp_path / "people.mbox"
    with path.open("wb") as file:
        for number in range(1, 31):
            file.write(FROM + message_of(number) + attachment + b"\n\n")
    tracemalloc.start()
    pages = sum(1 for _ in source(tmp_path, page_messages=5).read("people", None))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert pages == 6
    assert peak < 25_000_000


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.integers(1, 12), max_size=12), st.integers(1, 5))
def test_any_pages_hold_the_same_people(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int], size: int
) -> None:
    folder = tmp_path_factory.mktemp("mbox")
    write(folder, *map(message_of, numbers))
    pages = read_pages(source(folder, page_messages=size), "people")
    assert {key for page in pages for key in page.records["key"].to_pylist()} == numbered(*numbers)
    whole = read(folder).held
    for stopped in range(len(pages)):
        rest = read_all(source(folder), "people", round_trip(pages[stopped].cursor)).held
        met = {key for page in pages[: stopped + 1] for key in page.records["key"].to_pylist()}
        assert met | rest.keys() == whole.keys()


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.integers(1, 30), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_people_are_the_same_in_any_order_of_messages(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int], random: object
) -> None:
    folder = tmp_path_factory.mktemp("mbox")
    write(folder, *map(message_of, numbers))
    one = read(folder).held
    shuffled = list(numbers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a `random.Random`, which hypothesis does not say
    write(folder, *map(message_of, shuffled))
    assert read(folder).held == one


@settings(deadline=None)  # the machine may be busy
@given(
    st.lists(st.text("a\nFrom :>-0123456789", max_size=60), min_size=1, max_size=8),
    st.integers(6, 3000),
)
def test_pieces_of_any_size_find_the_same_messages(bodies: list[str], cut: int) -> None:
    """The messages of a file are those of its beginning and its end, wherever a message begins between."""
    content = b"".join(FROM + b"Subject: x\n\n" + body.encode() + b"\n\n" for body in bodies)
    file = io.BytesIO(content)
    offsets = list(message_offsets(file, 0, len(content)))
    assert offsets[0] == 0
    assert offsets == sorted(set(offsets))
    start = offsets[cut % len(offsets)]
    assert list(message_offsets(file, start, len(content))) == offsets[offsets.index(start) :]
    assert all(message_at(file, at, at + 200).startswith(b"Subject") for at in offsets if at == 0)


@pytest.mark.parametrize("shift", [-2060, -2050, -2049, -2048, -2047, -100, -8, -7, -6, -5, -2, -1, 0, 1, 2])
def test_a_message_that_begins_where_a_piece_ends_is_found(shift: int) -> None:
    wanted = (1 << 20) + shift
    filler = b"x" * 78 + b"\n"
    head = FROM + b"Subject: x\n\n"
    body = (filler * (wanted // len(filler) + 1))[: wanted - len(head) - 2] + b"\n\n"
    content = head + body + FROM + b"Subject: y\n\nHi\n"
    assert list(message_offsets(io.BytesIO(content), 0, len(content))) == [0, wanted]
