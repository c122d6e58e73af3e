"""A Tryton server over JSON-RPC: one session for a run, the path by its version.

Observed on real servers: 8.2 answers `common.server.version` at `/rpc/` and takes calls at `/<db>/rpc/`; 7.0
answers at `/` (and takes `/rpc/` for a database: 401) and takes calls at `/<db>/`. A bad password is 401, an
unknown database 404, too many logins 429, a call that does not exist or is not allowed 403.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from connectors.auth import GrantedAuth, MemoryTokens, Token
from connectors.erp.tryton_errors import error_of
from connectors.erp.tryton_settings import TrytonSettings
from connectors.erp.tryton_values import Json
from connectors.http import BUDGETS, SYSTEM, Answer, Bounds, BudgetBook, HttpClient, Manners, Timing
from hub.errors import ConfigurationError, FatalError

_SESSION: Final = TypeAdapter(tuple[int, str])
_VERSION: Final = TypeAdapter(dict[str, object])
# What a server of another version answers at an address that it does not have, or takes for a database.
_NOT_HERE: Final = frozenset({400, 401, 403, 404, 405})
# Archived rows are rows too; messages come in the language that the code knows.
_CONTEXT: Final[Json] = {"active_test": False, "language": "en"}


class TrytonServer:
    """`call` calls a method; logging in, and once more when the session has ended, happens by itself."""

    def __init__(
        self,
        settings: TrytonSettings,
        folder: Path,
        timing: Timing = SYSTEM,
        budgets: BudgetBook = BUDGETS,
    ) -> None:
        self._settings = settings
        self._timing = timing
        ca_file = folder / settings.ca_file if settings.ca_file else None
        account = f"tryton {settings.url.rstrip('/')} {settings.database} {settings.user}"
        budget = budgets.for_account(account, settings.requests_per_10_seconds, 10.0, timing)
        self._manners = Manners(budget=budget, bounds=Bounds(ca_file=ca_file))
        self._numbers = count(1)
        self._clock: datetime | None = None

    @property
    def now(self) -> datetime:
        """The server's clock at its last answer, as its `Date` header tells it; else the hub's."""
        return self._clock or self._timing.now()

    @property
    def version(self) -> str:
        return self._found[1]

    @property
    def user_id(self) -> int:
        """The id of the user whose session it is; there is one after the first call."""
        return self._login.user_id

    def call(self, method: str, *params: object, repeatable: bool = True, **context: object) -> object:
        """The result of a call. A call that is not `repeatable` is not sent again unless it surely did
        nothing. Raises the errors of `tryton_errors.py` and of the kit.
        """
        body = {"id": next(self._numbers), "method": method, "params": [*params, {**_CONTEXT, **context}]}
        answer = self._client.request("POST", self._path, json=body, repeatable=repeatable)
        self._clock = _date_of(answer) or self._clock
        return _result(answer, method)

    @cached_property
    def _found(self) -> tuple[str, str]:
        """Where calls go, and the version."""
        client = HttpClient(self._settings.url, manners=self._manners, timing=self._timing)
        database = quote(self._settings.database, safe="")
        body = {"id": 0, "method": "common.server.version", "params": []}
        for root, path in (("rpc/", f"{database}/rpc/"), ("", f"{database}/")):
            answer = client.request("POST", root, json=body, accept=_NOT_HERE)
            if answer.status not in _NOT_HERE:
                return path, str(answer.read_as(_VERSION).get("result"))
        raise ConfigurationError(
            "not-tryton",
            f"{self._settings.url} is no Tryton server",
            hint="check `url`: without the database",
        )

    @property
    def _path(self) -> str:
        return self._found[0]

    @cached_property
    def _login(self) -> _Login:
        return _Login(self._settings, f"{self._settings.url.rstrip('/')}/{self._path}")

    @cached_property
    def _client(self) -> HttpClient:
        auth = GrantedAuth(self._login, MemoryTokens(), self._timing.now)
        return HttpClient(self._settings.url, auth=auth, manners=self._manners, timing=self._timing)


class _Login:
    """`common.db.login` as a grant: the session is the token."""

    def __init__(self, settings: TrytonSettings, url: str) -> None:
        self._settings = settings
        self._url = url
        self.user_id = 0

    def request(self, _stale: Token | None) -> httpx.Request:
        password = {"password": self._settings.password.get_secret_value()}
        params = [self._settings.user, password, "en"]
        return httpx.Request("POST", self._url, json={"id": 0, "method": "common.db.login", "params": params})

    def read(self, response: httpx.Response, _stale: Token | None) -> Token:
        """The result is [user id, session] on 7.0, with a bus address as third on 8.2."""
        response.read()
        answer = Answer(response.status_code, self._url, response.headers, response.content)
        result = _result(answer, "common.db.login")
        try:
            self.user_id, session = _SESSION.validate_python(result[:2] if isinstance(result, list) else None)
        except ValidationError:
            raise FatalError("unexpected-answer", "Tryton's login does not answer with a session") from None
        credentials = f"{self._settings.user}:{self.user_id}:{session}".encode()
        return Token(f"Session {b64encode(credentials).decode()}")

    def refused(self, response: httpx.Response) -> ConfigurationError:
        database = self._settings.database
        if response.status_code == 404:
            return ConfigurationError(
                "no-such-database",
                f"the Tryton server has no database `{database}`",
                hint="check `database`; upper and lower case matter",
            )
        return ConfigurationError(
            "login-refused",
            f"Tryton does not let this user log in to `{database}`",
            hint="check `user` and `password`",
        )


def _result(answer: Answer, method: str) -> object:
    body = answer.json()
    if not isinstance(body, dict):
        raise FatalError("unexpected-answer", f"Tryton does not answer {method} with an object")
    if body.get("error") is not None:
        raise error_of(body["error"], method)
    return body.get("result")


def _date_of(answer: Answer) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None
