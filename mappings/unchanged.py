"""Texts that their normaliser gives back as they are, told a whole column at once.

Most of what people type needs nothing. Where a mask says yes, the normaliser's answer is the text itself (a
property test holds each to its normaliser); where it says no, the normaliser has to look. Columns are text.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mappings.normalise.addresses import CODE_DIGITS
from mappings.normalise.couples import HOUSEHOLDS, TITLES
from mappings.normalise.dates import OLDEST, STAND_INS
from mappings.normalise.names import SUFFIXES
from mappings.normalise.organisations import NOBODY
from mappings.normalise.placeholders import NOTHING

Mask = npt.NDArray[np.bool_]
# Letters of Western Europe, but for those that a broken encoding leaves.
CAPITAL: Final = "A-Z\u00c0\u00c1\u00c4-\u00cf\u00d1-\u00d6\u00d8-\u00de"
SMALL: Final = "a-z\u00df\u00e0\u00e1\u00e3-\u00f6\u00f8-\u00ff"
_LETTER: Final = CAPITAL + SMALL
_END: Final = f"[{_LETTER}0-9]"
_SIGN: Final = f"[!-%'-~{_LETTER}]"
_LINE: Final = f"^{_END}(?:(?: ?{_SIGN})* ?{_END})?$"
_WORD: Final = f"[{_LETTER}]+(?:['-][{_LETTER}]+)*"
_NAME: Final = f"^{_WORD}(?: {_WORD})*$"
# Words that stand for no name where they stand alone, and such as may stand behind one.
NO_NAMES: Final = NOTHING | HOUSEHOLDS
_BEHIND: Final = {*SUFFIXES, *TITLES}
_DAYS: Final = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def lines(texts: pa.Array) -> Mask:
    """Of `normalise_line`, and of attributes that are text."""
    return _yes(pc.match_substring_regex(texts, _LINE)) & ~says(texts, NOTHING) & ~_says_nothing_twice(texts)


def streets(texts: pa.Array) -> Mask:
    return lines(texts) & ~_yes(pc.match_substring(texts, ","))


def towns(texts: pa.Array) -> Mask:
    """Of `normalise_locality`; what may end in CEDEX is left to it."""
    return lines(texts) & ~_yes(pc.match_substring_regex(texts, "[xX0-9]$"))


def organizations(texts: pa.Array) -> Mask:
    return lines(texts) & ~says(texts, NOBODY)


def names(texts: pa.Array) -> Mask:
    """Given and family names in mixed case, without a title or a suffix."""
    plain = (
        _yes(pc.match_substring_regex(texts, _NAME)) & ~says(texts, NO_NAMES) & ~_says_nothing_twice(texts)
    )
    for letters in (CAPITAL, SMALL):
        plain &= _yes(pc.match_substring_regex(texts, f"[{letters}]"))
    several = np.flatnonzero(plain & _yes(pc.match_substring(texts, " ")))
    if several.size:
        words = texts.take(pa.array(several))
        first = pc.replace_substring_regex(words, " .*$", "")
        last = pc.replace_substring_regex(words, "^.* ", "")
        plain[several] = ~(says(first, TITLES) | says(last, _BEHIND))
    return plain


def numbers(texts: pa.Array) -> Mask:
    """Of attributes that are numbers."""
    return _yes(pc.match_substring_regex(texts, r"^-?[0-9]+(?:\.[0-9]+)?$"))


def postal_codes(texts: pa.Array, countries: pa.Array) -> Mask:
    """Codes of digits, but those that lack one in their country (or null); British and Dutch ones."""
    digits = pc.match_substring_regex(texts, "^[0-9]+$")
    plain = _yes(digits) & ~_yes(pc.match_substring_regex(texts, "^0+$"))
    length = pc.utf8_length(texts)
    for size in set(CODE_DIGITS.values()):
        places = pa.array(sorted(name for name, usual in CODE_DIGITS.items() if usual == size))
        plain &= ~_yes(pc.and_(pc.is_in(countries, places), pc.equal(length, size - 1)))
    letters = r"^(?:[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}|[0-9]{4} [A-Z]{2})$"
    return plain | _yes(pc.match_substring_regex(texts, letters))


def dates(texts: pa.Array) -> Mask:
    """ISO dates that the calendar has."""
    shaped = _yes(pc.match_substring_regex(texts, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))
    places = np.flatnonzero(shaped)
    shaped[places] = days(texts.take(pa.array(places)))
    return shaped


def birth_dates(texts: pa.Array, latest: date) -> Mask:
    within = pc.and_(pc.greater_equal(texts, f"{OLDEST:04}-01-01"), pc.less_equal(texts, latest.isoformat()))
    stand_ins = pa.array([f"{year:04}-{month:02}-{day:02}" for year, month, day in sorted(STAND_INS)])
    return dates(texts) & _yes(within) & ~_yes(pc.is_in(texts, stand_ins))


def days(texts: pa.Array) -> Mask:
    """Whether the calendar has the day that each text (`1977-09-13…`, none null) begins with."""
    year, month, day = (
        pc.cast(pc.utf8_slice_codeunits(texts, start, end), pa.int32()).to_numpy()
        for start, end in ((0, 4), (5, 7), (8, 10))
    )
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    known = (month >= 1) & (month <= 12)
    length = _DAYS[np.where(known, month, 0)] - ((month == 2) & ~leap)
    found: Mask = known & (year >= 1) & (day >= 1) & (day <= length)
    return found


def says(texts: pa.Array, words: Collection[str]) -> Mask:
    """Whether a text of the letters and signs above is one of these folded words."""
    lower = pc.utf8_lower(texts)
    known = pa.array(sorted(words))
    found = _yes(pc.is_in(lower, known))
    accented = np.flatnonzero(_yes(pc.match_substring_regex(lower, "[^ -~]")))
    if accented.size:
        marked = pc.utf8_normalize(pc.replace_substring(lower.take(pa.array(accented)), "ß", "ss"), "NFD")
        found[accented] = _yes(pc.is_in(pc.replace_substring_regex(marked, r"\p{Mn}", ""), known))
    return found


def _says_nothing_twice(texts: pa.Array) -> Mask:
    """Whether a text is two such words: one and the same, from two columns, says nothing either."""
    found = _yes(pc.match_substring_regex(texts, "^[^ ]+ [^ ]+$"))
    places = np.flatnonzero(found)
    both = texts.take(pa.array(places))
    first, second = (pc.replace_substring_regex(both, part, "") for part in (" .*$", "^.* "))
    found[places] = says(first, NOTHING) & says(second, NOTHING)
    return found


def _yes(found: Any) -> Mask:
    mask: Mask = pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False)
    return mask.astype(bool)
