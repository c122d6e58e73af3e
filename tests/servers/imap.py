"""Real IMAP servers for tests, on a free port of 127.0.0.1: pymap from PyPI, Dovecot where installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imap_tools.mailbox import BaseMailBox, MailBoxStartTls, MailBoxUnencrypted

from tests.servers.venv import server_venv

LOCK_FILE = Path(__file__).with_name("requirements-imap.lock")
DOVECOT = Path("/usr/sbin/dovecot")
_PATIENCE = 20.0
_MAIL_USER = "nobody"


@dataclass(frozen=True, slots=True)
class ImapServer:
    """A running server with one user. With `ca_file` it offers STARTTLS."""

    port: int
    user: str = "ada"
    password: str = "not-so-secret-1"
    host: str = "localhost"
    ca_file: Path | None = None

    def box(self, name: str | None = "INBOX") -> BaseMailBox:
        """A logged-in session of the test's own, with that mailbox open."""
        if self.ca_file is None:
            box: BaseMailBox = MailBoxUnencrypted(self.host, self.port)
        else:
            context = ssl.create_default_context(cafile=str(self.ca_file))
            box = MailBoxStartTls(self.host, self.port, ssl_context=context)
        return box.login(self.user, self.password, initial_folder=name)

    def deliver(self, name: str, *messages: bytes) -> None:
        """Puts messages into a mailbox, which is made when there is none. One session: logging in is slow."""
        with self.box(None) as box:
            if not box.folder.exists(name):
                box.folder.create(name)
            for raw in messages:
                box.append(raw, name)


@contextmanager
def running_pymap(certificate: tuple[Path, Path] | None = None) -> Iterator[ImapServer]:
    """`certificate` is a certificate for localhost and its key; without it there is no TLS."""
    program = server_venv("imap", LOCK_FILE) / "bin" / "pymap"
    server = ImapServer(free_port(), ca_file=certificate[0] if certificate else None)
    tls = ["--cert", str(certificate[0]), "--key", str(certificate[1])] if certificate else ["--no-tls"]
    user = ["dict", "--demo-user", server.user, "--demo-password", server.password]
    command = [str(program), "--host", "127.0.0.1", "--port", str(server.port), *tls, *user]
    with _running(command, server.port):
        yield server


@contextmanager
def running_dovecot() -> Iterator[ImapServer]:
    """Needs root, or runs as the user who runs the tests."""
    server = ImapServer(free_port())
    owner = pwd.getpwnam(_MAIL_USER) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    folder = Path(tempfile.mkdtemp(prefix="hub-imap-"))
    try:
        folder.chmod(0o755)
        home = folder / "mail" / server.user
        home.mkdir(parents=True)
        for path in (folder / "mail", home):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        user = f"{server.user}:{{PLAIN}}{server.password}:{owner.pw_uid}:{owner.pw_gid}::{home}::\n"
        (folder / "passwd").write_text(user)
        (folder / "dovecot.conf").write_text(_dovecot_conf(folder, server.port))
        with _running([str(DOVECOT), "-F", "-c", str(folder / "dovecot.conf")], server.port):
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[None]:
    """Runs a server until the end of the block; what it said is shown when it does not start."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            if not _answers(process, port):
                said.seek(0)
                raise RuntimeError(f"{command[0]} does not start:\n{said.read().decode(errors='replace')}")
            yield
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
        except OSError:
            time.sleep(0.02)
    return False


def _dovecot_conf(folder: Path, port: int) -> str:
    rootless = ""
    if os.geteuid() != 0:
        me = pwd.getpwuid(os.geteuid())
        group = f"default_internal_group = {me.pw_name}"
        rootless = f"default_login_user = {me.pw_name}\ndefault_internal_user = {me.pw_name}\n{group}"
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
first_valid_uid = 0
{rootless}
passdb {{
  driver = passwd-file
  args = {folder}/passwd
}}
userdb {{
  driver = passwd-file
  args = {folder}/passwd
}}
auth_failure_delay = 0 secs
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""
