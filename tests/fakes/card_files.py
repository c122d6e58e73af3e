"""An address book of invented people in vCard files, to hold the vCard connector to the contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.contacts.address_book import CONNECTOR
from connectors.contract import SourceSystem
from hub.ports import Source
from tests.fakes.mail import opened

REVISED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class AddressBookSystem(SourceSystem):
    """A folder with one card a file, and one with a distribution list."""

    stream = "cards"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "cards").mkdir()
        self.titles = {f"uid-{number}": f"Manager {number}" for number in range(1, 8)}
        (folder / "cards" / "team.vcf").write_text(
            "BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Team\nEND:VCARD\n"
        )
        self._write()

    def open(self) -> Source:
        return opened(CONNECTOR, self.folder, path="cards", page_cards=3)

    def open_broken(self) -> Source:
        return opened(CONNECTOR, self.folder, path="crads")

    def expected(self) -> Mapping[str, Mapping[str, object]]:
        return {
            uid: {
                "uid": uid,
                "name": f"Jane {uid}",
                "job_title": title,
                "emails": [{"type": "work", "value": f"{uid}@people.example"}],
            }
            for uid, title in self.titles.items()
        }

    def rejected(self) -> int:
        return 1

    def updated_at(self) -> Mapping[str, datetime]:
        return {uid: REVISED + timedelta(minutes=number) for number, uid in enumerate(self.titles)}

    def add_record(self) -> str:
        self.titles["uid-8"] = "Manager 8"
        self._write()
        return "uid-8"

    def change_record(self, key: str) -> None:
        self.titles[key] += " of all"
        self._write()

    def delete_record(self, key: str) -> None:
        del self.titles[key]
        (self.folder / "cards" / f"{key}.vcf").unlink()

    def _write(self) -> None:
        for uid, title in self.titles.items():
            revised = self.updated_at()[uid].strftime("%Y%m%dT%H%M%SZ")
            card = f"FN:Jane {uid}\r\nTITLE:{title}\r\nEMAIL;TYPE=work:{uid}@people.example\r\nREV:{revised}"
            text = f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\n{card}\r\nEND:VCARD\r\n"
            (self.folder / "cards" / f"{uid}.vcf").write_text(text, newline="")
