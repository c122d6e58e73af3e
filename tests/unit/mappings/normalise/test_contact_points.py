"""E-mails and phones."""

from __future__ import annotations

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from mappings.normalise.emails import Email, normalise_email, split_emails
from mappings.normalise.phones import Phone, normalise_phone, split_phones, usual_number
from mappings.normalise.refusal import Refusal


@pytest.mark.parametrize(
    ("text", "value", "match"),
    [
        pytest.param("Jean@Example.ORG", "Jean@example.org", "jean@example.org", id="case"),
        pytest.param("a.b+news@example.org", "a.b+news@example.org", "a.b@example.org", id="plus tag"),
        pytest.param(
            "Jean.Dupont@gmail.com", "Jean.Dupont@gmail.com", "jeandupont@gmail.com", id="Gmail dots"
        ),
        pytest.param("jd@googlemail.com", "jd@googlemail.com", "jd@gmail.com", id="Google Mail is Gmail"),
        pytest.param("Zoé <zoe@example.org>", "zoe@example.org", "zoe@example.org", id="name around"),
        pytest.param("info@exämple.com", "info@exämple.com", "info@exämple.com", id="international domain"),
        pytest.param("test@test.com", "test@test.com", None, id="a placeholder is kept, never matched"),
        pytest.param("noreply@example.org", "noreply@example.org", None, id="nobody reads it"),
    ],
)
def test_an_address_keeps_its_form_beside_the_matching_form(text: str, value: str, match: str | None) -> None:
    assert normalise_email(text) == Email(value, match)


@pytest.mark.parametrize("text", ["jean@", "@example.org", "jean", "a@b", "a b@c d.org@x"])
def test_what_is_no_address_is_refused(text: str) -> None:
    assert isinstance(normalise_email(text), Refusal)


def test_several_addresses_in_a_cell_are_told_apart() -> None:
    assert split_emails("a@x.org; b@x.org, c@x.org") == ["a@x.org", "b@x.org", "c@x.org"]


LOCAL = st.from_regex(r"[A-Za-z0-9_+.-]{1,20}", fullmatch=True)
DOMAIN = st.from_regex(r"[A-Za-z0-9-]{1,12}(\.[A-Za-z0-9-]{1,12}){0,2}\.[A-Za-z]{2,6}", fullmatch=True)


@given(LOCAL, DOMAIN)
def test_the_fast_path_for_addresses_accepts_what_the_library_accepts(local: str, domain: str) -> None:
    text = f"{local}@{domain}".strip(".")  # dots around an address are the sentence's, and left out
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
        expected = True
    except EmailNotValidError:
        expected = False
    assert isinstance(normalise_email(text), Email) == expected


@pytest.mark.parametrize(
    ("text", "country", "value"),
    [
        pytest.param("06 39 98 00 12", "FR", "+33639980012", id="national"),
        pytest.param("+33 (0)6 39 98 00 12", None, "+33639980012", id="zero in brackets"),
        pytest.param("0044 7700 900123", "FR", "+447700900123", id="international by 00"),
        pytest.param("639980012", "FR", "+33639980012", id="the spreadsheet ate the zero"),
        pytest.param("639980012.0", "FR", "+33639980012", id="a number with a decimal"),
        pytest.param("tel: 01 99 00 11 22", "FR", "+33199001122", id="a label in front"),
        pytest.param("(212) 555-0123", "US", "+12125550123", id="brackets"),
        pytest.param("'0639980012", "FR", "+33639980012", id="an apostrophe that makes it text"),
        pytest.param("6,39980012E+08", "FR", "+33639980012", id="scientific notation with every digit"),
        pytest.param("3.3639980012E+10", "FR", "+33639980012", id="scientific notation, from abroad"),
    ],
)
def test_a_number_becomes_e164(text: str, country: str | None, value: str) -> None:
    found = normalise_phone(text, country)
    assert isinstance(found, Phone)
    assert (found.value, found.match) == (value, value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("0000000000", "placeholder", id="zeros"),
        pytest.param("1234567890", "placeholder", id="counting"),
        pytest.param("6.12E+08", "digits-lost", id="scientific notation lost digits"),
        pytest.param("6.3998E+08", "digits-lost", id="scientific notation with half of the digits"),
        pytest.param("call me", "not-a-phone", id="words"),
        pytest.param("+33 12", "invalid-phone", id="too short"),
    ],
)
def test_what_is_no_number_is_refused_by_name(text: str, reason: str) -> None:
    assert normalise_phone(text, "FR") == Refusal(reason)


