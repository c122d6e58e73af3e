"""What a column's values look like, whatever its header says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from mappings.normalise.countries import country_code
from mappings.normalise.dates import DateOrder, normalise_birth_date
from mappings.normalise.emails import Email, normalise_email, split_emails
from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.text import folded

_PHONE: Final = re.compile(r"^[+(]?[\d][\d\s().\-/+]{6,22}$")
_URL: Final = re.compile(r"^(https?://)?([\w-]+\.)+[a-z]{2,}(/\S*)?$", re.IGNORECASE)
_POSTAL: Final = re.compile(
    r"^(?:\d{4,5}|\d{5}-\d{4}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)$", re.IGNORECASE
)
_LINK: Final = re.compile(r"^(https?://|www\.)\S+\.\S+$", re.IGNORECASE)
_STREET: Final = re.compile(
    r"\b(?:rue|avenue|av|bd|boulevard|allee|chemin|impasse|place|quai|route|street|st|road|rd|lane|ln|drive|dr|ave|blvd|court"
    r"|way|strasse|weg|platz|allee|gasse|calle|via)\b|str\.|stra(?:ss|ß)e",
    re.IGNORECASE,
)
_DATE: Final = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?$|^(?:19|20)\d{6}$")


@dataclass(frozen=True, slots=True)
class Look:
    """Of a column's filled values, the share that looks like each kind of value."""

    filled: int
    distinct: int
    shares: dict[str, float]


def look(values: Sequence[str | None]) -> Look:
    """Looks at a sample of a column."""
    said = [value.strip() for value in values if value and value.strip() and not is_placeholder(value)]
    if not said:
        return Look(0, 0, {})
    shares = {name: sum(1 for value in said if is_one(value)) / len(said) for name, is_one in _KINDS.items()}
    return Look(len(said), len(set(said)), shares)


def date_order(values: Sequence[str | None]) -> DateOrder:
    """How a column writes dates, from the values that can be read one way only."""
    day_first = month_first = 0
    for value in values:
        found = re.match(r"^\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}", value or "")
        if found:
            day_first += int(found[1]) > 12
            month_first += int(found[2]) > 12
    if day_first > 9 * month_first:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if month_first > 9 * day_first else DateOrder.UNKNOWN


def _is_email(value: str) -> bool:
    parts = split_emails(value)
    return bool(parts) and all(isinstance(normalise_email(part), Email) for part in parts)


def _is_phone(value: str) -> bool:
    digits = sum(character.isdigit() for character in value)
    first = re.split(r"[;,|]| / | ou | or ", value)[0].strip()
    return bool(_PHONE.match(first)) and digits >= 7 and not _DATE.match(value)


def _is_birth_date(value: str) -> bool:
    return bool(_DATE.match(value)) and isinstance(normalise_birth_date(value, DateOrder.DAY_FIRST), str)


_KINDS: Final[dict[str, Callable[[str], bool]]] = {
    "email": _is_email,
    "phone": _is_phone,
    "date": _is_birth_date,
    "postal_code": lambda value: bool(_POSTAL.match(value)),
    "url": lambda value: bool(_URL.match(value)),
    "link": lambda value: bool(_LINK.match(value)),
    "street": lambda value: bool(_STREET.search(folded(value))) and any(c.isdigit() for c in value),
    "country": lambda value: country_code(value) is not None,
    "number": lambda value: value.replace(".", "", 1).replace(",", "", 1).lstrip("-").isdigit(),
    "words": lambda value: any(c.isalpha() for c in value) and not any(c.isdigit() for c in value),
}
