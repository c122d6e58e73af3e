"""Writes a mapping as YAML that people read in a diff."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic import BaseModel
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from mappings.expressions import Expression
from mappings.guesses import FAMILY_FIRST, H_OR_M, MIXED, Guess
from mappings.normalise.dates import DateOrder
from mappings.outbound_spec import OutboundSpec
from mappings.spec import MappingSpec, Rule
from mappings.yaml_file import editor

_LISTS: Final = ("emails", "phones", "urls", "tags")
UNSURE: Final = 0.75
_LINE: Final = 100  # characters of an item on one line


def mapping_from(
    guesses: Sequence[Guess],
    source: str,
    *,
    key: str | None = None,
    country: str | None = None,
    dates: DateOrder = DateOrder.UNKNOWN,
    paths: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A mapping, as plain data, from guesses. `key` names the key column where it is not guessed; `paths` has
    the expressions of columns that are members of others.
    """
    by_field: dict[str, list[Guess]] = {}
    for guess in guesses:
        read = (paths or {}).get(guess.column) or quoted(guess.column)
        by_field.setdefault(guess.field, []).append(replace(guess, column=read))
    defaults: dict[str, str] = {"country": country} if country else {}
    if dates is not DateOrder.UNKNOWN:
        defaults["dates"] = dates.value
    found: dict[str, Any] = {"mapping": 1, "source": source}
    if key:
        found["key"] = (paths or {}).get(key) or quoted(key)
    elif "key" in by_field:
        found["key"] = by_field["key"][0].column
    if "kind" in by_field:
        found["kind"] = by_field["kind"][0].column
    if "updated_at" in by_field:
        found["updated_at"] = by_field["updated_at"][0].column
    if defaults:
        found["defaults"] = defaults
    found["fields"] = _fields(by_field)
    return found


def mapping_text(
    mapping: Mapping[str, Any], guesses: Sequence[Guess] = (), defaults: Sequence[str] = ()
) -> str:
    """The mapping as YAML; guesses that are not sure get a comment that says so, and so do the defaults, by
    the sentences on them.
    """
    root = _styled(mapping)
    if defaults and "defaults" in root:
        told = "\n".join(f"a guess: {sentence}" for sentence in defaults)
        root.yaml_set_comment_before_after_key("defaults", before=told)
    unsure = {guess.field.split(".")[0]: guess for guess in guesses if guess.confidence < UNSURE}
    for path in root.get("fields", {}):
        guess = unsure.get(str(path).split(".", maxsplit=1)[0])
        if guess is not None and not str(path).startswith("attributes."):
            root["fields"].yaml_add_eol_comment(f"a guess ({guess.confidence:.0%}): {guess.evidence}", path)
    return _dumped(root)


def spec_text(spec: MappingSpec | OutboundSpec) -> str:
    """The effective mapping, with what it took from the built-in one."""
    return _dumped(_styled(_as_written(spec)))


def quoted(column: str) -> str:
    """A column's name as an expression: JMESPath wants quotes around all but plain names."""
    plain = column.replace("_", "a").isalnum() and column.isascii() and not column[:1].isdigit()
    return column if plain else json.dumps(column, ensure_ascii=False)


