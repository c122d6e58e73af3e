from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from pydantic import TypeAdapter

from connectors.fakes.faults import Fault
from connectors.fakes.server import FakeServer, Reply
from connectors.http import Answer, Bounds, HttpClient, Manners, Pause, RetryPolicy
from hub.errors import ConfigurationError, FatalError, HubError, RetryableError
from tests.fakes.scripted import Scripted
from tests.fakes.timing import StoppedTime

SMALL = Bounds(connect=2.0, silence=2.0, deadline=5.0, body=1 << 20)


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def server(scripted: Scripted) -> Iterator[FakeServer]:
    with FakeServer(scripted) as running:
        yield running


@pytest.fixture
def time() -> StoppedTime:
    return StoppedTime()


def client(url: str, time: StoppedTime, manners: Manners | None = None) -> HttpClient:
    return HttpClient(url, timing=time.timing, manners=manners or Manners(bounds=SMALL))


@contextmanager
def raw_server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that answers every connection by hand."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                connection.recv(65536)
                answer(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        thread.join()
        listener.close()


def refused_code(sending: Callable[[], object], kind: type[HubError]) -> str:
    with pytest.raises(kind) as caught:
        sending()
    assert type(caught.value) is kind
    return caught.value.code


@pytest.mark.parametrize(
    "fault",
    [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.TORN_BODY, Fault.UNFRAMED_TORN_BODY, Fault.SERVER_ERROR],
)
def test_what_went_wrong_on_the_way_is_tried_again(
    scripted: Scripted, server: FakeServer, time: StoppedTime, fault: Fault
) -> None:
    scripted.faults.plan(fault, times=2)
    assert client(server.url, time).request("GET", "x").json() == {"fine": True}
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.DROP_BEFORE, "torn-answer"),
        (Fault.DROP_AFTER, "torn-answer"),
        (Fault.TORN_BODY, "torn-answer"),
        (Fault.UNFRAMED_TORN_BODY, "torn-answer"),
        (Fault.SERVER_ERROR, "server-error"),
    ],
)
def test_a_request_that_must_not_be_repeated_is_not(
    scripted: Scripted, server: FakeServer, time: StoppedTime, fault: Fault, code: str
) -> None:
    scripted.faults.plan(fault, times=2)
    http = client(server.url, time)
    assert refused_code(lambda: http.request("POST", "x", json={}, repeatable=False), RetryableError) == code
    assert len(server.requests) == 1


def test_a_server_that_keeps_failing_is_left_after_the_last_attempt(
    scripted: Scripted, server: FakeServer, time: StoppedTime
) -> None:
    scripted.faults.plan(Fault.SERVER_ERROR, times=99)
    manners = Manners(policy=RetryPolicy(attempts=3), bounds=SMALL)
    http = client(server.url, time, manners)
    assert refused_code(lambda: http.request("GET", "x"), RetryableError) == "server-error"
    assert len(server.requests) == 3


def test_retry_after_holds_back_the_request_and_everybody_on_the_budget(
    scripted: Scripted, server: FakeServer, time: StoppedTime
) -> None:
    scripted.replies = [Reply(429, {}, {"Retry-After": "7"}), Reply(200, {})]
    client(server.url, time).request("GET", "x")
    assert time.passed == 7.0


def test_a_wait_beyond_patience_ends_the_run_and_says_how_long(
    scripted: Scripted, server: FakeServer, time: StoppedTime
) -> None:
    scripted.replies = [Reply(503, {}, {"Retry-After": "3600"})]
    with pytest.raises(RetryableError) as caught:
        client(server.url, time).request("GET", "x")
    assert (caught.value.code, caught.value.retry_after, time.slept) == ("unavailable", 3600.0, [])


