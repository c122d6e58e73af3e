"""Foreign exceptions of the HTTP library, translated once into the hub's errors.

httpx.ConnectError      ─┬─ TLS certificate ──► ConfigurationError tls-untrusted
                         ├─ TLS otherwise   ──► ConfigurationError tls-failed
                         ├─ name not found  ──► retry host-not-found     (nothing was sent)
                         └─ refused, reset  ──► retry connection-refused (nothing was sent)
httpx.ConnectTimeout, PoolTimeout ──────────► retry connect-timeout      (nothing was sent)
httpx.ReadTimeout, WriteTimeout ────────────► retry answer-timeout
httpx.RemoteProtocolError ──────────────────► retry torn-answer
httpx.ReadError, WriteError, … ─────────────► retry connection-lost
httpx.DecodingError ────────────────────────► FatalError undecodable-answer
httpx.InvalidURL, UnsupportedProtocol ──────► ConfigurationError bad-request-line
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Final

import httpx

from connectors.http.redaction import safe_url
from hub.errors import ConfigurationError, FatalError, HubError, RetryableError


class Again(Exception):  # noqa: N818 - a verdict that stays inside the kit, not an error that anybody sees
    """The request failed in a way that may pass.

    `wait` is what the server asked for in seconds, `untouched` that it surely did nothing with the
    request, `hopeless` that waiting within this run is of no use.
    """

    def __init__(
        self,
        error: RetryableError,
        *,
        wait: float | None = None,
        untouched: bool = False,
        hopeless: bool = False,
    ) -> None:
        super().__init__(error.code)
        self.error = error
        self.wait = wait
        self.untouched = untouched
        self.hopeless = hopeless


def translated(exc: Exception, request: httpx.Request) -> HubError | Again:
    """The hub's word for what the HTTP library raised."""
    where = safe_url(request.url)
    for types, word in _WORDS:
        if isinstance(exc, types):
            return word(exc, where)
    return _again("connection-lost", f"the connection to {where} was lost")


def _again(code: str, sentence: str, *, untouched: bool = False) -> Again:
    return Again(RetryableError(code, sentence), untouched=untouched)


def _not_connected(exc: Exception, where: str) -> HubError | Again:
    causes = tuple(_causes(exc))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return ConfigurationError(
            "tls-untrusted",
            f"the certificate of {where} is not trusted",
            hint="name the authority that signed it in `ca_file`, if the system has one",
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return ConfigurationError(
            "tls-failed", f"{where} does not speak TLS as asked", hint="is it http:// and not https://?"
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return _again("host-not-found", f"the host name of {where} cannot be resolved", untouched=True)
    return _again("connection-refused", f"{where} does not take connections", untouched=True)


def _causes(exc: BaseException) -> Iterator[BaseException]:
    """The exception and all that led to it."""
    seen: BaseException | None = exc
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _bad_request_line(_exc: Exception, where: str) -> HubError:
    return ConfigurationError(
        "bad-request-line",
        f"no request to {where} can be made with these settings",
        hint="check `url` (https://…) and that no setting holds a line break",
    )


def _slow_connect(_exc: Exception, where: str) -> Again:
    return _again("connect-timeout", f"{where} does not take the connection in time", untouched=True)


def _silence(_exc: Exception, where: str) -> Again:
    return _again("answer-timeout", f"{where} did not answer in time")


def _torn(_exc: Exception, where: str) -> Again:
    return _again("torn-answer", f"{where} broke off before its answer was whole")


def _undecodable(_exc: Exception, where: str) -> HubError:
    return FatalError("undecodable-answer", f"the answer of {where} is not compressed as it says")


def _redirect_loop(_exc: Exception, where: str) -> HubError:
    return ConfigurationError("redirect-loop", f"{where} sends on and on", hint="check `url`")


# The first line whose types fit says the word; more special types come first.
_WORDS: Final[
    tuple[tuple[tuple[type[Exception], ...], Callable[[Exception, str], HubError | Again]], ...]
] = (
    ((httpx.ConnectError,), _not_connected),
    ((httpx.ConnectTimeout, httpx.PoolTimeout), _slow_connect),
    ((httpx.TimeoutException,), _silence),
    ((httpx.RemoteProtocolError,), _torn),
    ((httpx.DecodingError,), _undecodable),
    ((httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError), _bad_request_line),
    ((httpx.TooManyRedirects,), _redirect_loop),
)
