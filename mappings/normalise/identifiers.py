"""Identifiers: spelled one way; where the type has a checksum, checked."""

from __future__ import annotations

import re

from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text


def normalise_identifier(text: str, kind: str | None) -> str | Refusal | None:
    """The identifier without blanks and dots for the kinds known here (vat, siren, siret), else clean."""
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if is_placeholder(cleaned):
        return Refusal("placeholder")
    squeezed = re.sub(r"[\s.\-/]", "", cleaned).upper()
    match kind:
        case "siren" | "siret":
            length = 9 if kind == "siren" else 14
            right = (
                squeezed.isdigit() and len(squeezed) == length and (_luhn(squeezed) or _is_la_poste(squeezed))
            )
            return squeezed if right else Refusal(f"invalid-{kind}")
        case "vat":
            formed = re.fullmatch(r"[A-Z]{2}[A-Z0-9+*]{2,13}", squeezed)
            return squeezed if formed and _french_key(squeezed) else Refusal("invalid-vat")
        case _:
            return cleaned


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _is_la_poste(digits: str) -> bool:
    """Establishments of La Poste are numbered so that the digits' sum divides by five (INSEE)."""
    return digits.startswith("356000000") and sum(map(int, digits)) % 5 == 0


def _french_key(vat: str) -> bool:
    """A French number's two-digit key is (12 + 3 · (SIREN mod 97)) mod 97; other countries pass."""
    if not vat.startswith("FR") or not vat[2:].isdigit() or len(vat) != 13:
        return not vat.startswith("FR") or len(vat) == 13
    return int(vat[2:4]) == (12 + 3 * (int(vat[4:]) % 97)) % 97
