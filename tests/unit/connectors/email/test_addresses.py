from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.addresses import is_address, parse_addresses

JANE = ("Jane Doe", "jane@example.com")
CASES = {
    "plain": ("jane@example.com", [("", "jane@example.com")], 0),
    "name": ("Jane Doe <jane@example.com>", [JANE], 0),
    "capitals": ("Jane Doe <JANE@Example.COM>", [JANE], 0),
    "quoted-comma": ('"Doe, Jane" <jane@example.com>, bob@example.org',
                     [("Doe, Jane", "jane@example.com"), ("", "bob@example.org")], 0),
    "unquoted-comma": ("Doe, Jane <jane@example.com>", [("Doe, Jane", "jane@example.com")], 0),
    "escaped-quote": (r'"Jane \"JD\" Doe" <jane@example.com>', [('Jane "JD" Doe', "jane@example.com")], 0),
    "comment": ("jane@example.com (Jane Doe)", [JANE], 0),
    "comma-in-comment": ("Jane (Acme, Inc) Doe <jane@example.com>",
                         [("Jane (Acme, Inc) Doe", "jane@example.com")], 0),
    "semicolons": ("jane@example.com; bob@example.org",
                   [("", "jane@example.com"), ("", "bob@example.org")], 0),
    "group": ("Team: jane@example.com, Bob <bob@example.org>;",
              [("", "jane@example.com"), ("Bob", "bob@example.org")], 0),
    "undisclosed": ("undisclosed-recipients:;", [], 0),
    "route": ("<@relay.example,@other.example:jane@example.com>", [("", "jane@example.com")], 0),
    "encoded-name": ("=?utf-8?Q?Ren=C3=A9e?= <renee@example.com>", [("Renée", "renee@example.com")], 0),
    "encoded-whole": ("=?utf-8?Q?Jane_Doe_<jane@example.com>?=", [JANE], 0),
    "encoded-comma": ("=?utf-8?Q?Doe=2C_Jane?= <jane@example.com>", [("Doe, Jane", "jane@example.com")], 0),
    "quotes-inside": ("'Jane Doe' <'jane@example.com'>", [("'Jane Doe'", "jane@example.com")], 0),
    "endless-quote": ('"Jane Doe <jane@example.com>', [JANE], 0),
    "endless-comment": ("Jane Doe <jane@example.com> (oops", [JANE], 0),
    "address-behind": ("Jane Doe <jane@example.com> bob@example.org", [], 1),
    "no-closing-bracket": ("Jane Doe <jane@example.com", [JANE], 0),
    "international": ("Jürg <jürg@bücher.example>", [("Jürg", "jürg@bücher.example")], 0),
    "two-readings": ("alice@example.org)bob@example.com", [], 1),
    "two-at-signs": ("jane@example.com@evil.example", [], 1),
    "name-is-another-address": ('"boss@example.com" <eve@evil.example>',
                                [("boss@example.com", "eve@evil.example")], 0),
    "words-only": ("Jane Doe", [], 1),
    "no-domain": ("root@localhost", [], 1),
    "empty": ("", [], 0),
    "commas-only": (" , ,; ", [], 0),
    "one-bad-among-good": ("jane@example.com, @@, bob@example.org",
                           [("", "jane@example.com"), ("", "bob@example.org")], 1),
}  # fmt: skip


@pytest.mark.parametrize(("field", "mailboxes", "unreadable"), CASES.values(), ids=CASES)
def test_fields_are_read(field: str, mailboxes: list[tuple[str, str]], unreadable: int) -> None:
    found = parse_addresses(field)
    assert [(one.name, one.address) for one in found.mailboxes] == mailboxes
    assert len(found.unreadable) == unreadable


ATOMS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)
ADDRESSES = st.builds("{}@{}.example".format, ATOMS, ATOMS)
NAMES = st.text("abc XYZ,;:.@<>()'éß-", max_size=20)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.tuples(NAMES, ADDRESSES), max_size=6))
def test_a_quoted_name_never_hides_or_adds_an_address(people: list[tuple[str, str]]) -> None:
    field = ", ".join(f'"{name}" <{address}>' for name, address in people)
    found = parse_addresses(field)
    assert [one.address for one in found.mailboxes] == [address for _, address in people]
    assert found.unreadable == ()


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=200))
def test_nothing_that_is_read_is_anything_but_an_address(field: str) -> None:
    assert all(is_address(one.address) for one in parse_addresses(field).mailboxes)


@pytest.mark.parametrize(
    "field",
    [
        '"' * 60_000,
        "(" * 60_000,
        "=?utf-8?q?" * 20_000,
        "<" * 60_000,
        "a@" * 60_000,
        "(a)" * 40_000,
        ":" * 60_000,
    ],
    ids=["quotes", "comments", "encoded-words", "brackets", "ats", "comment-pairs", "colons"],
)
def test_a_long_field_made_to_be_slow_is_read_at_once(field: str) -> None:
    before = time.process_time()
    parse_addresses(field)
    assert time.process_time() - before < 2
