from __future__ import annotations

from email.parser import BytesParser
from email.policy import compat32

import pytest

from connectors.email.exclusion import address_exclusion, message_exclusion

MESSAGES = {
    "person": ("Subject: x", None),
    "list": ("List-Id: <news.example.com>", "list"),
    "bulk": ("Precedence: bulk", "list"),
    "junk": ("Precedence: Junk", "list"),
    "first-class": ("Precedence: first-class", None),
    "automatic": ("Auto-Submitted: auto-replied (vacation)", "automatic"),
    "automatic-with-parameter": ("Auto-Submitted: auto-generated; owner=x", "automatic"),
    "not-automatic": ("Auto-Submitted: No", None),
    "report": ("Content-Type: multipart/report; report-type=delivery-status", "bounce"),
    "no-return-path": ("Return-Path: <>", "bounce"),
    "return-path": ("Return-Path: <jane@example.com>", None),
    "unsubscribe-link": ("List-Unsubscribe: <https://example.com/u>", None),
}


@pytest.mark.parametrize(("header", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_lists_and_machines_are_told_from_people(header: str, expected: str | None) -> None:
    message = BytesParser(policy=compat32).parsebytes(f"From: jane@example.com\n{header}\n\n".encode())
    assert message_exclusion(message) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("jane@example.com", None),
        ("jane@own.example", "own"),
        ("jane@mail.own.example", "own"),
        ("jane@notown.example", None),
        ("no-reply@example.com", "no-reply"),
        ("noreply-orders@example.com", "no-reply"),
        ("orders.do_not_reply@example.com", "no-reply"),
        ("ne-pas-repondre@example.fr", "no-reply"),
        ("keine.antwort@example.de", "no-reply"),
        ("mailer-daemon@example.com", "no-reply"),
        ("postmaster@example.com", "no-reply"),
        ("bounce+12-jane=example.org@lists.example", "no-reply"),
        ("bounces@example.com", "no-reply"),
        ("info@example.com", None),
        ("noreplyanna@example.com", None),
        ("bouncer@example.com", None),
        ("arnoreply@example.com", None),
    ],
)
def test_nobodys_addresses_are_told_from_somebodys(address: str, expected: str | None) -> None:
    assert address_exclusion(address, frozenset({"own.example"})) == expected
