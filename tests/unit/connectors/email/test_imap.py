from __future__ import annotations

import base64
import re
import shutil
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from connectors.contract.reading import read_all, read_pages
from connectors.email.imap import CONNECTOR
from connectors.email.imap_fetch import fetched
from hub.errors import ConfigurationError, HubError, RetryableError
from hub.ports import Source
from tests.fakes.imap_script import HANG_UP, Script, ScriptedImap, fetch_answer, scripted_imap
from tests.fakes.mail import key_of, message_of, opened

UIDS = (3, 5)


def mailbox(uids: Sequence[int] = UIDS) -> Script:
    """A script of a mailbox with these messages."""

    def script(command: str) -> Sequence[bytes] | None:
        if command.startswith("UID SEARCH"):
            return [f"* SEARCH {' '.join(map(str, uids))}".encode()]
        if command.startswith("UID FETCH"):
            return [fetch_answer(uid, message_of(uid)) for uid in asked(command) if uid in uids]
        return None

    return script


def asked(command: str) -> list[int]:
    """The UIDs of a FETCH."""
    return [int(uid) for uid in command.split(" ")[2].split(",")]


def source(imap: ScriptedImap, folder: Path, **other: object) -> Source:
    login = {"host": "localhost", "port": imap.port, "user": "ada", "password": "secret-42", "tls": "none"}
    return opened(CONNECTOR, folder, **{**login, **other})


def test_a_token_is_sent_as_xoauth2(tmp_path: Path) -> None:
    with scripted_imap(mailbox()) as imap:
        assert read_all(source(imap, tmp_path, password=None, token="tok-1"), "people").held.keys() == {
            key_of(uid) for uid in UIDS
        }
    sent = next(command for command in imap.heard if command.startswith("AUTHENTICATE"))
    assert base64.b64decode(sent.split(" ")[2]) == b"user=ada\x01auth=Bearer tok-1\x01\x01"


def test_mailboxes_are_opened_read_only_and_bodies_only_peeked_at(tmp_path: Path) -> None:
    with scripted_imap(mailbox()) as imap:
        read_pages(source(imap, tmp_path), "people")
    assert not [command for command in imap.heard if re.match(r"SELECT|.*STORE", command)]
    assert all("BODY.PEEK[" in command for command in imap.heard if command.startswith("UID FETCH"))


def test_the_last_message_that_a_server_gives_below_the_range_is_left_out(tmp_path: Path) -> None:
    with scripted_imap(mailbox()) as imap:
        cursor = {"mailboxes": {"INBOX": [7, 5]}}
        assert read_pages(source(imap, tmp_path), "people", cursor) == []
    assert "UID SEARCH UID 6:*" in imap.heard
    assert not [command for command in imap.heard if "FETCH" in command]


def test_another_uidvalidity_reads_the_mailbox_anew(tmp_path: Path) -> None:
    with scripted_imap(mailbox()) as imap:
        cursor = {"mailboxes": {"INBOX": [6, 5]}}
        reading = read_all(source(imap, tmp_path), "people", cursor)
    assert reading.held.keys() == {key_of(uid) for uid in UIDS}
    assert reading.last_cursor == {"mailboxes": {"INBOX": [7, 5]}}


def test_a_message_that_the_server_does_not_give_is_a_reject_and_the_others_come(tmp_path: Path) -> None:
    def script(command: str) -> Sequence[bytes] | None:
        if command.startswith("UID FETCH") and 3 in asked(command):
            return [b"NO some messages could not be fetched"]
        return mailbox()(command)

    with scripted_imap(script) as imap:
        reading = read_all(source(imap, tmp_path), "people")
    assert reading.held.keys() == {key_of(5)}
    assert reading.rejects == {(None, "INBOX uid 3", "unreadable-message")}


def test_a_lost_connection_is_worth_another_try_and_keeps_the_pages_before(tmp_path: Path) -> None:
    def script(command: str) -> Sequence[bytes] | None:
        if command.startswith("UID FETCH 5"):
            return [HANG_UP]
        return mailbox()(command)

    with scripted_imap(script) as imap:
        pages = source(imap, tmp_path, page_messages=1).read("people", None)
        first = next(pages)
        with pytest.raises(RetryableError) as caught:
            next(pages)
    assert first.cursor == {"mailboxes": {"INBOX": [7, 3]}}
    assert caught.value.code == "connection-lost"


