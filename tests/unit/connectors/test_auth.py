from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from connectors.auth import GrantedAuth, MemoryTokens, OAuth2Grant, StaticBearer, Token
from connectors.fakes.faults import Fault, Faults
from connectors.fakes.server import FakeServer, Reply, Request
from connectors.http import HttpClient
from hub.errors import ConfigurationError, FatalError, RetryableError
from tests.fakes.timing import START, StoppedTime


@dataclass
class TokenSystem:
    """A system that wants tokens, and the place that hands them out."""

    faults: Faults = field(default_factory=Faults)
    lasts: int | None = 3600
    rotates: bool = False
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    headers: list[str | None] = field(default_factory=list)
    valid: set[str] = field(default_factory=set)
    refuses: Reply | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Request) -> Reply:
        with self._lock:
            if request.path == "/token":
                return self._token(request)
            known = request.headers.get("authorization", "").removeprefix("Bearer ") in self.valid
            return Reply(200, {"fine": True}) if known else Reply(401, {})

    def answer_with(self, _fault: Fault, _request: Request) -> Reply:
        return Reply(503, {})

    def _token(self, request: Request) -> Reply:
        self.asked.append(parse_qs(request.body.decode()))
        self.headers.append(request.headers.get("authorization"))
        if self.refuses is not None:
            return self.refuses
        token = f"token-{len(self.asked)}"
        self.valid = {token}
        answer: dict[str, object] = {"access_token": token, "token_type": "bearer"}
        if self.lasts is not None:
            answer["expires_in"] = self.lasts
        if self.rotates:
            answer["refresh_token"] = f"refresh-{len(self.asked)}"
        return Reply(200, answer)


@pytest.fixture
def system() -> TokenSystem:
    return TokenSystem()


@pytest.fixture
def server(system: TokenSystem) -> Iterator[FakeServer]:
    with FakeServer(system) as running:
        yield running


@pytest.fixture
def time() -> StoppedTime:
    return StoppedTime()


Opening = Callable[..., HttpClient]


@pytest.fixture
def open_client(server: FakeServer, time: StoppedTime) -> Opening:
    def opening(
        store: MemoryTokens | None = None, refresh: str | None = None, basic: bool = False
    ) -> HttpClient:
        grant = OAuth2Grant(
            f"{server.url}/token",
            "an-id",
            SecretStr("a-secret"),
            time.timing,
            scope="contacts",
            refresh_token=SecretStr(refresh) if refresh else None,
            basic_client=basic,
        )
        auth = GrantedAuth(grant, store or MemoryTokens(), time.timing.now)
        return HttpClient(server.url, auth=auth, timing=time.timing)

    return opening


def test_client_credentials_are_exchanged_once_for_many_requests(
    system: TokenSystem, open_client: Opening
) -> None:
    http = open_client()
    for _ in range(3):
        assert http.request("GET", "x").status == 200
    assert system.asked == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["an-id"],
            "client_secret": ["a-secret"],
            "scope": ["contacts"],
        }
    ]


def test_the_client_may_prove_itself_in_a_basic_header(system: TokenSystem, open_client: Opening) -> None:
    open_client(basic=True).request("GET", "x")
    assert system.headers == ["Basic YW4taWQ6YS1zZWNyZXQ="]
    assert "client_secret" not in system.asked[0]


def test_a_token_is_renewed_before_it_ends(
    system: TokenSystem, open_client: Opening, time: StoppedTime
) -> None:
    http = open_client()
    http.request("GET", "x")
    time.timing.sleep(3600 - 59)
    http.request("GET", "x")
    assert len(system.asked) == 2


def test_a_token_that_is_refused_in_the_middle_is_renewed_once(
    system: TokenSystem, open_client: Opening
) -> None:
    http = open_client()
    http.request("GET", "x")
    system.valid = set()
    assert http.request("GET", "x").status == 200
    assert len(system.asked) == 2


