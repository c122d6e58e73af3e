"""The JSON Schema of hub.yaml, as an editor reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cli.settings.schema import json_schema


def _connections(section: str) -> dict[str, dict[str, Any]]:
    (block, _empty) = json_schema()["properties"][section]["anyOf"]
    forms: list[dict[str, Any]] = block["additionalProperties"]["anyOf"]
    return {form["properties"]["type"]["const"]: form for form in forms}


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for one in node.values():
            yield from _nodes(one)
    elif isinstance(node, list):
        for one in node:
            yield from _nodes(one)


def test_it_knows_every_connectors_settings_beside_the_hubs() -> None:
    sources, destinations = _connections("sources"), _connections("destinations")
    assert {"file", "tryton"} <= set(sources)
    assert "hubspot" not in sources
    assert {"file", "tryton", "hubspot"} <= set(destinations)
    tryton = sources["tryton"]
    assert {"url", "database", "mapping", "priority", "guards"} <= set(tryton["properties"])
    assert {"type", "url", "database", "user", "password"} <= set(tryton["required"])
    assert tryton["additionalProperties"] is False
    assert "marker_prefix" in destinations["tryton"]["properties"]


def test_a_secret_may_only_be_a_variable_and_a_number_may_be_one() -> None:
    settings = _connections("sources")["tryton"]["properties"]
    assert settings["password"]["pattern"] == r"^(\$\{[A-Za-z_][A-Za-z0-9_]*\})+$"
    kinds = {one.get("type") for one in settings["page_size"]["anyOf"]}
    assert kinds == {"integer", "string", "null"}


def test_an_interval_is_what_people_write() -> None:
    every = json_schema()["$defs"]["Job"]["properties"]["every"]
    assert every["description"] == "An interval: 90s, 15m, 2h, 1d."
    assert {"type": "string", "pattern": "^[0-9]+[smhd]$"} in every["anyOf"]


def test_every_reference_leads_somewhere_and_all_of_it_is_json() -> None:
    schema = json.loads(json.dumps(json_schema()))
    known = {f"#/$defs/{name}" for name in schema["$defs"]}
    assert {node["$ref"] for node in _nodes(schema) if "$ref" in node} <= known
    assert schema["additionalProperties"] is False
