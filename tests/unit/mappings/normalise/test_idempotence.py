"""Normalising what is normal already changes nothing, whatever was there before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mappings.normalise.addresses import (
    normalise_country,
    normalise_locality,
    normalise_postal_code,
    normalise_street,
)
from mappings.normalise.consents import normalise_consent
from mappings.normalise.dates import DateOrder, normalise_birth_date, normalise_date, normalise_instant
from mappings.normalise.emails import Email, normalise_email
from mappings.normalise.gender import normalise_gender
from mappings.normalise.identifiers import normalise_identifier
from mappings.normalise.language import normalise_language
from mappings.normalise.names import Name, normalise_family, normalise_given, normalise_part, split_name
from mappings.normalise.organisations import normalise_line, normalise_organization
from mappings.normalise.phones import Phone, normalise_phone
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text
from mappings.normalise.urls import normalise_url

SEEN = """
    Zoé roy VAN der D'ARTAGNAN Dr. M. Jr. cedex 12 bis rue , - / . ( ) & é Ã© n/a Müller 山田 bin III F- Cédex
    69001 1234AB k1a0b1 03/02/1980 1980-02-03 3 février feb 24.12.99 29254 FR44732829320 732829320 http://
    www.a.fr
    a.fr/x zoe@a.fr + 33 06 39 98 00 12 (0) ext. x45 France uk Deutschland fr_FR oui nein M female &amp; ’ ;
"""
WORDS = st.sampled_from([*SEEN.split(), "\u200b"])
TEXTS = st.one_of(
    st.text(max_size=20),
    st.lists(WORDS, min_size=1, max_size=5).map(" ".join),
    st.lists(WORDS, min_size=1, max_size=4).map("".join),
)
NORMALISERS: dict[str, Callable[[str], Any]] = {
    "text": clean_text,
    "line": normalise_line,
    "organisation": normalise_organization,
    "name part": normalise_part,
    "street": normalise_street,
    "town": normalise_locality,
    "postal code": normalise_postal_code,
    "French postal code": lambda text: normalise_postal_code(text, "FR"),
    "country": normalise_country,
    "date": normalise_date,
    "day-first date": lambda text: normalise_date(text, DateOrder.DAY_FIRST),
    "birth date": lambda text: normalise_birth_date(text, DateOrder.MONTH_FIRST),
    "moment": normalise_instant,
    "gender": normalise_gender,
    "language": normalise_language,
    "consent": normalise_consent,
    "link": normalise_url,
    "VAT number": lambda text: normalise_identifier(text, "vat"),
    "French VAT number": lambda text: normalise_identifier(text, "vat", "FR"),
    "SIREN": lambda text: normalise_identifier(text, "siren"),
    "social security number": lambda text: normalise_identifier(text, "ssn"),
    "other identifier": lambda text: normalise_identifier(text, None),
}


@pytest.mark.parametrize("name", NORMALISERS)
@given(text=TEXTS)
@example(text="\u00e2\x80")
@example(text="0\u00e3\u00a1")
@example(text="0:0B")
@example(text="0 CEDEX CEDEX")
def test_normalising_twice_changes_nothing(name: str, text: str) -> None:
    normalise = NORMALISERS[name]
    once = normalise(text)
    if isinstance(once, str):
        assert normalise(once) == once


@given(TEXTS)
def test_an_address_normalised_twice_is_the_same(text: str) -> None:
    once = normalise_email(text)
    if isinstance(once, Email):
        assert normalise_email(once.value) == once
        if once.match is not None:
            again = normalise_email(once.match)
            assert isinstance(again, Email)
            assert again.match in {once.match, None}


@given(TEXTS, st.sampled_from([None, "FR", "IT", "US", "AR"]))
def test_a_number_normalised_twice_is_the_same(text: str, country: str | None) -> None:
    once = normalise_phone(text, country)
    if isinstance(once, Phone) and once.value.startswith("+"):
        assert normalise_phone(once.value, country) == Phone(once.value, once.match)


@pytest.mark.parametrize(
    ("part", "normalise"), [("given", normalise_given), ("family", normalise_family), ("full", split_name)]
)
@given(text=TEXTS)
@example(text="D,0")
@example(text="JEAN D")
@example(text="00 (0) III (0)")
@example(text="Jr. (0) Jr.")
def test_a_name_normalised_twice_is_the_same(
    part: str, normalise: Callable[[str], Name | Refusal | None], text: str
) -> None:
    once = normalise(text)
    value = getattr(once, part) if isinstance(once, Name) else None
    if value is not None:
        again = normalise(value)
        assert isinstance(again, Name)
        assert getattr(again, part) == value
