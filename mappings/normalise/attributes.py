"""Values of attributes by their declared type."""

from __future__ import annotations

import re
from typing import Final

from mappings.normalise.dates import DateOrder, normalise_date, normalise_instant
from mappings.normalise.placeholders import is_placeholder
from mappings.normalise.refusal import Refusal
from mappings.normalise.text import clean_text, folded
from mappings.words import word_set

TYPES: Final = ("text", "number", "boolean", "date", "datetime")
_TRUE: Final = word_set("true")
_FALSE: Final = word_set("false")
_PLAIN: Final = re.compile(r"^[-+]?\d+(?:[.,]\d+)?$")
_THOUSANDS: Final = {
    ",": re.compile(r"^[-+]?\d{1,3}(?:[. ’']\d{3})+,\d+$"),
    ".": re.compile(r"^[-+]?\d{1,3}(?:[, ’']\d{3})+(?:\.\d+)?$"),
}


def normalise_attribute(
    text: str, kind: str = "text", order: DateOrder = DateOrder.UNKNOWN
) -> tuple[str, str] | Refusal | None:
    """The type and the value. What does not read as its type stays as it is written, as text.

    Numbers have a point and no thousands' separators (`1234.5`), booleans are `true` and `false`, dates ISO.
    """
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if is_placeholder(cleaned):
        return Refusal("placeholder")
    found = _typed(cleaned, kind, order)
    return (kind, found) if isinstance(found, str) else ("text", cleaned)


def _typed(cleaned: str, kind: str, order: DateOrder) -> str | Refusal | None:
    match kind:
        case "number":
            return _number(cleaned)
        case "boolean":
            word = folded(cleaned)
            return "true" if word in _TRUE else "false" if word in _FALSE else None
        case "date":
            return normalise_date(cleaned, order)
        case "datetime":
            return normalise_instant(cleaned)
        case _:
            return cleaned


def _number(text: str) -> str | None:
    """A number whose separators can be read one way only; `1,234` is one with a decimal comma."""
    if not _PLAIN.match(text):
        decimal = next((sign for sign, shape in _THOUSANDS.items() if shape.match(text)), None)
        if decimal is None:
            return None
        text = re.sub(rf"[^\d{re.escape(decimal)}+-]", "", text)
    return text.replace(",", ".").removeprefix("+")
