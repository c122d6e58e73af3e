"""What a column's values look like, whatever its header says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mappings.company_words import names_company
from mappings.given_names import given_place, has_given_name
from mappings.normalise.consents import normalise_consent
from mappings.normalise.countries import country_code
from mappings.normalise.dates import OLDEST, DateOrder, month_number, normalise_birth_date, normalise_date
from mappings.normalise.emails import Email, normalise_email, split_emails
from mappings.normalise.gender import normalise_gender
from mappings.normalise.identifiers import is_checked_vat, normalise_identifier
from mappings.normalise.kinds import kind_of
from mappings.normalise.language import normalise_language
from mappings.normalise.names import is_title
from mappings.normalise.one_line import is_whole_address, says_country, says_region
from mappings.normalise.phones import (
    is_international,
    is_national,
    is_scientific,
    split_phones,
    without_remark,
)
from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.places import has_region, is_code_and_town
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import folded, without_guard
from mappings.normalise.urls import normalise_url
from mappings.words import pattern, word_set

_PHONE: Final = re.compile(
    r"^(?:[a-z. ]{0,11}[a-z][ :.] ?|[mpt]|')?[+(]?\d[\d\s().\-–/+]{5,22}(?: ?(?:x|ext\.?|poste|#) ?\d{1,6})?$"
)
_SHAPE: Final = re.compile(r"^\+|^00\d|^0[1-9]|^\(|\d[ ./-]\d")
_BRACKETS: Final = re.compile(r"^\(?[2-9]\d\d[)/.-] ?[2-9]?\d\d[ .-]\d{4}$")
_IP: Final = re.compile(r"^\d{1,3}(?:\.\d{1,3}){3}$")
_AMOUNT: Final = re.compile(r"^-?[\d ., ']*\d[.,]\d{1,2}(?: ?[€$£])?$|^-?\d+[.,]\d+$")
_DECIMAL: Final = re.compile(r"^-?\d+[.,]\d+$")
_URL: Final = re.compile(r"^(https?://)?([\w-]+\.)+[a-z]{2,}(/\S*)?$", re.IGNORECASE)
_POSTAL: Final = re.compile(
    r"^(?:[A-Z]{1,2}-?)?"
    r"(?:\d{3,6}(?:\.0)?|\d{5}-\d{4}|\d{3} \d{2}|\d{2}[- ]\d{3}|\d{3}-\d{4}|\d{4}-\d{3}|\d{4} ?[A-Z]{2})$"
    r"|^(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)$",
    re.IGNORECASE,
)
_SURELY_POSTAL: Final = re.compile(
    r"^(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2})$"  # GB, CA, NL
)
_HOUSE: Final = re.compile(
    r"^\d{1,4}(?:\.0)?(?: ?(?:[a-z]|bis|ter|quater))?(?:[-/]\d{1,4}[a-z]?)?$", re.IGNORECASE
)
_PARTICLES: Final = word_set("name_particles")
_NUMBERED: Final = re.compile(
    r"^\d{1,5}[a-z]?,? [^\W\d]{3,}|[^\W\d]{3,}\.?,? \d{1,4} ?[a-z]?$", re.IGNORECASE
)
_LINK: Final = re.compile(r"^(https?://|www\.)\S+\.\S+$", re.IGNORECASE)
_PICTURE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|svg)(?:\?.*)?$", re.IGNORECASE)
_STREET: Final = pattern("street_words")
_GROUPED: Final = re.compile(r"[+(]|\d[ ./-]\d")
_DATE: Final = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ,].*)?$|^(?:19|20)\d{6}$")
# 03021975, and what a spreadsheet makes of a day of the last hundred years.
_DAY_FIRST_OR_SERIAL: Final = re.compile(r"^(?:[0-3]?\d[01]\d(?:19|20)\d\d|[1-4]\d{4})$")
_FISCAL: Final = re.compile(r"^[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]$", re.IGNORECASE)  # Italian
_TIME: Final = re.compile(r"^\d{1,2}[:h]\d{2}(?::\d{2})?(?:\s*[-–]\s*\d{1,2}[:h]\d{2})?$")
_YEAR: Final = re.compile(r"^(?:19|20)\d\d(?:\.0)?$")
# What stands in columns called état or departamento that are no places.
_NO_REGION: Final = word_set("no_region")
# Phones as people of one country group them.
_NATIONAL: Final = re.compile(
    r"^0[1-9](?:[ .-]?\d{2}){4}$|^0\d{3,4} \d{3} ?\d{3,4}$|^\(0\d+\) ?[\d ]+$|^0\d{2,4}[ /-]\d{4,9}$"
    r"|^0\d{1,3} \d{4} \d{4}$"
)
_CAPITALISED: Final = re.compile(r"^[A-ZÀ-Ý]\S*(?: (?:[a-z']{1,4} )*[A-ZÀ-Ý]\S*)+$")
_BOOLEAN: Final = word_set("boolean")
# Years of what sheets have dates of, and of people: few of a sheet's people are children.
_RECENT: Final = range(2010, 2040)
_RECENTLY: Final = re.compile(r"(?<!\d)(?:201\d|202\d|203\d)(?!\d)")
_LONG_AGO: Final = 2005
_POSTAL_LETTERS: Final = 8  # characters of a postal code at most
_CODE: Final = 3  # letters of a country's code at most
_LOOKED_AT: Final = 250  # distinct values
_LONG_NUMBER: Final = 5  # digits of which no house number has as many


@dataclass(frozen=True, slots=True)
class Look:
    """Of a column's filled values, the share that looks like each kind of value; looked at when it is asked
    for. `unique` tells whether every row has a value of its own.
    """

    filled: int = 0
    counts: Mapping[str, int] = field(default_factory=dict, repr=False)
    unique: bool = False
    _seen: dict[str, float] = field(default_factory=dict, repr=False, compare=False)

    @property
    def distinct(self) -> int:
        return len(self.counts)

    def share(self, kind: str) -> float:
        """From 0 to 1; `key` is 1 where every row has a value of its own."""
        if kind == "key":
            return float(self.unique)
        if kind not in self._seen:
            is_one = _KINDS[kind]
            found = sum(count for value, count in self._some if is_one(value))
            self._seen[kind] = found / max(sum(count for _, count in self._some), 1)
        return self._seen[kind]

    @property
    def _some(self) -> Sequence[tuple[str, int]]:
        """Distinct values from all over the column: some hundred of them say what a thousand do."""
        return list(self.counts.items())[:: max(self.distinct // _LOOKED_AT, 1)]


def look(values: Sequence[str | None]) -> Look:
    """Looks at a sample of a column; stand-ins for "nothing" do not count."""
    said = [without_guard(value.strip()) for value in values if value and value.strip()]
    counts = {value: count for value, count in Counter(said).items() if not is_placeholder(value)}
    return Look(sum(counts.values()), counts, 0 < len(counts) == len(values))


def date_order(values: Sequence[str | None]) -> DateOrder:
    """How a column writes dates, from the values that can be read one way only, else from their dots."""
    day_first = month_first = 0
    dotted = []
    for value in values:
        found = re.match(r"^\s*(\d{1,2})([-/.])(\d{1,2})\2\d{2,4}", value or "")
        if found:
            day_first += int(found[1]) > 12
            month_first += int(found[3]) > 12
            dotted.append(found[2] == ".")
    if not day_first + month_first and dotted and all(dotted):
        return DateOrder.DAY_FIRST  # nobody writes the month first with dots
    if day_first > 9 * month_first:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if month_first > 9 * day_first else DateOrder.UNKNOWN


def tells_no_order(values: Sequence[str | None]) -> bool:
    """Whether no value of a column can be read one way only."""
    return not any(
        max(int(part) for part in re.findall(r"\d+", found[0])[:2]) > 12
        for value in values
        if (found := re.match(r"^\s*\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", value or ""))
    )


def _is_email(value: str) -> bool:
    parts = split_emails(value)
    return bool(parts) and all(isinstance(normalise_email(part), Email) for part in parts)


def _first_phone(value: str) -> str | None:
    """The first number in a cell that is written like a phone number."""
    parts = split_phones(value)
    first = without_remark(folded(parts[0].strip())) if parts else ""
    if is_scientific(first):
        return first
    digits = sum(character.isdigit() for character in first)
    if not _PHONE.match(first) or not 6 <= digits <= 20:
        return None
    return None if _DATE.match(first) or _IP.match(first) or _DECIMAL.match(first) else first


def _is_surely_phone(value: str) -> bool:
    """Whether a value can hardly be anything else, whatever its header says."""
    first = (_first_phone(value) or "").removeprefix("'")
    if not _SHAPE.search(first) or is_scientific(first):
        return False
    if is_international(first) or _BRACKETS.match(first) or _NATIONAL.match(first):
        return True
    return first[0] in "0(" and is_national(first)


def _is_birth_date(value: str) -> bool:
    if not _DATE.match(value) and value.isdigit() and not _DAY_FIRST_OR_SERIAL.match(value):
        return False
    return isinstance(normalise_birth_date(value, DateOrder.DAY_FIRST), str)


def _year(value: str) -> int | None:
    """The year of a date, however it is written."""
    found = normalise_date(value, DateOrder.DAY_FIRST) if _is_birth_date(value) else None
    return int(found[:4]) if isinstance(found, str) else None


def years(seen: Look) -> list[int]:
    """The years of a column's dates."""
    return [year for value in seen.counts if (year := _year(value)) is not None]


