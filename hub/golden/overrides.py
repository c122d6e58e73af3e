"""People's values laid over what survived; what the sources say stays to be seen.

In the provenance an overridden golden record has one more entry, `overridden`: `values` tells by path who
said so, `sources_say` holds the fields as they survived, so that the rest of the provenance can be read. Of
an address that was corrected the path has its place, as a person would name it, from the second on:
`addresses.2.street`; `addresses.out.N` tells of one that was taken out, `addresses.waiting.N` of an override
whose address nobody tells. `emails.added.2` tells of a value of a list that nobody but a person tells,
`emails.removed.1` of one that a person took out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from hub import few_rows
from hub.domain.contact import CONTACT_SCHEMA, LIST_FIELDS, NAME_PARTS
from hub.domain.judgement import Override
from hub.golden import corrections
from hub.golden.additions import ADD, ADDED, is_addition, with_added
from hub.golden.corrections import ADDRESSES, is_correction
from hub.golden.multi import sameness
from hub.golden.removals import REMOVE, REMOVED, is_removal, still_said, without
from hub.golden.survivorship import MULTI_FIELDS, SINGLE_FIELDS

OVERRIDDEN: Final = "overridden"
Behind = Mapping[str, Sequence[Any] | None]  # by field
_NONE: Final[Mapping[str, Behind]] = {}
# Fields of which a person may set one item: the item's own name is the rest of the path.
BY_ITEM: Final = {"identifiers": "type", "attributes": "name"}


def overridden(
    built: pa.Table, told: Mapping[str, Sequence[Override]], behind: Mapping[str, Behind] = _NONE
) -> pa.Table:
    """Golden records (`GOLDEN_SCHEMA`) with the overrides of each identity, given in the order they were set.

    `behind` has by identity all values of lists with a limit out of which something is taken.
    Pure; a golden record without overrides stays as it is.
    """
    mine = pc.is_in(built["identity_id"], value_set=pa.array(list(told), pa.string()))
    if not pc.any(mine).as_py():
        return built
    rows = [
        _laid_over(row, told[row["identity_id"]], behind.get(row["identity_id"], {}))
        for row in built.filter(mine).to_pylist()
    ]
    changed = pa.Table.from_pylist(rows, schema=built.schema)
    return pa.concat_tables([built.filter(pc.invert(mine)), changed]).sort_by("identity_id")


def root(path: str) -> str:
    """The field of a golden record that a path leads into."""
    return path.partition(".")[0]


def value_at(contact: Mapping[str, Any], path: str) -> Any:
    """What a golden record has there, in the form of an override's value; None for nothing."""
    field, _, rest = path.partition(".")
    held = contact.get(field)
    if not rest or held is None:
        return held or None
    if field in BY_ITEM:
        items = [item for item in held if item[BY_ITEM[field]] == rest]
        return items or None
    return held.get(rest)


def _laid_over(row: Mapping[str, Any], told: Sequence[Override], behind: Behind) -> dict[str, Any]:
    found, values = _lists_and_values(row, told, behind)
    if any(map(_of_one_address, told)):
        addresses, waiting = people_say(row[ADDRESSES], told)
        found[ADDRESSES] = [one.now for one in corrections.left(addresses)] or None
        values |= _of_addresses(addresses) | waiting
    provenance = json.loads(row["provenance"] or "{}")
    say = {field: row[field] for field in sorted({root(path) for path in values})}
    provenance[OVERRIDDEN] = {"values": dict(sorted(values.items())), "sources_say": say}
    texts = {"contact": None} if "contact" in row else {}  # of a column that has the values' JSON text
    return {**found, **texts, "provenance": few_rows.text(provenance)}


