"""Expressions worked out by column: the forms that outbound mappings use most, as SQL over golden records.

What is no such form is worked out row by row; a property test holds both to the same values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa

Node = Mapping[str, Any]
_COMPARED: Final = {"eq": "IS NOT DISTINCT FROM", "ne": "IS DISTINCT FROM"}


def value_sql(node: Node, schema: pa.Schema) -> str | None:
    """SQL for `list[?part == 'text'] | [0].part` (or `!=`), as text; None for anything else."""
    if node["type"] != "pipe":
        return None
    filtered, picked = node["children"]
    found = _filtered(filtered, schema)
    if found is None or picked["type"] != "subexpression":
        return None
    index, part = picked["children"]
    column, condition, parts = found
    if not _is_first(index) or part["type"] != "field" or not _is_text(parts, part["value"]):
        return None
    items = f"list_filter({_name(column)}, lambda x: x IS NOT NULL AND {condition})"
    return f"nullif({items}[1].{_name(part['value'])}, '')"


def truth_sql(node: Node, schema: pa.Schema) -> str | None:
    """SQL for whether an expression of `&&`, `||`, `!`, comparisons of a field with a text, and fields is
    true as JMESPath has it: null, empty texts and empty lists are not.
    """
    match node["type"]:
        case "and_expression" | "or_expression":
            both = [truth_sql(child, schema) for child in node["children"]]
            word = " AND " if node["type"] == "and_expression" else " OR "
            return None if None in both else f"({word.join(one for one in both if one)})"
        case "not_expression":
            inner = truth_sql(node["children"][0], schema)
            return inner and f"(NOT {inner})"
        case "comparator":
            return _comparison(node, schema, "")
        case "field":
            return _filled(node["value"], schema)
    return None


def _filled(name: str, schema: pa.Schema) -> str | None:
    place = schema.get_field_index(name)
    if place < 0 or name == "attributes":
        return None
    kind = schema.field(place).type
    if pa.types.is_list(kind):
        return f"(coalesce(len({_name(name)}), 0) > 0)"
    return f"(coalesce({_name(name)}, '') <> '')" if pa.types.is_string(kind) else None


def _filtered(node: Node, schema: pa.Schema) -> tuple[str, str, pa.StructType] | None:
    """The list, the condition on its items and their type, of a filter that takes items as they are."""
    if node["type"] != "filter_projection":
        return None
    source, taken, condition = node["children"]
    if source["type"] != "field" or taken["type"] != "identity" or condition["type"] != "comparator":
        return None
    place = schema.get_field_index(source["value"])
    if place < 0 or source["value"] == "attributes":
        return None
    kind = schema.field(place).type
    if not pa.types.is_list(kind) or not pa.types.is_struct(kind.value_type):
        return None
    told = _comparison(condition, pa.schema(list(kind.value_type)), "x.")
    return None if told is None else (str(source["value"]), told, kind.value_type)


def _comparison(node: Node, schema: pa.Schema, of: str) -> str | None:
    left, right = node["children"]
    if left["type"] != "field" or right["type"] != "literal" or node["value"] not in _COMPARED:
        return None
    name, text = left["value"], right["value"]
    place = schema.get_field_index(name)
    if not isinstance(text, str) or place < 0 or not pa.types.is_string(schema.field(place).type):
        return None
    return f"({of}{_name(name)} {_COMPARED[node['value']]} {_text(text)})"


def _is_first(node: Node) -> bool:
    if node["type"] != "index_expression":
        return False
    whole, index = node["children"]
    return bool(whole["type"] == "identity" and index["type"] == "index" and index["value"] == 0)


def _is_text(parts: pa.StructType, name: str) -> bool:
    place = parts.get_field_index(name)
    return bool(place >= 0 and pa.types.is_string(parts.field(place).type))


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
