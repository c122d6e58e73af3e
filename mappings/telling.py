"""What a header says as a guess, and whether a column's values agree."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from mappings.detect import Look
from mappings.guesses import Guess
from mappings.header_phrases import Named
from mappings.header_words import apart, header_words
from mappings.words import pattern, table

# What a column's values must look like for a field, and how many of them at least. A header alone never
# makes a column of e-mails, phones or dates.
MUST_LOOK: Final = {
    "emails": ("email", 0.5),
    "phones": ("phone", 0.4),
    "birth_date": ("date", 0.5),
    "birth_date.day": ("day", 0.8),
    "birth_date.month": ("month", 0.8),
    "birth_date.year": ("year", 0.8),
    "urls": ("url", 0.5),
    "gender": ("gender", 0.5),
    "language": ("language", 0.5),
    "addresses.country": ("country", 0.4),
    "addresses.postal_code": ("postal_code", 0.4),
    "addresses.locality": ("name", 0.5),
    "addresses.region": ("region", 0.5),
    "name.given": ("name", 0.5),
    "name.family": ("name", 0.5),
    "name.full": ("name", 0.5),
    "name.prefix": ("title", 0.5),
    "job_title": ("name", 0.5),
    "organization": ("name", 0.3),
    "created_at": ("moment", 0.5),
    "updated_at": ("moment", 0.5),
    "key": ("key", 1.0),
    "identifiers.vat": ("vat", 0.4),
    "identifiers.siren": ("long code", 0.4),
    "identifiers.siret": ("long code", 0.4),
    "identifiers.ssn": ("long code", 0.4),
    "identifiers.loyalty": ("code", 0.4),
    "identifiers.customer": ("code", 0.4),
}
# The more telling first: `Fax (work)` is a fax.
_TYPES: Final = ("fax", "mobile", "work", "home", "billing", "shipping", "other")
_BOTH: Final = re.compile(r"[/&+]|\b(?:et|und|and|y|e|en|or|ou|oder)\b", re.IGNORECASE)
_RECIPIENTS: Final = pattern("header_recipients")
_UNSURE: Final = 0.6
_TYPED: Final = {
    "phones": {"fax", "mobile", "work", "home"},
    "emails": {"work", "home"},
    "addresses": {"work", "home", "billing", "shipping", "other"},
}


def as_told(column: str, told: Named) -> Guess:
    """What the header says, as a guess."""
    field, _, part = told.field.partition(".")
    if field == "birth_date":
        return Guess(column, field, part or None, told.confidence, told.evidence)
    if field == "name" and ("shipping" in _said(column) or _RECIPIENTS.search(header_words(column))):
        # who gets the parcel is the contact where nobody else is named
        return Guess(column, told.field, None, min(told.confidence, _UNSURE), told.evidence)
    return Guess(column, told.field, type_of(told.field, column), told.confidence, told.evidence)


def fits(field: str, seen: Look) -> bool:
    """Whether enough of the values look like the field's; any do for a field without a look of its own."""
    kind, share = MUST_LOOK.get(field, ("", 0.0))
    return not kind or seen.share(kind) >= share


def type_of(field: str, column: str) -> str | None:
    """The kind of phone, e-mail, address or identifier that a header names."""
    if field.startswith("identifiers."):
        return field.partition(".")[2]
    allowed = _TYPED.get(field.partition(".")[0], set())
    said = _said(column)
    if _BOTH.search(column):  # "Tel./Fax" is not only a fax
        said.discard("fax")
    return next((kind for kind in _TYPES if kind in said and kind in allowed), None)


def _said(column: str) -> set[str]:
    """The kinds of phone or address that words of a header stand for."""
    words = [*header_words(column).split(), *apart(header_words(column)).split()]
    pairs = [first + second for first, second in pairwise(words)]  # "TeleCopie"
    kinds = table("header_types")
    return {kinds[word] for word in [*words, *pairs] if word in kinds}
