"""An IMAP server that follows a script, for what no good server does: losing connections, refusing messages,
talking unasked. One connection at a time, on a free port of 127.0.0.1.
"""

from __future__ import annotations

import re
import socketserver
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

HANG_UP = b"(hang up)"
# From a command (without its tag) to what is answered before the tag's OK; None leaves it to the server.
Script = Callable[[str], Sequence[bytes] | None]


@dataclass
class ScriptedImap:
    """`heard` are the commands, with passwords. An answer that begins with `NO` or `BAD` is in OK's place."""

    script: Script
    port: int = 0
    heard: list[str] = field(default_factory=list)

    def answer(self, command: str) -> Sequence[bytes]:
        self.heard.append(command)
        told = self.script(command)
        if told is not None:
            return told
        match command.split(" ", maxsplit=1)[0]:
            case "CAPABILITY":
                return [b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 AUTH=PLAIN"]
            case "EXAMINE" | "SELECT":
                return [b"* 2 EXISTS", b"* OK [UIDVALIDITY 7] UIDs valid"]
            case "LOGOUT":
                return [b"* BYE see you"]
        return []


@contextmanager
def scripted_imap(script: Script, context: ssl.SSLContext | None = None) -> Iterator[ScriptedImap]:
    """With `context` the server speaks TLS from the first byte."""
    imap = ScriptedImap(script)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _serve(imap, self)

    class Server(socketserver.TCPServer):
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        imap.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield imap
        finally:
            server.shutdown()
            thread.join()


def _serve(imap: ScriptedImap, connection: socketserver.StreamRequestHandler) -> None:
    connection.wfile.write(b"* OK ready\r\n")
    while line := connection.rfile.readline():
        tag, _, command = line.decode().strip().partition(" ")
        if command.startswith("AUTHENTICATE"):
            connection.wfile.write(b"+ \r\n")
            command = f"{command} {connection.rfile.readline().decode().strip()}"
        for told in imap.answer(command):
            if told == HANG_UP:
                return
            if re.match(rb"NO|BAD", told):
                connection.wfile.write(tag.encode() + b" " + told + b"\r\n")
                break
            connection.wfile.write(told + b"\r\n")
        else:
            connection.wfile.write(tag.encode() + b" OK done\r\n")
        if command == "LOGOUT":
            return


def fetch_answer(uid: int, raw: bytes, *, size: int | None = None) -> bytes:
    """The answer to a FETCH for one message's beginning."""
    told = f"* {uid} FETCH (UID {uid} RFC822.SIZE {size or len(raw)} BODY[]<0> {{{len(raw)}}}\r\n"
    return told.encode() + raw + b")"
