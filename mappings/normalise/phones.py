"""Phone numbers in E.164, by the phonenumbers library; what a spreadsheet did to them undone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from mappings.normalise.placeholders import is_placeholder, is_placeholder_number
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text

_SEVERAL: Final = re.compile(
    r"\s*(?:[;|\n]|:::|\s/\s|,\s*(?=[+0(])|\s(?:ou|or|oder|et|and|und)\s)\s*", re.IGNORECASE
)
# An area code alone, as in `0351 / 816010`: a number goes on behind it.
_AREA: Final = re.compile(
    r"[a-z. :]*(?:\(?0\d{1,4}\)?|\+\d{2}[ .-]?(?:\(0\) ?)?\(?\d{1,5}\)?)", re.IGNORECASE
)
_SHORT: Final = re.compile(r"\(?[1-9]\d{0,3}\)?")  # where no zero is written before the area
_GOES_ON: Final = re.compile(r"[1-9]")
_ONE: Final = re.compile(r"\+?[\d .()-]*\d")
_SCIENTIFIC: Final = re.compile(r"^([0-9])[.,]?([0-9]*)[eE]\+?([0-9]{1,2})$")
_DECIMAL: Final = re.compile(r"^(\+?[0-9]{6,15})[.,]0+$")
_TRUNK_ZERO: Final = re.compile(r"\(0\)")  # +49 (0)30 …
SHORTEST: Final = 6  # national digits; what is shorter is an extension or a service, nobody's own number
LONGEST_LOCAL: Final = 12
_LONG: Final = 10  # digits behind a country's code, from which on the code is hardly an area's
_LABEL: Final = re.compile(r"^[^\d+(]*")
# What people write behind a number: whose it is, when to call.
_REMARK: Final = re.compile(
    r"(?<=\d)\s*[\s(\[](?:[-–] ?)?(?!e?xt?[ .:]*\d)[^\W\d_](?:[^\d]*\d){0,4}[^\d]*$", re.IGNORECASE
)
_EXTENSION: Final = re.compile(
    r"(?<=\d)[\s,;-]*(?:poste?|p|int|interno|dw|durchwahl|app|apparat|nst|toestel|tst|ramal)\b"
    r"[.: ]*(\d{1,6})$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Phone:
    """`value` is E.164, or the digits alone where no country is known; `match` the same."""

    value: str
    match: str | None
    extension: str | None = None


def split_phones(text: str) -> list[str]:
    """The numbers that one cell holds."""
    if _ONE.fullmatch(text):
        return [text]
    found: list[str] = []
    for part in _SEVERAL.split(text.strip()):
        if found and (_AREA.fullmatch(found[-1]) or (_SHORT.fullmatch(found[-1]) and _GOES_ON.match(part))):
            found[-1] = f"{found[-1]} {part}"
        elif part.strip():
            found.append(part)
    return found


def normalise_phone(text: str, country: str | None = None) -> Phone | Refusal | None:
    """One number. `country` (ISO 3166) is where a number without a country code belongs.

    Kept is what is possible in its country (the right length), not only what the library's tables call valid:
    number plans grow faster than tables, and a number of a new range still tells who somebody is. A number
    that a spreadsheet stripped of its leading zero is understood where only one reading is possible.
    """
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    digits = re.sub(r"\D", "", cleaned)
    if len(digits) < 4 or set(digits) == {"0"}:
        return Refusal("placeholder" if is_placeholder(cleaned) or set(digits) == {"0"} else "not-a-phone")
    if scientific := _SCIENTIFIC.match(cleaned):
        if len(scientific[2]) != int(scientific[3]):
            return Refusal("digits-lost")
        cleaned = scientific[1] + scientific[2]  # 6.39980012E+08: every digit is there
        digits = cleaned
    decimal = _DECIMAL.match(cleaned)
    body = decimal[1] if decimal else cleaned
    if not _ONE.fullmatch(body):
        body = without_remark(_LABEL.sub("", _EXTENSION.sub(r" ext. \1", body)))
    if is_placeholder_number(digits):
        return Refusal("placeholder")
    if (usual := usual_number(body, country)) is not None:
        return Phone(usual, usual)
    found = _best([_parsed(form, country) for form in _forms(body, country)])
    if found is None and country is None and not body.startswith("+") and _is_local(digits):
        # nobody knows the country: the digits alone still tell people apart
        return Phone(digits, digits)
    if found is None:
        return Refusal("invalid-phone")
    value = phonenumbers.format_number(found, PhoneNumberFormat.E164)
    if is_placeholder_number(value[1:]):  # a short one, its country's code before nothing
        found = None
    return Refusal("placeholder") if found is None else Phone(value, value, found.extension or None)


def _forms(body: str, country: str | None) -> list[str]:
    """The ways in which a number can be read, the most literal first."""
    forms = [body]
    if _TRUNK_ZERO.search(body) and body.startswith(("+", "00")):
        forms = [_TRUNK_ZERO.sub(" ", body), _TRUNK_ZERO.sub("0", body)]
    if body.startswith("00"):  # also where people dial other digits for abroad
        forms = [f"+{form[2:]}" for form in forms] + forms
    if country is not None and body.isdigit() and body[0] != "0":
        forms += [f"0{body}", f"+{body}"]  # what a spreadsheet takes away
        code = str(phonenumbers.country_code_for_region(country))
        if body.startswith(code) and len(body) >= len(code) + _LONG:
            forms = [f"+{body}", *forms]
    return forms


def _best(found: Sequence[phonenumbers.PhoneNumber | None]) -> phonenumbers.PhoneNumber | None:
    """The first reading that is of a range in use, else the first that is possible."""
    possible = [number for number in found if number is not None and not _is_short(number)]
    return next(filter(phonenumbers.is_valid_number, possible), next(iter(possible), None))


def _is_short(number: phonenumbers.PhoneNumber) -> bool:
    """`06 12 34 56 7`: with a digit missing the zero in front would count as one of the number."""
    return bool(number.italian_leading_zero) and not phonenumbers.is_valid_number(number)


# What people write most, per country: its code, the zero in front (or none), the number behind it. A property
# test holds each to the library's answer.
_NANP: Final = ("1", "", "[2-9][0-9]{9}")
USUAL: Final = {
    "FR": ("33", "0", "[1-9][0-9]{8}"),
    "DE": ("49", "0", "[1-9][0-9]{7,10}"),
    "GB": ("44", "0", "[1-9][0-9]{8,9}"),
    "NL": ("31", "0", "[1-7][0-9]{8}"),
    "BE": ("32", "0", "[1-9][0-9]{7,8}"),
    "CH": ("41", "0", "[2-7][0-9]{8}"),
    "ES": ("34", "", "[6-9][0-9]{8}"),
    "US": _NANP,
    "CA": _NANP,
}
SPACED: Final = r"(?:\+|\()?[0-9][0-9 .)(-]{5,20}"
GAPS: Final = r"[ .()-]+"
_SPACED: Final = re.compile(SPACED)
_GAPS: Final = re.compile(GAPS)
_TRUNK: Final = {name: (code, zero, re.compile(shape)) for name, (code, zero, shape) in USUAL.items()}
_BY_CODE: Final = {code: shape for code, _, shape in _TRUNK.values()}


def usual_number(text: str, country: str | None) -> str | None:
    """E.164 of a number in a usual form; None where the library has to look."""
    if not _SPACED.fullmatch(text) or "(0)" in text:
        return None
    digits = _GAPS.sub("", text)
    if digits[0] == "+":
        return _with_code(digits)
    if country not in _TRUNK:
        return None
    code, zero, shape = _TRUNK[country]
    if digits.startswith("00"):
        return _with_code(f"+{digits[2:]}") if zero else None
    start = len(zero)
    if code == "1" and len(digits) == 11 and digits[0] == "1":
        start = 1
    if digits.startswith(zero) and shape.fullmatch(digits, start):
        return f"+{code}{digits[start:]}"
    return None


def _with_code(digits: str) -> str | None:
    """The number behind a plus, if it is one of the usual countries' and has their shape."""
    for length in (3, 2):
        shape = _BY_CODE.get(digits[1:length])
        if shape is not None:
            return digits if shape.fullmatch(digits, length) else None
    return None


