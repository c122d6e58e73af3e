"""A postal code and its town in one text (`PLZ/Ort`, `City State Zip`), taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mappings.normalise.text import MEMORY, clean_text

# A postal code that stands in front of a town, or behind it; digits alone are four to six of them.
_CODE: Final = (
    r"(?:(?:F|D|B|CH|A|L|I|E|NL|FR|DE|BE|AT|LU|IT|ES)-? ?)?"
    r"(?:\d{4} ?[A-Z]{2}(?![A-Za-z])|\d{5}-\d{4}|\d{4}-\d{3}|\d{2}-\d{3}|\d{3} \d{2}|\d{4,6})"
)
_LETTERED: Final = r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)"
_TOWN: Final = r"['’]?[^\W\d_][^\d,;]*?(?: (?:CEDEX|Cedex|cedex) ?\d{0,2})?"
_BORDER: Final = r"\s*(?:[ ,;/]| [-–] )\s*"
# Behind a town the province or state: `Roma (RM)`, `Tulsa, OK 74103`.
_PROVINCE: Final = r"(?:\s*\((?P<province>[A-Z]{2})\))?"
_IN_FRONT: Final = re.compile(
    rf"^(?P<code>{_CODE}|{_LETTERED}){_BORDER}(?P<town>{_TOWN})"
    rf"(?:{_PROVINCE}|(?<=[a-zà-ÿ]) (?P<letters>[A-Z]{{2}}))$"
)
_BEHIND: Final = re.compile(
    rf"^(?P<town>{_TOWN}){_PROVINCE}(?:,? (?P<state>[A-Z]{{2}}))?{_BORDER}(?P<code>{_CODE}|{_LETTERED})$"
)
_LONG_SMALL: Final = re.compile(r"(?<![\w'-])[a-zß-ÿ]{6,}")  # letters; `Bad bei Unterhausen` has none
_VOWEL: Final = re.compile(r"[aeiouy]", re.IGNORECASE)
_ONLY: Final = re.compile(rf"^(?:{_CODE}|{_LETTERED})$")
_IN_BRACKETS: Final = re.compile(rf"^(?P<town>{_TOWN})\s*\((?P<code>{_CODE}|{_LETTERED})\)$")


@dataclass(frozen=True, slots=True)
class Place:
    """What a text says of a place."""

    postal_code: str | None
    locality: str | None
    region: str | None = None


@lru_cache(MEMORY)
def split_place(text: str) -> Place | None:
    """The parts of a text that is a postal code and a town, in either order. A text that is only one of them
    is that; one that is neither is kept whole as the town.
    """
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if _ONLY.match(cleaned):
        return Place(cleaned, None)
    found = next((match for shape in _SHAPES if (match := shape.match(cleaned))), None)
    if found is None:
        return Place(None, cleaned)
    said = found.groupdict()
    return Place(
        said["code"],
        said["town"].strip(" ,;/"),
        said.get("province") or said.get("state") or said.get("letters"),
    )


def is_code_and_town(text: str) -> bool:
    """Whether a text is a postal code and a town; letters without a vowel are no town, but of a plate, and
    a long word in small letters behind a capital is of a sentence.
    """
    found = split_place(text)
    if found is None or found.postal_code is None or found.locality is None:
        return False
    if found.locality[0].isupper() and _LONG_SMALL.search(found.locality):
        return False
    return not found.locality.isascii() or bool(_VOWEL.search(found.locality))


def has_region(text: str) -> bool:
    """Whether a text says a postal code, a town and a province or state."""
    found = split_place(text)
    return found is not None and None not in (found.postal_code, found.region)


_SHAPES: Final = (_IN_FRONT, _BEHIND, _IN_BRACKETS)
