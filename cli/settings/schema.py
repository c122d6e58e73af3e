"""The JSON Schema of `hub.yaml`, for editors."""

from __future__ import annotations

from typing import Any

from cli.settings.model import DestinationSettings, Settings, SourceSettings
from connectors.registry import all_connectors


def json_schema() -> dict[str, Any]:
    """The schema of a whole project file, with every connector's own settings."""
    schema = Settings.model_json_schema()
    for section, role, model in (
        ("sources", "source", SourceSettings),
        ("destinations", "destination", DestinationSettings),
    ):
        forms = []
        for connector in all_connectors():
            able = connector.open_source if role == "source" else connector.open_destination
            if able is None:
                continue
            form = _merged(
                model.model_json_schema(), connector.settings_for(role).model_json_schema(), schema["$defs"]
            )
            form["properties"]["type"] = {"const": connector.type_name, "description": connector.title}
            forms.append(form)
        schema["properties"][section]["additionalProperties"] = {"anyOf": forms}
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "hub.yaml"
    return schema


def _merged(ours: dict[str, Any], theirs: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    definitions.update(ours.get("$defs", {}))
    definitions.update(theirs.get("$defs", {}))
    return {
        "type": "object",
        "properties": {**ours["properties"], **theirs.get("properties", {})},
        "required": sorted({*ours.get("required", []), *theirs.get("required", [])}),
        "additionalProperties": False,
    }
