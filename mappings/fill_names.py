"""The name: parts from their own fields, or found in a whole name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import NAME, NAME_PARTS
from mappings.fill import MANY, Filling
from mappings.json_text import as_text
from mappings.normalise.couples import FAMILY_TITLES
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
    parts: dict[str, Any] = dict.fromkeys(NAME_PARTS)  # None where no row has it
    _add(filling, parts, "name.given", normalise_given)
    _add(filling, parts, "name.family", normalise_family)
    for part in ("additional", "prefix", "suffix"):
        for rule in reversed(filling.rules(f"name.{part}")):  # the first that gives a value wins
            told = filling.values(rule)
            if len(told):
                clean = filling.cleaned(f"name.{part}", told, lambda value: normalise_part(as_text(value)))
                parts[part] = _first(clean, parts[part])
    if filling.rules("name.full"):
        whole: dict[str, Any] = dict.fromkeys(NAME_PARTS)
        _add(filling, whole, "name.full", split_name)
        whole = _behind_titles(whole, parts["prefix"])
        named = [pc.is_valid(parts[part]) for part in ("given", "family") if parts[part] is not None]
        for part, found in whole.items():
            if found is not None and part in {"given", "family"} and named:
                whole[part] = pc.if_else(pc.or_(named[0], named[-1]), pa.scalar(None, pa.string()), found)
        parts = {part: _first(parts[part], whole[part]) for part in NAME_PARTS}
    nothing = pa.nulls(rows, pa.string())
    fields = [nothing if parts[part] is None else _plain(parts[part]) for part in NAME_PARTS]
    return pa.StructArray.from_arrays(fields, fields=list(NAME))


def _behind_titles(whole: Mapping[str, Any], prefix: Any) -> dict[str, Any]:
    """One name beside a title in a column of its own is a family name, as behind one in its own cell."""
    given, family = whole["given"], whole["family"]
    if prefix is None or given is None:
        return dict(whole)
    alone = pc.is_in(prefix, pa.array(sorted(FAMILY_TITLES)))
    if family is not None:
        alone = pc.and_(alone, pc.is_null(family))
    moved = pc.if_else(alone, given, pa.scalar(None, pa.string()))
    left = pc.if_else(alone, pa.scalar(None, pa.string()), given)
    return {**whole, "given": left, "family": _first(family, moved)}


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
            parts[own] = _first(parts[own], told.take(usual, pa.string()))
            told = told.only(~mask)
        if not len(told):
            continue
        names = filling.normalised(path, told, lambda value: normalise(as_text(value)))
        for part in NAME_PARTS:
            found = [getattr(name, part) if name is not None else None for name in names]
            if any(found) and not (path != "name.full" and part == "full"):
                parts[part] = _first(parts[part], told.take(found, pa.string()))


def _first(column: Any, other: Any) -> Any:
    """Each row's first value."""
    if column is None or other is None:
        return other if column is None else column
    return pc.coalesce(column, other)


def _plain(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
