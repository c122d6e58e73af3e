"""A person or organisation as an address book or a message tells it: the fields and their JSON form."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from hub.domain.records import SourceField

# Types that phones, e-mail addresses, postal addresses and links are given; `other` where nothing is said.
OTHER: Final = "other"


@dataclass(frozen=True, slots=True, repr=False)
class Value:
    """A phone number, an e-mail address or a link as it was written, and what sort it is.

    `type` is one of home, work, other, and of phones also mobile, fax, pager.
    """

    value: str
    type: str = OTHER


@dataclass(frozen=True, slots=True, repr=False)
class PostalAddress:
    street: str = ""
    locality: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    post_box: str = ""
    type: str = OTHER


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Values stand as they were written; normalising is the mapping's work. Empty text is nothing known.

    `name` is the whole name as shown, `family` to `suffix` its parts where the source knows them. `kind` is
    a vCard's own word (`individual`, `org`). `role` says where in a message the person stands.
    """

    name: str = ""
    family: str = ""
    given: str = ""
    additional: str = ""
    prefix: str = ""
    suffix: str = ""
    nickname: str = ""
    kind: str = ""
    organization: str = ""
    department: str = ""
    job_title: str = ""
    emails: tuple[Value, ...] = ()
    phones: tuple[Value, ...] = ()
    addresses: tuple[PostalAddress, ...] = ()
    urls: tuple[Value, ...] = ()
    birth_date: str = ""
    gender: str = ""
    language: str = ""
    categories: tuple[str, ...] = ()
    note: str = ""
    uid: str = ""
    role: str = ""

    @property
    def is_nobody(self) -> bool:
        """Whether nothing is here by which anyone could be told or reached."""
        named = self.name or self.family or self.given or self.nickname or self.organization
        return not (named or self.emails or self.phones or self.addresses)

    def as_json(self) -> str:
        """A JSON object with sorted members, without the empty ones: the same person, the same text."""
        found = {name: _plain(getattr(self, name)) for name in self.__slots__}
        return json.dumps(
            {name: value for name, value in found.items() if value},
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )


def _plain(value: object) -> object:
    match value:
        case tuple():
            return [_plain(one) for one in value]
        case Value():
            return {"type": value.type, "value": value.value}
        case PostalAddress():
            parts = {name: getattr(value, name) for name in value.__slots__}
            return {name: part for name, part in parts.items() if part}
    return value


FIELDS: Final = (
    SourceField("name", "text", "Name as shown"),
    SourceField("family", "text", "Family name"),
    SourceField("given", "text", "Given name"),
    SourceField("additional", "text", "Middle names"),
    SourceField("prefix", "text", "Title before the name"),
    SourceField("suffix", "text", "Letters after the name"),
    SourceField("nickname", "text", "Nickname"),
    SourceField("kind", "text", "individual or org"),
    SourceField("organization", "text", "Organisation"),
    SourceField("department", "text", "Department"),
    SourceField("job_title", "text", "Job title"),
    SourceField("emails", "list of {value, type}", "E-mail addresses"),
    SourceField("phones", "list of {value, type}", "Phone numbers"),
    SourceField(
        "addresses",
        "list of {street, locality, region, postal_code, country, post_box, type}",
        "Postal addresses",
    ),
    SourceField("urls", "list of {value, type}", "Links"),
    SourceField("birth_date", "text", "Birth date"),
    SourceField("gender", "text", "Gender"),
    SourceField("language", "text", "Language"),
    SourceField("categories", "list of text", "Categories"),
    SourceField("note", "text", "Note"),
    SourceField("uid", "text", "Unique id of the card"),
    SourceField("role", "text", "from, to or vcard: where in a message the person stands"),
)
