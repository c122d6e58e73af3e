"""Values in the form of a golden record, as another hub tells them: held to their field as typed ones are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from hub.domain.contact import ADDRESS_PARTS, NAME_PARTS
from hub.golden.additions import ADD, addition
from hub.golden.removals import REMOVE, removal
from mappings.normalise.attributes import TYPES, normalise_attribute
from mappings.normalise.refusal import Refusal
from mappings.told import Refused, read_values

_KIND: Final = "kind"
_NAME: Final = "name"
_TYPES: Final = f"the types are {', '.join(TYPES)}"


def held(
    path: str, value: Any, *, country: str | None = None, latest: date = date.max
) -> tuple[Any, list[Refused]]:
    """The value as its field holds it, and what was refused of it. Its form is that of the field already.

    What a person wrote is read as on the command line (`06 39 98 00 12` becomes `+33639980012`); what a
    golden record held comes out as it went in.
    """
    reading = _Reading(country, latest)
    return reading.value(path, value), reading.refused


@dataclass
class _Reading:
    """Reads value after value and keeps what was refused."""

    country: str | None
    latest: date
    refused: list[Refused] = field(default_factory=list)

    def value(self, path: str, value: Any) -> Any:
        if value is None and path != _KIND:
            return None
        if isinstance(value, Mapping) and value.keys() in ({ADD}, {REMOVE}):
            made = addition if ADD in value else removal
            return made(self.value(path, next(iter(value.values()))) or [])
        match path.partition(".")[0]:
            case "name":
                return self.name(path, value)
            case "addresses":
                return self.addresses(value)
            case "attributes":
                return [self.attribute(one) for one in value] or None
            case "tags":
                found = dict.fromkeys(tag for one in value for tag in self.read(path, one) or [])
                return list(found) or None
            case "emails" | "phones" | "urls" | "identifiers" as head:
                return self.items(head, value)
            case _:
                return self.read(path, value)

    def read(self, path: str, text: str | None) -> Any:
        """A text as a person would type it; None for what is refused, and for nothing."""
        values, refused = read_values({path: [text or ""]}, country=self.country, latest=self.latest)
        self.refused += refused
        return next(iter(values.values()), None)

    def name(self, path: str, value: Any) -> Any:
        if path != _NAME:
            return self.name_part(path, value)
        parts = [part for part in NAME_PARTS if part in value]
        return {part: self.name_part(f"{_NAME}.{part}", value[part]) for part in parts}

    def name_part(self, path: str, text: str | None) -> str | None:
        """A part of a name; the whole name as somebody wrote it stays as it is written."""
        found = self.read(path, text) if text else None
        return text if path == f"{_NAME}.full" and found else found

    def items(self, head: str, told: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
        found: dict[str, dict[str, Any]] = {}
        for one in told:
            path = f"{head}.{one.get('type') or ''}".rstrip(".") if head == "identifiers" else head
            for item in self.item(path, one):
                found.setdefault(f"{item.get('type') if head == 'identifiers' else ''}:{item['value']}", item)
        marked = [
            item if head == "identifiers" else {**item, "primary": place == 0}
            for place, item in enumerate(found.values())
        ]
        return marked or None

    def item(self, path: str, told: Mapping[str, Any]) -> list[dict[str, Any]]:
        if path == "phones" and _is_golden(told):
            return [dict(told)]
        beside = {name: told[name] for name in ("type", "extension") if told.get(name) is not None}
        return [{**item, **beside} for item in self.read(path, told.get("value")) or []]

    def attribute(self, told: Mapping[str, Any]) -> dict[str, Any]:
        kind, path = told.get("type") or "text", f"attributes.{told.get('name')}"
        found = normalise_attribute(told.get("value") or "", kind)
        if isinstance(found, Refusal):
            self.refused.append(Refused(path, found.reason))
        elif found is None or found[0] != kind:
            self.refused.append(Refused(path, f"it is no {kind}" if kind in TYPES else _TYPES))
        else:
            return {"name": told.get("name"), "type": kind, "value": found[1]}
        return {}

    def addresses(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            parts = value["set"]
            return {**value, "set": None if parts is None else self.address(parts)}
        kept = [one if _is_golden_address(one) else {**one, **self.address(one)} for one in value]
        return [{**one, "primary": place == 0} for place, one in enumerate(kept)] or None

    def address(self, told: Mapping[str, Any]) -> dict[str, str | None]:
        parts = {part: told[part] for part in ADDRESS_PARTS if part in told}
        asked = {f"addresses.{part}": [text or ""] for part, text in parts.items()}
        values, refused = read_values(asked, country=self.country, latest=self.latest) if asked else ({}, [])
        self.refused += refused
        return dict(next(iter(values.values()), {}))


def _is_golden(phone: Mapping[str, Any]) -> bool:
    """Whether it is a number as golden records hold it, also of a country that nobody knows."""
    values, _ = read_values({"phones": [phone.get("value") or ""]})
    return any(
        (one["value"], one["match"]) == (phone.get("value"), phone.get("match"))
        for one in values.get("phones") or ()
    )


def _is_golden_address(told: Mapping[str, Any]) -> bool:
    if not all(part in told for part in ADDRESS_PARTS):
        return False
    plain = _Reading(None, date.max)
    read = plain.address(told)
    return not plain.refused and all(read[part] == told[part] for part in ADDRESS_PARTS)