def test_a_new_token_that_is_refused_too_ends_it(
    server: FakeServer, system: TokenSystem, open_client: Opening
) -> None:
    http = open_client()
    http.request("GET", "x")
    system.valid = set()
    system.refuses = Reply(200, {"access_token": "worthless"})
    with pytest.raises(ConfigurationError) as caught:
        http.request("GET", "x")
    assert caught.value.code == "unauthorized"
    assert server.requests.count("GET /x") == 3


def test_the_newest_refresh_token_is_used_and_kept(system: TokenSystem, open_client: Opening) -> None:
    system.rotates = True
    store = MemoryTokens()
    open_client(store, refresh="refresh-0").request("GET", "x")
    system.valid = set()
    open_client(store, refresh="refresh-0").request("GET", "x")
    assert [asked["refresh_token"] for asked in system.asked] == [["refresh-0"], ["refresh-1"]]
    kept = store.load()
    assert kept is not None
    assert kept.refresh_token == "refresh-2"


def test_a_refresh_token_that_does_not_rotate_stays(system: TokenSystem, open_client: Opening) -> None:
    store = MemoryTokens()
    open_client(store, refresh="refresh-0").request("GET", "x")
    kept = store.load()
    assert kept is not None
    assert kept.refresh_token == "refresh-0"


def test_a_token_from_the_store_is_used_without_asking(system: TokenSystem, open_client: Opening) -> None:
    system.valid = {"stored"}
    store = MemoryTokens(Token("Bearer stored", START + timedelta(hours=1)))
    open_client(store).request("GET", "x")
    assert system.asked == []


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(400, {"error": "invalid_grant", "error_description": "ada@example.com"}), "invalid_grant"),
        (Reply(401, {"error": "invalid_client"}), "invalid_client"),
        (Reply(400, {"error": "ada@example.com"}), "status 400"),
        (Reply(403, b"<html>no</html>"), "status 403"),
    ],
)
def test_a_refused_grant_says_which_and_repeats_nothing_else(
    system: TokenSystem, open_client: Opening, reply: Reply, reason: str
) -> None:
    system.refuses = reply
    with pytest.raises(ConfigurationError) as caught:
        open_client().request("GET", "x")
    assert caught.value.code == "token-refused"
    assert reason in caught.value.sentence
    assert "ada" not in str(caught.value)


def test_a_token_place_that_is_away_for_a_moment_is_asked_again(
    system: TokenSystem, open_client: Opening
) -> None:
    system.faults.plan(Fault.SERVER_ERROR, on="/token", times=2)
    assert open_client().request("POST", "x", json={}, repeatable=False).status == 200


def test_a_token_place_that_stays_away_is_a_retryable_error(
    system: TokenSystem, open_client: Opening
) -> None:
    system.faults.plan(Fault.SERVER_ERROR, on="/token", times=99)
    with pytest.raises(RetryableError) as caught:
        open_client().request("GET", "x")
    assert caught.value.code == "unavailable"


@pytest.mark.parametrize("reply", [Reply(200, {"token": "x"}), Reply(200, b"<html>"), Reply(200, [])])
def test_an_answer_without_a_token_is_fatal(system: TokenSystem, open_client: Opening, reply: Reply) -> None:
    system.refuses = reply
    with pytest.raises(FatalError) as caught:
        open_client().request("GET", "x")
    assert caught.value.code == "unexpected-answer"


def test_threads_that_meet_the_same_refusal_fetch_one_token(
    system: TokenSystem, open_client: Opening
) -> None:
    http = open_client()
    http.request("GET", "x")
    system.valid = set()
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: http.request("GET", "x").status, range(8)))
    assert statuses == [200] * 8
    assert len(system.asked) == 2


def test_nothing_of_a_token_is_shown() -> None:
    token = Token("Bearer s3cret", None, "r3fresh")
    shown = f"{token!r} {StaticBearer(SecretStr('s3cret'))!r} {MemoryTokens(token)!r}"
    grant = OAuth2Grant("https://example.com/token", "id", SecretStr("s3cret"), StoppedTime().timing)
    assert "s3cret" not in f"{shown} {grant!r}"
    assert "r3fresh" not in shown
