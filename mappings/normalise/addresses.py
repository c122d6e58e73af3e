"""Parts of postal addresses: cleaned, countries as codes, postal codes in their usual form."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from mappings.normalise.countries import country_code
from mappings.normalise.organisations import normalise_line
from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import MEMORY, clean_text, in_capitals, without_guard

# Digits of the postal codes that are always as long.
CODE_DIGITS: Final = {
    "FR": 5,
    "DE": 5,
    "ES": 5,
    "IT": 5,
    "US": 5,
    "MX": 5,
    "FI": 5,
    "BE": 4,
    "CH": 4,
    "AT": 4,
    "AU": 4,
}
_BRITISH: Final = re.compile(r"^([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})$")
_DUTCH: Final = re.compile(r"^(\d{4})[\s-]*([A-Z]{2})$")
_DOTTED: Final = re.compile(r"(?<=\d)\.(?=\d{3}$)")  # `75.002`
# Digits of which a country's codes have a hyphen, and where it stands.
_HYPHENED: Final = {"US": (9, 5), "PT": (7, 4)}
# Countries whose codes may begin with two zeros.
_TWO_ZEROS: Final = frozenset({"IT", "US"})
_CANADIAN: Final = re.compile(r"^([A-Z]\d[A-Z])[ -]?(\d[A-Z]\d)$")
_DECIMAL: Final = re.compile(r"^(\d+)\.0+$")
_COUNTRY_PREFIX: Final = re.compile(r"^(?:F|D|B|CH|A|L|FR|DE|BE)-(?=\d)")
_COMMAS: Final = re.compile(r"\s*,(\s*,)*\s*")
_CODE: Final = 2  # letters
_CEDEX: Final = re.compile(r"\s+c[eé]dex\s*(\d{0,2})$", re.IGNORECASE)
_CEDEX_BEHIND: Final = re.compile(r"(?:\s+C[EÉ]DEX\s*\d{0,2})+$")


def normalise_street(text: str) -> str | Refusal | None:
    """A street line, as written but clean; abbreviations are the matching's business."""
    cleaned = clean_text(text.replace("\r", "").replace("\n", ", ") if "\n" in text else text)
    if cleaned is None:
        return None
    if "," in cleaned:
        cleaned = _COMMAS.sub(", ", cleaned).strip(", ")
    return Refusal("placeholder") if not cleaned or is_placeholder(cleaned) else cleaned


@lru_cache(MEMORY)
def normalise_locality(text: str) -> str | Refusal | None:
    """A town; CEDEX is kept in one spelling, because mail needs it."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if is_placeholder(cleaned):
        return Refusal("placeholder")
    return (
        cleaned
        if cleaned[-1].isalpha() and cleaned[-1] not in "xX"
        else _CEDEX.sub(lambda found: f" CEDEX {found[1]}".rstrip(), cleaned)
    )


def normalise_region(text: str) -> str | Refusal | None:
    """A province or state; two capitals are its code, though `NC` and `NA` say nothing elsewhere."""
    cleaned = clean_text(text)
    code = cleaned is not None and len(cleaned) == _CODE and cleaned.isalpha() and cleaned.isupper()
    return cleaned if code else normalise_line(text)


@lru_cache(MEMORY)
def normalise_postal_code(text: str, country: str | None = None) -> str | Refusal | None:
    """A postal code; a zero that a spreadsheet ate is put back where the country's length tells."""
    cleaned = in_capitals(clean_text(text) or "")
    if not cleaned:
        return None
    code = _CEDEX_BEHIND.sub("", _COUNTRY_PREFIX.sub("", without_guard(cleaned)))
    if is_placeholder(cleaned) or is_placeholder(code) or set(code) <= {"0", "-", " "}:
        return Refusal("placeholder")
    if not any(character.isdecimal() for character in code):
        return Refusal("not-a-postal-code")
    if decimal := _DECIMAL.match(code):
        code = decimal[1]
    if lettered := _BRITISH.match(code.replace(" ", "")) or _DUTCH.match(code) or _CANADIAN.match(code):
        return f"{lettered[1]} {lettered[2]}"
    length = CODE_DIGITS.get(country or "")
    squeezed = _DOTTED.sub("", code).replace(" ", "")
    digits, place = _HYPHENED.get(country or "", (0, 0))
    if squeezed.isdigit() and len(squeezed) == digits:
        return f"{squeezed[:place]}-{squeezed[place:]}"
    lost = 2 if country in _TWO_ZEROS else 1
    if length and squeezed.isdigit() and length - lost <= len(squeezed) < length:
        return squeezed.zfill(length)
    return squeezed if squeezed.isdigit() else code


@lru_cache(MEMORY)
def normalise_country(text: str) -> str | Refusal | None:
    """ISO 3166 alpha-2 from a code or a name in English, French, German, Spanish, Italian or Dutch."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if is_placeholder(cleaned):
        return Refusal("placeholder")
    return country_code(cleaned) or Refusal("unknown-country")
