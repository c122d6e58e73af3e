from __future__ import annotations

from datetime import UTC, datetime
from email.parser import BytesParser
from email.policy import compat32

import pytest

from connectors.email.headers import all_of, first_of, sent_at, words_decoded

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


WORDS = {
    "utf-8": ("=?utf-8?B?UmVuw6ll?=", "Renée"),
    "latin": ("=?iso-8859-1?Q?Ren=E9e?=", "Renée"),
    "windows-said-to-be-latin": ("=?iso-8859-1?Q?=93Ren=E9e=94?=", "“Renée”"),
    "utf-8-said-to-be-latin": ("=?iso-8859-1?Q?Ren=C3=A9e?=", "Renée"),
    "unknown-charset": ("=?x-nowhere?Q?Ren=C3=A9e?=", "Renée"),
    "no-charset-of-text": ("=?rot13?Q?Jane?=", "Jane"),
    "cyrillic": ("=?koi8-r?B?9sHOzsE=?=", "Жанна"),
    "japanese": ("=?iso-2022-jp?B?GyRCOzNFRBsoQg==?=", "山田"),
    "split-character": ("=?utf-8?B?UmVuww==?= =?utf-8?B?qWU=?=", "Renée"),
    "two-words": ("=?utf-8?Q?Jane?= =?utf-8?Q?_Doe?=", "Jane Doe"),
    "blanks-inside": ("=?utf-8?Q?Jane Doe?=", "Jane Doe"),
    "broken-base64": ("=?utf-8?B?A?= Doe", "Doe"),
    "line-break": ("Jane\r\n Doe", "Jane Doe"),
    "control-characters": ("Ja\x00ne\x1b[31m Doe", "Ja ne [31m Doe"),
    "invisible-characters": ("Ja\u200bne\u202e Doe", "Jane Doe"),
}


@pytest.mark.parametrize(("text", "expected"), WORDS.values(), ids=WORDS)
def test_encoded_words_become_text(text: str, expected: str) -> None:
    assert words_decoded(text) == expected


@pytest.mark.parametrize("raw", ["Renée".encode(), "Renée".encode("cp1252")], ids=["utf-8", "windows"])
def test_raw_bytes_in_a_field_are_read(raw: bytes) -> None:
    message = BytesParser(policy=compat32).parsebytes(b"From: " + raw + b" <r@example.com>\n\n")
    assert all_of(message, "from") == ["Renée <r@example.com>"]


def test_fields_that_come_twice_are_all_given() -> None:
    message = BytesParser(policy=compat32).parsebytes(b"To: a@example.com\nTO: b@example.com\n\n")
    assert all_of(message, "To") == ["a@example.com", "b@example.com"]
    assert first_of(message, "Cc") == ""


DATES = {
    "usual": ("Mon, 02 Nov 2026 10:00:00 +0100", datetime(2026, 11, 2, 9, tzinfo=UTC)),
    "zone-unknown": ("Mon, 02 Nov 2026 10:00:00 -0000", datetime(2026, 11, 2, 10, tzinfo=UTC)),
    "without-zone": ("Mon, 02 Nov 2026 10:00:00", datetime(2026, 11, 2, 10, tzinfo=UTC)),
    "old-zone-name": ("Mon, 02 Nov 2026 10:00:00 EST", datetime(2026, 11, 2, 15, tzinfo=UTC)),
    "clocks-differ": ("Tue, 24 Nov 2026 11:00:00 +0000", datetime(2026, 11, 24, 11, tzinfo=UTC)),
    "missing": ("", None),
    "nonsense": ("yesterday", None),
    "future": ("Wed, 25 Nov 2026 13:00:00 +0000", None),
    "far-future": ("Fri, 31 Dec 9999 23:59:59 -1200", None),
    "epoch": ("Thu, 01 Jan 1970 00:00:00 +0000", None),
    "nineteen-hundred": ("Mon, 01 Jan 1900 00:00:00 +0000", None),
    "no-such-day": ("Mon, 31 Feb 2026 10:00:00 +0100", None),
    "no-such-zone": ("Mon, 02 Nov 2026 10:00:00 +9999", None),
}


@pytest.mark.parametrize(("text", "expected"), DATES.values(), ids=DATES)
def test_dates_are_instants_or_unknown(text: str, expected: datetime | None) -> None:
    raw = f"Date: {text}\n\n" if text else "Subject: x\n\n"
    assert sent_at(BytesParser(policy=compat32).parsebytes(raw.encode()), NOW) == expected
