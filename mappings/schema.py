"""JSON Schemas of mapping files, for editors: names complete as they are written, mistakes show at once."""

from __future__ import annotations

from typing import Any, Final

from mappings import catalogue
from mappings.catalogue import Form
from mappings.load import builtin_names
from mappings.normalise.attributes import TYPES

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_EXPRESSION: Final = {"type": "string", "minLength": 1, "description": "the name of a field, or JMESPath"}
_TABLE: Final = {"type": "object", "description": "what stands there: what it means"}


def inbound_schema() -> dict[str, Any]:
    """What `mappings.load.load_mapping` takes, short forms included."""
    top = dict.fromkeys(("kind", "key", "updated_at", "deleted", "labels"), _EXPRESSION)
    fields = {field.path: _field(field) for field in catalogue.FIELDS.values()}
    attribute = catalogue.field(f"{catalogue.ATTRIBUTE}x")
    own = {r"^attributes\..+": _field(attribute)} if attribute else {}
    return {
        "$schema": _DIALECT,
        "title": "A mapping of a source",
        "type": "object",
        "required": ["mapping"],
        "additionalProperties": False,
        "properties": {
            "mapping": {"const": 1},
            "source": {"type": "string"},
            "extends": {"enum": builtin_names("in")},
            **top,
            "defaults": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
                    "dates": {"enum": ["day-first", "month-first", "unknown"]},
                },
            },
            "fields": {
                "type": "object",
                "properties": fields,
                "patternProperties": own,
                "additionalProperties": False,
            },
        },
    }


def outbound_schema() -> dict[str, Any]:
    """What `mappings.load.load_outbound` takes; the destination's own field names are free."""
    return {
        "$schema": _DIALECT,
        "title": "A mapping of a destination",
        "type": "object",
        "required": ["mapping"],
        "additionalProperties": False,
        "properties": {
            "mapping": {"const": 1},
            "destination": {"type": "string"},
            "extends": {"enum": builtin_names("out")},
            "only": _EXPRESSION,
            "require": _object(
                {"channel": {"type": "string"}, "purpose": {"type": "string"}}, all_of_them=True
            ),
            "fields": {"type": "object", "additionalProperties": {"anyOf": [_EXPRESSION, _out_field()]}},
        },
    }


def _out_field() -> dict[str, Any]:
    owner = {"enum": ["hub", "destination", "first"]}
    return _object({"value": _EXPRESSION, "owner": owner, "empty": {"type": "string"}}, needed=["value"])


def _field(field: catalogue.Field) -> dict[str, Any]:
    """An expression, an item, or a list of them; null takes a field of the built-in mapping away."""
    parts: dict[str, Any] = {
        part: {"type": "string"} if part in field.literal else _EXPRESSION
        for part in field.parts or ("value",)
    }
    if field.form is Form.ATTRIBUTE:
        parts["type"] = {"enum": list(TYPES)}
    item = _object({**parts, "each": _EXPRESSION, "values": _TABLE}, needed=list(field.needed))
    one = {"anyOf": [_EXPRESSION, item]}
    return {"anyOf": [_EXPRESSION, item, {"type": "array", "items": one}, {"type": "null"}]}


def _object(
    properties: dict[str, Any], *, needed: list[str] | None = None, all_of_them: bool = False
) -> dict[str, Any]:
    required = sorted(properties) if all_of_them else needed or []
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
