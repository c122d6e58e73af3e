"""Checks a mapping against the fields that its source has; shows what it does to some records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa

from hub.domain.records import Mapped
from hub.errors import ConfigurationError, Place
from mappings.apply import ContactMapper
from mappings.expressions import Expression
from mappings.spec import MappingSpec, Rule
from mappings.yaml_file import place_of, read_yaml


@dataclass(frozen=True, slots=True)
class Previewed:
    """One record before and after: `contact` is None when the record is rejected, for `reason`."""

    key: str | None
    before: Any
    contact: Mapping[str, Any] | None
    refusals: tuple[Mapping[str, str], ...] = ()
    reason: str | None = None


def missing_columns(
    spec: MappingSpec, columns: Iterable[str], file: Path | None = None
) -> list[ConfigurationError]:
    """An error for each field that the mapping reads and the source does not have, with the probable one."""
    known = list(columns)
    raw = read_yaml(file) if file is not None else None
    errors = []
    for name in sorted(spec.reads() - set(known)):
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else f"the source has {', '.join(known[:12])}"
        place = _place_reading(spec, name, raw, file.name) if file is not None else None
        errors.append(
            ConfigurationError("unknown-column", f"the source has no field `{name}`", hint=hint, place=place)
        )
    return errors


def read_for(spec: MappingSpec, field: str) -> list[str]:
    """The source's fields that a field of the contact is filled from, as the mapping names them."""
    rules = [rule for path, found in spec.fields.items() if path.split(".")[0] == field for rule in found]
    about = {"kind": spec.kind, "updated_at": spec.updated_at}.get(field)
    names = [name for rule in rules for name in sorted(rule.reads)]
    names += sorted(about.reads) if isinstance(about, Expression) else []
    return list(dict.fromkeys(names))


def preview(mapper: ContactMapper, records: pa.Table) -> tuple[list[Previewed], Mapped]:
    """What becomes of each record, and the mapping's outcome as a run would count it."""
    shown = []
    for row in range(records.num_rows):  # a sample: one at a time shows which record became what
        one = mapper.to_contacts(records.slice(row, 1))
        before = records["payload"][row].as_py()
        if one.contacts.num_rows:
            contact = one.contacts.to_pylist()[0]
            refusals = tuple(contact.pop("refusals") or ())
            shown.append(Previewed(contact["key"], before, contact, refusals))
        else:
            rejected = one.rejects.to_pylist()[0]
            shown.append(Previewed(rejected["key"], before, None, reason=rejected["reason"]))
    return shown, mapper.to_contacts(records)


def _part_reading(rule: Rule, column: str) -> tuple[str, ...]:
    """Where in a rule a column is named; nothing for a rule that is but an expression."""
    if rule.each is not None and column in rule.each.reads:
        return ("each",)
    part = next((part for part, expression in rule.parts.items() if column in expression.reads), None)
    return (part,) if part else ()


def _place_reading(spec: MappingSpec, column: str, raw: Any, file: str) -> Place:
    for path, rules in spec.fields.items():
        for i, rule in enumerate(rules):
            if column in rule.reads and path in (raw.get("fields") or {}):
                steps = ("fields", path, i) if isinstance(raw["fields"][path], list) else ("fields", path)
                return place_of(file, raw, (*steps, *_part_reading(rule, column)))
    for name in ("key", "updated_at", "deleted", "kind"):
        told = getattr(spec, name)
        if hasattr(told, "reads") and column in told.reads and name in raw:
            return place_of(file, raw, (name,))
    return Place(file)
