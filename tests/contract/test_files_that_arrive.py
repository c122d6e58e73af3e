"""Web-form submissions and address books against the suite."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.clock import SystemClock
from connectors.base import Context
from connectors.contacts.address_book import CONNECTOR as VCARD
from connectors.contract import Gap, NotPossible, SourceContract, SourceSystem
from connectors.forms.webform import CONNECTOR as WEBFORM
from hub.ports import Source

COUNT = 7


def _open(connector_type: str, folder: Path, **settings: object) -> Source:
    connector = {"webform": WEBFORM, "vcard": VCARD}[connector_type]
    assert connector.open_source is not None
    return connector.open_source(
        connector.settings.model_validate(settings), Context(folder, SystemClock(), connector_type)
    )


class FormLines(SourceSystem):
    """A file to which a form tool adds a line for each submission; one line is torn."""

    stream = "submissions"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        for _ in range(COUNT):
            self.add_record()
        with self._path.open("a", encoding="utf-8") as file:
            file.write('{"submission_id": "torn", \n')
        for _ in range(2):
            self.add_record()

    @property
    def _path(self) -> Path:
        return self._folder / "forms.jsonl"

    def open(self) -> Source:
        return _open("webform", self._folder, path=self._path.name, page_submissions=3)

    def open_broken(self) -> Source:
        return _open("webform", self._folder, path="from.jsonl")

    def expected(self) -> Mapping[str, Mapping[str, object]]:
        return {
            f"sub-{n}": {
                "form": "fields",
                "fields": {"Email": f"person{n}@example.org", "Nom": f"Personne {n}"},
            }
            for n in range(self._count)
        }

    def rejected(self) -> int:
        return 1

    def updated_at(self) -> Mapping[str, datetime]:
        return {"sub-0": datetime(2025, 5, 1, 8, tzinfo=UTC)}

    def add_record(self) -> str:
        number = self._count
        self._count += 1
        line = {
            "submission_id": f"sub-{number}",
            "submitted_at": "2025-05-01T08:00:00Z",
            "Nom": f"Personne {number}",
            "Email": f"person{number}@example.org",
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        return f"sub-{number}"


class FormFolder(FormLines):
    """A folder into which a file arrives for each submission."""

    @property
    def _path(self) -> Path:
        return self._folder / "posts"

    def __init__(self, folder: Path) -> None:
        (folder / "posts").mkdir()
        self._folder = folder
        self._count = 0
        (folder / "posts" / "torn.json").write_text('{"submission_id": ', encoding="utf-8")
        for _ in range(COUNT):
            self.add_record()

    def add_record(self) -> str:
        number = self._count
        self._count += 1
        post = {
            "submission_id": f"sub-{number}",
            "submitted_at": "2025-05-01T08:00:00Z",
            "Nom": f"Personne {number}",
            "Email": f"person{number}@example.org",
        }
        path = self._path / f"post-{(number * 7919) % 1000}.json"  # names do not grow with time
        path.write_text(json.dumps(post), encoding="utf-8")
        return f"sub-{number}"

    def open_broken(self) -> Source:
        return _open("webform", self._folder, path="psots")


class Cards(SourceSystem):
    """An exported address book."""

    stream = "cards"
    boundary = 1_000  # a changed file is read whole again

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cards = {f"uid-{n}": f"Person {n}" for n in range(COUNT)}
        self._write()

    def _write(self) -> None:
        cards = [
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:;{name};;;\r\nEND:VCARD\r\n"
            for uid, name in self._cards.items()
        ]
        (self._folder / "book.vcf").write_text("".join(cards), encoding="utf-8")

    def open(self) -> Source:
        return _open("vcard", self._folder, path="book.vcf", page_cards=3)

    def open_broken(self) -> Source:
        return _open("vcard", self._folder, path="boook.vcf")

    def expected(self) -> Mapping[str, Mapping[str, object]]:
        return {uid: {"name": name, "uid": uid} for uid, name in self._cards.items()}

    def add_record(self) -> str:
        self._cards["uid-new"] = "Somebody New"
        self._write()
        return "uid-new"

    def change_record(self, key: str) -> None:
        self._cards[key] = "Somebody Else"
        self._write()

    def delete_record(self, key: str) -> None:
        del self._cards[key]
        self._write()


NEVER_CHANGES = {
    "test_a_changed_record_comes_in_the_next_read": Gap(NotPossible, "a submission is never changed"),
    "test_a_deleted_record_is_told_or_left_out": Gap(NotPossible, "nor taken back"),
}


class TestWebformLines(SourceContract):
    gaps = NEVER_CHANGES

    @pytest.fixture
    def system(self, tmp_path: Path) -> SourceSystem:
        return FormLines(tmp_path)


class TestWebformFolder(SourceContract):
    gaps = NEVER_CHANGES

    @pytest.fixture
    def system(self, tmp_path: Path) -> SourceSystem:
        return FormFolder(tmp_path)


class TestAddressBook(SourceContract):
    @pytest.fixture
    def system(self, tmp_path: Path) -> SourceSystem:
        return Cards(tmp_path)
