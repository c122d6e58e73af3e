"""A session with an IMAP server that changes nothing there, and its failures in the hub's words."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxUnencrypted

from connectors.email.imap_fetch import Fetched, fetched
from connectors.email.settings import ImapSettings
from connectors.folders import nearest
from hub.errors import ConfigurationError, HubError, RetryableError

# Response codes of RFC 5530 that say "later".
_LATER: Final = {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN"}
_CODE: Final = re.compile(r"\[([A-Z-]+)")


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """A logged-in session. Mailboxes are opened read-only, so nothing that is fetched is marked as read."""

    _mailbox: BaseMailBox

    def open(self, name: str) -> int:
        """Opens a mailbox and gives its UIDVALIDITY. `ConfigurationError` when there is none of that name."""
        try:
            self._mailbox.folder.set(name, readonly=True)
        except MailboxFolderSelectError as error:
            raise _no_such_mailbox(name, self._names(), error) from error
        _, found = self._mailbox.client.response("UIDVALIDITY")
        text = found[-1] if found else None
        if not isinstance(text, bytes) or not text.isdigit():
            hint = "without it messages cannot be told apart; ask whoever runs the server"
            raise ConfigurationError("no-uidvalidity", "the server gives no UIDVALIDITY", hint=hint)
        return int(text)

    def uids_after(self, last: int) -> list[int]:
        """The UIDs above `last`, ascending. Asked for `n:*` a server gives the last message even below n."""
        uids = self._mailbox.uids(f"UID {last + 1}:*", charset=None)
        return sorted(uid for uid in map(int, uids) if uid > last)

    def fetch(self, uids: Sequence[int], items: str) -> list[Fetched] | None:
        """What the server gives for these messages; None when it refuses. Those deleted since are missing."""
        status, data = self._mailbox.client.uid("FETCH", ",".join(map(str, uids)), items)
        return fetched(data) if status == "OK" else None

    def _names(self) -> list[str]:
        with suppress(ImapToolsError, imaplib.IMAP4.error):
            return [folder.name for folder in self._mailbox.folder.list() if "\\Noselect" not in folder.flags]
        return []


@contextmanager
def session(settings: ImapSettings, folder: Path) -> Iterator[Session]:
    """Connects and logs in. Raises `ConfigurationError` or `RetryableError`, also for what fails later."""
    with _translated(settings):
        mailbox = _connected(settings, folder)
        try:
            _log_in(mailbox, settings)
            yield Session(mailbox)
        finally:
            with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
                mailbox.logout()
            with suppress(OSError):
                mailbox.client.shutdown()  # logging out leaves the socket open when the connection is lost


def _connected(settings: ImapSettings, folder: Path) -> BaseMailBox:
    host, port, timeout = settings.host, settings.port_used, settings.timeout
    if settings.tls == "none":
        return MailBoxUnencrypted(host, port, timeout=timeout)
    try:
        ca_file = str(folder / settings.ca_file.expanduser()) if settings.ca_file else None
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        hint = "it must be a PEM file that can be read"
        raise ConfigurationError("bad-ca-file", "the `ca_file` cannot be used", hint=hint) from error
    if settings.tls == "starttls":
        return _StartTls(host, port, timeout, context)
    return MailBox(host, port, timeout=timeout, ssl_context=context)


class _StartTls(BaseMailBox):
    """As imap-tools' own, but the socket is closed when TLS cannot be had."""

    def __init__(self, host: str, port: int, timeout: float, context: ssl.SSLContext) -> None:
        self._address = host, port, timeout
        self._context = context
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4(*self._address)
        try:
            _start_tls(client, self._context)
        except BaseException:
            with suppress(OSError):
                client.shutdown()
            raise
        return client


def _start_tls(client: imaplib.IMAP4, context: ssl.SSLContext) -> None:
    if "STARTTLS" not in client.capabilities:
        hint = "use tls: implicit, or none where the way to the server is safe"
        raise ConfigurationError("no-starttls", "the server offers no STARTTLS", hint=hint)
    client.starttls(context)


def _log_in(mailbox: BaseMailBox, settings: ImapSettings) -> None:
    try:
        if settings.token is not None:
            mailbox.xoauth2(settings.user, settings.token.get_secret_value(), initial_folder=None)
        elif settings.password is not None:
            password = settings.password.get_secret_value()
            is_plain = (settings.user + password).isascii()
            log_in = mailbox.login if is_plain else mailbox.login_utf8
            log_in(settings.user, password, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise
        raise _login_refused(settings, error) from error


@contextmanager
def _translated(settings: ImapSettings) -> Iterator[None]:
    where = f"{settings.host}:{settings.port_used}"
    try:
        yield
    except HubError:
        raise
    except ssl.SSLCertVerificationError as error:
        hint = "check `host`; for a server with its own certificate give `ca_file`"
        sentence = f"the certificate of {where} is not trusted: {error.verify_message}"
        raise ConfigurationError("tls-failed", sentence, hint=hint) from error
    except (ssl.SSLError, ImapToolsError, imaplib.IMAP4.error, OSError) as error:
        raise _failure(where, settings, error) from error


def _failure(where: str, settings: ImapSettings, error: Exception) -> HubError:
    match error:
        case ssl.SSLError():
            hint = "is `tls` right? implicit is usual on port 993, starttls on 143"
            return ConfigurationError("tls-failed", f"{where} does not speak TLS this way", hint=hint)
        case ConnectionRefusedError():
            hint = "check `host`, `port` and `tls`, and that the server runs"
            return RetryableError("connection-refused", f"{where} refuses the connection", hint=hint)
        case TimeoutError():
            hint = "check `host` and `port`; a firewall may be in between"
            return RetryableError("no-answer", f"{where} does not answer", hint=hint)
        case imaplib.IMAP4.abort() | ConnectionError() | EOFError():
            hint = "try again; the read goes on where it was"
            if settings.tls == "none":
                hint += "; if it never works, try tls: implicit"
            return RetryableError("connection-lost", f"{where} closed the connection", hint=hint)
        case OSError():
            sentence = f"{where} cannot be reached: {error.strerror or type(error).__name__}"
            return RetryableError("not-reachable", sentence, hint="check `host` and the network")
    hint = "try again later, or ask whoever runs the server"
    return RetryableError("server-refused", f"{where} refused a command{_code_told(error)}", hint=hint)


def _login_refused(settings: ImapSettings, error: Exception) -> HubError:
    """Only the response's code is shown: its text may repeat what was sent."""
    code = _CODE.search(str(error))
    if code and code[1] in _LATER:
        return RetryableError(
            "login-unavailable",
            f"the server cannot log anyone in now{_code_told(error)}",
            hint="try again later",
        )
    what = "token" if settings.token is not None else "password"
    hint = f"check `user` and `{what}`; some providers want an app password or OAuth, or IMAP switched on"
    return ConfigurationError("login-refused", f"the server refuses the login{_code_told(error)}", hint=hint)


def _no_such_mailbox(name: str, names: Sequence[str], error: Exception) -> HubError:
    code = _CODE.search(str(error))
    if code and code[1] in _LATER:
        return RetryableError("mailbox-unavailable", f"`{name}` cannot be opened now", hint="try again later")
    return ConfigurationError("no-such-mailbox", f"there is no mailbox `{name}`", hint=nearest(name, names))


def _code_told(error: Exception) -> str:
    code = _CODE.search(str(error))
    return f" ({code[1]})" if code else ""
