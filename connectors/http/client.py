"""One HTTP client for every connector: pooled, patient, polite and discreet."""

from __future__ import annotations

import json as json_text
import logging
import ssl
import urllib.request
import weakref
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final

import httpx

from connectors.http import address
from connectors.http.answer import Answer
from connectors.http.budget import Budget, Unlimited
from connectors.http.failures import Again, translated
from connectors.http.guard import UNFRAMED, Bounds, GuardedTransport
from connectors.http.meaning import Meaning, Reaction, meaning_of
from connectors.http.redaction import origin, quieten_http_loggers, safe_url
from connectors.http.retry import RetryPolicy, retry_after, with_retries
from connectors.http.timing import SYSTEM, Timing
from hub.errors import ConfigurationError, HubError, RetryableError

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pause:
    """A vendor's own way to say "wait": for how long, and whether that is beyond this run (a daily limit).

    For a refusal it stands in place of `Retry-After`; `code` and `sentence`, when given, in place of those of
    the status.
    """

    seconds: float
    hopeless: bool = False
    code: str | None = None
    sentence: str | None = None


def no_pause(_answer: Answer) -> Pause | None:
    return None


@dataclass(frozen=True, slots=True)
class Manners:
    """How a client treats one system. `read_pause` reads the vendor's limit headers, of good answers too;
    without a `budget` only the pauses that the system asks for are kept.
    """

    budget: Budget | None = None
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    bounds: Bounds = field(default_factory=Bounds)
    read_pause: Callable[[Answer], Pause | None] = no_pause


class HttpClient:
    """Sends requests to one origin. Thread-safe; its connections are closed when nobody holds it any more."""

    def __init__(
        self,
        base_url: str,
        *,
        auth: httpx.Auth | None = None,
        manners: Manners | None = None,
        timing: Timing = SYSTEM,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        quieten_http_loggers()
        self._manners = manners or Manners()
        self._timing = timing
        self._budget = self._manners.budget or Unlimited(timing)
        self._base = address.base_url(base_url)
        bounds = self._manners.bounds
        self._http = httpx.Client(
            transport=GuardedTransport(_transport(self._base, bounds), bounds, timing),
            timeout=httpx.Timeout(bounds.silence, connect=bounds.connect, pool=bounds.silence),
            auth=auth,
            headers={"Accept": "application/json", "User-Agent": "customer-hub", **(headers or {})},
            follow_redirects=True,
            max_redirects=5,
        )
        weakref.finalize(self, self._http.close)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
        accept: Collection[int] = (),
    ) -> Answer:
        """Sends a request, again where that helps, and gives a usable answer.

        `path` is below the base address, or a whole address of the same origin. `json`, when not None, is
        the body. `accept` are statuses beyond 2xx that the caller reads itself. A request that is not
        `repeatable` is sent again only if the server surely did nothing with it: after any other
        failure the caller must find out what happened.

        Raises the hub's errors with the codes of `meaning.py`, `failures.py` and `guard.py`.
        """
        content = None if json is None else json_text.dumps(json, ensure_ascii=False).encode()
        prepared = self._http.build_request(
            method,
            self._url(path),
            params=params,
            content=content,
            headers={**(headers or {}), **({} if content is None else {"Content-Type": "application/json"})},
        )
        return with_retries(
            lambda: self._attempt(prepared, accept),
            self._manners.policy,
            self._timing,
            repeatable=repeatable,
        )

    def close(self) -> None:
        """Closes the connections; the client cannot be used after."""
        self._http.close()

    def _url(self, path: str) -> httpx.URL:
        if "://" not in path:
            return self._base.copy_with(raw_path=self._base.raw_path + path.lstrip("/").encode())
        url = httpx.URL(path)
        if origin(url) != origin(self._base):
            raise ConfigurationError(
                "other-host",
                f"{safe_url(self._base)} names {url.host} as its next page, which is another host",
            )
        return url

    def _attempt(self, request: httpx.Request, accept: Collection[int]) -> Answer:
        self._budget.acquire()
        answer = self._send(request)
        pause = self._manners.read_pause(answer)
        if pause is not None and pause.seconds > 0 and not pause.hopeless:
            self._budget.pause(pause.seconds)
        meaning = meaning_of(answer.status)
        if answer.status in accept or meaning.reaction in {Reaction.USE, Reaction.IGNORE}:
            return answer
        raise self._refusal(answer, meaning, pause)

    def _send(self, request: httpx.Request) -> Answer:
        started = self._timing.monotonic()
        try:
            response = self._http.send(request)
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            raise translated(exc, request) from exc
        where = safe_url(request.url)
        took = (self._timing.monotonic() - started) * 1000
        _LOG.debug("%s %s: %d in %.0f ms", request.method, where, response.status_code, took)
        answer = Answer(response.status_code, where, response.headers, response.content)
        if response.extensions.get(UNFRAMED) and _looks_torn(answer):
            raise Again(RetryableError("torn-answer", f"{where} broke off before its answer was whole"))
        return answer

    def _refusal(self, answer: Answer, meaning: Meaning, pause: Pause | None) -> HubError | Again:
        code, sentence = meaning.code, f"{answer.where}: {meaning.sentence} ({answer.status})"
        if meaning.reaction is not Reaction.RETRY:
            return meaning.error(code, sentence, hint=meaning.hint)
        wait = retry_after(answer.headers.get("retry-after"), self._timing.now())
        hopeless = False
        if pause is not None:
            wait, hopeless = pause.seconds, pause.hopeless
            code, sentence = pause.code or code, pause.sentence or sentence
        elif wait is not None and wait <= self._manners.policy.patience:
            self._budget.pause(wait)
        error = RetryableError(code, sentence, hint=meaning.hint)
        return Again(error, wait=wait, untouched=meaning.untouched, hopeless=hopeless)


def _transport(base: httpx.URL, bounds: Bounds) -> httpx.HTTPTransport:
    pool = httpx.Limits(max_connections=bounds.connections, max_keepalive_connections=bounds.connections)
    trust = _trust(bounds) if base.scheme == "https" else _trust_nobody()
    return httpx.HTTPTransport(verify=trust, limits=pool, proxy=_system_proxy(base))


def _trust_nobody() -> ssl.SSLContext:
    """For http: there is no TLS to prove, and loading authorities takes longer than a request."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _trust(bounds: Bounds) -> ssl.SSLContext:
    """The well-known authorities, this system's own and the one in `ca_file`; all is always verified."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    if bounds.ca_file is not None:
        try:
            context.load_verify_locations(bounds.ca_file)
        except (OSError, ssl.SSLError) as exc:
            raise ConfigurationError(
                "bad-ca-file",
                "`ca_file` cannot be read as PEM certificates",
                hint="give the path of a .pem file",
            ) from exc
    return context


def _system_proxy(base: httpx.URL) -> str | None:
    """The proxy that this machine's environment names for the host, none for this machine itself."""
    try:
        local = ip_address(base.host).is_loopback
    except ValueError:
        local = base.host == "localhost"
    if local or urllib.request.proxy_bypass(base.host):
        return None
    return urllib.request.getproxies().get(base.scheme)


def _looks_torn(answer: Answer) -> bool:
    """Whether a body without a declared length is JSON that stops in the middle."""
    if "json" not in answer.headers.get("content-type", ""):
        return False
    try:
        json_text.loads(answer.body)
    except ValueError:
        return True
    return False
