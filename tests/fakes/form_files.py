"""Submissions of invented people in files, to hold the web-form connector to the contract."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.contract import SourceSystem
from connectors.forms.webform import CONNECTOR
from hub.ports import Source
from tests.fakes.mail import opened

SUBMITTED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class WebformSystem(SourceSystem):
    """What Tally posts, with one body among the others that is no JSON."""

    stream = "submissions"
    path = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.companies = {f"sub-{number}": f"Company {number}" for number in range(1, 8)}
        self.write_all()

    def write_all(self) -> None:
        raise NotImplementedError

    def open(self) -> Source:
        return opened(CONNECTOR, self.folder, path=self.path, page_submissions=3)

    def open_broken(self) -> Source:
        return opened(CONNECTOR, self.folder, path=f"{self.path}x")

    def body(self, key: str) -> str:
        answers = {"Full name": f"Jane {key}", "Company": self.companies[key]}
        fields = [
            {"key": name, "label": name, "type": "INPUT_TEXT", "value": answers[name]} for name in answers
        ]
        at = self.updated_at()[key].isoformat()
        data = {"submissionId": key, "respondentId": "r", "formId": "f-1", "createdAt": at, "fields": fields}
        return json.dumps({"eventType": "FORM_RESPONSE", "data": data})

    def expected(self) -> Mapping[str, Mapping[str, object]]:
        return {
            key: {
                "submission_id": key,
                "form": "tally",
                "form_id": "f-1",
                "fields": {"Full name": f"Jane {key}", "Company": company},
            }
            for key, company in self.companies.items()
        }

    def rejected(self) -> int:
        return 1

    def updated_at(self) -> Mapping[str, datetime]:
        return {key: SUBMITTED + timedelta(minutes=number) for number, key in enumerate(self.companies)}

    def add_record(self) -> str:
        self.companies["sub-8"] = "Company 8"
        self.write("sub-8")
        return "sub-8"

    def change_record(self, key: str) -> None:
        self.companies[key] += " of all"
        self.write(key)

    def write(self, key: str) -> None:
        raise NotImplementedError


class FolderOfForms(WebformSystem):
    path = "inbox"

    def write_all(self) -> None:
        (self.folder / self.path).mkdir()
        for key in self.companies:
            self.write(key)
        (self.folder / self.path / "sub-3-torn.json").write_text('{"eventType": "FORM')

    def write(self, key: str) -> None:
        (self.folder / self.path / f"{key}.json").write_text(self.body(key))

    def delete_record(self, key: str) -> None:
        del self.companies[key]
        (self.folder / self.path / f"{key}.json").unlink()


class LinesOfForms(WebformSystem):
    path = "inbox.jsonl"

    def write_all(self) -> None:
        lines = [self.body(key) for key in self.companies]
        lines.insert(3, '{"eventType": "FORM')
        (self.folder / self.path).write_text("".join(f"{line}\n" for line in lines))

    def write(self, key: str) -> None:
        """A body that is posted again is one more line."""
        with (self.folder / self.path).open("a") as file:
            file.write(f"{self.body(key)}\n")

    def delete_record(self, key: str) -> None:
        del self.companies[key]
        self.write_all()
