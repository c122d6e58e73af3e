"""What codes mean, for someone who knows customers and not this program."""

from __future__ import annotations

import re
from typing import Final

_FIELDS: Final = {
    "name": "Name",
    "name.full": "Whole name",
    "name.given": "First name",
    "name.family": "Last name",
    "name.additional": "Middle name",
    "name.prefix": "Title",
    "name.suffix": "Name suffix",
    "given": "First name",
    "family": "Last name",
    "middle": "Middle name",
    "organization": "Organisation",
    "organisation": "Organisation",
    "job_title": "Job title",
    "email": "E-mail",
    "emails": "E-mail",
    "phone": "Phone",
    "phones": "Phone",
    "addresses": "Address",
    "addresses.street": "Street",
    "addresses.locality": "Town",
    "addresses.region": "Region",
    "addresses.postal_code": "Postal code",
    "addresses.country": "Country",
    "street": "Street",
    "place": "Town",
    "urls": "Web address",
    "birth_date": "Birth date",
    "gender": "Gender",
    "language": "Language",
    "identifiers": "Identifier",
    "consents": "Consent",
    "tags": "Tag",
    "attributes": "Other",
}
_LEVELS: Final = {"equal": "the same", "swapped": "first and last name swapped"}
# What the likeliest story behind all findings adds to them, or takes away.
_CIRCUMSTANCES: Final = {
    "same": "what goes hand in hand counts only once",
    "moved": "looks most like a move: another address says little",
    "household": "looks most like two people of one household",
    "neighbour": "looks most like two organisations at one address",
    "chain": "looks most like two branches of a chain",
    "branch": "looks most like two branches of one organisation",
    "chance": "looks most like a coincidence",
}
_REASONS: Final = {
    "placeholder": "stands for nothing (test, n/a, 000000, …)",
    "digits-lost": "a spreadsheet cut the number off (6.12E+08): the missing digits cannot be known",
    "invalid-phone": "no phone number of its country",
    "not-a-phone": "no phone number",
    "not-an-email": "no e-mail address",
    "not-a-url": "no web address",
    "not-a-postal-code": "no postal code",
    "vat-without-country": "a VAT number of no known country",
    "not-a-name": "no name",
    "no-organization": "says that there is none (private, none, …)",
    "not-a-date": "no date",
    "not-a-time": "no date and time",
    "ambiguous-date": "day and month cannot be told apart",
    "date-to-come": "lies in the future",
    "date-too-old": "too long ago",
    "unknown-country": "no country that is known",
    "unknown-language": "no language that is known",
    "unknown-gender": "no gender that is known",
    "unknown-consent": "says neither yes nor no",
    "invalid-vat": "no valid VAT number",
}


def field_label(path: str) -> str:
    """`attributes.segment` is called as in the file; `identifiers.vat` is `Identifier vat`."""
    if path in _FIELDS:
        return _FIELDS[path]
    head, _, name = path.partition(".")
    if head == "attributes" and name:
        return name
    return f"{_FIELDS[head]} {name}" if head in _FIELDS and name else path.replace("_", " ")


def level_label(field: str, level: str) -> str:
    if field == "circumstances":
        return _CIRCUMSTANCES.get(level, level)
    return _LEVELS.get(level, level)


def reason_label(code: str) -> str:
    """Why a value was left out. A code that is not known here is read as it stands: `invalid-iban`."""
    return _REASONS.get(code) or re.sub(r"^invalid ", "no valid ", code.replace("-", " "))
