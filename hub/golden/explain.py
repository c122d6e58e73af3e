"""Reads a golden record's provenance: for each value where it came from, by which rule, and what lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.golden.survivorship import SINGLE_FIELDS


@dataclass(frozen=True, slots=True)
class Origin:
    """A record that holds a value; `at` is when its source last changed it (ISO 8601), if it said."""

    source: str
    key: str
    at: str | None = None

    def __str__(self) -> str:
        return f"{self.source}:{self.key}"


@dataclass(frozen=True, slots=True)
class Told:
    """One value of a golden field, the records that hold it, and what else was said in its place.

    `rule`: `only` (one record), `agreed` (all records say so), the criterion that decided, `tie`, `union`
    (a field that keeps all values), `best` or `most_restrictive`.
    """

    field: str
    value: str
    rule: str
    origins: tuple[Origin, ...]
    lost: tuple[tuple[str, tuple[Origin, ...]], ...] = ()


def explained(contact: Mapping[str, Any], provenance: Mapping[str, Any]) -> list[Told]:
    """One row a value of the golden record, in the order of its fields."""
    if "only" in provenance:
        origin = (_origin(provenance["only"]),)
        return [
            Told(field, value, "only", origin) for field, values in shown(contact).items() for value in values
        ]
    return [
        told
        for field, values in shown(contact).items()
        if field in provenance
        for told in _told(field, values, provenance[field])
    ]


def shown(contact: Mapping[str, Any]) -> dict[str, list[str]]:
    """Every filled field's values as text for a person."""
    found: dict[str, list[str]] = {}
    for field, value in contact.items():
        if field in {"created_at", "updated_at"} or value in (None, [], {}):
            continue
        found[field] = [_shown(field, item) for item in (value if isinstance(value, list) else [value])]
    return found


def full_name(name: Mapping[str, Any] | None) -> str:
    """A name in reading order."""
    if not name:
        return ""
    parts = [name.get(part) for part in ("prefix", "given", "additional", "family", "suffix")]
    return " ".join(part for part in parts if part) or name.get("full") or ""


def _told(field: str, values: list[str], origin: Mapping[str, Any]) -> list[Told]:
    if field in SINGLE_FIELDS:
        lost = tuple((other["value"], _origins(other["records"])) for other in origin["lost"])
        return [Told(field, values[0], origin["rule"], _origins(origin["records"]), lost)]
    return [
        Told(
            field,
            value,
            origin["rule"],
            _origins(told["records"]),
            tuple((other, ()) for other in told.get("others", ())),
        )
        for value, told in zip(values, origin["values"], strict=True)
    ]


def _origins(records: list[Mapping[str, Any]]) -> tuple[Origin, ...]:
    return tuple(_origin(record) for record in records)


def _origin(record: Mapping[str, Any]) -> Origin:
    return Origin(record["source"], record["key"], record.get("at"))


def _shown(field: str, value: Any) -> str:
    if field == "name":
        return full_name(value)
    if not isinstance(value, Mapping):
        return str(value)
    match field:
        case "addresses":
            parts = ("street", "postal_code", "locality", "region", "country")
            return ", ".join(value[part] for part in parts if value.get(part))
        case "identifiers":
            return f"{value.get('type') or 'id'} {value.get('value')}"
        case "consents":
            return f"{value.get('channel')} {value.get('purpose')} {value.get('status')}"
        case "attributes":
            return f"{value.get('name')} = {value.get('value')}"
        case _:
            return str(value.get("value"))
