"""The models that the fake knows, their fields and how they hang together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Model:
    """`links` are the fields that hold another row's id, `lists` the rows that hang on one."""

    name: str
    label: str
    fields: frozenset[str]
    links: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()


MECHANISM_TYPES: Final = frozenset(
    {"phone", "mobile", "fax", "email", "website", "skype", "sip", "irc", "jabber", "other"}
)

_ROW: Final = ("id", "active", "create_date", "write_date", "_timestamp")


def _model(
    name: str,
    label: str,
    own: tuple[str, ...],
    *,
    links: Mapping[str, str] | None = None,
    lists: Mapping[str, str] | None = None,
    required: tuple[str, ...] = (),
) -> Model:
    known = frozenset((*_ROW, *own, *(links or {}), *(lists or {})))
    return Model(name, label, known, links or {}, lists or {}, required)


MODELS: Final = {
    model.name: model
    for model in (
        _model(
            "party.party",
            "Party",
            ("name", "code"),
            links={"lang": "ir.lang", "replaced_by": "party.party"},
            lists={
                "contact_mechanisms": "party.contact_mechanism",
                "addresses": "party.address",
                "identifiers": "party.identifier",
            },
        ),
        _model(
            "party.contact_mechanism",
            "Party Contact Mechanism",
            ("type", "value", "value_compact", "name", "sequence"),
            links={"party": "party.party"},
            required=("type", "value"),
        ),
        _model(
            "party.address",
            "Address",
            ("street", "postal_code", "city"),
            links={
                "party": "party.party",
                "country": "country.country",
                "subdivision": "country.subdivision",
            },
        ),
        _model(
            "party.identifier",
            "Party Identifier",
            ("type", "code"),
            links={"party": "party.party"},
            required=("code",),
        ),
        _model("country.country", "Country", ("name", "code")),
        _model("country.subdivision", "Subdivision", ("name", "code"), links={"country": "country.country"}),
        _model("ir.lang", "Language", ("name", "code")),
        _model("res.user.warning", "User Warning", ("user", "name", "always")),
    )
}

# Which rows have a `write_date` from the start. All others get one when they are first written.
WRITTEN_AT_CREATE: Final = {
    "8": frozenset({"party.party", "party.contact_mechanism"}),
    "7": frozenset({"party.contact_mechanism"}),
}