def _is_moment(value: str) -> bool:
    if value.isdigit():
        return bool(re.fullmatch(r"1\d{9}(?:\d{3})?|(?:19|20)\d{6}(?:\d{6})?", value))
    return bool(_DATE.match(value)) or isinstance(normalise_date(value, DateOrder.DAY_FIRST), str)


def _is_name(value: str) -> bool:
    letters = sum(character.isalpha() for character in value)
    return (
        letters > 0
        and "@" not in value
        and value[0] not in "[{"
        and letters > 2 * sum(character.isdigit() for character in value)
    )


def _is_full_name(value: str) -> bool:
    words = re.split(r"[\s,]+", value.strip())
    return 2 <= len(words) <= 5 and all(
        word.replace(".", "").replace("-", "").replace("'", "").isalpha() for word in words
    )


def _is_one_name(value: str) -> bool:
    """A capitalised word or several, also behind particles (`van den Assem`)."""
    words = value.split()
    while len(words) > 1 and folded(words[0]) in _PARTICLES:
        words = words[1:]
    return words[0][0].isupper() and not re.search(r"[^\w' -]|\d", value)


def _is_long_code(value: str) -> bool:
    """Whether a value can be a number that a state gave: long, no amount, mostly digits."""
    digits = sum(character.isdigit() for character in value)
    return digits >= 4 and len(re.sub(r"\W", "", value)) >= 6 and not _AMOUNT.match(value)