def test_a_message_deleted_between_the_search_and_the_fetch_is_left_out(tmp_path: Path) -> None:
    def script(command: str) -> Sequence[bytes] | None:
        return [b"* SEARCH 3 4 5"] if command.startswith("UID SEARCH") else mailbox()(command)

    with scripted_imap(script) as imap:
        reading = read_all(source(imap, tmp_path), "people")
    assert reading.held.keys() == {key_of(uid) for uid in UIDS}
    assert reading.rejects == set()


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (b"NO [AUTHENTICATIONFAILED] ada may not", ConfigurationError, "login-refused"),
        (b"NO [UNAVAILABLE] directory is down", RetryableError, "login-unavailable"),
        (b"NO ada wrong", ConfigurationError, "login-refused"),
    ],
    ids=["wrong", "unavailable", "without-a-code"],
)
def test_a_refused_login_tells_only_the_code(
    tmp_path: Path, answer: bytes, kind: type[HubError], code: str
) -> None:
    with (
        scripted_imap(lambda command: [answer] if command.startswith("LOGIN") else None) as imap,
        pytest.raises(kind) as caught,
    ):
        read_pages(source(imap, tmp_path), "people")
    assert caught.value.code == code
    assert "ada" not in f"{caught.value} {caught.value.hint}"
    assert "secret-42" not in f"{caught.value} {caught.value.hint}"


def test_a_server_that_refuses_a_search_is_worth_another_try(tmp_path: Path) -> None:
    def refuses(command: str) -> Sequence[bytes] | None:
        return [b"NO [SERVERBUG] oops"] if command.startswith("UID SEARCH") else None

    with scripted_imap(refuses) as imap, pytest.raises(RetryableError) as caught:
        read_pages(source(imap, tmp_path), "people")
    assert caught.value.code == "server-refused"
    assert "SERVERBUG" in str(caught.value)


def test_a_server_without_uidvalidity_is_refused(tmp_path: Path) -> None:
    with (
        scripted_imap(lambda command: [b"* 1 EXISTS"] if command.startswith("EXAMINE") else None) as imap,
        pytest.raises(ConfigurationError) as caught,
    ):
        read_pages(source(imap, tmp_path), "people")
    assert caught.value.code == "no-uidvalidity"


def test_tls_from_the_first_byte_works_with_its_authority(tmp_path: Path) -> None:
    context, certificate = _certificate(tmp_path)
    with scripted_imap(mailbox(), context) as imap:
        trusted = source(imap, tmp_path, tls="implicit", ca_file=str(certificate))
        assert read_all(trusted, "people").held.keys() == {key_of(uid) for uid in UIDS}


def test_an_authority_that_is_no_pem_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with scripted_imap(mailbox()) as imap:
        check = source(imap, tmp_path, tls="implicit", ca_file="ca.pem").check()
    assert (check.ok, check.sentence) == (False, "the `ca_file` cannot be used")


@pytest.mark.parametrize("secrets", [{}, {"password": "a", "token": "b"}], ids=["no-secret", "two-secrets"])
def test_settings_want_one_secret(secrets: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either a password or a token"):
        CONNECTOR.settings.model_validate({"host": "h", "user": "u", **secrets})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([(b"1 (UID 4 RFC822.SIZE 9 BODY[]<0> {2}", b"ab"), b")"], [(4, 9, b"ab")]),
        ([(b"1 (BODY[] {2}", b"ab"), b" RFC822.SIZE 9 UID 4)"], [(4, 9, b"ab")]),
        ([b'1 (UID 4 RFC822.SIZE 0 BODY[]<0> "")'], [(4, 0, b"")]),
        ([b"1 (FLAGS (\\Seen))", (b"2 (UID 4 BODY[] {1}", b"a"), b")", b"3 (FLAGS ())"], [(4, 0, b"a")]),
        ([b"1 (UID 4 BODY[] NIL)"], [(4, 0, None)]),
        ([None], []),
        (
            [(b"1 (UID 4 BODYSTRUCTURE ((NAME {5}", b"x.vcf"), (b" X) BODY[] {1}", b"a"), b")"],
            [(4, 0, b"a")],
        ),
    ],
    ids=["usual", "uid-last", "empty", "unasked-flags", "nil", "nothing", "name-as-literal"],
)
def test_answers_to_fetch_are_taken_apart(
    data: list[object], expected: list[tuple[int, int, bytes | None]]
) -> None:
    assert [(one.uid, one.size, one.body) for one in fetched(data)] == expected


def _certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    made, key = folder / "cert.pem", folder / "key.pem"
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*new, *subject, "-keyout", str(key), "-out", str(made)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context, made
