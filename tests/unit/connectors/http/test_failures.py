from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from connectors.http import Bounds, HttpClient, Manners
from connectors.http.failures import Again, translated
from hub.errors import ConfigurationError, FatalError, HubError

REQUEST = httpx.Request("GET", "https://example.com/contacts?email=ada@example.com")


def because(cause: Exception) -> httpx.ConnectError:
    error = httpx.ConnectError("no")
    error.__cause__ = OSError("wrapped")
    error.__cause__.__context__ = cause
    return error


@pytest.mark.parametrize(
    ("exc", "code", "untouched"),
    [
        (because(socket.gaierror(-2, "unknown")), "host-not-found", True),
        (because(ConnectionRefusedError()), "connection-refused", True),
        (httpx.ConnectTimeout("slow"), "connect-timeout", True),
        (httpx.PoolTimeout("busy"), "connect-timeout", True),
        (httpx.ReadTimeout("silent"), "answer-timeout", False),
        (httpx.WriteTimeout("stuck"), "answer-timeout", False),
        (httpx.ReadError("reset"), "connection-lost", False),
        (httpx.WriteError("reset"), "connection-lost", False),
        (httpx.RemoteProtocolError("torn"), "torn-answer", False),
        (httpx.ProxyError("away"), "connection-lost", False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_what_may_pass_says_whether_anything_was_sent(exc: Exception, code: str, untouched: bool) -> None:
    again = translated(exc, REQUEST)
    assert isinstance(again, Again)
    assert (again.error.code, again.untouched) == (code, untouched)
    assert "ada" not in str(again.error)


@pytest.mark.parametrize(
    ("exc", "kind", "code"),
    [
        (because(ssl.SSLCertVerificationError("bad")), ConfigurationError, "tls-untrusted"),
        (because(ssl.SSLError("odd")), ConfigurationError, "tls-failed"),
        (httpx.DecodingError("odd"), FatalError, "undecodable-answer"),
        (httpx.LocalProtocolError("odd header"), ConfigurationError, "bad-request-line"),
        (httpx.UnsupportedProtocol("gopher"), ConfigurationError, "bad-request-line"),
        (httpx.InvalidURL("odd"), ConfigurationError, "bad-request-line"),
        (httpx.TooManyRedirects("round"), ConfigurationError, "redirect-loop"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_what_cannot_pass_is_an_error_at_once(exc: Exception, kind: type[HubError], code: str) -> None:
    error = translated(exc, REQUEST)
    assert isinstance(error, kind)
    assert error.code == code


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate that only its own maker trusts, with its key in the same file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    pem, key, certificate = (tmp_path / name for name in ("server.pem", "key.pem", "cert.pem"))
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    pem.write_bytes(key.read_bytes() + certificate.read_bytes())
    return pem


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)

    def serve() -> None:
        try:
            plain, _ = listener.accept()
            plain.settimeout(5)
            with context.wrap_socket(plain, server_side=True) as connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        except OSError:
            return  # the client did not like the certificate

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    thread.join()
    listener.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_server: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        HttpClient(tls_server).request("GET", "x")
    assert caught.value.code == "tls-untrusted"
    assert "ca_file" in (caught.value.hint or "")


def test_a_certificate_that_ca_file_vouches_for_is_taken(tls_server: str, certificate: Path) -> None:
    manners = Manners(bounds=Bounds(ca_file=certificate.with_name("cert.pem")))
    assert HttpClient(tls_server, manners=manners).request("GET", "x").json() == {}


@pytest.mark.parametrize("content", [None, b"no certificate"], ids=["missing", "of another kind"])
def test_a_ca_file_that_cannot_be_read_is_a_configuration_error(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        HttpClient("https://127.0.0.1:1", manners=Manners(bounds=Bounds(ca_file=path)))
    assert caught.value.code == "bad-ca-file"
