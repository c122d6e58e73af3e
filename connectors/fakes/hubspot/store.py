"""The contacts of a fake portal, and the rules that hold for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from connectors.fakes.hubspot.errors import Json, already_exists, bad_request, invalid_values, not_found
from connectors.fakes.hubspot.properties import Property, problems_of, standard_properties


@dataclass(slots=True)
class Contact:
    id: str
    values: dict[str, str]
    created: datetime
    modified: datetime
    archived: bool = False
    other_emails: list[str] = field(default_factory=list)

    def as_json(self, properties: Mapping[str, Property] | list[str] | None = None) -> Json:
        """The record as HubSpot shows it: an empty property is null."""
        created, modified = _instant(self.created), _instant(self.modified)
        shown = {**self.values, "hs_object_id": self.id, "createdate": created, "lastmodifieddate": modified}
        if self.other_emails:
            shown["hs_additional_emails"] = ";".join(self.other_emails)
        names = list(properties) if properties else ["email", "firstname", "lastname"]
        names += ["hs_object_id", "createdate", "lastmodifieddate"]
        return {
            "id": self.id,
            "properties": {name: shown.get(name) or None for name in names},
            "createdAt": created,
            "updatedAt": modified,
            "archived": self.archived,
        }


class ContactStore:
    """Contacts by id, with the indexes that make e-mail addresses and unique properties unique.

    Not thread-safe; the app holds a lock around each request.
    """

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self.now = now or (lambda: datetime.now(UTC))
        self.properties = standard_properties()
        self._unique_names = _unique_names(self.properties)
        self.contacts: dict[str, Contact] = {}
        self.merged_into: dict[str, str] = {}
        self.blocked_emails: set[str] = set()
        self._unique: dict[tuple[str, str], str] = {}
        self._ids = count(101)

    def define(self, definition: Property) -> None:
        """Adds a property, as an administrator would."""
        self.properties[definition.name] = definition
        self._unique_names = _unique_names(self.properties)

    def live(self, remote_id: str) -> Contact | None:
        """The record with that id, or the one that it was merged into (unverified: the id keeps working)."""
        found = self.contacts.get(self._survivor(remote_id))
        return found if found is not None and not found.archived else None

    def by_unique(self, name: str, value: str) -> Contact | None:
        """The record that holds a value of a unique property, or an e-mail address."""
        if name == "hs_object_id":
            return self.live(value)
        remote_id = self._unique.get(_index_key(name, value))
        return self.contacts.get(remote_id) if remote_id is not None else None

    def is_unique(self, name: str) -> bool:
        return name == "hs_object_id" or name in self._unique_names

    def create(self, values: Mapping[str, str]) -> Contact:
        self.validate(None, values)
        now = self.now()
        contact = Contact(str(next(self._ids)), {}, now, now)
        self.contacts[contact.id] = contact
        self._set(contact, values)
        return contact

    def update(self, contact: Contact, values: Mapping[str, str]) -> Contact:
        self.validate(contact, values)
        contact.modified = self.now()
        self._set(contact, values)
        return contact

    def archive(self, remote_id: str) -> None:
        """Archives; an id that is unknown or archived already is no error (unverified)."""
        contact = self.live(remote_id)
        if contact is not None:
            contact.archived = True
            contact.modified = self.now()
            self._forget(contact)

    def merge(self, primary_id: str, other_id: str) -> Contact:
        """The primary keeps its id; the other's e-mail becomes an additional one, still unique."""
        primary, other = self.live(primary_id), self.live(other_id)
        if primary is None or other is None:
            raise not_found([primary_id if primary is None else other_id])
        if primary is other:
            raise bad_request("Cannot merge a contact with itself")
        self._forget(other)
        email = other.values.get("email")
        primary.values = {**other.values, **{n: v for n, v in primary.values.items() if v}}
        if email and email != primary.values.get("email"):
            primary.other_emails.append(email)
        primary.other_emails += other.other_emails
        primary.modified = self.now()
        del self.contacts[other.id]
        self.merged_into[other.id] = primary.id
        self._index(primary)
        return primary

    def erase(self, remote_id: str) -> None:
        """Forgets for good. Its addresses can never be used again (the documented blocklist)."""
        contact = self.live(remote_id)
        if contact is None:
            raise not_found([remote_id])
        self._forget(contact)
        self.block(contact.values.get("email", ""), *contact.other_emails)
        del self.contacts[contact.id]

    def block(self, *emails: str) -> None:
        self.blocked_emails.update(email.casefold() for email in emails if email)

    def validate(self, contact: Contact | None, values: Mapping[str, str]) -> None:
        """Raises the refusal that writing these values to the contact (None: a new one) would meet."""
        problems = problems_of(self.properties, values)
        if problems:
            raise invalid_values(problems)
        for name, value in values.items():
            if not value or not self.is_unique(name):
                continue
            holder = self.by_unique(name, value)
            if holder is not None and holder is not contact:
                raise already_exists(holder.id)
            if name == "email" and value.casefold() in self.blocked_emails:
                raise bad_request("The email address belongs to a contact that was permanently deleted")

    def _set(self, contact: Contact, values: Mapping[str, str]) -> None:
        self._forget(contact)
        contact.values.update({name: _stored(name, value) for name, value in values.items()})
        contact.values = {name: value for name, value in contact.values.items() if value}
        self._index(contact)

    def _index(self, contact: Contact) -> None:
        for key in self._keys(contact):
            self._unique[key] = contact.id

    def _forget(self, contact: Contact) -> None:
        for key in self._keys(contact):
            self._unique.pop(key, None)

    def _keys(self, contact: Contact) -> list[tuple[str, str]]:
        keys = [_index_key("email", email) for email in contact.other_emails]
        return keys + [_index_key(n, v) for n in self._unique_names if (v := contact.values.get(n))]

    def _survivor(self, remote_id: str) -> str:
        while remote_id in self.merged_into:
            remote_id = self.merged_into[remote_id]
        return remote_id


def _unique_names(definitions: Mapping[str, Property]) -> tuple[str, ...]:
    """The properties by whose values contacts are told apart, but for the record id."""
    return ("email", *(name for name, one in definitions.items() if one.unique and name != "email"))


def _index_key(name: str, value: str) -> tuple[str, str]:
    return name, value.casefold() if name == "email" else value


def _stored(name: str, value: str) -> str:
    """E-mail addresses are kept in lower case."""
    return value.lower() if name == "email" else value


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