def _fields(by_field: Mapping[str, Sequence[Guess]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for field, guesses in by_field.items():
        columns = [guess.column for guess in guesses]
        whole, _, part = field.partition(".")
        if field in {"key", "updated_at", "kind"} or whole == "addresses":
            continue
        if whole == "identifiers":
            items: list[Any] = [{"type": part, "value": column} for column in columns]
            fields["identifiers"] = [*fields.get("identifiers", []), *items]
        elif whole == "consents":
            channel, purpose = field.split(".")[1:3]
            items = [{"channel": channel, "purpose": purpose, "status": column} for column in columns]
            fields["consents"] = [*fields.get("consents", []), *items]
        elif field in _LISTS:
            fields[field] = [_item(guess) for guess in guesses]
        elif field == "birth_date":
            fields[field] = _birth_date(guesses)
        elif guesses[0].type == H_OR_M:
            fields[field] = {"value": columns[0], "values": {"H": "male", "M": "female"}}
        elif whole == "attributes" and guesses[0].type not in {None, "text"}:
            items = [{"value": column, "type": guesses[0].type} for column in columns]
            fields[field] = items[0] if len(items) == 1 else items
        elif guesses[0].type == FAMILY_FIRST:
            fields[field] = f"family_first({columns[0]})"
        elif guesses[0].type == MIXED:
            fields |= _told_apart(field, columns[0], by_field)
        else:
            fields[field] = columns[0] if len(columns) == 1 else columns
    addresses = _addresses(
        [guess for field in by_field if field.startswith("addresses.") for guess in by_field[field]]
    )
    return {**fields, "addresses": addresses} if addresses else fields


def _birth_date(guesses: Sequence[Guess]) -> str | list[str]:
    """A date, or its parts as one; where a day or month is impossible it is refused and the rest stays."""
    parts = {guess.type: guess.column for guess in guesses}
    if None in parts:
        return parts[None]
    said = ", ".join(parts.get(part, "`null`") for part in ("year", "month", "day"))
    return f"date_of({said})" if len(parts) == 1 else [f"date_of({said})", f"possible_date({said})"]


def _told_apart(field: str, column: str, by_field: Mapping[str, Sequence[Guess]]) -> dict[str, str]:
    """A name that is a person's or an organisation's: by another column, a given name, or itself."""
    others = [by_field[one][0].column if one in by_field else "`null`" for one in ("kind", "name.given")]
    said = ", ".join([column, *others])
    return {field: f"person_name({said})", "organization": f"company_name({said})"}


def _addresses(guesses: Sequence[Guess]) -> list[dict[str, str]]:
    """One address a type; parts without a type belong to the first, where they make none of their own."""
    groups: dict[str | None, dict[str, list[str]]] = {}
    for guess in sorted(
        guesses, key=lambda one: bool(one.holds)
    ):  # what has a column of its own is not split off
        parts = groups.setdefault(guess.type, {})
        for part, column in _address_parts(guess):
            if not guess.holds or part not in parts:
                parts.setdefault(part, []).append(column)
    untyped = groups.get(None, {})
    if len(groups) > 1 and not {"street", "postal_code"} <= set(untyped):
        first = next(kind for kind in groups if kind is not None)
        for part, columns in groups.pop(None, {}).items():
            groups[first].setdefault(part, columns)
    return [
        {**{part: _joined(columns) for part, columns in parts.items()}, **({"type": kind} if kind else {})}
        for kind, parts in groups.items()
    ]


def _address_parts(guess: Guess) -> list[tuple[str, str]]:
    """What a column says of an address, by part."""
    if not guess.holds:
        return [(guess.field.partition(".")[2], guess.column)]
    split = "split_address" if "street" in guess.holds else "split_place"
    return [(part, f"{split}({guess.column}).{part}") for part in guess.holds]


def _item(guess: Guess) -> Any:
    column = guess.column
    return {"value": column, "type": guess.type} if guess.type else column


def _joined(columns: Sequence[str]) -> str:
    if len(columns) == 1:
        return columns[0]
    return f"join_filled([{', '.join(columns)}], ' ')"


def _as_written(spec: BaseModel) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in type(spec).model_fields:
        value = getattr(spec, name)
        if value is None or name == "extends":
            continue
        found[name] = _plain(value)
    return {name: value for name, value in found.items() if value not in ({}, [])}


def _plain(value: Any) -> Any:
    match value:
        case Expression():
            return value.text
        case Rule():
            parts = {name: part.text for name, part in value.parts.items()}
            more: dict[str, Any] = {**value.literals}
            if value.each:
                more["each"] = value.each.text
            if value.values:
                more["values"] = dict(value.values)
            whole: dict[str, Any] = {**more, **parts}
            return parts["value"] if list(whole) == ["value"] else whole
        case BaseModel():
            said = {name: getattr(value, name) for name in value.model_fields_set}
            inner = {name: _plain(one) for name, one in said.items() if one is not None}
            return inner["value"] if list(inner) == ["value"] else inner
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
        case list():
            items = [_plain(one) for one in value]
            return items[0] if len(items) == 1 and isinstance(items[0], str) else items
        case _:
            return getattr(value, "value", value)


def _styled(value: Any, depth: int = 0) -> Any:
    """Blocks outside, one-line items inside, as people write them."""
    if isinstance(value, Mapping):
        block = CommentedMap({name: _styled(one, depth + 1) for name, one in value.items()})
        short = sum(len(str(name)) + len(str(one)) + 4 for name, one in value.items()) < _LINE
        if (depth >= 2 and short) or (depth == 1 and set(value) <= {"country", "dates"}):
            block.fa.set_flow_style()
        return block
    if isinstance(value, list):
        items = CommentedSeq([_styled(one, depth + 1) for one in value])
        if all(isinstance(one, str) for one in value):
            items.fa.set_flow_style()
        return items
    return value


def _dumped(root: CommentedMap) -> str:
    text = io.StringIO()
    editor().dump(root, text)
    return text.getvalue()
