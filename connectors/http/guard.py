"""Reads answers with care: how large, for how long, from whom."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from connectors.http.failures import Again
from connectors.http.redaction import origin, safe_url
from connectors.http.timing import Timing
from hub.errors import ConfigurationError, FatalError, RetryableError

MEBIBYTE: Final = 1024 * 1024
_REPLAYS_THE_REQUEST: Final = frozenset({307, 308})
_ONLY_READS: Final = frozenset({"GET", "HEAD"})
_FRAMING: Final = ("content-encoding", "content-length", "transfer-encoding")

# Set on answers whose end only the end of the connection marks (as in HTTP/1.0): a torn one looks whole.
UNFRAMED: Final = "hub_unframed"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds and bytes that no answer may exceed. `deadline` is for a whole answer, however slowly it
    drips; `body` is counted after decompression, while it streams in.
    """

    connect: float = 10.0
    silence: float = 60.0
    deadline: float = 300.0
    body: int = 64 * MEBIBYTE
    connections: int = 10
    ca_file: Path | None = None


class GuardedTransport(httpx.BaseTransport):
    """A transport that gives only whole answers, read within bounds, and follows nobody elsewhere.

    Everything the client does, token requests included, goes through it.
    """

    def __init__(self, inner: httpx.BaseTransport, bounds: Bounds, timing: Timing) -> None:
        self._inner = inner
        self._bounds = bounds
        self._timing = timing

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        started = self._timing.monotonic()
        response = self._inner.handle_request(request)
        try:
            _refuse_strange_redirect(request, response)
            body = self._read(request, response, started)
        finally:
            response.close()
        headers = httpx.Headers([pair for pair in response.headers.multi_items() if pair[0] not in _FRAMING])
        framed = any(name in response.headers for name in ("content-length", "transfer-encoding"))
        extensions = {
            "http_version": response.extensions.get("http_version", b"HTTP/1.1"),
            UNFRAMED: not framed,
        }
        return httpx.Response(response.status_code, headers=headers, content=body, extensions=extensions)

    def close(self) -> None:
        self._inner.close()

    def _read(self, request: httpx.Request, response: httpx.Response, started: float) -> bytes:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self._bounds.body:
                raise FatalError(
                    "answer-too-large",
                    f"{safe_url(request.url)} answers with more than {self._bounds.body} bytes: cut off",
                    hint="check `url`; a source that has a `page_size` can ask for smaller pages",
                )
            if self._timing.monotonic() - started > self._bounds.deadline:
                slow = f"{safe_url(request.url)} took longer than {self._bounds.deadline:g} s to answer"
                raise Again(RetryableError("answer-too-slow", slow))
        return bytes(body)


def _refuse_strange_redirect(request: httpx.Request, response: httpx.Response) -> None:
    """Credentials stay with the host that they were given for, and a POST never silently becomes a GET."""
    if not response.has_redirect_location:
        return
    try:
        target = request.url.join(response.headers["location"])
    except httpx.InvalidURL as exc:
        raise FatalError("bad-redirect", f"{safe_url(request.url)} sends on to no valid address") from exc
    if origin(target) != origin(request.url):
        raise ConfigurationError(
            "redirect-to-other-host",
            f"{safe_url(request.url)} sends on to another address, {target.scheme}://{_netloc(target)}, "
            "which is not followed: the credentials are not meant for it",
            hint="if that is the right address, set it as `url`",
        )
    if request.method not in _ONLY_READS and response.status_code not in _REPLAYS_THE_REQUEST:
        raise ConfigurationError(
            "redirected-write",
            f"{safe_url(request.url)} sends a {request.method} on in a way that loses its content",
            hint="set the final address as `url`",
        )


def _netloc(url: httpx.URL) -> str:
    return url.netloc.decode("ascii", "replace")