def _is_url(value: str) -> bool:
    """An address on the web; without a scheme one under a suffix that exists: `zoe.roy` is a handle."""
    if not _URL.match(value) or _PICTURE.search(value):
        return False
    return bool(_LINK.match(value)) or isinstance(normalise_url(value), str)


def _is_surely_vat(value: str) -> bool:
    """A VAT number with its country's letters; a postal code is shorter."""
    return len(value) > _POSTAL_LETTERS and value[:2].isalpha() and is_checked_vat(value)


def _is_number(value: str) -> bool:
    return (
        bool(re.fullmatch(r"[-+]?[\d ., ']*\d", value))
        and sum(map(value.count, ".,")) <= 4
        and not _IP.match(value)
    )


def _is_gender(value: str) -> bool:
    """A gender, or that it is not told."""
    found = normalise_gender(value)
    return isinstance(found, str) or (isinstance(found, Refusal) and found.reason == "placeholder")


def _said(normalised: str | Refusal | None) -> bool:
    return isinstance(normalised, str)


_KINDS: Final[dict[str, Callable[[str], bool]]] = {
    "email": _is_email,
    "phone": lambda value: _first_phone(value) is not None,
    "sure phone": _is_surely_phone,
    "date": _is_birth_date,
    "moment": _is_moment,
    "recent": lambda value: (_year(value) or 0) in _RECENT or bool(_RECENTLY.search(value)),
    "long ago": lambda value: OLDEST <= (_year(value) or 0) < _LONG_AGO,
    "day": lambda value: value.removesuffix(".0").isdigit() and 1 <= int(value.removesuffix(".0")) <= 31,
    "month": lambda value: month_number(value.removesuffix(".0")) is not None,
    "year": lambda value: bool(_YEAR.match(value)),
    "postal_code": lambda value: bool(_POSTAL.match(value)),
    "url": _is_url,
    "link": lambda value: bool(_LINK.match(value)) and not _PICTURE.search(value),
    "street": lambda value: bool(_STREET.search(folded(value))) and any(c.isdigit() for c in value),
    "country": lambda value: country_code(value) is not None,
    "country name": lambda value: len(value) > _CODE and country_code(value) is not None,
    "gender": _is_gender,
    "surely postal": lambda value: bool(_SURELY_POSTAL.match(value)),
    "vat": lambda value: _is_long_code(value) and "/" not in value,
    "house": lambda value: bool(_HOUSE.match(value)),
    "h": lambda value: value in {"H", "h"},
    "m": lambda value: value in {"M", "m"},
    "language": lambda value: _said(normalise_language(value)),
    "consent": lambda value: _said(normalise_consent(value)),
    "boolean": lambda value: folded(value) in _BOOLEAN,
    "flag": lambda value: value in {"0", "1"} or folded(value) in _BOOLEAN,
    "title": is_title,
    "no region": lambda value: "-".join(re.findall(r"[a-z0-9]+", folded(value))) in _NO_REGION,
    "name": _is_name,
    "given name": lambda value: " " not in value and has_given_name(value),
    "one name": _is_one_name,
    "full name": _is_full_name,
    "person": lambda value: _is_full_name(value) and has_given_name(value) and not names_company(value),
    "capitalised": lambda value: _is_full_name(value) and bool(_CAPITALISED.match(value)),
    "given first": lambda value: given_place(value) == "first",
    "given last": lambda value: given_place(value) == "last",
    "two letters": lambda value: bool(re.fullmatch("[A-Z]{2}", value)),
    "code and town": is_code_and_town,
    "with region": has_region,
    "whole address": is_whole_address,
    "address with region": says_region,
    "address with country": says_country,
    "fiscal code": lambda value: bool(_FISCAL.match(value)),
    "letter": lambda value: len(value) == 1,
    "capital": lambda value: value[0].isupper(),
    "time": lambda value: bool(_TIME.match(value)),
    "region": lambda value: _is_name(value) or bool(re.fullmatch(r"\d{2,3}|\d\d?[AB]", value)),
    "company": names_company,
    "kind": lambda value: kind_of(value) is not None,
    "code": lambda value: any(c.isdigit() for c in value) and not re.search(r"[ @]|//", value),
    "long code": _is_long_code,
    "long number": lambda value: len(value) >= _LONG_NUMBER and value.isdigit(),
    "grouped": lambda value: bool(_GROUPED.search(value)),
    "written phone": lambda value: _is_surely_phone(value)
    or (bool(_GROUPED.search(value)) and _first_phone(value) is not None),
    "amount": lambda value: bool(_AMOUNT.match(value)),
    "digits": lambda value: any(c.isdigit() for c in value),
    "several": lambda value: bool(re.search(r"\w[;,|]\s*\w", value)),
    "siret": lambda value: isinstance(normalise_identifier(value, "siret"), str),
    "sure vat": _is_surely_vat,
    "kind organization": lambda value: kind_of(value) == "organization",
    "kind person": lambda value: kind_of(value) == "person",
    "plain number": lambda value: bool(re.fullmatch(r"[-+]?\d+(?:[.,]\d+)?", value)),
    "number": _is_number,
    "street word": lambda value: bool(_STREET.search(folded(value))),
    "numbered words": lambda value: bool(_NUMBERED.search(value)),
    "words": lambda value: any(c.isalpha() for c in value) and not any(c.isdigit() for c in value),
}  # fmt: skip
