"""The JSON-RPC side of the fake."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote

from connectors.fakes.faults import Fault, Faults
from connectors.fakes.server import Reply, Request
from connectors.fakes.tryton import wizards
from connectors.fakes.tryton.errors import Json, TrytonError, crash
from connectors.fakes.tryton.models import MODELS, Model
from connectors.fakes.tryton.reading import read, search
from connectors.fakes.tryton.store import TrytonStore

_USER_ID: Final = 1
_CALLS: Final = frozenset({"search_read", "search_count", "create", "write", "delete"})
_WIZARDS: Final = {"party.replace": wizards.replace, "party.erase": wizards.erase}
_UNAUTHORIZED: Final = Reply(401, b"<!doctype html><title>401 Unauthorized</title>")
_NOT_FOUND: Final = Reply(404, b"<!doctype html><title>404 Not Found</title>")


@dataclass(slots=True)
class FakeTryton:
    """A server with one database and one user, `admin`."""

    version: str = "8.2"
    database: str = "erp"
    password: str = "fake-password"  # noqa: S105 - the fake's own
    faults: Faults = field(default_factory=Faults)
    logins: int = 0
    _sessions: set[str] = field(default_factory=set)
    _store: TrytonStore | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def store(self) -> TrytonStore:
        if self._store is None:
            self._store = TrytonStore(self.version)
        return self._store

    def expire_sessions(self) -> None:
        """Ends all sessions, as time does."""
        with self._lock:
            self._sessions.clear()

    def answer(self, request: Request) -> Reply:
        with self._lock:
            reply = self._answer(request)
            now = format_datetime(self.store.now().replace(microsecond=0)).replace("-0000", "GMT")
            return Reply(reply.status, reply.content, {**reply.headers, "Date": now})

    def answer_with(self, fault: Fault, request: Request) -> Reply:
        if fault is Fault.EXPIRED_TOKEN:
            self.expire_sessions()
            return self.answer(request)
        if fault is Fault.RATE_LIMIT:
            return Reply(429, b"<!doctype html><title>429</title>", {"Retry-After": self.faults.seconds})
        return Reply(500, b"<!doctype html><title>500 Internal Server Error</title>")

    def _answer(self, request: Request) -> Reply:
        """8.x: `/rpc/` and `/<db>/rpc/`; 7.0: `/` and `/<db>/`, where `rpc` is a database like any other."""
        suffix = "" if self.version.startswith("7") else "rpc/"
        if request.method != "POST" or not request.path.endswith("/"):
            return Reply(405)
        if request.path == f"/{suffix}":
            return Reply(200, {"id": 0, "result": self.version})
        if suffix and not request.path.endswith(f"/{suffix}"):
            return Reply(405)
        body = json.loads(request.body)
        database = unquote(request.path.removesuffix(suffix).strip("/"))
        if body["method"] == "common.db.login":
            return self._login(database, body)
        if database != self.database or not self._has_session(request):
            return _UNAUTHORIZED
        return self._call(body)

    def _login(self, database: str, body: dict[str, Any]) -> Reply:
        if database != self.database:
            return _NOT_FOUND
        user, parameters, *_ = body["params"]
        if user != "admin" or parameters.get("password") != self.password:
            return _UNAUTHORIZED
        session = secrets.token_hex(32)
        self._sessions.add(session)
        self.logins += 1
        result = [_USER_ID, session] if self.version.startswith("7") else [_USER_ID, session, None]
        return Reply(200, {"id": body["id"], "result": result})

    def _has_session(self, request: Request) -> bool:
        kind, _, coded = request.headers.get("authorization", "").partition(" ")
        if kind != "Session":
            return False
        user, user_id, session = b64decode(coded).decode().split(":")
        return user == "admin" and user_id == str(_USER_ID) and session in self._sessions

    def _call(self, body: dict[str, Any]) -> Reply:
        *params, context = body["params"]
        kind, _, rest = body["method"].partition(".")
        name, _, deed = rest.rpartition(".")
        try:
            if kind == "wizard" and name in _WIZARDS:
                result = self._wizard(name, deed, params)
            elif kind == "model" and name in MODELS and deed in _CALLS:
                result = self._model(MODELS[name], deed, params, context)
            else:
                return Reply(403, b"<!doctype html><title>403 Forbidden</title>")
        except TrytonError as error:
            return Reply(200, {"id": body["id"], "error": error.wire})
        return Reply(200, {"id": body["id"], "result": result})

    def _model(self, model: Model, deed: str, params: list[Any], context: Json) -> object:
        match deed:
            case "search_read":
                domain, offset, limit, order, fields = params
                rows = search(
                    self.store, model, domain, order, active_only=context.get("active_test", True) is True
                )
                end = offset + limit if limit is not None else None
                return [read(self.store, model, row, fields) for row in rows[offset:end]]
            case "search_count":
                return len(search(self.store, model, params[0], None, active_only=True))
            case "create":
                return self.store.all_or_nothing(lambda: self.store.create(model, params[0]))
            case "delete":
                self.store.delete(model, params[0])
                return None
        return self.store.all_or_nothing(lambda: self._write(model, params, context))

    def _write(self, model: Model, params: Sequence[Any], context: Json) -> None:
        """Pairs of ids and values, all or none."""
        pairs = list(zip(params[::2], params[1::2], strict=True))
        stamps = context.get("_timestamp")
        if isinstance(stamps, dict):
            self.store.check_timestamps(stamps, model, [row_id for row_ids, _ in pairs for row_id in row_ids])
        for row_ids, values in pairs:
            self.store.write(model, row_ids, values)

    def _wizard(self, name: str, deed: str, params: list[Any]) -> object:
        if deed == "create":
            return [1, "ask", "end"]
        if deed == "execute":
            self.store.all_or_nothing(lambda: _WIZARDS[name](self.store, params[1]["ask"]))
            return {}
        if deed != "delete":
            raise crash(deed)
        return None