def test_a_vendor_s_own_limit_header_pauses_all_requests(
    scripted: Scripted, server: FakeServer, time: StoppedTime
) -> None:
    def read_pause(answer: Answer) -> Pause | None:
        left = answer.headers.get("x-left")
        return Pause(4.0) if left == "0" else None

    scripted.replies = [Reply(200, {}, {"X-Left": "0"}), Reply(200, {})]
    http = client(server.url, time, Manners(read_pause=read_pause, bounds=SMALL))
    http.request("GET", "x")
    assert time.passed == 0.0
    http.request("GET", "x")
    assert time.passed == 4.0


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, FatalError, "bad-request"),
        (403, ConfigurationError, "forbidden"),
        (404, ConfigurationError, "not-found"),
        (418, FatalError, "unknown-status"),
        (501, ConfigurationError, "not-implemented"),
    ],
)
def test_a_refusal_is_not_tried_again(
    scripted: Scripted, server: FakeServer, time: StoppedTime, status: int, kind: type[HubError], code: str
) -> None:
    scripted.replies = [Reply(status, {"email": "ada@example.com"})]
    with pytest.raises(kind) as caught:
        client(server.url, time).request("GET", "x")
    assert caught.value.code == code
    assert "ada" not in f"{caught.value}{caught.value.hint}"
    assert len(server.requests) == 1


def test_a_status_that_the_caller_reads_itself_is_given_to_it(
    scripted: Scripted, server: FakeServer, time: StoppedTime
) -> None:
    scripted.replies = [Reply(409, {"existing": 7})]
    answer = client(server.url, time).request("POST", "x", json={}, accept={409})
    assert (answer.status, answer.json()) == (409, {"existing": 7})


def test_a_web_page_in_place_of_data_has_its_own_sentence(
    scripted: Scripted, server: FakeServer, time: StoppedTime
) -> None:
    scripted.faults.plan(Fault.HTML)
    answer = client(server.url, time).request("GET", "x")
    assert refused_code(answer.json, ConfigurationError) == "html-instead-of-json"


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"", "empty-answer"), (b"   ", "empty-answer"), (b"{", "not-json"), (b"[" * 100_000, "not-json")],
    ids=["nothing", "blanks", "half", "a deep hole"],
)
def test_what_is_not_json_is_fatal(body: bytes, code: str, time: StoppedTime) -> None:
    def answer(connection: socket.socket) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nContent-Type: text/plain\r\n\r\n"
        connection.sendall(head.encode() + body)

    with raw_server(answer) as url:
        found = client(url, time).request("GET", "x")
        assert refused_code(found.json, FatalError) == code


def test_an_answer_in_another_shape_is_named_by_its_fields_and_not_by_its_values(
    scripted: Scripted, server: FakeServer, time: StoppedTime
) -> None:
    scripted.replies = [Reply(200, [{"id": "ada@example.com"}])]
    answer = client(server.url, time).request("GET", "x")
    with pytest.raises(FatalError) as caught:
        answer.read_as(TypeAdapter(list[dict[str, int]]))
    assert caught.value.code == "unexpected-answer"
    assert "*.id" in caught.value.sentence
    assert "ada" not in str(caught.value)


def test_a_redirect_to_another_host_is_refused_and_nothing_is_sent_there(
    scripted: Scripted, server: FakeServer, time: StoppedTime
) -> None:
    elsewhere = Scripted()
    with FakeServer(elsewhere) as other:
        scripted.faults.other_host = f"{other.url}/take?token=1"
        scripted.faults.plan(Fault.REDIRECT)
        http = client(server.url, time)
        code = refused_code(lambda: http.request("POST", "x", json={}), ConfigurationError)
        assert (code, other.requests) == ("redirect-to-other-host", [])


def test_a_redirect_on_the_same_host_is_followed_for_reading(
    scripted: Scripted, server: FakeServer, time: StoppedTime
) -> None:
    scripted.replies = [Reply(302, headers={"Location": "/there"}), Reply(200, {"at": "there"})]
    assert client(server.url, time).request("GET", "x").json() == {"at": "there"}


def test_a_redirect_that_would_lose_what_is_written_is_refused(
    scripted: Scripted, server: FakeServer, time: StoppedTime
) -> None:
    scripted.replies = [Reply(302, headers={"Location": "/there"})]
    http = client(server.url, time)
    assert refused_code(lambda: http.request("POST", "x", json={}), ConfigurationError) == "redirected-write"


