from __future__ import annotations

import logging

import httpx
import pytest

from connectors.fakes.server import FakeServer, Reply
from connectors.http import Answer, HttpClient
from connectors.http.redaction import safe_url
from hub.errors import HubError
from tests.fakes.scripted import Scripted
from tests.fakes.timing import StoppedTime


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://api.example.com/v3/contacts?token=s3cret&email=a", "https://api.example.com/v3/contacts"),
        ("https://user:pw@example.com:8443/a", "https://example.com:8443/a"),
        ("https://example.com/contact/ada@example.org/x", "https://example.com/contact/…/x"),
        ("https://example.com/contact/ada%40example.org", "https://example.com/contact/…"),
        (
            "https://example.com/hooks/T0000/B0000/abcdefghijklmnopqrstuvwxyz012345",
            "https://example.com/hooks/T0000/B0000/…",
        ),
        ("https://example.com", "https://example.com/"),
    ],
)
def test_an_address_is_shown_without_what_is_private(url: str, shown: str) -> None:
    assert safe_url(httpx.URL(url)) == shown


def test_nothing_private_is_logged_by_the_client_or_the_libraries_below(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    scripted = Scripted([Reply(500, {"e": "ada@example.com"}), Reply(200, {"e": "ada@example.com"})])
    auth = httpx.BasicAuth("someone", "pa55word")
    with FakeServer(scripted) as server:
        http = HttpClient(server.url, auth=auth, timing=StoppedTime().timing)
        http.request("POST", "contacts?key=s3cret", json={"name": "Grace Example"})
    ours = [record for record in caplog.records if not record.name.startswith("connectors.fakes")]
    text = "\n".join(record.getMessage() for record in ours)
    assert "POST" in text
    assert "200" in text
    for private in ("s3cret", "Grace", "ada@", "pa55word", "Basic", "c29tZW9uZ"):
        assert private not in text


def test_an_answer_shows_no_body_and_no_header() -> None:
    answer = Answer(200, "https://example.com/", httpx.Headers({"set-cookie": "s=1"}), b"ada@example.com")
    assert "ada" not in repr(answer)
    assert "cookie" not in repr(answer)


def test_errors_name_the_address_without_its_query() -> None:
    with FakeServer(Scripted([Reply(404)])) as server:
        http = HttpClient(server.url)
        with pytest.raises(HubError) as caught:
            http.request("GET", "contacts", params={"email": "ada@example.com", "key": "s3cret"})
    assert "/contacts" in str(caught.value)
    assert "ada" not in str(caught.value)
    assert "s3cret" not in str(caught.value)
