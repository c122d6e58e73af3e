"""Credentials that must be fetched and renewed: OAuth2 tokens, and sessions that work alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Protocol

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from connectors.http import Reaction, Timing, meaning_of
from connectors.http.failures import Again
from connectors.http.redaction import safe_url
from hub.errors import ConfigurationError, FatalError, RetryableError

# Renewed this long before it ends, so that it does not end on the way.
_MARGIN: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Token:
    """`authorization` is the whole header value. Nothing of it is shown in its repr."""

    authorization: str = field(repr=False)
    expires_at: datetime | None = None
    refresh_token: str | None = field(default=None, repr=False)


class TokenStore(Protocol):
    """Where a token is kept between requests; across runs if the store is a lasting one."""

    def load(self) -> Token | None: ...

    def save(self, token: Token) -> None: ...


class MemoryTokens:
    """Keeps a token as long as the process lives."""

    def __init__(self, token: Token | None = None) -> None:
        self._token = token

    def load(self) -> Token | None:
        return self._token

    def save(self, token: Token) -> None:
        self._token = token


class Grant(Protocol):
    """How a system hands out tokens: what to ask, and how to read the answer."""

    def request(self, stale: Token | None) -> httpx.Request:
        """The request for a token; `stale` is the one that is no longer accepted, if there was one."""

    def read(self, response: httpx.Response, stale: Token | None) -> Token:
        """The token of a 2xx answer. Raises the hub's errors."""

    def refused(self, response: httpx.Response) -> ConfigurationError:
        """The error for a 4xx answer."""


class GrantedAuth(httpx.Auth):
    """Adds the token to each request; fetches it when there is none, it is about to end or it is refused.

    A request is sent again once after a 401. Threads that meet the same 401 fetch one token, not one each.
    """

    def __init__(self, grant: Grant, store: TokenStore, now: Callable[[], datetime]) -> None:
        self._grant = grant
        self._store = store
        self._now = now
        self._lock = Lock()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = yield from self._token(refused=None)
        request.headers["Authorization"] = token.authorization
        response = yield request
        if meaning_of(response.status_code).reaction is Reaction.REFRESH:
            token = yield from self._token(refused=token)
            request.headers["Authorization"] = token.authorization
            yield request

    def _token(self, refused: Token | None) -> Generator[httpx.Request, httpx.Response, Token]:
        with self._lock:
            token = self._store.load()
            if token is not None and token != refused and not self._ends_soon(token):
                return token
            response = yield self._grant.request(token)
            fresh = self._read(response, token)
            self._store.save(fresh)
            return fresh

    def _read(self, response: httpx.Response, stale: Token | None) -> Token:
        if response.is_success:
            return self._grant.read(response, stale)
        meaning = meaning_of(response.status_code)
        if meaning.reaction is Reaction.RETRY:
            where = safe_url(response.request.url)
            sentence = f"{where}: {meaning.sentence} ({response.status_code})"
            raise Again(RetryableError(meaning.code, sentence), untouched=True)
        raise self._grant.refused(response)

    def _ends_soon(self, token: Token) -> bool:
        return token.expires_at is not None and self._now() >= token.expires_at - _MARGIN


class StaticBearer(httpx.Auth):
    """A token that was made by hand and never changes (a private app's, an API key)."""

    def __init__(self, token: SecretStr) -> None:
        self._header = f"Bearer {token.get_secret_value()}"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = self._header
        yield request


class _TokenAnswer(BaseModel):
    """RFC 6749, section 5.1."""

    access_token: SecretStr
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: float | None = None
    refresh_token: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class OAuth2Grant:
    """RFC 6749: client credentials (section 4.4), or refresh (section 6) once there is a refresh token.

    `refresh_token` is the first one, from `hub connect`; a system that rotates them gives a new one each
    time, which is why the newest is in the store. The client's secret travels in the body, which every
    vendor of the hub's list takes, or in a Basic header with `basic_client`.
    """

    token_url: str
    client_id: str
    client_secret: SecretStr
    timing: Timing
    scope: str | None = None
    refresh_token: SecretStr | None = None
    basic_client: bool = False

    def request(self, stale: Token | None) -> httpx.Request:
        form = {"grant_type": "client_credentials"}
        if (refresh := self._newest_refresh_token(stale)) is not None:
            form = {"grant_type": "refresh_token", "refresh_token": refresh}
        if self.scope is not None:
            form["scope"] = self.scope
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        secret = self.client_secret.get_secret_value()
        if self.basic_client:
            headers["Authorization"] = httpx.BasicAuth(self.client_id, secret)._auth_header  # noqa: SLF001
        else:
            form |= {"client_id": self.client_id, "client_secret": secret}
        return httpx.Request("POST", self.token_url, data=form, headers=headers)

    def read(self, response: httpx.Response, stale: Token | None) -> Token:
        response.read()
        try:
            answer = _TokenAnswer.model_validate_json(response.content)
        except ValidationError:
            where = safe_url(response.request.url)
            raise FatalError("unexpected-answer", f"{where} did not answer with a token") from None
        expires_at = None
        if answer.expires_in is not None:
            expires_at = self.timing.now() + timedelta(seconds=answer.expires_in)
        refresh = answer.refresh_token.get_secret_value() if answer.refresh_token else None
        return Token(
            f"{answer.token_type.capitalize()} {answer.access_token.get_secret_value()}",
            expires_at,
            refresh or self._newest_refresh_token(stale),
        )

    def refused(self, response: httpx.Response) -> ConfigurationError:
        """RFC 6749, section 5.2: `error` is one of a few words; the description is not repeated."""
        response.read()
        try:
            word = json.loads(response.content).get("error")
        except (ValueError, AttributeError):
            word = None
        reason = word if word in _OAUTH_WORDS else f"status {response.status_code}"
        return ConfigurationError(
            "token-refused",
            f"{safe_url(response.request.url)} gives no token ({reason})",
            hint="check client id and secret, or log in again with `hub connect`",
        )

    def _newest_refresh_token(self, stale: Token | None) -> str | None:
        if stale is not None and stale.refresh_token is not None:
            return stale.refresh_token
        return self.refresh_token.get_secret_value() if self.refresh_token else None


_OAUTH_WORDS: Final = frozenset(
    {
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    }
)
