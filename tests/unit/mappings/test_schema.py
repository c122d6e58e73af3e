"""The schema for editors knows what the loader knows."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from mappings import catalogue
from mappings.load import _BUILTIN, builtin_names
from mappings.outbound_spec import OutboundSpec
from mappings.schema import inbound_schema, outbound_schema
from mappings.spec import MappingSpec


def _items(field: dict[str, Any]) -> dict[str, Any]:
    (item,) = (one for one in field["anyOf"] if one["type"] == "object")
    found: dict[str, Any] = item
    return found


def test_the_settings_are_those_of_the_models() -> None:
    assert set(inbound_schema()["properties"]) == set(MappingSpec.model_fields)
    assert set(outbound_schema()["properties"]) == set(OutboundSpec.model_fields)


@pytest.mark.parametrize("path", catalogue.FIELDS)
def test_every_field_has_its_parts(path: str) -> None:
    field, item = catalogue.FIELDS[path], _items(inbound_schema()["properties"]["fields"]["properties"][path])
    assert set(item["properties"]) == {*(field.parts or ("value",)), "each", "values"}
    assert item["required"] == list(field.needed)
    assert item["additionalProperties"] is False


@pytest.mark.parametrize("direction", ["in", "out"])
def test_what_the_built_in_mappings_use_is_in_it(direction: str) -> None:
    schema = inbound_schema() if direction == "in" else outbound_schema()
    for name in builtin_names(direction):
        written = YAML(typ="safe").load((_BUILTIN / f"{name}.{direction}.yaml").read_text(encoding="utf-8"))
        assert set(written) <= set(schema["properties"])
        if direction == "in":
            known = set(schema["properties"]["fields"]["properties"])
            paths = {path for path in written.get("fields", {}) if not path.startswith("attributes.")}
            assert paths <= known