def is_scientific(text: str) -> bool:
    """Whether a spreadsheet wrote a number as 6.12E+08."""
    return bool(_SCIENTIFIC.match(text))


def without_remark(text: str) -> str:
    """A number without the words behind it."""
    return _REMARK.sub("", text)


def is_international(text: str) -> bool:
    """Whether a number is possible and tells its country."""
    return _international(text) is not None


def country_of_international(text: str) -> str | None:
    """The country (of several with one code the largest) of a number that tells it; None of others."""
    found = _international(text)
    code = found.country_code if found is not None else None
    return phonenumbers.region_code_for_country_code(code) if code is not None else None


def _international(text: str) -> phonenumbers.PhoneNumber | None:
    plain = text.strip()
    plain = f"+{plain[2:]}" if plain.startswith("00") else plain
    return _parsed(plain, None) if plain.startswith("+") else None


def is_national(
    text: str, countries: Sequence[str] = ("FR", "DE", "GB", "NL", "BE", "CH", "IT", "AU")
) -> bool:
    """Whether a number is valid as people of one of the countries write it."""
    found = (_parsed(text, country) for country in countries)
    return any(number is not None and phonenumbers.is_valid_number(number) for number in found)


def is_possible_in(text: str, country: str) -> bool:
    """Whether a number has a length that numbers of the country have."""
    return _parsed(text, country) is not None


def _is_local(digits: str) -> bool:
    return SHORTEST <= len(digits) <= LONGEST_LOCAL and not digits.startswith("00")


def _parsed(text: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        return None
    possible = (
        phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    )
    zeros = (number.number_of_leading_zeros or 0) > 1  # no country's numbers begin so
    return number if possible and not zeros and len(str(number.national_number)) >= SHORTEST else None
