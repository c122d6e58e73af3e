"""Fields with one value, and attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from hub.domain.contact import ATTRIBUTE
from mappings import unchanged
from mappings.catalogue import ATTRIBUTE as ATTRIBUTE_PREFIX
from mappings.fill import MANY, Filling, Usual, as_they_are
from mappings.json_text import as_text
from mappings.normalise.attributes import normalise_attribute
from mappings.normalise.dates import DateOrder, normalise_birth_date, normalise_instant
from mappings.normalise.gender import normalise_gender
from mappings.normalise.language import normalise_language
from mappings.normalise.organisations import normalise_line, normalise_organization
from mappings.normalise.refusal import Refusal
from mappings.ragged import Slot, lists
from mappings.usual import usual_instants


def fill_single(filling: Filling, path: str) -> pa.Array:
    """The first rule that gives a row a value wins."""
    found = []
    for rule in filling.rules(path):
        told = filling.values(rule)
        if not len(told):
            continue
        found.append(filling.cleaned(path, told, _normaliser(filling, path), _usual(filling, path)))
    return first_filled(found, filling.records.rows)


def first_filled(columns: Sequence[pa.Array], rows: int) -> pa.Array:
    """Each row's first value."""
    if not columns:
        return pa.nulls(rows, pa.string())
    return columns[0] if len(columns) == 1 else pc.coalesce(*columns)


def fill_attributes(filling: Filling) -> pa.ListArray:
    """Every `attributes.NAME` of the mapping, in its order; the type is the mapping's, else the value's."""
    slots: list[Slot] = []
    for path, rules in filling.spec.fields.items():
        if not path.startswith(ATTRIBUTE_PREFIX):
            continue
        name = path.removeprefix(ATTRIBUTE_PREFIX)
        for rule in rules:
            told = filling.values(rule)
            kind, order = rule.literals.get("type"), filling.spec.defaults.dates
            if len(told) >= MANY and kind in _UNCHANGED:
                mask = _UNCHANGED[kind](told.texts)
                slots.append(Slot(told.only(mask).codes, _texts(name, kind or "text", told.only(mask).texts)))
                told = told.only(~mask)
            slots.append(filling.items(path, told, partial(_attribute, name, kind, order)))
    return lists(slots, filling.records.rows, ATTRIBUTE)


_UNCHANGED: Final = {None: unchanged.lines, "text": unchanged.lines, "number": unchanged.numbers}


def _texts(name: str, kind: str, texts: pa.Array) -> pa.StructArray:
    arrays = [pa.repeat(name, len(texts)), pa.repeat(kind, len(texts)), texts]
    return pa.StructArray.from_arrays(arrays, fields=list(ATTRIBUTE))


def _attribute(
    name: str, kind: str | None, order: DateOrder, value: Any
) -> list[Mapping[str, str] | Refusal]:
    found = normalise_attribute(as_text(value), kind or _type_of(value), order)
    if found is None:
        return []
    return [found] if isinstance(found, Refusal) else [{"name": name, "type": found[0], "value": found[1]}]


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "text"


def _usual(filling: Filling, path: str) -> Usual | None:
    match path:
        case "organization":
            return as_they_are(unchanged.organizations)
        case "birth_date":
            return as_they_are(partial(unchanged.birth_dates, latest=filling.latest))
        case "created_at":
            return usual_instants
        case "gender" | "language":
            return None
        case _:
            return as_they_are(unchanged.lines)


def _normaliser(filling: Filling, path: str) -> Callable[[Any], str | Refusal | None]:
    match path:
        case "organization":
            return lambda value: normalise_organization(as_text(value))
        case "birth_date":
            order, latest = filling.spec.defaults.dates, filling.latest
            return lambda value: normalise_birth_date(as_text(value), order, latest)
        case "created_at":
            return lambda value: normalise_instant(as_text(value))
        case "gender":
            return lambda value: normalise_gender(as_text(value))
        case "language":
            return lambda value: normalise_language(as_text(value))
        case _:
            return lambda value: normalise_line(as_text(value))
