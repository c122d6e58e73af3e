from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.people import Found, Reader
from connectors.pages import Bad, Good
from tests.fakes.mail import NOW, SENT, message

READER = Reader(frozenset({"own.example"}), NOW)
CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Card\nEMAIL:ada@cards.example\nEND:VCARD\n"


def people(raw: bytes) -> list[dict[str, object]]:
    return [json.loads(row.payload) for row in READER.people(raw, "uid 1").rows if isinstance(row, Good)]


def rejects(raw: bytes) -> list[tuple[str, str]]:
    return [(row.code, row.position) for row in READER.people(raw, "uid 1").rows if isinstance(row, Bad)]


def emails(raw: bytes) -> list[str]:
    return [key.partition("#")[0] for key in keys(raw)]


def keys(raw: bytes) -> list[str]:
    return [row.key for row in READER.people(raw, "uid 1").rows if isinstance(row, Good)]


def with_attachment(content: bytes, file_name: str, kind: str = "text/x-vcard") -> bytes:
    found = EmailMessage()
    found["From"] = "Jane Doe <jane@example.com>"
    found.set_content("Hello\n")
    main, _, sub = kind.partition("/")
    found.add_attachment(content, maintype=main, subtype=sub, filename=file_name)
    return found.as_bytes()


def test_everybody_in_the_address_fields_is_met_once() -> None:
    raw = message(
        "Jane Doe <jane@example.com>", To="Bob <bob@example.org>, jane@example.com", Cc="eve@example.org"
    )
    assert people(raw) == [
        {"emails": [{"type": "other", "value": "jane@example.com"}], "name": "Jane Doe", "role": "from"},
        {"emails": [{"type": "other", "value": "bob@example.org"}], "name": "Bob", "role": "to"},
        {"emails": [{"type": "other", "value": "eve@example.org"}], "role": "to"},
    ]


def test_a_reply_to_that_repeats_the_sender_adds_nobody() -> None:
    assert emails(message("Jane <jane@example.com>", Reply_To="jane@example.com")) == ["jane@example.com"]


def test_a_record_says_nothing_of_its_message() -> None:
    one = message("Jane <jane@example.com>", "Hi\n", Subject="one", Message_ID="<1@example.com>")
    other = message("Jane <JANE@example.com>", "Bye\n", at=None, Subject="two", Message_ID="<2@example.com>")
    assert keys(one) == keys(other)
    assert people(one) == people(other)


def test_a_new_detail_is_another_record_of_the_same_address() -> None:
    plain = message("Jane Doe <jane@example.com>", "Hi\n")
    signed = message("Jane Doe <jane@example.com>", "Hi\n-- \nJane Doe\nTel +44 20 7946 0123\n")
    assert emails(plain) == emails(signed)
    assert keys(plain) != keys(signed)


def test_the_signature_is_the_senders() -> None:
    raw = message(
        "Jane Doe <jane@example.com>",
        "Hi\n-- \nJane Doe\nSales Manager\nExample Ltd\nTel +44 20 7946 0123\nwww.widgets.example\n",
        To="Bob <bob@example.org>",
    )
    assert people(raw) == [
        {
            "emails": [{"type": "other", "value": "jane@example.com"}],
            "job_title": "Sales Manager",
            "name": "Jane Doe",
            "organization": "Example Ltd",
            "phones": [{"type": "work", "value": "+44 20 7946 0123"}],
            "role": "from",
            "urls": [{"type": "other", "value": "www.widgets.example"}],
        },
        {"emails": [{"type": "other", "value": "bob@example.org"}], "name": "Bob", "role": "to"},
    ]


def test_html_is_read_where_there_is_no_plain_text() -> None:
    found = EmailMessage()
    found["From"] = "Jane Doe <jane@example.com>"
    signature = '<div class="gmail_signature">Jane Doe<br>Example Ltd</div>'
    found.set_content(f"<p>Hi</p>{signature}", subtype="html")
    assert people(found.as_bytes())[0]["organization"] == "Example Ltd"


def test_a_signature_in_a_charset_that_is_a_lie_is_read() -> None:
    head = b'From: Jane Doe <jane@example.com>\nContent-Type: text/plain; charset="x-nowhere"\n\n'
    raw = head + "Hi\n-- \nJane Doe\nExemple & Société SARL\n".encode("cp1252")
    assert people(raw)[0]["organization"] == "Exemple & Société SARL"


def test_a_card_that_is_attached_is_a_person() -> None:
    assert people(with_attachment(CARD.encode(), "ada.vcf"))[1] == {
        "emails": [{"type": "other", "value": "ada@cards.example"}],
        "name": "Ada Card",
        "role": "vcard",
    }


@pytest.mark.parametrize(
    ("file_name", "kind", "count"),
    [
        ("ada.vcf", "application/octet-stream", 2),
        ("ada.txt", "text/vcard", 2),
        ("ada.pdf", "application/pdf", 1),
    ],
)
def test_cards_are_known_by_type_or_name(file_name: str, kind: str, count: int) -> None:
    assert len(people(with_attachment(CARD.encode(), file_name, kind))) == count


def test_a_card_of_ones_own_staff_is_passed_over() -> None:
    own = CARD.replace("cards.example", "own.example").encode()
    assert emails(with_attachment(own, "ada.vcf")) == ["jane@example.com"]


def test_a_card_that_was_cut_off_is_rejected() -> None:
    assert rejects(with_attachment(CARD.encode()[:-12], "ada.vcf")) == [("card-not-closed", "uid 1 card 1")]


