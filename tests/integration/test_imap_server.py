"""The IMAP source on real servers: pymap always, Dovecot where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest

from connectors.contract.reading import read_all, read_pages, round_trip
from connectors.email.imap import CONNECTOR
from hub.errors import ConfigurationError, RetryableError
from hub.ports import Source
from tests.fakes.mail import key_of, message_of, opened
from tests.servers.imap import DOVECOT, ImapServer, free_port, running_dovecot, running_pymap

pytestmark = pytest.mark.server

CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Card\nEMAIL:ada@cards.example\nEND:VCARD\n"


@pytest.fixture(scope="module", params=["pymap", pytest.param("dovecot", marks=pytest.mark.apt)])
def server(request: pytest.FixtureRequest) -> Iterator[ImapServer]:
    if request.param == "dovecot" and not DOVECOT.exists():
        pytest.skip("Dovecot is not installed (apt: dovecot-imapd)")
    with running_dovecot() if request.param == "dovecot" else running_pymap() as running:
        yield running


@pytest.fixture
def name() -> str:
    """A mailbox of the test's own."""
    return f"box-{uuid4().hex[:8]}"


def source(server: ImapServer, folder: Path, *mailboxes: str, **other: object) -> Source:
    login = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    given = {**login, "tls": "none", "mailboxes": list(mailboxes or ("INBOX",)), **other}
    return opened(CONNECTOR, folder, **given)


def test_reading_marks_nothing_as_read(server: ImapServer, name: str, tmp_path: Path) -> None:
    server.deliver(name, message_of(1), message_of(2))
    assert len(read_all(source(server, tmp_path, name), "people").held) == 2
    with server.box(name) as box:
        assert len(box.uids("UNSEEN")) == 2


def test_only_what_is_new_is_fetched_again(server: ImapServer, name: str, tmp_path: Path) -> None:
    server.deliver(name, message_of(1), message_of(2))
    cursor = round_trip(read_all(source(server, tmp_path, name), "people").last_cursor)
    assert read_pages(source(server, tmp_path, name), "people", cursor) == []
    server.deliver(name, message_of(3))
    assert read_all(source(server, tmp_path, name), "people", cursor).held.keys() == {key_of(3)}


def test_a_mailbox_made_anew_is_read_anew(server: ImapServer, name: str, tmp_path: Path) -> None:
    server.deliver(name, *(message_of(number) for number in (1, 2, 3)))
    cursor = round_trip(read_all(source(server, tmp_path, name), "people").last_cursor)
    with server.box(None) as box:
        box.folder.delete(name)
    server.deliver(name, message_of(4))
    assert read_all(source(server, tmp_path, name), "people", cursor).held.keys() == {key_of(4)}


def test_each_mailbox_has_its_own_place(server: ImapServer, name: str, tmp_path: Path) -> None:
    sent = f"{name}-sent"
    server.deliver(name, message_of(1), message_of(2))
    server.deliver(sent, message_of(3))
    before = read_all(source(server, tmp_path, name, sent, page_messages=1), "people")
    assert before.held.keys() == {key_of(1), key_of(2), key_of(3)}
    server.deliver(sent, message_of(4))
    after = read_all(source(server, tmp_path, name, sent), "people", round_trip(before.last_cursor))
    assert after.held.keys() == {key_of(4)}


def test_a_card_behind_a_large_attachment_is_found(server: ImapServer, name: str, tmp_path: Path) -> None:
    server.deliver(name, _large("photo.jpg", b"\xff" * 400_000), _large("ada.vcf", CARD.encode()))
    held = read_all(source(server, tmp_path, name), "people").held
    assert {key.partition("#")[0] for key in held} == {"jane@people.example", "ada@cards.example"}


def test_a_mailbox_that_is_not_there_is_named_with_the_nearest(
    server: ImapServer, name: str, tmp_path: Path
) -> None:
    server.deliver(name, message_of(1))
    check = source(server, tmp_path, name[:-1]).check()
    assert not check.ok
    assert name in str(check.hint)


def test_a_wrong_password_is_the_configurations_fault(server: ImapServer, tmp_path: Path) -> None:
    wrong = source(server, tmp_path, password="mistyped")
    assert not wrong.check().ok
    with pytest.raises(ConfigurationError) as caught:
        read_pages(wrong, "people")
    assert caught.value.code == "login-refused"


def test_a_password_of_other_letters_is_sent_and_refused(server: ImapServer, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_pages(source(server, tmp_path, password="pässwörd"), "people")
    assert caught.value.code == "login-refused"


def test_a_token_that_is_refused_is_the_configurations_fault(server: ImapServer, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_pages(source(server, tmp_path, password=None, token="expired"), "people")
    assert caught.value.code == "login-refused"


def test_a_port_where_nobody_listens_is_worth_another_try(server: ImapServer, tmp_path: Path) -> None:
    nobody = source(server, tmp_path, port=free_port())
    assert "refuses the connection" in nobody.check().sentence
    with pytest.raises(RetryableError) as caught:
        read_pages(nobody, "people")
    assert caught.value.code == "connection-refused"


@pytest.mark.parametrize(("tls", "code"), [("implicit", "tls-failed"), ("starttls", "no-starttls")])
def test_a_server_without_tls_is_told_as_that(
    server: ImapServer, tmp_path: Path, tls: str, code: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_pages(source(server, tmp_path, tls=tls), "people")
    assert caught.value.code == code


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "cert.pem", folder / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subprocess.run([*new, *subject, "-keyout", str(key), "-out", str(made)], check=True, capture_output=True)
    return made, key


@pytest.fixture(scope="module")
def tls_server(certificate: tuple[Path, Path]) -> Iterator[ImapServer]:
    with running_pymap(certificate) as running:
        yield running


def test_tls_with_a_known_authority_works(tls_server: ImapServer, name: str, tmp_path: Path) -> None:
    tls_server.deliver(name, message_of(1))
    trusted = source(tls_server, tmp_path, name, tls="starttls", ca_file=str(tls_server.ca_file))
    assert trusted.check().ok
    assert read_all(trusted, "people").held.keys() == {key_of(1)}


def test_a_certificate_of_nobody_known_is_refused(tls_server: ImapServer, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_pages(source(tls_server, tmp_path, tls="starttls"), "people")
    assert caught.value.code == "tls-failed"
    assert "ca_file" in str(caught.value.hint)


def _large(file_name: str, content: bytes) -> bytes:
    """A message with 400 kB between its text and an attached file."""
    found = EmailMessage()
    found["From"] = "Jane Example <jane@people.example>"
    found.set_content("Hello\n")
    found.add_attachment(b"\0" * 400_000, maintype="application", subtype="octet-stream", filename="plan.bin")
    found.add_attachment(content, maintype="application", subtype="octet-stream", filename=file_name)
    return found.as_bytes()
