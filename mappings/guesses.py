"""A guess, and the ways to make another of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from mappings.detect import Look
from mappings.header_words import header_words

MIXED: Final = "mixed"  # the type of a name column that holds people and organisations
NOTHING: Final = Look()
TO_ASK: Final = "a person to ask, beside"  # how the evidence of a name begins that is not the contact's
FAMILY_FIRST: Final = "family first"  # the type of a whole name in that order
CHANNELS: Final = frozenset({"emails", "phones"})  # by which the contact is reached …
WAYS: Final = CHANNELS | {"birth_date"}  # … or known: another's is worse than none
H_OR_M: Final = "h/m"  # the type of a gender column in which M is mujer


@dataclass(frozen=True, slots=True)
class Guess:
    """A column and the catalogue field it probably fills.

    `field` is a path, `key`, `updated_at`, `kind`, or `attributes.NAME` when it is no contact field.
    `type` is the kind of phone, e-mail, address or identifier where that shows; of an attribute the kind of
    its values (text, number, boolean, date); of a part of a birth date day, month or year; `mixed` for names
    of people and of organisations, `family first` for whole names so written. `confidence` is from 0 to 1,
    `evidence` a sentence. `holds` names the parts of an address where a column has several in one cell.
    """

    column: str
    field: str
    type: str | None
    confidence: float
    evidence: str
    holds: tuple[str, ...] = ()


def as_attribute(column: str, seen: Look, evidence: str) -> Guess:
    """The guess that a column is no contact field; `type` is the kind of its values."""
    return Guess(column, f"attributes.{slug(column)}", value_type(seen), 0.6, evidence)


def changed(guess: Guess, field: str, confidence: float, evidence: str, kind: str | None = None) -> Guess:
    """The guess for another field, or for the same with a kind."""
    kept = guess.type if field == guess.field else None
    return replace(guess, field=field, type=kind or kept, confidence=confidence, evidence=evidence)


def slug(column: str) -> str:
    """A header as an attribute's name."""
    return header_words(column).replace(" ", "_") or "column"


def value_type(seen: Look) -> str:
    """What an attribute's values are."""
    if seen.filled and seen.share("boolean") > 0.95:
        return "boolean"
    if seen.share("moment") > 0.9 and seen.share("plain number") < 0.95:
        return "date"
    return "number" if seen.share("number") > 0.95 else "text"
