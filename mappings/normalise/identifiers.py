"""Identifiers: spelled one way; where the type has a checksum, checked (by python-stdnum)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final, Protocol

from stdnum import get_cc_module, iban
from stdnum.fr import siren, siret

from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text, in_capitals

_FORMED: Final = re.compile(r"[A-Z]{2}[A-Z0-9+*]{2,13}")
_LABEL: Final = re.compile(
    r"^(?:VAT|TVA|UST|MWST|NIF|CIF|P\.? ?IVA|BTW|SIREN|SIRET|IBAN)(?:[- ]?ID(?:ENT)?)?"
    r"[-. ]*(?:NR|NO|N[°º]?|NUM(?:MER|BER)?)?[. ]*(?::| (?=[A-Z]{2}[0-9A-Z .-]{6}))",
    re.IGNORECASE,
)
_DECIMAL: Final = re.compile(r"(?<=\d{9})\.0+$")  # a number as a spreadsheet writes one
# The European Union writes Greece EL.
_COUNTRIES: Final = {"EL": "GR"}
_PREFIXES: Final = {"GR": "EL"}
_CHECKED: Final[dict[str, Callable[[str], bool]]] = {
    "siren": siren.is_valid,
    "siret": siret.is_valid,
    "iban": iban.is_valid,
}


class _Module(Protocol):
    def is_valid(self, number: str) -> bool: ...


def normalise_identifier(text: str, kind: str | None, country: str | None = None) -> str | Refusal | None:
    """The identifier without blanks, dots and hyphens for the kinds known here (vat, siren, siret, iban,
    ssn), else clean. A VAT number without its country's letters belongs to `country`; it is kept with them.
    """
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if is_placeholder(cleaned):
        return Refusal("placeholder")
    if kind not in {"vat", "ssn", *_CHECKED}:
        return cleaned
    squeezed = in_capitals(re.sub(r"[\s.\-/]", "", _LABEL.sub("", _DECIMAL.sub("", cleaned))))
    if kind == "vat":
        return _vat(squeezed, country)
    if kind in _CHECKED:
        return squeezed if _CHECKED[kind](squeezed) else Refusal(f"invalid-{kind}")
    if is_placeholder(squeezed):
        return Refusal("placeholder")
    return (squeezed if clean_text(squeezed) == squeezed else cleaned) or None


def _vat(squeezed: str, country: str | None) -> str | Refusal:
    """A number with its country's letters, its checksum right where the country has one."""
    formed = _FORMED.fullmatch(squeezed)
    module = _vat_module(squeezed[:2]) if formed else None
    if module is not None and module.is_valid(squeezed):
        return squeezed
    home = _vat_module(country) if country is not None else None
    if country is not None and home is not None and home.is_valid(squeezed):
        return f"{_PREFIXES.get(country, country)}{squeezed}"
    if formed and module is None and squeezed[:2].isalpha() and any(c.isdigit() for c in squeezed):
        return squeezed  # a country whose checksum is not known
    return Refusal("vat-without-country" if squeezed.isdigit() and country is None else "invalid-vat")


def is_checked_vat(text: str) -> bool:
    """Whether a text is a VAT number with the letters of a country whose checksum it has."""
    squeezed = in_capitals(re.sub(r"[\s.\-/]", "", text))
    module = _vat_module(squeezed[:2]) if _FORMED.fullmatch(squeezed) else None
    return module is not None and module.is_valid(squeezed)


@cache
def _vat_module(country: str) -> _Module | None:
    module: _Module | None = get_cc_module(_COUNTRIES.get(country, country).lower(), "vat")
    return module
