"""The name: parts from their own fields, or found in a whole name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import NAME, NAME_PARTS
from mappings.fill import MANY, Filling, as_text
from mappings.normalise.names import (
    Name,
    normalise_family,
    normalise_given,
    normalise_part,
    split_name,
)
from mappings.normalise.refusal import Refusal
from mappings.usual import usual_names


def fill_name(filling: Filling) -> pa.StructArray:
    """A name a row. Parts with fields of their own win over what a whole name seems to say."""
    rows = filling.records.rows
    parts: dict[str, Any] = {part: pa.nulls(rows, pa.string()) for part in NAME_PARTS}
    _add(filling, parts, "name.given", normalise_given)
    _add(filling, parts, "name.family", normalise_family)
    for part in ("additional", "prefix", "suffix"):
        for rule in reversed(filling.rules(f"name.{part}")):  # the first that gives a value wins
            told = filling.values(rule)
            if len(told):
                clean = filling.cleaned(f"name.{part}", told, lambda value: normalise_part(as_text(value)))
                parts[part] = pc.coalesce(clean, parts[part])
    if filling.rules("name.full"):
        own = pc.or_(pc.is_valid(parts["given"]), pc.is_valid(parts["family"]))
        whole = {part: pa.nulls(rows, pa.string()) for part in NAME_PARTS}
        _add(filling, whole, "name.full", split_name)
        for part in NAME_PARTS if any(column.null_count < rows for column in whole.values()) else ():
            found = whole[part]
            if part in {"given", "family"}:
                found = pc.if_else(own, pa.scalar(None, pa.string()), found)
            parts[part] = pc.coalesce(parts[part], found)
    fields = [_plain(parts[part]) for part in NAME_PARTS]
    return pa.StructArray.from_arrays(fields, fields=list(NAME))


def _add(
    filling: Filling,
    parts: dict[str, Any],
    path: str,
    normalise: Callable[[str], Name | Refusal | None],
) -> None:
    for rule in filling.rules(path):
        told = filling.values(rule)
        own = path.removeprefix("name.")
        if len(told) >= MANY and own in {"given", "family"}:
            mask, clean = usual_names(told.texts)
            usual = pc.if_else(pa.array(mask), clean, pa.scalar(None, pa.string()))
            parts[own] = pc.coalesce(parts[own], told.take(usual, pa.string()))
            told = told.only(~mask)
        if not len(told):
            continue
        names = filling.normalised(path, told, lambda value: normalise(as_text(value)))
        for part in NAME_PARTS:
            found = [getattr(name, part) if name is not None else None for name in names]
            if any(found) and not (path != "name.full" and part == "full"):
                parts[part] = pc.coalesce(parts[part], told.take(found, pa.string()))


def _plain(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
