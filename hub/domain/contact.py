"""The canonical contact: one person or organisation as one source record tells it.

Names follow vCard (RFC 6350), JSContact (RFC 9553) and schema.org where they agree. A batch of contacts
is an Arrow table with `CONTACT_SCHEMA`; every value is text (or a list of small structs of text), so that
a contact has one JSON form on every store. Dates are ISO 8601 (`1977-09-13`, or `1977-09`, `1977` where
the source knows no more), instants are ISO 8601 in UTC ending in `Z`, so they sort as text.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import pyarrow as pa


class Kind(StrEnum):
    PERSON = "person"
    ORGANIZATION = "organization"


class ConsentStatus(StrEnum):
    """From most to least permissive; the most restrictive wins when records merge."""

    GRANTED = "granted"
    PENDING = "pending"
    DENIED = "denied"


def _struct(*names: str, primary: bool = False) -> pa.StructType:
    fields = [pa.field(name, pa.string()) for name in names]
    return pa.struct([*fields, pa.field("primary", pa.bool_())] if primary else fields)


NAME_PARTS: Final = ("full", "given", "family", "additional", "prefix", "suffix")
ADDRESS_PARTS: Final = ("street", "locality", "region", "postal_code", "country")

NAME: Final = _struct(*NAME_PARTS)
# `match` is the form used for matching; null marks a value that must never be matched on (a placeholder).
EMAIL: Final = _struct("value", "match", "type", primary=True)
# `value` is E.164 when valid; `match` the same without extension, or null for a placeholder.
PHONE: Final = _struct("value", "match", "extension", "type", primary=True)
ADDRESS: Final = _struct(*ADDRESS_PARTS, "type", primary=True)  # country: ISO 3166 alpha-2
URL: Final = _struct("value", "type", primary=True)
IDENTIFIER: Final = _struct("type", "value")
CONSENT: Final = _struct("channel", "purpose", "status", "at")
ATTRIBUTE: Final = _struct("name", "type", "value")  # type: text | number | boolean | date | datetime

CONTACT_SCHEMA: Final = pa.schema(
    [
        pa.field("kind", pa.string()),
        pa.field("name", NAME),
        pa.field("organization", pa.string()),
        pa.field("job_title", pa.string()),
        pa.field("emails", pa.list_(EMAIL)),
        pa.field("phones", pa.list_(PHONE)),
        pa.field("addresses", pa.list_(ADDRESS)),
        pa.field("urls", pa.list_(URL)),
        pa.field("birth_date", pa.string()),
        pa.field("gender", pa.string()),
        pa.field("language", pa.string()),
        pa.field("identifiers", pa.list_(IDENTIFIER)),
        pa.field("consents", pa.list_(CONSENT)),
        pa.field("tags", pa.list_(pa.string())),
        pa.field("attributes", pa.list_(ATTRIBUTE)),
        pa.field("created_at", pa.string()),
        pa.field("updated_at", pa.string()),
    ]
)

LIST_FIELDS: Final = tuple(field.name for field in CONTACT_SCHEMA if pa.types.is_list(field.type))

# What the matcher and golden builder get: a contact with the record it came from.
CONTACT_RECORD_SCHEMA: Final = pa.schema(
    [
        pa.field("record_id", pa.int64()),
        pa.field("source", pa.string()),
        pa.field("key", pa.string()),
        *CONTACT_SCHEMA,
    ]
)


class Sensitivity(StrEnum):
    """How a field may be shown: logs and metrics carry `PUBLIC` only; masking starts at `PERSONAL`."""

    PUBLIC = "public"
    PERSONAL = "personal"
    SPECIAL = "special"


SENSITIVITY: Final[dict[str, Sensitivity]] = {
    "kind": Sensitivity.PUBLIC,
    "name": Sensitivity.PERSONAL,
    "organization": Sensitivity.PERSONAL,
    "job_title": Sensitivity.PERSONAL,
    "emails": Sensitivity.PERSONAL,
    "phones": Sensitivity.PERSONAL,
    "addresses": Sensitivity.PERSONAL,
    "urls": Sensitivity.PERSONAL,
    "birth_date": Sensitivity.SPECIAL,
    "gender": Sensitivity.SPECIAL,
    "language": Sensitivity.PERSONAL,
    "identifiers": Sensitivity.SPECIAL,
    "consents": Sensitivity.PERSONAL,
    "tags": Sensitivity.PERSONAL,
    "attributes": Sensitivity.PERSONAL,
    "created_at": Sensitivity.PUBLIC,
    "updated_at": Sensitivity.PUBLIC,
}
