from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.text import decoded, one_line, storable

BYTES = {
    "utf-8": ("Renée".encode(), None, "Renée"),
    "windows": ("“Renée” €".encode("cp1252"), None, "“Renée” €"),
    "declared": ("Жанна".encode("koi8-r"), "KOI8-R", "Жанна"),
    "declared-in-quotes": ("Жанна".encode("koi8-r"), '"koi8-r"', "Жанна"),
    "wrongly-declared": ("Renée".encode(), "us-ascii", "Renée"),
    "not-what-was-declared": (b"Ren\xe9e", "utf-8", "Renée"),
    "wider-than-declared": ("€".encode("cp1252"), "iso-8859-1", "€"),
    "unknown": ("Renée".encode(), "x-unknown", "Renée"),
    "no-text": (b"Jane", "base64", "Jane"),
    "slow-codec": (b"a" * 100_000, "idna", "a" * 100_000),
    "odd-name": (b"Jane", "utf-8\0", "Jane"),
    "undefined-byte": (b"\x81", None, "\ufffd"),
}


@pytest.mark.parametrize(("data", "charset", "expected"), BYTES.values(), ids=BYTES)
def test_bytes_are_read_as_what_they_are(data: bytes, charset: str | None, expected: str) -> None:
    assert decoded(data, charset) == expected


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=60), st.text(max_size=12) | st.sampled_from(["utf-7", "utf-16", "gb2312", "hz"]))
def test_nothing_makes_it_fail(data: bytes, charset: str) -> None:
    storable(decoded(data, charset)).encode()


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=60))
def test_one_line_is_one_line_and_stays_so(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert one_line(line) == line
    line.encode()


def test_joiners_that_names_need_are_kept() -> None:
    assert one_line("علی\u200cرضا") == "علی\u200cرضا"
