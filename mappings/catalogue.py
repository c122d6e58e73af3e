"""The fields of the canonical contact that a mapping can fill."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from hub.domain.contact import ADDRESS_PARTS, NAME_PARTS


class Form(StrEnum):
    """How a field is filled: one value, a list of values, or attributes by name."""

    SINGLE = "single"
    LIST = "list"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class Field:
    """One path of the catalogue. `parts` are what an item of a list may say, `literal` those of them that are
    words of the mapping, not expressions, `needed` those without which an item says nothing.
    """

    path: str
    form: Form
    parts: tuple[str, ...] = ()
    literal: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


_VALUE: Final = ("value", "type")
_CONSENT: Final = ("channel", "purpose", "status")
_NEEDED: Final = ("value",)
FIELDS: Final = {
    field.path: field
    for field in (
        *(Field(f"name.{part}", Form.SINGLE) for part in NAME_PARTS),
        Field("organization", Form.SINGLE),
        Field("job_title", Form.SINGLE),
        Field("birth_date", Form.SINGLE),
        Field("gender", Form.SINGLE),
        Field("language", Form.SINGLE),
        Field("created_at", Form.SINGLE),
        Field("emails", Form.LIST, _VALUE, ("type",), _NEEDED),
        Field("phones", Form.LIST, _VALUE, ("type",), _NEEDED),
        Field("urls", Form.LIST, _VALUE, ("type",), _NEEDED),
        Field("addresses", Form.LIST, (*ADDRESS_PARTS, "type"), ("type",)),
        Field("identifiers", Form.LIST, ("type", "value"), ("type",), ("type", "value")),
        Field("consents", Form.LIST, (*_CONSENT, "at"), _CONSENT[:2], _CONSENT),
        Field("tags", Form.LIST, ("value",), (), _NEEDED),
    )
}
ATTRIBUTE: Final = "attributes."


def field(path: str) -> Field | None:
    """The catalogue's entry for a path; any `attributes.NAME` is one."""
    if path.startswith(ATTRIBUTE) and len(path) > len(ATTRIBUTE):
        return Field(path, Form.ATTRIBUTE, _VALUE, ("type",), _NEEDED)
    return FIELDS.get(path)


def nearest(path: str) -> str | None:
    """The path that a misspelt one probably meant."""
    near = get_close_matches(path, [*FIELDS, *(f"attributes.{path}",)][:-1], n=1, cutoff=0.6)
    return near[0] if near else None
