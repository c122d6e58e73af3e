"""A small HTTP server on this machine for stateful fakes: keep-alive, one thread a connection, and faults."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Final, Protocol, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.fakes.faults import Fault, Faults

_LOG: Final = logging.getLogger(__name__)
_GIGABYTE: Final = 1 << 30
_PIECE: Final = b" " * 65536


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is unquoted, without the query. `body` is as sent."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """`content` is JSON when it is not bytes; None is no content."""

    status: int
    content: object = None
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> tuple[bytes, str]:
        """Body and content type."""
        if isinstance(self.content, bytes):
            return self.content, "text/html; charset=utf-8"
        if self.content is None:
            return b"", "text/plain; charset=utf-8"
        return json.dumps(self.content, ensure_ascii=False).encode(), "application/json;charset=utf-8"


class Fake(Protocol):
    """A stand-in for one system."""

    faults: Faults

    def answer(self, request: Request) -> Reply: ...

    def answer_with(self, fault: Fault, request: Request) -> Reply:
        """The vendor's own way to fail: for the faults that the server does not make itself."""


class FakeServer:
    """Serves a fake on 127.0.0.1 from construction until `stop` or the end of the `with` block.

    `requests` are the methods and paths that came, `connections` how many were opened.
    """

    def __init__(self, fake: Fake, port: int = 0) -> None:
        self.requests: list[str] = []
        self.connections = 0
        server = self

        class Handler(_Handler):
            owner = server
            system = fake

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self._http.block_on_close = False
        self._thread = Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._http.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave together
    disable_nagle_algorithm = True
    timeout = 60
    owner: FakeServer
    system: Fake

    def setup(self) -> None:
        super().setup()
        self.owner.connections += 1

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names are the library's

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        _LOG.debug(format, *args)

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True  # the client went away, which is its right

    def _serve(self) -> None:
        request = self._read()
        self.owner.requests.append(f"{request.method} {request.path}")
        fault = self.system.faults.take(_target(request))
        if fault is Fault.DROP_BEFORE:
            self.close_connection = True
        elif fault is Fault.DROP_AFTER:
            self.system.answer(request)
            self.close_connection = True
        elif fault in {Fault.TORN_BODY, Fault.UNFRAMED_TORN_BODY}:
            self._tear(self.system.answer(request), framed=fault is Fault.TORN_BODY)
        elif fault is Fault.HUGE_BODY:
            self._flood()
        else:
            self._send(self._reply(fault, request))

    def _reply(self, fault: Fault | None, request: Request) -> Reply:
        if fault is None:
            return self.system.answer(request)
        if fault is Fault.HTML:
            return Reply(200, b"<!doctype html><title>Please log in</title>")
        if fault is Fault.REDIRECT:
            return Reply(307, headers={"Location": self.system.faults.other_host})
        return self.system.answer_with(fault, request)

    def _read(self) -> Request:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, unquote(address.path), query, headers, body)

    def _send(self, reply: Reply) -> None:
        body, media_type = reply.encoded()
        self._head(reply, media_type)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if reply.status != 204:
            self.wfile.write(body)

    def _tear(self, reply: Reply, *, framed: bool) -> None:
        body, media_type = reply.encoded()
        self._head(reply, media_type)
        if framed:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.close_connection = True

    def _flood(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(_GIGABYTE))
        self.end_headers()
        for _ in range(_GIGABYTE // len(_PIECE)):
            self.wfile.write(_PIECE)

    def _head(self, reply: Reply, media_type: str) -> None:
        self.send_response(reply.status)
        if reply.content is not None:
            self.send_header("Content-Type", media_type)
        for name, value in reply.headers.items():
            self.send_header(name, value)


def _target(request: Request) -> str:
    """What faults are aimed at: the path, and for JSON-RPC the name of the method called."""
    if request.body[:1] == b"{":
        try:
            return f"{request.path} {json.loads(request.body).get('method', '')}"
        except ValueError:
            pass
    return request.path


def serve_until_stopped(fake: Fake, port: int) -> None:
    """Serves on a port and prints its address; ends on Ctrl-C. For `python -m connectors.fakes.…`."""
    with FakeServer(fake, port) as server:
        print(server.url, flush=True)  # noqa: T201 - it is what the command is for
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return