def test_redirects_in_a_circle_end(scripted: Scripted, server: FakeServer, time: StoppedTime) -> None:
    scripted.replies = [Reply(302, headers={"Location": "/x"})]
    http = client(server.url, time)
    assert refused_code(lambda: http.request("GET", "x"), ConfigurationError) == "redirect-loop"


def test_a_next_page_on_another_host_is_refused(server: FakeServer, time: StoppedTime) -> None:
    http = client(server.url, time)
    code = refused_code(lambda: http.request("GET", "http://127.0.0.1:1/next"), ConfigurationError)
    assert (code, server.requests) == ("other-host", [])


def test_a_next_page_by_its_whole_address_is_read(server: FakeServer, time: StoppedTime) -> None:
    client(f"{server.url}/api", time).request("GET", f"{server.url}/api/contacts?after=7")
    client(f"{server.url}/api", time).request("GET", "contacts", params={"after": "7"})
    assert server.requests == ["GET /api/contacts"] * 2


def test_a_huge_answer_is_cut_off_while_it_comes(
    scripted: Scripted, server: FakeServer, time: StoppedTime
) -> None:
    scripted.faults.plan(Fault.HUGE_BODY)
    http = client(server.url, time)
    assert refused_code(lambda: http.request("GET", "x"), FatalError) == "answer-too-large"


def test_an_answer_that_is_huge_only_when_unpacked_is_cut_off_too(time: StoppedTime) -> None:
    bomb = gzip.compress(b" " * (64 << 20))

    def answer(connection: socket.socket) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
        connection.sendall(head.encode() + bomb)

    with raw_server(answer) as url:
        http = client(url, time)
        assert refused_code(lambda: http.request("GET", "x"), FatalError) == "answer-too-large"


def test_an_answer_that_is_not_packed_as_it_says_is_fatal(time: StoppedTime) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")

    with raw_server(answer) as url:
        http = client(url, time)
        assert refused_code(lambda: http.request("GET", "x"), FatalError) == "undecodable-answer"


def test_an_answer_that_drips_for_ever_is_given_up() -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            for _ in range(1000):
                connection.sendall(b" ")
                threading.Event().wait(0.02)
        except OSError:
            return

    bounds = Bounds(connect=2.0, silence=2.0, deadline=0.1)
    manners = Manners(policy=RetryPolicy(attempts=1), bounds=bounds)
    with raw_server(answer) as url:
        http = HttpClient(url, manners=manners)
        assert refused_code(lambda: http.request("GET", "x"), RetryableError) == "answer-too-slow"


def test_a_silent_server_is_given_up(time: StoppedTime) -> None:
    bounds = Bounds(connect=1.0, silence=0.1)
    manners = Manners(policy=RetryPolicy(attempts=1), bounds=bounds)

    def answer(_connection: socket.socket) -> None:
        threading.Event().wait(0.4)

    with raw_server(answer) as url:
        http = client(url, time, manners)
        assert refused_code(lambda: http.request("GET", "x"), RetryableError) == "answer-timeout"


def test_a_server_that_is_not_there_is_named(time: StoppedTime) -> None:
    http = client("http://127.0.0.1:1", time)
    code = refused_code(lambda: http.request("POST", "x", json={}, repeatable=False), RetryableError)
    assert code == "connection-refused"
    assert len(time.slept) == 4  # nothing was sent, so even this request may be sent again


def test_https_to_a_server_without_tls_is_named(server: FakeServer, time: StoppedTime) -> None:
    http = client(server.url.replace("http:", "https:"), time)
    assert refused_code(lambda: http.request("GET", "x"), ConfigurationError) == "tls-failed"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com",
        "example.com",
        "https://",
        "https://user:pw@example.com",
        "https://example.com?k=1",
        "",
    ],
)
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    assert refused_code(lambda: HttpClient(url), ConfigurationError) == "bad-url"


def test_connections_are_kept_and_used_again(server: FakeServer, time: StoppedTime) -> None:
    http = client(server.url, time)
    for _ in range(5):
        http.request("GET", "x")
    assert (server.connections, len(server.requests)) == (1, 5)
