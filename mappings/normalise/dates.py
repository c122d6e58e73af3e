"""Calendar dates as ISO 8601; a date that can be read two ways is refused unless its order is declared."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from dateutil.parser import parse as _parsed

from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import MEMORY, clean_text, folded, without_guard
from mappings.words import pattern


class DateOrder(StrEnum):
    """How a source writes 03/04/2020. Declared in its mapping, so that a row means the same on any page."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    UNKNOWN = "unknown"


_ISO: Final = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_ISO_SLASH: Final = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[T ].*)?$")
_COMPACT: Final = re.compile(r"^(19|20)(\d{2})(\d{2})(\d{2})$")
_COMPACT_DAY: Final = re.compile(r"^(\d{1,2})(\d{2})((?:19|20)\d{2})$")  # the year last: no month is 19 or 20
_NUMBERS: Final = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?: .*)?$")
_PARTIAL: Final = re.compile(r"^(\d{4})(?:-(\d{2}))?$")
_YEAR: Final = re.compile(r"^((?:19|20)\d\d)\.0+$")  # a year as a spreadsheet's number
_MONTH_YEAR: Final = re.compile(r"^(\d{1,2})[-/.](\d{4})$")
_SERIAL: Final = re.compile(r"^(\d{4,5})(?:\.\d+)?$")
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan janv janvier january januar jaenner janner januari ene enero gen gennaio janeiro stycznia",
            "feb fev fevr fevrier february februar februari febrero febbraio fevereiro lutego subat",
            "mar mars march maerz marz mrt maart marzo mrz marco marca mart",
            "apr avr avril april abr abril aprile kwietnia nisan",
            "may mai mei mayo mag maggio maio maj maja mayis",
            "jun juin june juni junio giu giugno junho czerwca haziran",
            "jul juil juillet july juli julio lug luglio julho lipca temmuz",
            "aug aou aout august augustus ago agosto augusti sierpnia agustos",
            "sep sept septembre september septiembre setiembre set settembre setembro wrzesnia eylul",
            "oct octobre october okt oktober octubre ott ottobre outubro out pazdziernika ekim",
            "nov novembre november noviembre novembro listopada kasim",
            "dec decembre december dez dezember dic diciembre dicembre dezembro grudnia aralik",
        ),
        start=1,
    )
    for name in names.split()
}
_WORDED: Final = re.compile(
    r"^(\d{1,2})(?:er|st|nd|rd|th|[º°]|\.(?=[^\W\d_]))?(?:\.?\s+(?:de\s+|of\s+)?|-|/|(?<=\.))([^\W\d_]+)\.?,?(?:\s+(?:de\s+|del\s+)?|-|/)(\d{4}|\d{2})$"
)
_WORDED_US: Final = re.compile(r"^([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+|-)(\d{4})$")
_WORDED_MONTH: Final = re.compile(r"^([^\W\d_]+)\.?(?:\s+(?:de\s+|of\s+)?|[-/])(\d{4}|[3-9]\d)$")
_ROMAN: Final = re.compile(r"^(\d{1,2})[-/. ]([ivx]{1,4})[-/. ](\d{4})$")
_NUMERALS: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_BETWEEN: Final = re.compile(r"(?<=\d) ?(//|[./,_·年月\\-]) ?(?=\d)")
_BEFORE: Final = re.compile(rf"^(?:(?:{pattern('before_dates').pattern})[.,]* )+(?=\d|[a-z])")
STAND_INS: Final = frozenset(
    {(1900, 1, 1), (1899, 12, 30), (1899, 12, 31), (1901, 1, 1), (1970, 1, 1), (1111, 11, 11)}
    | {(9999, 12, 31), (1582, 10, 15), (1753, 1, 1), (1800, 1, 1), (1840, 12, 31), (1858, 11, 17)}
)
_PLAIN_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{3}(?:\d{3})?)?")
OLDEST: Final = 1500  # people of history are people too; earlier years are of other calendars
# What a text leaves out is taken from a day; with two of them it shows.
_DAYS: Final = (datetime(1904, 2, 29), datetime(2001, 11, 13))  # noqa: DTZ001 - texts tell their zone


@lru_cache(MEMORY)
def normalise_birth_date(
    text: str, order: DateOrder = DateOrder.UNKNOWN, latest: date = date.max
) -> str | Refusal | None:
    """A birth date as `1977-09-13` (or `1977-09`, `1977`). Refused: stand-ins such as 1900-01-01, dates after
    `latest`, years before 1500, and dates whose order is not known.
    """
    found = normalise_date(text, order)
    if not isinstance(found, str):
        return found
    year, month, day = (int(part) for part in (found + "-01-01")[:10].split("-"))
    if (year, month, day) in STAND_INS and len(found) == 10:
        return Refusal("placeholder")
    if year < OLDEST:
        return Refusal("date-too-old")
    if (year, month, day) > (latest.year, latest.month, latest.day):
        return Refusal("date-to-come")
    return found


