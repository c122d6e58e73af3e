"""A column of plain e-mails and phones gets at once what its values get one by one."""

from __future__ import annotations

from itertools import compress

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mappings.normalise.emails import Email, normalise_email, split_emails
from mappings.normalise.phones import Phone, normalise_phone, split_phones
from mappings.usual import usual_emails, usual_phones

LOCAL = st.from_regex(r"[A-Za-z0-9_+.'-]{1,14}", fullmatch=True)
DOMAIN = st.one_of(
    st.sampled_from(["gmail.com", "Googlemail.com", "a.test", "x.local", "a-.fr", "test.com", "b--c.fr"]),
    st.from_regex(r"[A-Za-z0-9-]{1,8}(\.[A-Za-z0-9-]{1,8}){0,2}\.[A-Za-z]{2,6}", fullmatch=True),
)
ADDRESSES = st.one_of(
    st.tuples(LOCAL, DOMAIN).map("@".join),
    st.sampled_from(
        ["test@test.com", "aa@aa.fr", "none@a.fr", "a@b", "a@x.fr; b@x.fr", "n/a", "é@a.fr", "+a@x.fr"]
    ),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(ADDRESSES, min_size=1, max_size=8))
def test_plain_addresses(texts: list[str]) -> None:
    usual, items = usual_emails(pa.array(texts), "work")
    for text, item in zip(compress(texts, usual), items.to_pylist(), strict=True):
        assert split_emails(text) == [text]
        assert normalise_email(text) == Email(item["value"], item["match"])
        assert item["type"] == "work"


DIGITS = st.one_of(
    st.text("0123456789", min_size=5, max_size=12),
    st.sampled_from(["1111111111", "0123456789", "9876543210", "0000000000", "639980012.0", "600000000"]),
)


@example([("0044", "100000000", [], None)], None)
@example([("0", "639980012.0", [(12, " ")], "DE")], None)
@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["0", "", "00", "+", "+33", "0033", "+1", "1", "0044", "+49", "(0", "+33(0)", "tel "]
            ),
            DIGITS,
            st.lists(st.tuples(st.integers(0, 12), st.sampled_from(" .-()/e;")), max_size=3),
            st.sampled_from([None, "FR", "DE", "GB", "US", "CA", "ES", "IT"]),
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([None, "FR", "US"]),
)
def test_usual_phones(
    made: list[tuple[str, str, list[tuple[int, str]], str | None]], default: str | None
) -> None:
    pairs: list[tuple[str, str | None]] = []
    for start, digits, gaps, country in made:
        text = start + digits
        for place, sign in gaps:
            text = text[:place] + sign + text[place:]
        pairs.append((text, country))
    countries = pa.array([country or default for _, country in pairs], pa.string())
    usual, items = usual_phones(pa.array([text for text, _ in pairs]), countries, None)
    for (text, country), item in zip(compress(pairs, usual), items.to_pylist(), strict=True):
        assert split_phones(text) == [text.strip()]
        assert normalise_phone(text, country or default) == Phone(item["value"], item["match"])


@pytest.mark.parametrize(
    ("text", "country", "found"),
    [("06 39 98 00 12", "FR", "+33639980012"), ("0033 6 39 98 00 12", "DE", "+33639980012"),
     ("(212) 555-0123", "US", "+12125550123"), ("1-212-555-0123", "CA", "+12125550123"),
     ("+44 20 7946 0123", None, "+442079460123"), ("0044 20 7946 0123", None, "+442079460123"),
     ("(212) 555-0123", None, "2125550123")],
)  # fmt: skip
def test_usual_numbers_are_taken(text: str, country: str | None, found: str) -> None:
    usual, items = usual_phones(pa.array([text]), pa.array([country], pa.string()), "home")
    assert usual.tolist() == [True]
    assert items.to_pylist()[0]["value"] == found


def test_plain_addresses_are_taken() -> None:
    usual, items = usual_emails(pa.array(["Zoe.Roy+shop@Gmail.com", "zoe@garage-roy.fr"]), None)
    assert usual.tolist() == [True, True]
    assert [one["match"] for one in items.to_pylist()] == ["zoeroy@gmail.com", "zoe@garage-roy.fr"]
