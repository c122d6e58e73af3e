"""Every built-in mapping against what its connector really gives, and against golden records.

The expected files are made anew with HUB_GOLDEN=write in the environment of pytest, and then
read by a person before they are committed.
"""

from __future__ import annotations

import json
import mailbox
import os
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import httpx
import pyarrow as pa
import pytest

from connectors.base import Connector
from connectors.contacts.address_book import CONNECTOR as VCARD
from connectors.email.maildir import CONNECTOR as MAILDIR
from connectors.email.mbox import CONNECTOR as MBOX
from connectors.erp.tryton_settings import TrytonSettings
from connectors.erp.tryton_source import TrytonSource
from connectors.fakes.server import FakeServer
from connectors.fakes.tryton import FakeTryton
from connectors.forms.webform import CONNECTOR as WEBFORM
from connectors.registry import all_connectors
from hub.domain.golden import GOLDEN_SCHEMA
from mappings.apply import ContactMapper
from mappings.load import builtin_names, load_builtin, load_builtin_outbound
from mappings.outbound import PayloadMapper
from tests.fakes.mail import opened
from tests.fakes.tryton_client import DATABASE, PASSWORD, TrytonClient
from tests.fakes.tryton_systems import good

DATA: Final = Path(__file__).parents[2] / "data" / "golden_mappings"
# A file's columns are its owner's: there is nothing to build in.
NO_INBOUND: Final = {"file"}
_WRITES: Final = os.environ.get("HUB_GOLDEN") == "write"


def _read(connector: Connector, stream: str, folder: Path, path: str) -> pa.Table:
    pages = opened(connector, folder, path=path).read(stream, None)
    return pa.concat_tables([page.records for page in pages])


def _mbox(folder: Path) -> pa.Table:
    shutil.copy(DATA / "people.mbox", folder / "people.mbox")
    return _read(MBOX, "people", folder, "people.mbox")


def _maildir(folder: Path) -> pa.Table:
    box = mailbox.mbox(DATA / "people.mbox")
    for message in box:
        mailbox.Maildir(folder / "Maildir").add(message.as_bytes())
    box.close()
    return _read(MAILDIR, "people", folder, "Maildir")


def _vcard(folder: Path) -> pa.Table:
    shutil.copy(DATA / "book.vcf", folder / "book.vcf")
    return _read(VCARD, "cards", folder, "book.vcf")


def _webform(folder: Path) -> pa.Table:
    shutil.copy(DATA / "forms.jsonl", folder / "forms.jsonl")
    return _read(WEBFORM, "submissions", folder, "forms.jsonl")


def _tryton(folder: Path) -> pa.Table:
    fake = FakeTryton(version="8.2", database=DATABASE, password=PASSWORD)
    with FakeServer(fake) as running, httpx.Client(base_url=running.url) as http:
        client = TrytonClient(fake.version, running.url, http)
        parties = json.loads((DATA / "tryton_parties.json").read_text(encoding="utf-8"))
        client.call("model.party.party.create", parties)
        pages = TrytonSource(TrytonSettings(**good(client)), folder).read("party", None)
        return pa.concat_tables([page.records for page in pages])


# IMAP gives what the other mailboxes give: one reader of messages serves the three.
INBOUND: Final[Mapping[str, Callable[[Path], pa.Table]]] = {
    "imap": _mbox,
    "maildir": _maildir,
    "mbox": _mbox,
    "tryton": _tryton,
    "vcard": _vcard,
    "webform": _webform,
}


def _agrees(name: str, found: Any) -> None:
    """Whether what was found is what the golden file says."""
    path = DATA / f"{name}.json"
    if _WRITES:
        path.write_text(
            json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
        )
    assert found == json.loads(path.read_text(encoding="utf-8"))


def _filled(value: Any) -> Any:
    """A contact without what is empty."""
    if isinstance(value, dict):
        return {name: told for name, one in value.items() if (told := _filled(one)) not in (None, {}, [])}
    return [_filled(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", INBOUND)
def test_what_the_connector_gives_becomes_these_contacts(tmp_path: Path, name: str) -> None:
    spec = load_builtin(name)
    assert spec is not None
    mapped = ContactMapper(spec, date(2026, 6, 1)).to_contacts(INBOUND[name](tmp_path))
    volatile = {"updated_at"} if name == "tryton" else set()  # the server's clock
    contacts = [
        {field: value for field, value in _filled(row).items() if field not in volatile}
        for row in mapped.contacts.to_pylist()
    ]
    assert mapped.rejects.num_rows == 0
    _agrees(f"{name}.in", sorted(contacts, key=lambda contact: str(contact["key"])))


@pytest.mark.parametrize("name", builtin_names("out"))
def test_golden_records_become_these_payloads(name: str) -> None:
    spec = load_builtin_outbound(name)
    assert spec is not None
    golden = pa.Table.from_pylist(
        json.loads((DATA / "golden.json").read_text(encoding="utf-8")), GOLDEN_SCHEMA
    )
    payloads = [
        {"id": row["identity_id"], "payload": json.loads(row["payload"]), "blocked": row["blocked"]}
        for row in PayloadMapper(spec).to_payloads(golden).to_pylist()
    ]
    _agrees(f"{name}.out", payloads)


def test_every_connector_has_its_built_in_mappings_and_they_are_tried() -> None:
    sources = {one.type_name for one in all_connectors() if one.open_source} - NO_INBOUND
    destinations = {one.type_name for one in all_connectors() if one.open_destination}
    assert sources == set(INBOUND)
    assert sources <= set(builtin_names("in"))
    assert destinations <= set(builtin_names("out"))