def _lists_and_values(
    row: Mapping[str, Any], told: Sequence[Override], behind: Behind
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The row with all that is not about one address, and by path who said so."""
    found, values = dict(row), dict[str, Any]()
    added: dict[str, dict[str | None, Any]] = {}  # by field what only a person tells, with who does
    out: dict[str, dict[str | None, Any]] = {}  # by field what a person took out, with who did
    for one in still_said(told):
        field = root(one.field)
        if _of_one_address(one):
            continue
        if is_addition(one.field, one.value):
            added[field] = _nobody_else_tells(field, found[field], one) | added.get(field, {})
            found[field] = with_added(field, found[field], one.value[ADD])
            continue
        if is_removal(one.field, one.value):
            found[field], gone = without(field, found[field], one.value[REMOVE])
            out.setdefault(field, {}).update(_taken_out(field, gone, one))
            if field in behind and not any(root(path) == field for path in values):
                found[field] = _moved_up(field, found[field], gone, behind[field], out[field])
            continue
        found[field] = _set(found[field], one)
        if one.field == field:  # the whole field takes the place of what was said of its parts
            values = {path: said for path, said in values.items() if root(path) != field}
            added.pop(field, None)
            out.pop(field, None)
        values[one.field] = _who(one)
    for field, who in added.items():
        values |= _of_additions(field, found[field], who)
    for field, who in out.items():
        values |= _of_removals(field, found[field], who)
    return found, values


def _of_one_address(one: Override) -> bool:
    """Whether it is about one address, whose others stay as they are told."""
    ways = is_correction, is_addition
    return one.field == ADDRESSES and any(way(one.field, one.value) for way in ways)


def _nobody_else_tells(field: str, items: Sequence[Any] | None, one: Override) -> dict[str | None, Any]:
    """What of an addition is not told already, with who told it."""
    more = {sameness(field, item) for item in one.value[ADD]}
    return dict.fromkeys(more - {sameness(field, item) for item in items or ()}, _who(one))


def _of_additions(field: str, items: Sequence[Any] | None, who: Mapping[str | None, Any]) -> dict[str, Any]:
    """By path who told what nobody else does."""
    told = ((place, who.get(sameness(field, item))) for place, item in enumerate(items or (), 1))
    return {f"{field}.{ADDED}.{place}": by for place, by in told if by}


def _moved_up(
    field: str, items: Sequence[Any] | None, gone: Sequence[Any], all_: Sequence[Any] | None, out: Any
) -> list[Any] | None:
    """What a limit kept out, in the place of what the sources tell and a person took out."""
    every = {sameness(field, item): item for item in all_ or ()}
    free = sum(sameness(field, item) in every for item in gone)
    there = {sameness(field, item) for item in items or ()}
    next_ = [item for same, item in every.items() if same not in there and same not in out]
    return with_added(field, items, next_[:free]) or None


def _taken_out(field: str, gone: Sequence[Any], one: Override) -> dict[str | None, Any]:
    return {sameness(field, item): {**_who(one), "was": item} for item in gone}


def _of_removals(field: str, items: Sequence[Any] | None, who: Mapping[str | None, Any]) -> dict[str, Any]:
    """By path who took out what is not there."""
    there = {sameness(field, item) for item in items or ()}
    told = [by for same, by in who.items() if same not in there]
    return {f"{field}.{REMOVED}.{place}": by for place, by in enumerate(told, 1)}


def people_say(
    addresses: Sequence[Mapping[str, Any]] | None, told: Sequence[Override]
) -> tuple[list[corrections.Held], dict[str, Any]]:
    """The addresses with what people say of them, and by path the corrections that found none to correct."""
    held, waiting = corrections.held(addresses), dict[str, Any]()
    for one in told:
        if is_correction(one.field, one.value):
            held, met = corrections.corrected(held, one.value, _who(one))
            waiting |= {} if met else {f"{ADDRESSES}.waiting.{one.number}": _who(one)}
        elif is_addition(one.field, one.value) and one.field == ADDRESSES:
            held = corrections.added(held, one.value[ADD], _who(one))
        elif one.field == ADDRESSES:
            held, waiting = corrections.held(one.value), {}
    return held, waiting


def _who(one: Override) -> dict[str, Any]:
    return {
        "override": one.number,
        "decision": one.decision,
        "by": one.author,
        "reason": one.reason,
        "at": one.set_at,
        "expires_at": one.expires_at,
    }


def _of_addresses(held: Sequence[corrections.Held]) -> dict[str, Any]:
    """By path who corrected which address, and what its sources say."""
    told = dict[str, Any]()
    for place, one in enumerate(corrections.left(held), 1):
        head = ADDRESSES if place == 1 else f"{ADDRESSES}.{place}"
        told |= {f"{head}.{part}": {**by, "was": one.first} for part, by in one.said.items()}
    out = [one for one in held if one.now is None]
    return told | {
        f"{ADDRESSES}.out.{place}": {**one.said[""], "was": one.first} for place, one in enumerate(out, 1)
    }


def _set(held: Any, one: Override) -> Any:
    field, _, rest = one.field.partition(".")
    if not rest:
        return one.value or None
    if field in BY_ITEM:
        others = [item for item in held or [] if item[BY_ITEM[field]] != rest]
        return [*(one.value or []), *others] or None
    if field in LIST_FIELDS:
        raise ValueError(f"an override cannot set {one.field}")
    parts = {**(held or {}), rest: one.value}
    if rest in {"given", "family"}:  # the whole name as a source wrote it would say otherwise
        parts["full"] = None
    return parts if any(parts.values()) else None


def misfit(path: str, value: Any) -> str | None:
    """Why a value has not the form of its field; None when it has."""
    field, _, rest = path.partition(".")
    if field not in {*SINGLE_FIELDS, *MULTI_FIELDS, "attributes"}:
        return "nobody can set that field"
    if is_correction(path, value):
        return corrections.misfit(value)
    if is_addition(path, value):
        more = value[ADD]
        return misfit(path, more) if isinstance(more, list) and more else "it adds nothing"
    if is_removal(path, value):
        less = value[REMOVE]
        return misfit(path, less) if isinstance(less, list) and less else "it takes nothing out"
    kind = CONTACT_SCHEMA.field(field).type
    if rest and field == "name":
        if rest not in NAME_PARTS:
            return f"a name has no {rest}"
        kind = pa.string()
    elif rest and field not in BY_ITEM:
        return "only the whole field can be set"
    return _misformed(path, value, kind)


def _misformed(path: str, value: Any, kind: pa.DataType) -> str | None:
    field, _, rest = path.partition(".")
    try:
        pa.array([value], kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError):
        return "the value has not the form of the field"
    items = value if isinstance(value, list) else []
    if any(not isinstance(item, dict) for item in items) and field != "tags":
        return "the value has not the form of the field"
    if rest and field in BY_ITEM and any(item.get(BY_ITEM[field]) != rest for item in items):
        return f"not all of its items are of {rest}"
    return None
