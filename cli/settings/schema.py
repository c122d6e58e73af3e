"""The JSON Schema of `hub.yaml`, for editors."""

from __future__ import annotations

from typing import Any, Final

from cli.settings.load import ROLES
from cli.settings.model import Settings
from connectors.registry import all_connectors

# Numbers and the like may stand in the environment too.
_REFERENCE: Final = {"type": "string", "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}"}
_ONLY_REFERENCES: Final = r"^(\$\{[A-Za-z_][A-Za-z0-9_]*\})+$"
_EMPTY: Final = {"type": "null"}
_PLAIN: Final = {"integer", "number", "boolean"}


def json_schema() -> dict[str, Any]:
    """The schema of a whole project file, with every connector's own settings."""
    schema = Settings.model_json_schema()
    for section, (role, model) in ROLES.items():
        forms = []
        for connector in all_connectors():
            able = connector.open_source if role == "source" else connector.open_destination
            if able is None:
                continue
            form = _merged(
                model.model_json_schema(), connector.settings_for(role).model_json_schema(), schema["$defs"]
            )
            form["title"] = connector.title
            form["properties"]["type"] = {"const": connector.type_name}
            forms.append(form)
        schema["properties"][section]["additionalProperties"] = {"anyOf": forms}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_lenient(schema),
        "title": "hub.yaml",
    }


def _merged(ours: dict[str, Any], theirs: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    for name, definition in (*ours.get("$defs", {}).items(), *theirs.get("$defs", {}).items()):
        if definitions.setdefault(name, definition) != definition:
            raise RuntimeError(f"two connectors call different settings {name}")
    return {
        "type": "object",
        "properties": {**ours["properties"], **theirs.get("properties", {})},
        "required": sorted({*ours.get("required", []), *theirs.get("required", [])}),
        "additionalProperties": False,
    }


def _lenient(node: Any) -> Any:
    """The schema as it is before variables are filled in and empty blocks are left out."""
    if isinstance(node, list):
        return [_lenient(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {key: _lenient(one) for key, one in node.items()}
    if isinstance(found.get("type"), str) and found["type"] in _PLAIN:
        told = {key: found.pop(key) for key in ("title", "description", "default") if key in found}
        return {**told, "anyOf": [found, _REFERENCE]}
    if found.get("format") == "password":
        return {**found, "pattern": _ONLY_REFERENCES}
    if "properties" in found:
        found["properties"] = {
            name: one if name in found.get("required", ()) else _or_empty(one)
            for name, one in found["properties"].items()
        }
    return found


def _or_empty(form: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {key: form[key] for key in ("title", "description", "default") if key in form}
    rest = {key: one for key, one in form.items() if key not in told}
    choices = rest["anyOf"] if set(rest) == {"anyOf"} else [rest]
    return {**told, "anyOf": [*choices, *([] if _EMPTY in choices else [_EMPTY])]}
