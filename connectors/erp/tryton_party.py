"""A party as Tryton gives it, with what hangs on it, and what the hub makes of that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, Field

from connectors.erp.tryton_values import Instant, Json
from hub.domain.records import SourceField


class _Dated(BaseModel):
    """A row with its dates. On 7.0 a row that was never written has no `write_date`; on 8.2 it depends on
    the model (identifiers have none).
    """

    id: int
    active: Annotated[bool, BeforeValidator(bool)] = True
    create_date: Instant | None = None
    write_date: Instant | None = None
    timestamp: str = Field(default="", alias="_timestamp")

    @property
    def changed_at(self) -> datetime | None:
        return self.write_date or self.create_date


class Mechanism(_Dated):
    """A way to reach the party. `compact` is the E.164 form of phone numbers, where Tryton makes one."""

    type: str
    value: str | None = None
    compact: str | None = Field(default=None, alias="value_compact")
    name: str | None = None


class _Named(BaseModel):
    code: str | None = None
    name: str | None = None


class Address(_Dated):
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: _Named | None = Field(default=None, alias="country.")
    subdivision: _Named | None = Field(default=None, alias="subdivision.")


class Identifier(_Dated):
    type: str | None = None
    code: str | None = None


class Party(_Dated):
    """A row of `party.party` with its nested lists in Tryton's order: the first of a type is the main one."""

    name: str | None = None
    code: str | None = None
    lang: _Named | None = Field(default=None, alias="lang.")
    replaced_by: int | None = None
    contact_mechanisms: list[Mechanism] = Field(default_factory=list, alias="contact_mechanisms.")
    addresses: list[Address] = Field(default_factory=list, alias="addresses.")
    identifiers: list[Identifier] = Field(default_factory=list, alias="identifiers.")

    @property
    def updated_at(self) -> datetime | None:
        """The newest date of the party and of what hangs on it."""
        rows: Iterable[_Dated] = (self, *self.contact_mechanisms, *self.addresses, *self.identifiers)
        return max((row.changed_at for row in rows if row.changed_at is not None), default=None)

    @property
    def is_erased(self) -> bool:
        """Whether this is what Tryton's erasure leaves: a number with nothing but masked, archived rows."""
        rows = (self, *self.contact_mechanisms, *self.addresses, *self.identifiers)
        return self.name is None and not any(row.active for row in rows)

    def shown(self) -> Json:
        """The payload of the source: active ways, addresses and identifiers only; an inactive party is told
        by `active`, one that was merged away by `replaced_by`.
        """
        return {
            "active": self.active,
            "addresses": [_address(address) for address in self.addresses if address.active],
            "code": self.code,
            "contact_mechanisms": [_mechanism(way) for way in self.contact_mechanisms if way.active],
            "identifiers": [{"code": i.code, "type": i.type} for i in self.identifiers if i.active],
            "lang": self.lang.code if self.lang else None,
            "name": self.name,
            "replaced_by": str(self.replaced_by) if self.replaced_by is not None else None,
            "write_date": _text(self.changed_at),
        }


def as_json(party: Party) -> str:
    """The payload as JSON text with sorted members."""
    return json.dumps(party.shown(), ensure_ascii=False, sort_keys=True)


def _mechanism(way: Mechanism) -> Json:
    named = {"name": way.name} if way.name else {}
    return {**named, "type": way.type, "value": way.value}


def _address(address: Address) -> Json:
    subdivision = address.subdivision
    return {
        "city": address.city,
        "country": address.country.code if address.country else None,
        "postal_code": address.postal_code,
        "street": address.street,
        "subdivision": (subdivision.name or subdivision.code) if subdivision else None,
    }


def _text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


_DATES: Final = ("active", "create_date", "write_date", "_timestamp")
_NESTED: Final[Mapping[str, tuple[str, ...]]] = {
    "contact_mechanisms": ("type", "value", "value_compact", "name"),
    "addresses": (
        "street",
        "postal_code",
        "city",
        "country.code",
        "country.name",
        "subdivision.code",
        "subdivision.name",
    ),
    "identifiers": ("type", "code"),
}

# What to ask `search_read` for; nested names bring the rows as a list under `name.`.
FIELDS: Final = (
    *("name", "code", "lang.code", "lang.name", "replaced_by", *_DATES),
    *(f"{relation}.{name}" for relation, names in _NESTED.items() for name in (*names, *_DATES)),
)

# The fields of the payload, for `discover`.
SHOWN_FIELDS: Final = (
    SourceField("active", "boolean", "Active"),
    SourceField("addresses", "one2many", "Addresses"),
    SourceField("code", "char", "Code"),
    SourceField("contact_mechanisms", "one2many", "Contact Mechanisms"),
    SourceField("identifiers", "one2many", "Identifiers"),
    SourceField("lang", "char", "Language"),
    SourceField("name", "char", "Name"),
    SourceField("replaced_by", "many2one", "Replaced By"),
    SourceField("write_date", "timestamp", "Last change of the party itself"),
)
