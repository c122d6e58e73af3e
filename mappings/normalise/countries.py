"""Countries by name or code, as ISO 3166 alpha-2."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from typing import Final

from mappings.normalise.text import folded

_LANGUAGES: Final = ("en", "fr", "de", "es", "it", "nl")
# What people write besides the official names, and alpha-3 codes of the countries met most.
_ALSO: Final = {
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "angleterre": "GB",
    "grande-bretagne": "GB",
    "grande bretagne": "GB",
    "usa": "US",
    "u.s.a.": "US",
    "u.s.": "US",
    "united states of america": "US",
    "etats unis": "US",
    "etats-unis d'amerique": "US",
    "france metropolitaine": "FR",
    "holland": "NL",
    "hollande": "NL",
    "the netherlands": "NL",
    "bundesrepublik deutschland": "DE",
    "brd": "DE",
    "fra": "FR",
    "deu": "DE",
    "gbr": "GB",
    "bel": "BE",
    "che": "CH",
    "lux": "LU",
    "nld": "NL",
    "esp": "ES",
    "ita": "IT",
    "prt": "PT",
    "aut": "AT",
    "irl": "IE",
    "can": "CA",
    "aus": "AU",
    "pol": "PL",
    "swe": "SE",
    "dnk": "DK",
    "nor": "NO",
    "fin": "FI",
    "mar": "MA",
    "dza": "DZ",
    "tun": "TN",
    "sen": "SN",
    "jpn": "JP",
    "chn": "CN",
    "ind": "IN",
    "bra": "BR",
    "mex": "MX",
    # as on cars and before postal codes
    "a": "AT",
    "b": "BE",
    "d": "DE",
    "e": "ES",
    "f": "FR",
    "i": "IT",
    "l": "LU",
    "p": "PT",
}


def country_code(text: str) -> str | None:
    """The alpha-2 code that a code or a name stands for; None when it is not known."""
    word = folded(text).strip(" .")
    if len(word) == 2 and word.upper() in _locales():
        return word.upper()
    return _ALSO.get(word) or _ALSO.get(folded(text).strip()) or _names().get(word)


@cache
def _names() -> dict[str, str]:
    """Folded names in all languages; where a shorter table points at another language, it is followed."""
    found: dict[str, str] = {}
    for code, names in _locales().items():
        for language in _LANGUAGES:
            name = names.get(language, "")
            if name.startswith("*"):  # the library's way to say "as in that language"
                name = names.get(name[1:], "")
            if name:
                found.setdefault(folded(name), code)
    return found


@cache
def _locales() -> Mapping[str, Mapping[str, str]]:
    """By alpha-2 code the country's name by language.

    It is imported when it is first needed: the package around it brings the places of all phone numbers, and
    takes half a second.
    """
    data: Mapping[str, Mapping[str, str]] = importlib.import_module("phonenumbers.geodata.locale").LOCALE_DATA
    return data
