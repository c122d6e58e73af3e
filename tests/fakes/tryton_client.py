"""JSON-RPC in a few lines, apart from the connector's: tests seed and see a Tryton server by it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

import httpx

PASSWORD = "admin-password-of-a-test"
DATABASE = "erp"


@dataclass
class TrytonClient:
    """`call` speaks to the server as its administrator. `release` is 8.2 or 7.0."""

    release: str
    url: str
    http: httpx.Client = field(repr=False)
    _headers: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def path(self) -> str:
        return f"/{DATABASE}/" if self.release == "7.0" else f"/{DATABASE}/rpc/"

    def call(self, method: str, *params: object, **context: object) -> Any:
        """The result; fails the test when there is none."""
        answer = self.post(method, *params, **context).raise_for_status().json()
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def error(self, method: str, *params: object, **context: object) -> list[Any]:
        """The error; fails the test when there is none, or when it comes with another status than 200."""
        error: list[Any] = self.post(method, *params, **context).raise_for_status().json()["error"]
        return error

    def post(self, method: str, *params: object, **context: object) -> httpx.Response:
        if not self._headers:
            self._log_in()
        body = {"id": 1, "method": method, "params": [*params, {"active_test": False, **context}]}
        return self.http.post(self.path, json=body, headers=self._headers)

    def one(self, party_id: int, *fields: str) -> dict[str, Any]:
        """Fields of one party."""
        rows = self.call("model.party.party.search_read", [["id", "=", party_id]], 0, None, None, fields)
        row: dict[str, Any] = rows[0]
        return row

    def create(self, **values: object) -> int:
        """A new party's id."""
        party_id: int = self.call("model.party.party.create", [values])[0]
        return party_id

    def empty(self) -> None:
        """Takes away all parties and countries."""
        for model in ("party.party", "country.country"):
            rows = self.call(f"model.{model}.search_read", [], 0, None, None, ["id"])
            self.call(f"model.{model}.delete", [row["id"] for row in rows])

    def _log_in(self) -> None:
        body = {"id": 0, "method": "common.db.login", "params": ["admin", {"password": PASSWORD}]}
        user_id, session, *_ = self.http.post(self.path, json=body).raise_for_status().json()["result"]
        coded = b64encode(f"admin:{user_id}:{session}".encode()).decode()
        self._headers = {"Authorization": f"Session {coded}"}