def normalise_date(text: str, order: DateOrder = DateOrder.UNKNOWN) -> str | Refusal | None:
    """Any date, as `normalise_birth_date` without its limits."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if is_placeholder(cleaned) or set(re.sub(r"\D", "", cleaned)) == {"0"}:
        return Refusal("placeholder")
    cleaned = _YEAR.sub(r"\1", cleaned)
    found = _read(cleaned, order)
    if not isinstance(found, str) and (tidy := _tidied(cleaned)) != cleaned:
        return _read(tidy, order)
    return found


def _tidied(cleaned: str) -> str:
    """A date without the day of the week or a word for birth before it, and with nothing but a sign between
    its numbers (`Mi., 12. 3. 1980`).
    """
    rest = _BEFORE.sub("", folded(without_guard(cleaned)).lstrip("* "))
    return _BETWEEN.sub(lambda sign: sign[1] if sign[1] in "./-" else "-", rest).rstrip(". 日")


def _read(cleaned: str, order: DateOrder) -> str | Refusal:
    """A date in any of the forms known here."""
    if partial := _PARTIAL.match(cleaned):
        return cleaned if partial[2] is None or 1 <= int(partial[2]) <= 12 else Refusal("not-a-date")
    for shape in (_ISO, _ISO_SLASH):
        if found := shape.match(cleaned):
            return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _COMPACT_DAY.match(cleaned):
        return _ordered(int(found[1]), int(found[2]), found[3], order)
    if found := _COMPACT.match(cleaned):
        return _date(int(found[1] + found[2]), int(found[3]), int(found[4]))
    if found := _NUMBERS.match(cleaned):
        return _ordered(int(found[1]), int(found[2]), found[3], order)
    if found := _MONTH_YEAR.match(cleaned):
        month = int(found[1])
        return f"{found[2]}-{month:02}" if 1 <= month <= 12 else Refusal("not-a-date")
    if found := _SERIAL.match(cleaned):
        return _serial(int(found[1]))
    return _worded(folded(cleaned))


def _zone(_name: str | None, offset: int | None) -> int | None:
    """Zones of which nothing but letters are told, and these not known everywhere, count as none."""
    return offset


def normalise_instant(text: str) -> str | Refusal | None:
    """A moment as ISO 8601 in UTC ending in Z; a text without zone is taken as UTC."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    try:
        moment = datetime.fromisoformat(cleaned)
        if _PLAIN_TIME.fullmatch(cleaned):  # most are, and are quickly written
            return f"{cleaned[:10]}T{cleaned[11:19]}.{cleaned[20:]:0<6}Z"
    except ValueError:
        try:
            moment, other = (_parsed(cleaned, default=day, tzinfos=_zone) for day in _DAYS)
        except (ValueError, OverflowError):
            return Refusal("not-a-time")
        if moment != other:  # a time without its day is none
            return Refusal("not-a-time")
    aware = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{aware.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def month_number(text: str) -> int | None:
    """1 to 12 from a number or a month's name in six languages."""
    word = folded(text).strip(" .")
    number = int(word) if word.isdecimal() and word.isascii() and len(word) < 3 else _MONTHS.get(word, 0)
    return number if 1 <= number <= 12 else None


def date_of(year: str, month: str = "", day: str = "") -> str | None:
    """A date from its parts: `1977-09-13`, `1977-09` or `1977`, as far as the parts go; None without a year.

    What is no number or month stands in the result as it is, for the normaliser to refuse.
    """
    parts = [part.strip().removesuffix(".0") for part in (year, month, day)]
    if not parts[0]:
        return None
    number = month_number(parts[1]) if parts[1] else None
    if number is not None:
        parts[1] = f"{number:02}"
    if parts[2].isdecimal():
        parts[2] = parts[2].zfill(2)
    if not parts[1]:
        return parts[0]
    return "-".join(part for part in parts if part)


def possible_date(year: str, month: str = "", day: str = "") -> str | None:
    """Of parts that are no date together (`1990`, `12`, `54`), those that are: `1990-12`. None where they are
    a date, or the year is none.
    """
    for parts in ((year, month, day), (year, month), (year,)):
        told = date_of(*parts)
        if told is not None and isinstance(normalise_date(told), str):
            return None if len(parts) == 3 else told
    return None


def _date(year: int, month: int, day: int) -> str | Refusal:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return Refusal("not-a-date")


def _ordered(first: int, second: int, year_text: str, order: DateOrder) -> str | Refusal:
    year = _century(year_text)
    if first > 12:
        return _date(year, second, first)
    if second > 12:
        return _date(year, first, second)
    if first == second:
        return _date(year, first, second)
    match order:
        case DateOrder.DAY_FIRST:
            return _date(year, second, first)
        case DateOrder.MONTH_FIRST:
            return _date(year, first, second)
        case DateOrder.UNKNOWN:
            return Refusal("ambiguous-date")


def _century(year: str) -> int:
    """Of two digits, 30 and later are of the 1900s."""
    return int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= 30 else 2000)


def _serial(days: int) -> str | Refusal:
    """A spreadsheet's day number: 1 is 1900-01-01, and it believes in 1900-02-29."""
    if not 367 <= days <= 73050:
        return Refusal("not-a-date")
    return (date(1899, 12, 30) + timedelta(days=days)).isoformat()


def _worded(text: str) -> str | Refusal:
    month: int | None
    if (found := _ROMAN.match(text)) and found[2] in _NUMERALS:
        day, month, year = int(found[1]), _NUMERALS.index(found[2]) + 1, int(found[3])
    elif found := _WORDED.match(text):
        day, month, year = int(found[1]), _MONTHS.get(found[2]), _century(found[3])
    elif found := _WORDED_US.match(text):
        day, month, year = int(found[2]), _MONTHS.get(found[1]), int(found[3])
    elif (found := _WORDED_MONTH.match(text)) and (month := _MONTHS.get(found[1])):
        return f"{_century(found[2])}-{month:02}"
    else:
        return Refusal("not-a-date")
    return _date(year, month, day) if month else Refusal("not-a-date")
