from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contacts.vcard import cards


def read(*properties: str) -> dict[str, object]:
    """The JSON of a card with these lines."""
    return read_bytes("\r\n".join(["BEGIN:VCARD", *properties, "END:VCARD", ""]).encode())


def read_bytes(data: bytes) -> dict[str, object]:
    (card,) = cards(data)
    found: dict[str, object] = json.loads(card.person.as_json())
    return found


NAME: dict[str, object] = {"name": "Jane"}
CARDS: Mapping[str, tuple[tuple[str, ...], dict[str, object]]] = {
    "parts-of-the-name": (
        ("N:Doe;Jane;Mary,Ann;Dr.;PhD", "FN:Dr. Jane Doe"),
        {
            "name": "Dr. Jane Doe",
            "family": "Doe",
            "given": "Jane",
            "additional": "Mary Ann",
            "prefix": "Dr.",
            "suffix": "PhD",
        },
    ),
    "escapes": ((r"FN:Doe\, Jane\; \\o/", r"NOTE:one\ntwo\, three"),
                {"name": r"Doe, Jane; \o/", "note": "one\ntwo, three"}),
    "escaped-separators": ((r"N:Do\;e;Ja\,ne", "FN:Jane"), {**NAME, "family": "Do;e", "given": "Ja,ne"}),
    "folded": (("FN:Ja", " ne", "\tXYZ"), {"name": "JaneXYZ"}),
    "organisation": (
        ("FN:Jane", "ORG:Acme\\, Inc.;Sales;Paris", "TITLE:Manager"),
        {**NAME, "organization": "Acme, Inc.", "department": "Sales, Paris", "job_title": "Manager"},
    ),
    "company-card": (("ORG:Acme", "X-ABShowAs:COMPANY", "N:;;;;", "FN:Acme"),
                     {"name": "Acme", "organization": "Acme", "kind": "org"}),
    "phones-2.1": (
        ("FN:Jane", "TEL;WORK;VOICE:+44 20 7946 0123", "TEL;CELL:+44 7700 900123",
         "TEL;WORK;FAX:+44 20 7946 0124"),
        {
            **NAME,
            "phones": [
                {"type": "work", "value": "+44 20 7946 0123"},
                {"type": "mobile", "value": "+44 7700 900123"},
                {"type": "fax", "value": "+44 20 7946 0124"},
            ],
        },
    ),
    "phones-3.0": (("FN:Jane", 'TEL;TYPE="voice,home":1', "TEL;type=CELL;type=pref:2"),
                   {**NAME, "phones": [{"type": "mobile", "value": "2"}, {"type": "home", "value": "1"}]}),
    "phones-4.0": (
        ("FN:Jane", "TEL;VALUE=uri;PREF=2;TYPE=work:tel:+44-20-7946-0123;ext=12",
         "TEL;PREF=1:+44 7700 900123"),
        {
            **NAME,
            "phones": [
                {"type": "other", "value": "+44 7700 900123"},
                {"type": "work", "value": "+44-20-7946-0123 ext. 12"},
            ],
        },
    ),
    "labels-of-apple": (
        ("FN:Jane", "item1.EMAIL;type=INTERNET:jane@example.com", "item1.X-ABLabel:_$!<Work>!$_",
         "item2.TEL:1", "item2.X-ABLabel:Work Fax", "item3.URL:https://example.com", "item3.X-ABLabel:Blog"),
        {
            **NAME,
            "emails": [{"type": "work", "value": "jane@example.com"}],
            "phones": [{"type": "fax", "value": "1"}],
            "urls": [{"type": "other", "value": "https://example.com"}],
        },
    ),
    "mailto": (("FN:Jane", "EMAIL:mailto:jane%2Bx@example.com?subject=hi"),
               {**NAME, "emails": [{"type": "other", "value": "jane+x@example.com"}]}),
    "the-same-twice": (("FN:Jane", "EMAIL:a@example.com", "EMAIL:a@example.com"),
                       {**NAME, "emails": [{"type": "other", "value": "a@example.com"}]}),
    "address": (
        ("FN:Jane", "ADR;TYPE=home:PO 12;Flat 3;1 High Street;Anytown;Shire;AB1 2CD;United Kingdom"),
        {
            **NAME,
            "addresses": [
                {
                    "post_box": "PO 12",
                    "street": "Flat 3, 1 High Street",
                    "locality": "Anytown",
                    "region": "Shire",
                    "postal_code": "AB1 2CD",
                    "country": "United Kingdom",
                    "type": "home",
                }
            ],
        },
    ),
    "empty-address": (("FN:Jane", "ADR:;;;;;;"), NAME),
    "birthday": (("FN:Jane", "BDAY:1977-09-13"), {**NAME, "birth_date": "1977-09-13"}),
    "birthday-without-a-year": (("FN:Jane", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-09-13"),
                                {**NAME, "birth_date": "--09-13"}),
    "the-rest": (
        ("FN:Jane", "NICKNAME:JD", "GENDER:F;she", "LANG:fr", "CATEGORIES:a,b,a", "UID:urn:uuid:1-2"),
        {**NAME, "nickname": "JD", "gender": "F", "language": "fr", "categories": ["a", "b"], "uid": "1-2"},
    ),
    "quoted-parameter": (('FN;X-A="a;b:c":Jane',), NAME),
    "garbage-lines": (("@@@", "no colon", "FN:Jane", ";;;:x", ": "), NAME),
    "small-letters": (("fn:Jane", "tel;type=cell:1"), {**NAME, "phones": [{"type": "mobile", "value": "1"}]}),
    "pictures": (("FN:Jane", "PHOTO;ENCODING=b;TYPE=JPEG:AAAA", " BBBB", "LOGO;BASE64:AAAA"), NAME),
    "agent": (("FN:Jane", "AGENT:", "BEGIN:VCARD", "FN:Bob", "TEL:1", "END:VCARD", "TITLE:Boss"),
              {**NAME, "job_title": "Boss"}),
    "zero-bytes": (("FN:Ja\0ne",), {"name": "Ja\ufffdne"}),
}  # fmt: skip


@pytest.mark.parametrize(("properties", "expected"), CARDS.values(), ids=CARDS)
def test_cards_are_read(properties: tuple[str, ...], expected: dict[str, object]) -> None:
    assert read("VERSION:3.0", *properties) == expected


BYTES = {
    "quoted-printable": b"FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Ren=C3=A9e",
    "bare-parameters": b"FN;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Ren=E9e",
    "soft-line-break": b"FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Ren=C3=\r\n=A9e",
    "raw-charset": b"FN;CHARSET=ISO-8859-1:Ren\xe9e",
    "windows": b"FN:Ren\xe9e",
    "utf-8": "FN:Renée".encode(),
    "folded-inside-a-character": b"FN:Ren\xc3\r\n \xa9e",
    "decomposed": "FN:Rene\u0301e".encode(),
}


@pytest.mark.parametrize("line", BYTES.values(), ids=BYTES)
def test_letters_are_right_however_they_are_written(line: bytes) -> None:
    assert read_bytes(b"BEGIN:VCARD\r\nVERSION:2.1\r\n" + line + b"\r\nEND:VCARD\r\n") == {"name": "Renée"}


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_files_with_a_byte_order_mark_are_read(codec: str) -> None:
    assert read_bytes("BEGIN:VCARD\nFN:Renée\nEND:VCARD\n".encode(codec)) == {"name": "Renée"}


def test_what_is_wrong_with_a_card_is_told_and_the_others_are_read() -> None:
    data = (
        "BEGIN:VCARD\nFN:Jane\n"
        "BEGIN:VCARD\nFN:Bob\nEND:VCARD\n"
        "BEGIN:VCARD\nNOTE:nobody\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Team\nX-ADDRESSBOOKSERVER-KIND:group\nEND:VCARD\n"
        "END:VCARD\nnoise\nBEGIN:VCARD\nFN:Eve\n"
    )
    found = [
        (card.number, card.person.name, card.problem and card.problem[0]) for card in cards(data.encode())
    ]
    assert found == [
        (1, "Jane", "card-not-closed"),
        (2, "Bob", None),
        (3, "", "empty-card"),
        (4, "Team", "group-card"),
        (5, "Eve", "card-not-closed"),
    ]


@pytest.mark.parametrize(
    ("revised", "expected"),
    [
        ("20260302T093000Z", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("2026-03-02T10:30:00+01:00", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_rev_is_when_the_card_was_revised(revised: str, expected: datetime | None) -> None:
    (card,) = cards(f"BEGIN:VCARD\nFN:Jane\nREV:{revised}\nEND:VCARD\n".encode())
    assert card.revised == expected


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=300))
def test_any_text_can_be_a_note(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")
    if escaped.isprintable() and escaped.isascii():
        assert read("FN:Jane", f"NOTE:{escaped}").get("note", "").split() == text.split()  # type: ignore[attr-defined]
    json.dumps(read("FN:Jane", f"NOTE:{escaped}")).encode()


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    for card in cards(b"BEGIN:VCARD\nFN:Jane\n" + data + b"\nEND:VCARD\n"):
        card.person.as_json().encode()


SLOW = {
    "commas": b"A;B=" + b"," * 200_000,
    "parameters": b"A" + b";B=x" * 100_000,
    "quotes": b'A;B="' + b'"' * 200_000,
    "folds": b"PHOTO;ENCODING=b:" + b"A\r\n " * 100_000,
    "soft-breaks": b"NOTE;QUOTED-PRINTABLE:" + b"A=\r\n" * 100_000,
    "backslashes": b"N:" + b"\\" * 200_000,
    "begins": b"BEGIN:VCARD\n" * 20_000,
    "agents": b"AGENT:\nBEGIN:VCARD\n" * 20_000,
    "semicolons": b"ADR:" + b";" * 200_000,
    "dashes": b"a-" * 100_000,
}


@pytest.mark.parametrize("line", SLOW.values(), ids=SLOW)
def test_a_card_made_to_be_slow_is_read_at_once(line: bytes) -> None:
    before = time.process_time()
    list(cards(b"BEGIN:VCARD\nFN:Jane\n" + line + b"\nEND:VCARD\n"))
    assert time.process_time() - before < 3


def test_reprs_show_nobody() -> None:
    assert "Jane" not in repr(list(cards(b"BEGIN:VCARD\nFN:Jane\nEND:VCARD\n")))