def test_who_is_in_a_message_that_is_attached_is_not_taken() -> None:
    inner = EmailMessage()
    inner["From"] = "Eve <eve@example.org>"
    inner.set_content("Hi\n-- \nEve\nTel +44 20 7946 0999\n")
    outer = EmailMessage()
    outer["From"] = "Jane Doe <jane@example.com>"
    outer.set_content("See below\n")
    outer.add_attachment(inner)
    assert people(outer.as_bytes()) == [
        {"emails": [{"type": "other", "value": "jane@example.com"}], "name": "Jane Doe", "role": "from"}
    ]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (message("Jane <jane@example.com>", List_Id="<x.example>"), "list message"),
        (message("Jane <jane@example.com>", Auto_Submitted="auto-replied"), "automatic message"),
        (message("Jane <jane@own.example>"), "own address"),
        (message("no-reply@example.com"), "no-reply address"),
        (message("root@localhost"), "local address"),
        (message("Jane Doe via Share <mail@share.example>"), "service's address"),
        (b"Subject: nobody\n\nHi\n", "message without addresses"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_passed_over_is_counted_with_its_reason(raw: bytes, reason: str) -> None:
    assert READER.people(raw, "uid 1") == Found((), Counter([reason]))


def test_an_address_that_cannot_be_read_is_rejected_and_the_others_are_kept() -> None:
    raw = message("Jane <jane@example.com>", Subject="x").replace(
        b"Subject: x", b"To: somebody or other, bob@example.org"
    )
    assert emails(raw) == ["jane@example.com", "bob@example.org"]
    assert rejects(raw) == [("unreadable-address", "uid 1")]


def test_what_was_read_and_is_of_no_use_has_a_key_of_its_own() -> None:
    """Else the hub would have to think that it may be any record's, and call nothing deleted."""
    for raw in (b"", b"From: nobody at all\n\nHi\n"):
        (row,) = READER.people(raw, "uid 1").rows
        assert isinstance(row, Bad)
        assert str(row.key).startswith("#")


def test_an_empty_message_is_rejected() -> None:
    assert rejects(b"") == [("empty-message", "uid 1")]
    assert rejects(b" \r\n\r\n") == [("empty-message", "uid 1")]


@pytest.mark.parametrize(
    ("date", "expected"),
    [("Mon, 02 Mar 2026 09:30:00 +0000", SENT), ("soon", None)],
    ids=["good", "nonsense"],
)
def test_the_date_is_beside_the_record_not_in_it(date: str, expected: datetime | None) -> None:
    raw = f"From: jane@example.com\nDate: {date}\n\nHi\n".encode()
    rows = [row for row in READER.people(raw, "uid 1").rows if isinstance(row, Good)]
    assert [row.updated_at for row in rows] == [expected]
    assert "date" not in rows[0].payload


def _nested(depth: int) -> bytes:
    parts = "".join(
        f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n" for number in range(depth)
    )
    return b"From: jane@example.com\n" + parts.encode() + b"\nHi\n"


ODD = {
    "deep": _nested(3000),
    "endless-parts": b"From: jane@example.com\nContent-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\n\n\n" * 30_000,
    "no-boundary": b"From: jane@example.com\nContent-Type: multipart/mixed\n\nHi\n",
    "bad-base64": b"From: jane@example.com\nContent-Transfer-Encoding: base64\n\n!!!\n",
    "bad-type": b"From: jane@example.com\nContent-Type: ;;;=\n\nHi\n",
    "no-end-of-header": b"From: jane@example.com",
    "zero-bytes": b"From: jane@example.com\0\n\n\0\0\n",
    "huge-header": b"From: jane@example.com\nSubject: " + b"x" * 5_000_000 + b"\n\nHi\n",
    "many-fields": b"From: jane@example.com\n" + b"X-A: b\n" * 30_000 + b"\nHi\n",
    "bad-filename": b"From: jane@example.com\n"
    b"Content-Type: text/plain; name*0*=x''%ff%fe; name*=bad'%\n\nHi\n",
}


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_an_odd_message_is_read_or_rejected_and_quickly(raw: bytes) -> None:
    before = time.process_time()
    assert READER.people(raw, "uid 1").rows
    assert time.process_time() - before < 5


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(raw: bytes) -> None:
    found = READER.people(b"From: jane@example.com\n" + raw, "uid 1")
    for row in found.rows:
        if isinstance(row, Good):
            assert json.loads(row.payload)
            row.payload.encode()


WORDS = st.text("abc äé日\u202e\x00<>@,;:\"'=?-_./\\()[]\n\r\t0123456789", max_size=60)
FIELDS = st.sampled_from(["From", "To", "Cc", "Reply-To", "Date", "Content-Type", "List-Id", "Precedence"])


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.tuples(FIELDS, WORDS), max_size=6), WORDS)
def test_the_same_message_always_gives_the_same(fields: list[tuple[str, str]], body: str) -> None:
    raw = "".join(f"{name}: {value}\n" for name, value in fields).encode() + b"\n" + body.encode()
    assert READER.people(raw, "uid 1") == READER.people(raw, "uid 1")


def test_reprs_show_nobody() -> None:
    assert "jane" not in repr(READER.people(message("Jane <jane@example.com>"), "uid 1"))


def test_a_message_from_the_future_has_no_time() -> None:
    raw = message("jane@example.com", at=datetime(2031, 1, 1, tzinfo=UTC))
    assert [row.updated_at for row in READER.people(raw, "uid 1").rows if isinstance(row, Good)] == [None]
