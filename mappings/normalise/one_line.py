"""An address in one line (`12 rue de la Paix, 75002 Paris, France`), taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mappings.normalise.countries import country_code
from mappings.normalise.places import Place, split_place
from mappings.normalise.text import MEMORY, clean_text, folded
from mappings.words import pattern

_BORDERS: Final = re.compile(r"\s*(?:[,;|\n]|\s[-–·/]\s)\s*")
# A country behind a place: two letters may be a state (`CA`, `IL`) or a province as well.
_SHORT_COUNTRIES: Final = frozenset({"UK", "U.K.", "US", "USA", "U.S.A."})
_NAMED: Final = 4  # letters of a country's name
# Without a comma: a street, then a code that hardly is a house number, and a town.
_UNMARKED: Final = re.compile(
    r"^(?P<street>.*[^\W\d_]{3}.*?)\s+"
    r"(?P<place>(?:[A-Z]{1,2}-)?(?:\d{5}|\d{4}-\d{3}|\d{2}-\d{3}|\d{4} [A-Z]{2}) [^\W\d_][^\d,]*)$"
)
# Behind a town its province or state in letters: `Cuneo CN`, `Cuneo (CN)`, `Sydney NSW`.
_BEHIND_TOWN: Final = re.compile(r"^(?P<town>.*[^\W\d_]{2}) \(?(?P<region>[A-Z]{2,3})\)?$")
# What has numbers of its own within a house or a post office.
_NO_TOWN: Final = re.compile(
    r"\b(?:apartado|apt|box|bp|flat|po box|postbus|postfach|room|skrytka|suite|unit|whg)\b\.?", re.IGNORECASE
)
_STATE: Final = re.compile(r"^[A-Z]{2,3}$")  # without its town: that stands before
_CODE_FIRST: Final = re.compile(r"^\W*(?:[A-Z]{1,2}-?)?\d|^[A-Z]{1,2}\d")
_COUNTIES: Final = pattern("regions_behind_towns")
_LONG: Final = 5  # digits of a code behind a town: fewer are a number of something
_TAIL: Final = 2  # parts that a place is written in at most: `Truro, TR1 2HD`


@dataclass(frozen=True, slots=True)
class Line:
    """What a text says of an address."""

    street: str | None
    postal_code: str | None = None
    locality: str | None = None
    region: str | None = None
    country: str | None = None


@lru_cache(MEMORY)
def split_address(text: str) -> Line | None:
    """The parts of an address that has a postal code and its town at the end, then perhaps a country. What
    does not is kept whole as the street: a town without a code may be anything.
    """
    cleaned = clean_text(text.replace("\r", "").replace("\n", ", "))
    if cleaned is None:
        return None
    parts = [part for part in _BORDERS.split(cleaned) if part]
    country = _country(parts)
    found = _with_place(parts[:-1] if country else parts, country)
    return found or Line(cleaned)


def is_whole_address(text: str) -> bool:
    """Whether a text is a street, a postal code and its town."""
    found = split_address(text)
    return found is not None and None not in (found.street, found.postal_code, found.locality)


def says_region(text: str) -> bool:
    """Whether a whole address says its province or state."""
    found = split_address(text)
    return found is not None and found.region is not None


def says_country(text: str) -> bool:
    """Whether a whole address says its country."""
    found = split_address(text)
    return found is not None and found.country is not None


def _country(parts: list[str]) -> str | None:
    """The country that the last part names."""
    if len(parts) < _TAIL:
        return None
    last = parts[-1]
    named = last.upper() in _SHORT_COUNTRIES or (len(last) >= _NAMED and not any(map(str.isdigit, last)))
    return country_code(last) if named else None


def _with_place(parts: list[str], country: str | None) -> Line | None:
    for size in (1, _TAIL):
        street, place = ", ".join(parts[:-size]), _place(", ".join(parts[-size:]))
        if len(parts) >= size and place is not None and (street or _CODE_FIRST.match(parts[0])):
            before = parts[:-size]
            if len(before) > 1 and _COUNTIES.fullmatch(folded(place.locality or "")):  # behind its town
                *before, town = before
                return Line(", ".join(before), place.postal_code, town, place.locality, country)
            return Line(street or None, place.postal_code, place.locality, place.region, country)
    found = _UNMARKED.match(parts[-1]) if parts else None
    if found is None or (place := _place(found["place"])) is None:
        return None
    street = ", ".join([*parts[:-1], found["street"]])
    return Line(street, place.postal_code, place.locality, place.region, country)


def _place(text: str) -> Place | None:
    """A postal code with its town."""
    place = split_place(text)
    if place is None or place.postal_code is None or place.locality is None:
        return None
    if _STATE.match(place.locality) or _NO_TOWN.search(place.locality):
        return None
    behind = _BEHIND_TOWN.match(place.locality) if place.region is None else None
    if behind is not None and not behind["town"].isupper():  # no "44000 NANTES CED"
        return Place(place.postal_code, behind["town"], behind["region"])
    short = place.postal_code.isdigit() and len(place.postal_code) < _LONG
    return None if short and place.region is None and not _CODE_FIRST.match(text) else place
