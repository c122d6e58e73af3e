"""Records as pulled, and what became of them when mapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from hub.domain.contact import CONTACT_SCHEMA

TIME: Final = pa.timestamp("us", tz="UTC")

# A cursor is whatever JSON object the source needs to go on; the hub stores it and never looks inside.
Cursor = Mapping[str, object]


def page_schema(payload: pa.DataType) -> pa.Schema:
    """The table of a page. `payload` is a struct (columns known) or a string (one JSON object a row)."""
    return pa.schema(
        [
            pa.field("key", pa.string()),
            pa.field("updated_at", TIME),
            pa.field("deleted", pa.bool_()),
            pa.field("payload", payload),
        ]
    )


# Rows that cannot become a contact. `position` says where in the source ("line 7", "uid 12"), when there is
# no key; `payload` is what was read, as JSON text, so that the record can be replayed.
REJECT_SCHEMA: Final = pa.schema(
    [
        pa.field("key", pa.string()),
        pa.field("position", pa.string()),
        pa.field("code", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("payload", pa.string()),
    ]
)

REFUSAL: Final = pa.struct([("field", pa.string()), ("reason", pa.string()), ("raw", pa.string())])

# One row a mapped record; `refusals` are values that were left out of the contact, with their reason.
MAPPED_SCHEMA: Final = pa.schema(
    [
        pa.field("key", pa.string()),
        pa.field("deleted", pa.bool_()),
        *CONTACT_SCHEMA,
        pa.field("refusals", pa.list_(REFUSAL)),
    ]
)


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a source: records, rows that could not be read, and the cursor to store with them.

    `cursor` is what to hand to `read` to go on after this page; it is stored in the same transaction as
    the page. None means the source cannot go on from here (only a whole read helps). Nothing may be
    lost: every row that the source holds is in `records` or in `rejects`.

    `starts_over` marks the first page of a whole read that the source began by itself although it was given
    a cursor (a file was rewritten): records that do not come until the end of this read are gone.
    """

    records: pa.Table
    rejects: pa.Table = field(default_factory=REJECT_SCHEMA.empty_table)
    cursor: Cursor | None = None
    starts_over: bool = False


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a mapping made of a page: contacts (`MAPPED_SCHEMA`) and rejected records (`REJECT_SCHEMA`).

    Every record of the page is in exactly one of the two.
    """

    contacts: pa.Table
    rejects: pa.Table


@dataclass(frozen=True, slots=True)
class SourceField:
    """A field as the source names it. `type` is the source's own word; `label` what its users see."""

    name: str
    type: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of object that a source or destination holds (contacts, companies, submissions)."""

    name: str
    fields: tuple[SourceField, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of proving credentials and reading one page (or one destination's description)."""

    ok: bool
    sentence: str
    hint: str | None = None