def _by_the_library(text: str, country: str | None) -> str | None:
    """E.164 where the number is possible."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


CODES = {
    "FR": "33",
    "DE": "49",
    "GB": "44",
    "NL": "31",
    "BE": "32",
    "CH": "41",
    "ES": "34",
    "US": "1",
    "CA": "1",
}


@settings(max_examples=1500, deadline=None)
@given(
    st.sampled_from([*CODES, "IT", None]),
    st.sampled_from(["0", "", "00", "+", "+33", "+1", "+44", "+49", "(0", "1"]),
    st.text("0123456789", min_size=5, max_size=11),
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from(" .-()")), max_size=4),
)
def test_the_fast_path_for_phones_gives_what_the_library_gives(
    country: str | None, start: str, digits: str, gaps: list[tuple[int, str]]
) -> None:
    text = start + digits
    for place, sign in gaps:
        text = text[:place] + sign + text[place:]
    found = usual_number(text, country)
    if found is not None:
        assert found == _by_the_library(text, country)


@pytest.mark.parametrize("country", CODES)
def test_the_fast_path_takes_what_is_usual_in_a_country(country: str) -> None:
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    assert example is not None
    for form in (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164):
        text = phonenumbers.format_number(example, form)
        assert usual_number(text, country) == _by_the_library(text, country) is not None


def test_an_extension_is_kept_apart() -> None:
    assert normalise_phone("+1 212 555 0123 ext. 45") == Phone("+12125550123", "+12125550123", "45")


def test_several_numbers_in_a_cell_are_told_apart() -> None:
    assert split_phones("01 99 00 11 22 / 06 39 98 00 12") == ["01 99 00 11 22", "06 39 98 00 12"]


@pytest.mark.parametrize(
    ("text", "country", "numbers"),
    [
        ("0351 / 81 60 10", "DE", ["+49351816010"]),
        ("(0351) / 816010", "DE", ["+49351816010"]),
        ("09 / 245 11 22", "BE", ["+3292451122"]),
        ("+49 351 / 816010", None, ["+49351816010"]),
        ("+49 (0) 35208 / 81601", None, ["+493520881601"]),
        ("0351 / 816010 / 0171 / 3920055", "DE", ["+49351816010", "+491713920055"]),
        ("0351 / 816010; 0171 3920055", "DE", ["+49351816010", "+491713920055"]),
        ("Tel. 0351 / 816010", "DE", ["+49351816010"]),
        ("622 / 41 52 63", "ES", ["+34622415263"]),
        ("(212) / 555-0187", "US", ["+12125550187"]),
        ("22 / 641 52 63 / 512 415 263", "PL", ["+48226415263", "+48512415263"]),
    ],
)
def test_a_slash_behind_an_area_code_is_within_a_number(
    text: str, country: str | None, numbers: list[str]
) -> None:
    found = [normalise_phone(part, country) for part in split_phones(text)]
    assert [phone.value if isinstance(phone, Phone) else phone for phone in found] == numbers


@pytest.mark.parametrize(
    ("text", "country", "value"),
    [
        pytest.param("+33639980012.0", "FR", "+33639980012", id="a decimal behind a plus"),
        pytest.param(
            "+4915223456780.0", None, "+4915223456780", id="a decimal where one digit more is possible"
        ),
        pytest.param("4915223456780", "DE", "+4915223456780", id="the country's code without a plus"),
        pytest.param("393471234560", "IT", "+393471234560", id="the code of a country with long numbers"),
        pytest.param("015223456780", "DE", "+4915223456780", id="a number of the country stays one"),
        pytest.param("00 57 321 4152637", "CO", "+573214152637", id="00 where people dial otherwise"),
        pytest.param("0049 30 23125780", "BR", "+493023125780", id="00 from abroad"),
        pytest.param("+34 (0)622 415 263", None, "+34622415263", id="a zero that the country has not"),
        pytest.param("+39 (0)347 4152637", None, "+393474152637", id="a zero before a mobile"),
        pytest.param("+39 (0)2 4152 6378", None, "+390241526378", id="a zero that is kept"),
        pytest.param("0041 (0)31 415 26 37", None, "+41314152637", id="a zero behind 00"),
        pytest.param("241526378", "IT", "+390241526378", id="a lost zero that belongs to the number"),
    ],
)
def test_of_several_readings_the_one_in_use_counts(text: str, country: str | None, value: str) -> None:
    found = normalise_phone(text, country)
    assert isinstance(found, Phone)
    assert found.value == value


@example("DE", "00100000")
@example("DE", "0000100000")
@example("GB", "1000000")
@given(st.sampled_from(["FR", "US", "GB", "DE", None]), st.from_regex(r"[+0-9() .-]{5,18}", fullmatch=True))
def test_normalising_a_number_twice_changes_nothing(country: str | None, text: str) -> None:
    once = normalise_phone(text, country)
    if isinstance(once, Phone):
        again = normalise_phone(once.value, country)
        assert isinstance(again, Phone)
        assert again.value == once.value
        if once.value.startswith("+"):
            assert phonenumbers.is_possible_number(phonenumbers.parse(once.value, None))
