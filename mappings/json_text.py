"""JSON values as the text that people and normalisers read."""

from __future__ import annotations

import json
from typing import Any


def as_text(value: Any) -> str:
    """A JSON value as the text that a normaliser reads: a list of plain values with semicolons between them,
    an object, or a list that holds any, as JSON.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict) or (isinstance(value, list | tuple) and any(map(_is_nested, value))):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return "; ".join(as_text(one) for one in value if one not in (None, ""))
    return str(value)


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict | list)
