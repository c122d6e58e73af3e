"""Fields with several values: e-mails, phones, addresses, links, identifiers, consents, tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import CONSENT, EMAIL, IDENTIFIER, PHONE, URL
from mappings.encoded import only_where
from mappings.fill import MANY, Filling, texts_of
from mappings.fill_addresses import fill_addresses, row_country
from mappings.json_text import as_text
from mappings.normalise.consents import normalise_consent
from mappings.normalise.dates import normalise_instant
from mappings.normalise.emails import Email, normalise_email, split_emails
from mappings.normalise.identifiers import normalise_identifier
from mappings.normalise.organisations import normalise_line
from mappings.normalise.phones import Phone, normalise_phone, split_phones
from mappings.normalise.refusal import Refusal
from mappings.normalise.urls import normalise_url
from mappings.ragged import Slot, lists
from mappings.spec import Rule
from mappings.usual import usual_emails, usual_phones

Item = Mapping[str, Any] | Refusal


def fill_emails(filling: Filling) -> pa.ListArray:
    slots: list[Slot] = []
    for rule in _plain_rules(filling, "emails"):
        told, kind = filling.values(rule), rule.literals.get("type")
        if len(told) >= MANY:
            mask, items = usual_emails(told.texts, kind)
            slots.append(Slot(told.only(mask).codes, items))
            told = told.only(~mask)
        slots.append(filling.items("emails", told, partial(_emails, kind)))
    return lists(slots, filling.records.rows, EMAIL, primary=True)


def fill_phones(filling: Filling) -> pa.ListArray:
    """Numbers without a country code belong to the record's own country, else to the source's default."""
    country, default = row_country(filling), filling.spec.defaults.country
    slots: list[Slot] = []
    for rule in _plain_rules(filling, "phones"):
        told, kind = filling.values(rule), rule.literals.get("type")
        both = filling.together([told, only_where(country, told)])
        if len(both) >= MANY:
            mask, items = usual_phones(both.part(0), pc.fill_null(both.part(1), default or ""), kind)
            slots.append(Slot(both.only(mask).codes, items))
            both = both.only(~mask)
        slots.append(filling.items("phones", both, partial(_phones, kind, filling)))
    return lists(slots, filling.records.rows, PHONE, primary=True)


def fill_urls(filling: Filling) -> pa.ListArray:
    slots = [
        filling.items("urls", filling.values(rule), partial(_urls, rule.literals.get("type")))
        for rule in _plain_rules(filling, "urls")
    ]
    return lists(slots, filling.records.rows, URL, primary=True)


def fill_tags(filling: Filling) -> pa.ListArray:
    slots = [filling.items("tags", filling.values(rule), _tags) for rule in _plain_rules(filling, "tags")]
    return lists(slots, filling.records.rows, pa.string())


def fill_identifiers(filling: Filling) -> pa.ListArray:
    """VAT numbers without a country's letters belong to the record's own country, as phones do."""
    country, default = row_country(filling), filling.spec.defaults.country
    slots = []
    for rule in _plain_rules(filling, "identifiers"):
        told = filling.values(rule)
        both = filling.together([told, only_where(country, told)])
        items_of = partial(_identifiers, rule.literals.get("type"), default)
        slots.append(filling.items("identifiers", both, items_of))
    return lists(slots, filling.records.rows, IDENTIFIER)


def fill_consents(filling: Filling) -> pa.ListArray:
    slots = []
    for rule in filling.rules("consents"):
        columns = [filling.values(rule, "status")]
        if "at" in rule.parts:
            columns.append(filling.records.evaluate(rule.parts["at"]))
        slots.append(filling.items("consents", filling.together(columns), partial(_consent, rule)))
    return lists(slots, filling.records.rows, CONSENT)


LIST_FILLERS: Final[Mapping[str, Callable[[Filling], pa.ListArray]]] = {
    "emails": fill_emails,
    "phones": fill_phones,
    "addresses": fill_addresses,
    "urls": fill_urls,
    "identifiers": fill_identifiers,
    "consents": fill_consents,
    "tags": fill_tags,
}


def _plain_rules(filling: Filling, path: str) -> Sequence[Rule]:
    return [rule for rule in filling.rules(path) if "value" in rule.parts]


def _emails(kind: str | None, value: Any) -> list[Item]:
    found: dict[str, Item] = {}
    refused: list[Item] = []
    for text in texts_of(value):
        for part in split_emails(text):
            email = normalise_email(part)
            if isinstance(email, Email):
                item: Item = {"value": email.value, "match": email.match, "type": kind}
                found.setdefault(email.match or email.value, item)
            elif email is not None:
                refused.append(email)
    return [*found.values(), *refused]


def _phones(kind: str | None, filling: Filling, pair: tuple[Any, str | None]) -> list[Item]:
    value, country = pair
    if value is None:
        return []
    found: dict[str, Item] = {}
    refused: list[Item] = []
    for text in texts_of(value):
        for part in split_phones(text):
            phone = normalise_phone(part, country or filling.spec.defaults.country)
            if isinstance(phone, Phone):
                found.setdefault(phone.value, _phone_item(phone, kind))
            elif phone is not None:
                refused.append(phone)
    return [*found.values(), *refused]


def _phone_item(phone: Phone, kind: str | None) -> Item:
    return {"value": phone.value, "match": phone.match, "extension": phone.extension, "type": kind}


def _urls(kind: str | None, value: Any) -> list[Item]:
    urls = [normalise_url(text) for text in texts_of(value)]
    return [
        one if isinstance(one, Refusal) else {"value": one, "type": kind} for one in urls if one is not None
    ]


def _tags(value: Any) -> list[Any]:
    words = [word for text in texts_of(value) for word in re.split(r"[;,|]", text)]
    cleaned = [normalise_line(word) for word in words]
    return list(dict.fromkeys(one for one in cleaned if one is not None and not isinstance(one, Refusal)))


def _identifiers(kind: str | None, default: str | None, pair: tuple[Any, str | None]) -> list[Item]:
    value, country = pair
    found: list[Item] = []
    for text in texts_of(value) if value is not None else []:
        identifier = normalise_identifier(text, kind, country or default)
        if isinstance(identifier, Refusal):
            found.append(identifier)
        elif identifier is not None:
            found.append({"type": kind, "value": identifier})
    return found


def _consent(rule: Rule, values: tuple[Any, ...]) -> list[Item]:
    if values[0] is None:
        return []
    status = normalise_consent(as_text(values[0]))
    if not isinstance(status, str):
        return [] if status is None else [status]
    at = normalise_instant(as_text(values[1])) if len(values) > 1 and values[1] is not None else None
    item = {
        "channel": rule.literals.get("channel"),
        "purpose": rule.literals.get("purpose"),
        "status": status,
        "at": at if isinstance(at, str) else None,
    }
    return [item]
