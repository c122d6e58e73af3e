from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.contacts.address_book import CONNECTOR
from connectors.contract.reading import Reading, read_all, read_pages, round_trip
from hub.errors import ConfigurationError
from hub.ports import Source
from tests.fakes.mail import opened


def card(name: str, *properties: str) -> str:
    return "\n".join(["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", *properties, "END:VCARD", ""])


def source(folder: Path, path: str = "book.vcf", **settings: object) -> Source:
    return opened(CONNECTOR, folder, path=path, **settings)


def read(folder: Path, path: str = "book.vcf") -> Reading:
    return read_all(source(folder, path), "cards")


def names(reading: Reading) -> dict[str, str]:
    return {key: json.loads(payload)["name"] for key, payload in reading.held.items()}


def test_the_uid_is_the_key(tmp_path: Path) -> None:
    (tmp_path / "book.vcf").write_text(card("Jane", "UID:urn:uuid:abc-1") + card("Bob", "UID:2"))
    assert names(read(tmp_path)) == {"abc-1": "Jane", "2": "Bob"}


def test_without_a_uid_equal_cards_are_one_record(tmp_path: Path) -> None:
    (tmp_path / "book.vcf").write_text(card("Jane") + card("Bob") + card("Jane"))
    found = read(tmp_path)
    assert sorted(names(found).values()) == ["Bob", "Jane"]
    assert found.rejects == set()


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_of_two_cards_with_one_uid_the_one_revised_last_counts(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    both = {
        "old": card("Jane Old", "UID:1", "REV:20250101T000000Z"),
        "new": card("Jane New", "UID:1", "REV:20260101T000000Z"),
    }
    (tmp_path / "book.vcf").write_text("".join(both[one] for one in order))
    found = read(tmp_path)
    assert names(found) == {"1": "Jane New"}
    assert {(key, code) for key, _, code in found.rejects} == {("1", "duplicate-key")}


def test_a_book_that_has_changed_starts_over_and_leaves_out_what_is_gone(tmp_path: Path) -> None:
    (tmp_path / "book.vcf").write_text(card("Jane", "UID:1") + card("Bob", "UID:2"))
    cursor = round_trip(read(tmp_path).last_cursor)
    (tmp_path / "book.vcf").write_text(card("Jane", "UID:1") + card("Eve", "UID:3"))
    pages = read_pages(source(tmp_path, page_cards=1), "cards", cursor)
    assert [page.starts_over for page in pages] == [True, False]
    assert [page.records["key"].to_pylist() for page in pages] == [["1"], ["3"]]


def test_files_in_folders_below_are_read_and_others_are_not(tmp_path: Path) -> None:
    below = tmp_path / "book" / "friends"
    below.mkdir(parents=True)
    (below / "jane.VCF").write_text(card("Jane", "UID:1"))
    (below / "notes.txt").write_text(card("Bob", "UID:2"))
    (below / ".jane.vcf").write_text(card("Eve", "UID:3"))
    assert names(read(tmp_path, "book")) == {"1": "Jane"}


def test_a_file_without_a_card_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.vcf").write_text("")
    (tmp_path / "book" / "b.vcf").write_text(card("Jane", "UID:1"))
    found = read(tmp_path, "book")
    assert names(found) == {"1": "Jane"}
    assert found.rejects == {(None, "a.vcf", "no-card")}


def test_a_folder_without_cards_is_the_configurations_fault(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, "book")
    assert caught.value.code == "no-cards"


def test_check_counts_cards_and_rejects(tmp_path: Path) -> None:
    (tmp_path / "book.vcf").write_text(card("Jane", "UID:1") + "BEGIN:VCARD\nEND:VCARD\n")
    assert source(tmp_path).check().sentence == "1 files, 1 cards, 1 rejected"


def test_only_a_card_that_was_cut_off_before_its_uid_may_be_any_records(tmp_path: Path) -> None:
    group = card("Team", "KIND:group", "UID:1")
    (tmp_path / "book.vcf").write_text(f"{group}BEGIN:VCARD\nUID:2\nBEGIN:VCARD\nFN:Jane\n")
    assert {(key, position) for key, position, _ in read(tmp_path).rejects} == {
        ("1", "book.vcf card 1"),
        ("2", "book.vcf card 2"),
        (None, "book.vcf card 3"),
    }
